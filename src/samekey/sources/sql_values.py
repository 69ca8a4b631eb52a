"""What stands between the commas of a dump's rows becomes the value that the database itself would have given.

The column's type, where the dump says it, decides as in `values`: whole numbers, true and false, ISO dates, bytes as
hex. Without it a text stays a text.
"""

import datetime as dt
import decimal
import re
from collections.abc import Sequence

import msgspec

from samekey.sources import values
from samekey.sources.sql_lexer import BYTES, NAME, NUMBER, SIGN, TEXT, Token

_WHOLE = {"smallint", "integer", "int", "bigint", "serial", "bigserial", "int2", "int4", "int8", "tinyint", "mediumint"}
_FLOATING = {"double", "real", "float", "float4", "float8"}
_DECIMAL = {"numeric", "decimal"}
_BYTES = {"binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob"}
"""MySQL's types of bytes, which mysqldump writes raw between quotation marks."""
_TIMES = {"timestamp", "timestamptz", "datetime"}

_COPY_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_COPY_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
"""Source: PostgreSQL 18 documentation, COPY, File Formats, Text Format."""


class NotAValue(Exception):  # becomes a rejection
    """An expression stands where a value was expected."""


def of_tokens(tokens: Sequence[Token], column_type: str) -> values.Json:
    """The value of an expression in a row.

    Args:
        tokens: what stands between two commas.
        column_type: the type of the column, lower case; empty when nobody knows.

    Raises:
        NotAValue: only a database could tell what it comes to.
        UnicodeDecodeError: a text is not UTF-8.

    """
    # PostgreSQL writes 'x'::type, MySQL _binary 'x' and _utf8mb4'x'.
    uncast = next((at for at, token in enumerate(tokens) if token == (SIGN, b"::")), len(tokens))
    tokens = tokens[:uncast]
    if len(tokens) == 2 and tokens[0].upper.startswith(b"_") and tokens[1].kind in (TEXT, BYTES):  # noqa: PLR2004  # two
        if tokens[0].upper == b"_BINARY" and tokens[1].kind == TEXT:
            return tokens[1].text.hex()
        tokens = tokens[1:]
    if len(tokens) == 2 and tokens[0].text in (b"-", b"+") and tokens[1].kind == NUMBER:  # noqa: PLR2004  # two
        tokens = [Token(NUMBER, tokens[0].text + tokens[1].text)]
    if len(tokens) != 1:
        raise NotAValue
    (token,) = tokens
    if token.kind in (TEXT, NAME):
        if column_type in _BYTES:
            return token.text.hex()
        return of_text(token.text.decode(), column_type)
    if token.kind == NUMBER:
        return _number(token.text.decode("ascii"), column_type)
    if token.kind == BYTES:
        return token.text.decode("ascii")
    words: dict[bytes, values.Json] = {b"NULL": None, b"TRUE": True, b"FALSE": False}
    if token.upper not in words:
        raise NotAValue
    return words[token.upper]


def of_copy(cell: bytes, column_type: str) -> values.Json:
    """The value of a cell between the tabs of PostgreSQL's COPY.

    Raises:
        UnicodeDecodeError: it is not UTF-8.

    """
    if cell == rb"\N":
        return None
    if b"\\" in cell:
        cell = _COPY_ESCAPE.sub(_copy_unescaped, cell)
    return of_text(cell.decode(), column_type)


def of_text(text: str, column_type: str) -> values.Json:
    """A text as its column's type means it; the text itself where it does not fit the type."""
    try:
        return _typed(text, column_type)
    except (ValueError, msgspec.DecodeError, decimal.InvalidOperation, RecursionError):
        return text


def _typed(text: str, column_type: str) -> values.Json:
    if column_type in ("json", "jsonb"):
        return msgspec.json.decode(text)
    if column_type == "bytea" and text.startswith("\\x"):
        return bytes.fromhex(text[2:]).hex()
    if column_type in ("boolean", "bool") and text in ("t", "f", "true", "false"):
        return text.startswith("t")
    if column_type in _TIMES:
        return dt.datetime.fromisoformat(text).isoformat()
    if column_type in _WHOLE | _FLOATING | _DECIMAL:
        return _number(text, column_type)
    return text


def _number(text: str, column_type: str) -> values.Json:
    if column_type in _FLOATING:
        return values.plain(float(text))
    return values.plain(int(text) if text.lstrip("+-").isdecimal() else decimal.Decimal(text))


def _copy_unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes([int(found[1], 8) & 0xFF])
    if found[2]:
        return bytes([int(found[2], 16)])
    return _COPY_LETTERS.get(found[3], found[3])
