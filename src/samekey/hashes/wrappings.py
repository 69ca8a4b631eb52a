"""What exports put around a good value, taken off and named.

A wrapping is taken off only where what is inside cannot be mistaken: printable text, or hex of a digest's length.
"""

import re

from samekey.hashes import alphabets

FIRST = frozenset('b"\\0Je')
"""First characters behind which a wrapping may stand."""

_ESCAPED = re.compile(r"(?:\\x|0[xX])((?:[0-9A-Fa-f]{2})+)")
_DIGEST_CHARS = frozenset({32, 40, 56, 64, 96, 128})
"""Hex digits of the usual digests; SQL Server's own values have other lengths."""
_TEXT_CHARS_MIN = 13
"""Printable text shorter than a DES crypt is an accident."""
_BCRYPT_CHARS = 60
"""Home Assistant keeps bcrypt in base64, which is a format and no wrapping."""


def without(text: str) -> tuple[str, tuple[str, ...]]:
    """A value without its wrappings, and their names: `python-bytes`, `quotes`, `escaped-bytes`, `base64-text`."""
    names: tuple[str, ...] = ()
    if len(text) > 2 and text[0] == "b" and text[1] in "'\"" and text[-1] == text[1]:  # noqa: PLR2004  # b''
        text, names = text[2:-1], (*names, "python-bytes")
    if len(text) > 1 and text[0] == '"' and text[-1] == '"':
        text, names = text[1:-1].replace('""', '"'), (*names, "quotes")
    if (escaped := _ESCAPED.fullmatch(text)) is not None:
        inside = _inside(bytes.fromhex(escaped[1]), escaped[1])
        if inside is not None:
            return inside, (*names, "escaped-bytes")
    if text[:1] in {"J", "e"}:
        inside = _base64_text(text)
        if inside is not None:
            return inside, (*names, "base64-text")
    return text, names


def _inside(raw: bytes, digits: str) -> str | None:
    """Bytes that are text, or the hex of a digest."""
    if alphabets.is_printable(raw) and len(raw) >= _TEXT_CHARS_MIN:
        return raw.decode("ascii")
    return digits if len(digits) in _DIGEST_CHARS else None


def _base64_text(text: str) -> str | None:
    """A whole `$…` or `{SCHEME}…` string in base64, as LDIF and some exports write it."""
    raw = alphabets.b64_whole_bytes(text)
    if raw is None or len(raw) < _TEXT_CHARS_MIN or raw[:1] not in {b"$", b"{"} or not alphabets.is_printable(raw):
        return None
    return None if raw.startswith(b"$2") and len(raw) == _BCRYPT_CHARS else raw.decode("ascii")
