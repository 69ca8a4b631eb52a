"""What exports put around a good value, taken off and named.

A wrapping is taken off only where what is inside cannot be mistaken: printable text, or hex of a digest's length.
"""

import re

from samekey.hashes import alphabets

SCHEMES = frozenset("mMsSaAB")
"""First letters of schemes that may stand in front of a value, with a colon behind them."""
FIRST = SCHEMES | frozenset('b"\\0Je')
"""First characters behind which a wrapping may stand."""

_ESCAPED = re.compile(r"(?:\\x|0[xX])((?:[0-9A-Fa-f]{2})+)")
_DIGEST_CHARS = frozenset({32, 40, 56, 64, 96, 128})
"""Hex digits of the usual digests; SQL Server's own values have other lengths."""
_TEXT_CHARS_MIN = 13
"""Printable text shorter than a DES crypt is an accident."""
_BCRYPT_CHARS = 60
"""Home Assistant keeps bcrypt in base64, which is a format and no wrapping."""


def without(text: str) -> tuple[str, tuple[str, ...]]:
    """A value without its wrappings, and their names.

    These are `python-bytes`, `quotes`, `escaped-bytes`, `scheme-prefix` (`bcrypt:$2b$…`, `sha256:…`) and `base64-text`.
    """
    names: tuple[str, ...] = ()
    if len(text) > 2 and text[0] == "b" and text[1] in "'\"" and text[-1] == text[1]:  # noqa: PLR2004  # b''
        text, names = text[2:-1], (*names, "python-bytes")
    if len(text) > 1 and text[0] == '"' and text[-1] == '"':
        text, names = text[1:-1].replace('""', '"'), (*names, "quotes")
    if (escaped := _ESCAPED.fullmatch(text)) is not None:
        inside = _inside(bytes.fromhex(escaped[1]), escaped[1])
        if inside is not None:
            return inside, (*names, "escaped-bytes")
    if (prefixed := _SCHEME.fullmatch(text)) is not None and _is_of_scheme(prefixed[1], prefixed[2]):
        return prefixed[2], (*names, "scheme-prefix")
    if text[:1] in {"J", "e"}:
        inside = _base64_text(text)
        if inside is not None:
            return inside, (*names, "base64-text")
    return text, names


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]{2,11}):(\$[^:]+|[0-9A-Fa-f]+)")
_SCHEME_HEADS = {
    "bcrypt": "$2",
    "blowfish": "$2",
    "argon2i": "$argon2i$",
    "argon2id": "$argon2id$",
}
_OTHERS_OWN = frozenset({"MD5", "Bcrypt"})
"""Jetty's and Woltlab's prefixes are formats and no wrapping."""
_SCHEME_DIGITS = {"md5": 32, "sha": 40, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}


def _is_of_scheme(name: str, rest: str) -> bool:
    """Whether what follows the name of a scheme and a colon is what that scheme makes."""
    if name in _OTHERS_OWN:
        return False
    name = name.lower()
    if rest.startswith("$"):
        return name in _SCHEME_HEADS and rest.startswith(_SCHEME_HEADS[name])
    return _SCHEME_DIGITS.get(name.replace("-", "").replace("_", "")) == len(rest)


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
