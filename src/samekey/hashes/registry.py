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
    auth0_import,
    cloud,
    crypt,
    databases,
    django,
    dotnet,
    dovecot,
    java,
    java_portals,
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

MODULES = (
    markers, crypt, phc, django, werkzeug, passlib, python_programs, ruby, php, php_forums, symfony, dotnet, java,
    java_portals, spring, node, cloud, servers, ldap, dovecot, databases, auth0_import, raw, nested,
)  # fmt: skip

FORMATS: Mapping[str, catalogue.Format] = {described.name: described for each in MODULES for described in each.FORMATS}
"""Every format by its name."""


def _filed(formats: Iterable[catalogue.Format]) -> dict[str, tuple[catalogue.Format, ...]]:
    """Formats by key, likeliest first."""
    drawers: dict[str, list[catalogue.Format]] = {}
    for described in formats:
        for key in described.keys + described.joined:
            drawers.setdefault(key, []).append(described)
    return {key: tuple(sorted(drawer, key=lambda each: each.rank)) for key, drawer in drawers.items()}


_DRAWERS = _filed(FORMATS.values())
_NEEDED = frozenset(name for described in FORMATS.values() for name in described.needs)
_COLUMN_KEYS = frozenset(key.removeprefix("column:") for key in _DRAWERS if key.startswith("column:"))

_HEX = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}")
_HEAD = re.compile(
    r"\$[^$,:]{0,40}[$,]?|\{[^},|]{0,60}[},|]|md5(?=[0-9a-f]{32}\Z)|AQAAAA|grub\.|-pbkdf2-|-hashed-|v1;|#jbcrypt:"
    r"|0[xX]|[!*#_(:]|[^$:|#({,]{0,40}[$:|#({,]"
)
"""A head: up to the first separator; `{scheme}`; the marks that stand alone in front; the few heads without either."""
_LAYOUT_FIRST = re.compile(r"([0-9A-Fa-f]{2,})([:$.])")
_LAYOUT_LAST = re.compile(r"([0-9A-Fa-f]{2,})|([A-Za-z0-9+/]+={1,2})")
_WORD_CHARS_MAX = 12
_TEXT_CHARS_MAX = 8192
"""No known value comes near this; a longer text is not looked at."""


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
    found = (read(described, value) for described in proposed(value))
    return tuple(candidate for candidate in found if candidate is not None)


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
    return read(FORMATS[format_name], stored.of(value), word=True)


def proposed(value: stored.Stored) -> tuple[catalogue.Format, ...]:
    """The formats to ask about a value, likeliest first and self-describing ones before shapes."""
    columns = value.columns
    if not columns:
        return _without_columns(_keys(value.text))
    found = [described for name in _COLUMN_KEYS.intersection(columns) for described in _DRAWERS[f"column:{name}"]]
    if not found and stored.is_elsewhere(value):
        return ()
    if not found or value.text:
        present = frozenset(name for name in _NEEDED if columns.get(name) is not None)
        found.extend(_with_columns(_keys(value.text), present))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=8192)
def _without_columns(keys: tuple[str, ...]) -> tuple[catalogue.Format, ...]:
    """Formats under these keys that need nothing but the text."""
    return _with_columns(keys, frozenset())


@lru_cache(maxsize=8192)
def _with_columns(keys: tuple[str, ...], present: frozenset[str]) -> tuple[catalogue.Format, ...]:
    """Formats under these keys whose columns are there."""
    asked = [(key, described) for key in keys for described in _DRAWERS.get(key, ())]
    found = [described for _, described in asked if present.issuperset(described.needs)]
    found += [described for key, described in asked if key in described.joined]
    peppered = "pepper" in present
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda each: (peppered and "pepper" not in each.needs, each.certainty != "exact"),
        )
    )


def _keys(text: str) -> tuple[str, ...]:
    """The keys of a text: what it might be filed under, most telling first."""
    if len(text) > _TEXT_CHARS_MAX:
        return ()
    if text[:1] in TELLING:
        head = _HEAD.match(text)
        word = head.group() if head else ""
        return (word if text[0] == "$" else word.lower(),)
    if len(text) <= _WORD_CHARS_MAX and f"word:{text.lower()}" in _DRAWERS:
        return (f"word:{text.lower()}",)
    if _HEX.fullmatch(text):
        return f"hex:{len(text)}", f"len:{len(text)}"
    keys = []
    if head := _HEAD.match(text):
        word = head.group()
        if word in _DRAWERS:  # any other is as random as the value, and would be remembered in vain
            if len(word) >= _TELLING_CHARS:
                return (word,)
            keys.append(word)
    return *keys, *_layout_keys(text), f"len:{len(text)}"


TELLING = frozenset({"$", "{"})
"""First characters behind which a head says everything."""
_TELLING_CHARS = 5
"""A head of so many characters is no accident: `sha1$`, `pbkdf2_sha256$`."""


def _layout_keys(text: str) -> list[str]:
    """Keys of a text that is no hex: base64 of so many bytes, or what stands first and last around separators."""
    if ":" not in text and "$" not in text and _BASE64.fullmatch(text):
        bare = len(text.rstrip("="))
        whole = bare % 4 != 1 and len(text) in {bare, bare + -bare % 4}
        return [f"b64:{bare * 3 // 4}"] if whole else []
    keys = []
    if first := _LAYOUT_FIRST.match(text):
        keys += [f"hex:{len(first[1])}{first[2]}", f"hex{first[2]}"]
    at = max(text.rfind(":"), text.rfind("$"))
    last = _LAYOUT_LAST.fullmatch(text, at + 1) if at >= 0 else None
    if last is not None:
        bytes_max = len((last[2] or "").rstrip("=")) * 3 // 4
        keys.append(f"{text[at]}hex:{len(last[1])}" if last[1] else f"{text[at]}b64:{bytes_max}")
    return keys


def read(described: catalogue.Format, value: stored.Stored, *, word: bool = False) -> forms.Candidate | None:
    """Ask one format; the operator's word makes whatever it reads exact."""
    form = read_form(described, value)
    if form is None:
        return None
    cluster, warned = judged(described, form)
    return forms.Candidate(
        format=described.name,
        form=form,
        certainty="exact" if word else certainty(described, warned, value),
        cluster=cluster,
        warnings=warned,
        repairs=value.repairs,
    )


def certainty(described: catalogue.Format, warned: tuple[str, ...], value: stored.Stored) -> forms.Certainty:
    """What a reading is called that nobody vouched for.

    One of an unusual length may have been cut, columns may be those of another product, and a product may mean
    something else by a name; and where a pepper is given, a reading that leaves it out is doubtful however well the
    value describes itself.
    """
    if not _DOUBTS.isdisjoint(warned):
        return "shape"
    if value.columns and value.columns.get("pepper") is not None and described.name not in _PEPPER_INSIDE:
        return "shape"
    return described.certainty


_DOUBTS = frozenset({"unusual-length", "product-unproven", "digest-unproven"})
_PEPPER_INSIDE = frozenset({"spring"})
"""Self-describing formats that put a pepper where it belongs when one is given."""


def read_form(described: catalogue.Format, value: stored.Stored) -> forms.Form | None:
    """The neutral form alone, with the password encoding that a column names."""
    form = described.read(value)
    if form is not None and value.columns:
        encoding = value.columns.get("password_encoding")
        if encoding in _PASSWORD_ENCODINGS and getattr(form, "password_encoding", None) == forms.UTF8:
            return msgspec.structs.replace(form, password_encoding=encoding)
    return form


_PASSWORD_ENCODINGS = ("latin1", "utf16le", "ucs2", "ascii", "binary")


def judged(described: catalogue.Format, form: forms.Form) -> tuple[str, tuple[str, ...]]:
    """The name of the reading's cluster and its warnings, worked out once per cluster."""
    key = (described.name, form.signature())
    known = _JUDGED.get(key)
    if known is None:
        parameters = forms.parameters(form, named=described.name)
        name = f"{described.name} {parameters}" if parameters else described.name
        known = name, warnings.of(form, described=described)
        if len(_JUDGED) < _JUDGED_MAX:
            _JUDGED[key] = known
    return known


_JUDGED: dict[tuple[str, tuple[object, ...]], tuple[str, tuple[str, ...]]] = {}
_JUDGED_MAX = 10_000
"""A store with more clusters than this has random parameters, and remembering them helps nobody."""
