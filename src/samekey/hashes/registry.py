"""Which formats to ask about a stored value; the only place where look-alikes meet.

A value is asked for its keys (see `catalogue`): its head, its shape, its layout, its columns. Each key leads to the few
formats that were filed under it, so that the cost of recognising does not grow with the number of formats.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from samekey.hashes import catalogue, forms, stored, warnings
from samekey.hashes.formats import (
    cloud,
    crypt,
    databases,
    django,
    dotnet,
    java,
    ldap,
    markers,
    nested,
    node,
    passlib,
    phc,
    php,
    php_forums,
    python_programs,
    raw,
    ruby,
    servers,
    spring,
    symfony,
    werkzeug,
)

_MODULES = (
    markers, crypt, phc, django, werkzeug, passlib, python_programs, ruby, php, php_forums, symfony, dotnet, java,
    spring, node, cloud, servers, ldap, databases, raw, nested,
)  # fmt: skip

FORMATS: Mapping[str, catalogue.Format] = {described.name: described for each in _MODULES for described in each.FORMATS}
"""Every format by its name."""


def _filed(formats: Iterable[catalogue.Format]) -> dict[str, tuple[catalogue.Format, ...]]:
    """Formats by key, likeliest first."""
    drawers: dict[str, list[catalogue.Format]] = {}
    for described in formats:
        for key in described.keys:
            drawers.setdefault(key, []).append(described)
    return {key: tuple(sorted(drawer, key=lambda each: each.rank)) for key, drawer in drawers.items()}


_DRAWERS = _filed(FORMATS.values())
_COLUMN_KEYS = frozenset(key.removeprefix("column:") for key in _DRAWERS if key.startswith("column:"))

_HEX = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}")
_HEAD = re.compile(
    r"\$[^$,:]*[$,]?|\{[^},|]*[},|]|md5(?=[0-9a-f]{32}\Z)|AQAAAA|grub\.|-pbkdf2-|-hashed-|v1;|#jbcrypt:"
    r"|0[xX]|[!*#_(:]|[^$:|#({,]{0,40}[$:|#({,]"
)
"""A head: up to the first separator; `{scheme}`; the marks that stand alone in front; the few heads without either."""
_LAYOUT_FIRST = re.compile(r"([0-9A-Fa-f]{2,})([:$.])")
_LAYOUT_LAST = re.compile(r".*([:$])(?:([0-9A-Fa-f]{2,})|([A-Za-z0-9+/]+={1,2}))", re.DOTALL)
_WORD_CHARS_MAX = 12


def identify(value: object) -> tuple[forms.Candidate, ...]:
    """Every reading that a stored value allows, likeliest first.

    Args:
        value: text, bytes, None, or a mapping of columns (`hash`, `salt`, `username`, `pepper` … and the products'
            own names).

    Returns:
        The candidates; empty when nobody here knows the value. Never raises.

    """
    return readings(stored.of(value))


def readings(value: stored.Stored) -> tuple[forms.Candidate, ...]:
    """Every reading of a value that is unwrapped already."""
    found = [candidate for described in proposed(value) if (candidate := read(described, value, described.certainty))]
    found.sort(key=lambda candidate: candidate.certainty != "exact")
    return tuple(found)


def read_as(format_name: str, value: object) -> forms.Candidate | None:
    """The reading that the operator names.

    Args:
        format_name: a name of `FORMATS`.
        value: as for `identify`.

    Returns:
        The candidate, exact by the operator's word; None when the value is not of this format.

    Raises:
        KeyError: there is no such format.

    """
    return read(FORMATS[format_name], stored.of(value), "exact")


def proposed(value: stored.Stored) -> tuple[catalogue.Format, ...]:
    """The formats to ask about a value, likeliest first."""
    columns = value.columns
    found: dict[str, catalogue.Format] = {}
    for name in _COLUMN_KEYS.intersection(columns) if columns else ():
        found.update((described.name, described) for described in _DRAWERS[f"column:{name}"])
    if found and not value.text:
        return tuple(found.values())
    for key in _keys(value.text):
        for described in _DRAWERS.get(key, ()):
            if not described.needs or all(columns.get(name) is not None for name in described.needs):
                found.setdefault(described.name, described)
    return tuple(found.values())


def _keys(text: str) -> list[str]:
    """The keys of a text: what it might be filed under, most telling first."""
    if len(text) <= _WORD_CHARS_MAX and f"word:{text.lower()}" in _DRAWERS:
        return [f"word:{text.lower()}"]
    if _HEX.fullmatch(text):
        return [f"hex:{len(text)}", f"len:{len(text)}"]
    keys = []
    if head := _HEAD.match(text):
        word = head.group()
        keys.append(word.lower() if word[0] == "{" else word)
    if _BASE64.fullmatch(text):
        bare = len(text.rstrip("="))
        if bare % 4 != 1 and len(text) in {bare, bare + -bare % 4}:
            keys.append(f"b64:{bare * 3 // 4}")
    else:
        keys.extend(_layout_keys(text))
    keys.append(f"len:{len(text)}")
    return keys


def _layout_keys(text: str) -> list[str]:
    """Keys of a text with separators inside, by its first and last field."""
    keys = []
    if first := _LAYOUT_FIRST.match(text):
        keys += [f"hex:{len(first[1])}{first[2]}", f"hex{first[2]}"]
    if last := _LAYOUT_LAST.fullmatch(text):
        keys.append(f"{last[1]}hex:{len(last[2])}" if last[2] else f"{last[1]}b64:{len(last[3].rstrip('=')) * 3 // 4}")
    return keys


def read(described: catalogue.Format, value: stored.Stored, certainty: forms.Certainty) -> forms.Candidate | None:
    """Ask one format."""
    form = described.read(value)
    if form is None:
        return None
    encoding = value.columns.get("password_encoding")
    if encoding in _PASSWORD_ENCODINGS and getattr(form, "password_encoding", None) == "utf8":
        form = msgspec.structs.replace(form, password_encoding=encoding)
    return forms.Candidate(
        format=described.name,
        form=form,
        certainty=certainty,
        cluster=_cluster(described.name, forms.parameters(form, named=described.name)),
        warnings=warnings.of(form, described=described, certainty=certainty),
        repairs=value.repairs,
    )


_PASSWORD_ENCODINGS = ("latin1", "utf16le", "ucs2", "ascii", "binary")


@lru_cache(maxsize=4096)
def _cluster(name: str, parameters: str) -> str:
    """One string per cluster, shared by all its values."""
    return f"{name} {parameters}" if parameters else name
