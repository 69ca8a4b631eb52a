"""A stored password as it came: one text, or a text with columns beside it.

Exports wrap good values: trailing blanks of CHAR columns, Python's `b'…'`, doubled CSV quotes (see `wrappings`). The
wrapping is taken off here, and named, before any format looks.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from samekey.hashes import alphabets, json_bytes, wrappings

TEXT_COLUMNS = ("hash", "password_hash", "passwordHash", "passwd", "derived_key", "password_sha", "password")
"""Columns that hold the hash itself, likeliest first."""

_NOTHING: Mapping[str, Any] = {}


class Stored(msgspec.Struct, frozen=True):
    """A stored value, unwrapped."""

    text: str
    """The hash itself; empty when there is none."""
    columns: Mapping[str, Any] = _NOTHING
    """Everything that stands beside it, by column name."""
    repairs: tuple[str, ...] = ()
    """Wrappings that were taken off: `trimmed`, `binary-as-hex`, `bytes-in-json`, and those of `wrappings`."""
    raw: str = ""
    """The text before anything was taken off, for what is a password itself."""

    def __repr__(self) -> str:
        return f"Stored(columns={sorted(map(str, self.columns))})"

    def column(self, *names: str) -> str | None:
        """The text of the first of these columns that is there; a number as its digits."""
        for name in names:
            value = self.columns.get(name)
            if value is not None and not isinstance(value, (Mapping, list)):
                return value.decode("latin-1") if isinstance(value, bytes) else str(value)
        return None

    def number(self, *names: str) -> int | None:
        """The first of these columns as a whole number; None when it is absent or not one.

        A count beside empty cells leaves a table as `10000.0`, by pandas and by spreadsheets; it is the same count.
        """
        text = (self.column(*names) or "").strip()
        whole, _, fraction = text.partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) < 20) or fraction.strip("0"):  # noqa: PLR2004  # longer is no count
            return None
        return int(whole)

    def count(self, name: str, default: int) -> int | None:
        """A column as a count, or what the product takes where the column is empty; None where it holds no count.

        To take the default in the place of `3,000` would be a hash that imports and never logs in.
        """
        read = self.number(name)
        return read or (None if (self.column(name) or "0").strip("0 ") else default)

    def octets(self, *names: str) -> bytes | None:
        """The first of these columns as bytes, by its `<name>_encoding` column (utf8 when there is none)."""
        for name in names:
            value = self.columns.get(name)
            if isinstance(value, bytes):
                return value
            text = self.column(name)
            if text is not None:
                return decoded(text, str(self.columns.get(f"{name}_encoding", "utf8")))
        return None


def is_elsewhere(value: Stored) -> bool:
    """Whether a row without the text of a hash holds something all the same: under names that nobody knows, or nested.

    Such a row must not pass for one without a password, since its user might then be imported without one for good.
    """
    if value.text:
        return False
    named = [value.columns[name] for name in TEXT_COLUMNS if name in value.columns]
    if named:
        return any(isinstance(column, (Mapping, list)) and column for column in named)
    return any(column not in _EMPTY for column in value.columns.values())


_EMPTY: tuple[Any, ...] = (None, "", {}, [])


def decoded(text: str, encoding: str) -> bytes | None:
    """The bytes of a text in `utf8`, `hex` or `base64`; None when it is not in that encoding."""
    match encoding:
        case "hex":
            return alphabets.hex_bytes(text)
        case "base64":
            return alphabets.b64_either_bytes(text)
        case "utf8":
            return text.encode("utf-8", "surrogatepass")
        case _:
            return None


def of(value: object) -> Stored:
    """A stored value in the one shape that formats read.

    Args:
        value: text, bytes, None, or a mapping of columns; anything else is read as its text.

    Returns:
        The value; its text is empty when nothing is stored.

    """
    if type(value) is str:
        return _unwrapped(value, _NOTHING)
    if value is None:
        return Stored("")
    if isinstance(value, bytes | bytearray | memoryview):
        return _of_text(bytes(value), _NOTHING)
    if (inside := json_bytes.within(value)) is not None:
        return _of_text(inside, _NOTHING, _IN_JSON)
    if isinstance(value, Mapping):
        return _of_columns(value)
    return _unwrapped(str(value), _NOTHING)


_IN_JSON = ("bytes-in-json",)


def _of_columns(row: Mapping[Any, Any]) -> Stored:
    """A row; bytes that an export wrote as an object or as numbers are bytes in every column."""
    columns = {
        str(name): column if type(column) in _SCALAR or (raw := json_bytes.within(column)) is None else raw
        for name, column in row.items()
    }
    for name in TEXT_COLUMNS:
        value = columns.get(name)
        if value is not None and not isinstance(value, (Mapping, list)):
            return _of_text(value, columns, () if value is row.get(name) else _IN_JSON)
    return Stored("", columns)


_SCALAR = frozenset({str, int, float, bool, bytes, type(None)})


def _of_text(value: Any, columns: Mapping[str, Any], repairs: tuple[str, ...] = ()) -> Stored:
    """Text, bytes, or a number as its digits."""
    if isinstance(value, str):
        return _unwrapped(value, columns)
    text, hexed = _text_of(value) if isinstance(value, bytes) else (str(value), ())
    unwrapped = _unwrapped(text, columns)
    return msgspec.structs.replace(unwrapped, repairs=(*repairs, *hexed, *unwrapped.repairs))


def _text_of(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Bytes as text: as they are where printable, in hex where not."""
    stripped = raw.rstrip(b"\x00 \r\n")
    if alphabets.is_printable(stripped):
        return stripped.decode("ascii"), ()
    return raw.hex(), ("binary-as-hex",)


def _unwrapped(raw: str, columns: Mapping[str, Any]) -> Stored:
    """The text without blanks at its ends and without the marks of an export."""
    text = raw.strip(" \t\r\n\x00")
    if len(text) == len(raw) and (
        text[:1] not in wrappings.FIRST or (text[0] in wrappings.SCHEMES and ":" not in text)
    ):
        return Stored(text, columns, (), raw)
    bare, names = wrappings.without(text)
    return Stored(bare, columns, names if len(text) == len(raw) else ("trimmed", *names), raw)
