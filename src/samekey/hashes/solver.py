"""The reading that a known password proves.

From one stored value, one known password and whatever else the row holds, find how the password was hashed: algorithm,
side and encoding of the salt, encoding of the password, counts written elsewhere, digests of digests. What the
catalogue reads is tried first, cheap functions before slow ones; then layouts that only a search finds. Every search
stops at a named bound, and what was tried is reported.

A reading counts as proved when the legacy evaluation accepts the password, and, where Auth0 can check it, the Auth0
evaluation of the payload accepts it too; the two share no code.
"""

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from samekey.hashes import (
    auth0_check,
    catalogue,
    conversion,
    forms,
    legacy,
    registry,
    solver_layouts,
    stored,
    to_auth0,
)

SECONDS_MAX = 30.0
"""A search ends here, wherever it stands."""
FEW_SLOW = 3
"""Slow readings without a word for them that are tried before the search."""
PASSWORD_ENCODINGS = ("utf8", "latin1", "utf16le")
"""Encodings of the typed password, likeliest first."""
LOOK_ALIKES = (
    "meteor_bcrypt", "bcrypt_hex_sha256", "nodebb_bcrypt_sha512", "vbulletin5_bcrypt", "flask_security_double",
    "devise_bcrypt_pepper", "smf21_bcrypt", "synapse_bcrypt_pepper", "meteor_argon2", "django_unsalted_md5",
    "spring_sha256", "bcrypt_hex_sha1", "bcrypt_b64_sha384", "bcrypt_b64_sha256", "bcrypt_b64_sha512", "lotus_notes",
)  # fmt: skip
"""Formats that nothing in a value proposes, and that a proof may find."""

_AS_TYPED = ", which Auth0 takes as typed and so refuses in the letters of this very password"
"""Behind the definition where the old system changed the known password before hashing it."""
_SLOW = (forms.Pbkdf2, forms.Scrypt, forms.Bcrypt, forms.Argon2)


class Solved(msgspec.Struct, frozen=True):
    """What a search found."""

    proved: bool
    """A reading accepts the password, in the old system's evaluation and at Auth0 where Auth0 can check it."""
    conversion: conversion.Conversion | None
    """The verdict for the reading that was proved; None when none was."""
    reading: str
    """The definition that was proved, in words; empty when none was."""
    columns: dict[str, str]
    """Columns to set so that the catalogue reads the store as proved: `salt_encoding`, `password_encoding` …"""
    salt: str
    """What the column `salt` has to hold for that, in words: `username ‖ ':'`; empty where it is as it stands."""
    pepper: str
    """And what the column `pepper`."""
    also: tuple[str, ...]
    """Other readings that the password proves as well; another known login tells them apart."""
    tried: tuple[str, ...]
    """What was tried, by name, in the order of trying."""
    out_of_time: bool = False
    """The search ended at its bound in seconds and not because everything was tried."""

    def __repr__(self) -> str:
        return f"Solved(proved={self.proved}, reading={self.reading!r}, tried={len(self.tried)})"


class Reading(msgspec.Struct, frozen=True):
    """One way to understand the value, not yet proved."""

    name: str
    definition: str
    form: forms.Form
    columns: dict[str, str] = {}
    salt: str = ""
    """What `salt` is made of where a search found it."""
    pepper: str = ""
    """And `pepper`."""
    searched: bool = False
    """The catalogue does not propose it for the value as it stands."""

    def __repr__(self) -> str:
        return f"Reading({self.name!r})"


Login = tuple[object, str]
"""A stored value and the password that belongs to it."""


def solve(
    value: object,
    *,
    password: str,
    known: Mapping[str, Any] | None = None,
    others: Sequence[Login] = (),
    seconds_max: float = SECONDS_MAX,
) -> Solved:
    """Find the reading of a stored value that a known password proves.

    Args:
        value: text, bytes, or a mapping of columns.
        password: the password that belongs to it.
        known: more of the row: `salt`, `username`, `pepper`, `iterations` …
        others: more known logins of the same store; a reading has to fit them all.
        seconds_max: when to give up.

    Returns:
        The reading, or what was tried.

    """
    until = time.monotonic() + seconds_max
    unwrapped = stored.of(joined(value, known))
    tried: dict[str, None] = {}
    proved: list[Reading] = []
    late = False
    for reading in _by_cost(unwrapped):
        if proved and (isinstance(reading.form, _SLOW) or reading.searched):
            break
        if late := time.monotonic() > until:
            break
        if password.isascii() and reading.columns.get("password_encoding") == "latin1":
            continue  # the same bytes as UTF-8
        tried[reading.name] = None
        if _proves(reading, password) and all(_fits(reading, login, known) for login in others):
            proved.append(reading)
    if not proved:
        return Solved(
            proved=False, conversion=None, reading="", columns={}, salt="", pepper="", also=(), tried=tuple(tried),
            out_of_time=late,
        )  # fmt: skip
    first = proved[0]
    return Solved(
        proved=True,
        conversion=_concluded(first, unwrapped),
        reading=first.definition + ("" if legacy.normalised(first.form, password) == password else _AS_TYPED),
        columns=first.columns,
        salt=first.salt,
        pepper=first.pepper,
        also=tuple(dict.fromkeys(reading.name for reading in proved[1:] if reading.form != first.form)),
        tried=tuple(tried),
    )


def joined(value: object, known: Mapping[str, Any] | None) -> object:
    """The value with everything else that is known of its row."""
    if not known:
        return value
    columns = dict(value) if isinstance(value, Mapping) else {"hash": value}
    return {**known, **columns}


def _by_cost(value: stored.Stored) -> Iterator[Reading]:
    """Cheap readings of the catalogue, slow ones that the value describes itself, cheap layouts, other slow ones.

    A few slow readings that need no guess about a column stand before the layouts, too, since those are thousands.
    """
    described: list[Reading] = []
    says_all = False
    few: list[Reading] = []
    slow: list[Reading] = []
    for reading in _catalogued(value):
        says_all = says_all or _says_all(reading, value)
        if not isinstance(reading.form, _SLOW):
            yield reading
        elif registry.FORMATS[reading.name].certainty == "exact" and not reading.columns:
            described.append(reading)
        elif not reading.columns and len(few) < FEW_SLOW and not isinstance(reading.form, forms.Bcrypt):
            few.append(reading)
        elif all(reading.form != other.form for other in slow):
            slow.append(reading)
    yield from described
    yield from few
    if says_all:
        yield from slow
        return
    yield from _searched(value)
    yield from slow
    for layout in solver_layouts.slow(value):
        yield Reading(layout.name, layout.definition, layout.form, searched=True)


def _says_all(reading: Reading, value: stored.Stored) -> bool:
    """Whether no search finds more than this reading: the value names its scheme, or work that nobody runs."""
    if reading.columns or registry.FORMATS[reading.name].certainty != "exact":
        return False
    if value.text[:1] in registry.TELLING:
        return True
    carried = to_auth0.carry(reading.form)
    return isinstance(carried, to_auth0.NotCarried) and carried.reason == "work-factor"


def _searched(value: stored.Stored) -> Iterator[Reading]:
    """Layouts that the catalogue has no name for."""
    for layout in solver_layouts.cheap(value):
        encoding = getattr(layout.form, "password_encoding", forms.UTF8)
        columns = {} if encoding == forms.UTF8 else {"password_encoding": encoding}
        yield Reading(layout.name, layout.definition, layout.form, columns, layout.salt, layout.pepper, searched=True)


def _catalogued(value: stored.Stored) -> Iterator[Reading]:
    """What the catalogue proposes, under every encoding of salt and password that its columns leave open."""
    for columns in _open_encodings(value):
        changed = msgspec.structs.replace(value, columns={**value.columns, **columns}) if columns else value
        for described in (*registry.proposed(changed), *(registry.FORMATS[name] for name in LOOK_ALIKES)):
            form = registry.read_form(described, changed)
            if form is not None and not isinstance(form, forms.NoPassword):
                yield from _typed_otherwise(described, form, columns)


def _open_encodings(value: stored.Stored) -> Iterator[dict[str, str]]:
    """Readings of salt and pepper: as they are said to be; else as text, hex, base64."""
    for salt, pepper in itertools.product(_readings_of("salt", value), _readings_of("pepper", value)):
        yield {**salt, **pepper}


def _readings_of(name: str, value: stored.Stored) -> Iterator[dict[str, str]]:
    """Readings of one column, likeliest first."""
    yield {}
    text = value.column(name)
    if text is None or f"{name}_encoding" in value.columns:
        return
    for encoding in ("hex", "base64"):
        if stored.decoded(text, encoding):
            yield {f"{name}_encoding": encoding}


def _typed_otherwise(described: catalogue.Format, form: forms.Form, columns: dict[str, str]) -> Iterator[Reading]:
    """A reading under every encoding of the password."""
    yield Reading(described.name, described.definition, form, columns)
    if getattr(form, "password_encoding", None) != forms.UTF8:
        return
    for encoding in PASSWORD_ENCODINGS[1:]:
        other = msgspec.structs.replace(form, password_encoding=encoding)
        yield Reading(
            described.name,
            f"{described.definition}, P in {encoding}",
            other,
            {**columns, "password_encoding": encoding},
        )


def _proves(reading: Reading, password: str) -> bool:
    """Whether the old system's evaluation accepts the password, and Auth0's where there is a payload."""
    if not legacy.accepts(reading.form, password=password):
        return False
    carried = to_auth0.carry(reading.form)
    if isinstance(carried, to_auth0.NotCarried):
        return True
    return auth0_check.check(carried.payload, password=legacy.normalised(reading.form, password)).match


def _fits(reading: Reading, login: Login, known: Mapping[str, Any] | None) -> bool:
    """Whether the same reading of another row is proved by its password."""
    value, password = login
    return any(
        _proves(other, password)
        for other in _by_cost(stored.of(joined(value, known)))
        if (other.name, other.definition, other.columns) == (reading.name, reading.definition, reading.columns)
    )


def _concluded(reading: Reading, value: stored.Stored) -> conversion.Conversion:
    """The verdict on the reading."""
    described = registry.FORMATS.get(reading.name)
    if described is None or reading.searched:
        described = catalogue.Format(reading.name, reading.definition, "by search", "proved", (), lambda _: None)
    concluded = conversion.concluded(described, reading.form, "exact", value, (reading.name,))
    proven = tuple(word for word in concluded.warnings if word != "bcrypt-unproven")
    return msgspec.structs.replace(concluded, warnings=proven)
