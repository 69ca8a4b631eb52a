"""Users as Auth0 gets them: columns of values become JSON, many users at once.

Mostly every property is a plain text, or the same for everybody. Then what stands between the texts is written once for
all users, and their texts are put in between. Anything else is encoded user by user; both give the same bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from samekey.auth0 import limits
from samekey.hashes.alike import AlikePayloads
from samekey.records import Payloads

_encode = msgspec.json.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines
_ESCAPED = bytes(range(32)) + b'"\\'
"""What does not stand in a text of JSON as it is."""
_WORDS = {True: "true", False: "false"}


class Encoded(NamedTuple):
    """What became of some users."""

    payloads: Payloads | list[bytes]
    doubtful: Sequence[int] = ()
    """Users who may not be like that, or cannot be written at all."""


class _Varying(NamedTuple):
    """A property that differs from user to user."""

    before: str
    texts: Sequence[str]
    behind: str


def encoded(columns: Mapping[str, Sequence[Any]], count: int) -> Encoded:
    """Write users.

    Args:
        columns: for each property the value of every user, None for who has none.
        count: how many users they are.

    """
    plain = _plainly(columns) if columns and count else None
    if plain is not None:
        return Encoded(plain)
    make = object_maker(tuple(columns))
    return _one_by_one(list(map(make, *columns.values())) if columns else [make()] * count)


@lru_cache(maxsize=1_000)
def object_maker(names: tuple[str, ...]) -> Callable[..., Any]:
    """What makes objects with these keys, from as many values; those with None are left out when they are encoded."""
    if not all(map(_is_plain, names)):  # no key of a structure
        return lambda *values: {name: value for name, value in zip(names, values, strict=False) if value is not None}
    attributes = {f"field_{number}": name for number, name in enumerate(names)}
    fields = [(attribute, Any, None) for attribute in attributes]
    return msgspec.defstruct("Written", fields, rename=attributes, omit_defaults=True, gc=False)


def _one_by_one(users: Sequence[Any]) -> Encoded:
    try:
        lines = _encode_lines(users)
    except (TypeError, ValueError, RecursionError):  # an expression may yield what JSON does not have
        return _judged([_encode_or_nothing(user) for user in users])
    payloads = lines.split(b"\n")[:-1]
    if len(lines) <= limits.PROFILE_BYTES_MAX or max(map(len, payloads)) <= limits.PROFILE_BYTES_MAX:
        return Encoded(payloads)
    return _judged(payloads)


def _encode_or_nothing(user: Any) -> bytes:
    try:
        return _encode(user)
    except (TypeError, ValueError, RecursionError):
        return b""


def _judged(payloads: list[bytes]) -> Encoded:
    return Encoded(
        payloads, [row for row, each in enumerate(payloads) if not 0 < len(each) <= limits.PROFILE_BYTES_MAX]
    )


# --- plain ones ------------------------------------------------------------------------------------------------------


def _plainly(columns: Mapping[str, Sequence[Any]]) -> Payloads | None:
    """The same put together from texts; None where they are not all plain."""
    if not all(_may_be_plain(column[0]) for column in columns.values() if not isinstance(column, AlikePayloads)):
        return None
    between, joint = "{", ""
    parts: list[tuple[str, Sequence[str]]] = []
    for name, column in columns.items():
        value = _value(column)
        if value is None:
            return None
        if value == "null":
            continue
        between += f"{joint}{_text(name)}:"
        joint = ","
        if isinstance(value, str):
            between += value
        else:
            parts.append((between + value.before, value.texts))
            between = value.behind
    return _joined(parts, between + "},") if parts else None


def _joined(parts: Sequence[tuple[str, Sequence[str]]], end: str) -> Payloads | None:
    """Users who differ in these parts, each behind what stands before it."""
    (start, first), *others = parts
    rows: Iterable[str] = first
    for before, texts in others:
        rows = map(before.join, zip(rows, texts, strict=True))
    rows = list(rows)
    text = start + (end + start).join(rows) + end
    joined = text.encode()
    around = len((start + end).encode())
    is_ascii = len(joined) == len(text)
    sizes = [len(row) + around for row in rows] if is_ascii else [len(row.encode()) + around for row in rows]
    if len(joined) > limits.PROFILE_BYTES_MAX and max(sizes) - 1 > limits.PROFILE_BYTES_MAX:
        return None
    return Payloads(joined, sizes)


def _may_be_plain(value: Any) -> bool:
    """Asked of one user first: mostly whether metadata is carried, and then nobody is plain."""
    return value is None or isinstance(value, str | bool)


def _value(column: Sequence[Any]) -> str | _Varying | None:
    """A property as JSON: what is the same for everybody, or what differs; None where it is neither."""
    if isinstance(column, AlikePayloads):
        before, behind = column.around
        return _Varying(before, column.digits, behind)
    types = set(map(type, column))
    if types == {str}:
        return _Varying('"', column, '"') if _is_plain("".join(column)) else None
    if types == {bool}:
        if column.count(column[0]) == len(column):
            return _WORDS[column[0]]
        return _Varying("", [_WORDS[each] for each in column], "")
    return "null" if types == {type(None)} else None


def _is_plain(text: str) -> bool:
    """Whether a text stands in JSON as it is."""
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        return False
    return len(octets.translate(None, _ESCAPED)) == len(octets)


def _text(name: str) -> str:
    return _encode(name).decode()
