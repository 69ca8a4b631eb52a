"""The one reading under which a hash can match at all.

A digest has a length. Where a value, read one way, has exactly that length and every other reading misses it, the
reading is certain: no other can ever log in. Where two fit or none, there is no reading here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from samekey.auth0 import payload
from samekey.hashes import alphabets

Written = tuple[str, str]
"""A value and its encoding."""

_PBKDF2 = re.compile(r"\$pbkdf2[-_]([A-Za-z0-9_-]+)(?:\$([il0-9=,]*))?\$([^$]+)\$([^$]+)")
_NUMBERS = re.compile(r"(?:i=([1-9][0-9]{0,9}))?,?(?:l=([1-9][0-9]{0,9}))?")
_HEX_DIGITS = re.compile(r"[0-9A-Fa-f]+")
_PREFIXES = ("0x", "0X", "\\x")
"""What programs and databases put in front of hex."""


def digest_size(whole: Mapping[str, Any], stated: Mapping[str, Any]) -> int | None:
    """The bytes that the value must decode to; None when the payload does not say."""
    algorithm = whole.get("algorithm")
    if algorithm == "scrypt":
        keylen = whole.get("keylen")
        return keylen if isinstance(keylen, int) and not isinstance(keylen, bool) and keylen > 0 else None
    sizes = payload.HMAC_DIGEST_BYTES if algorithm == "hmac" else payload.DIGEST_BYTES
    name = stated.get("digest") if algorithm == "hmac" else algorithm
    return sizes.get(name) if isinstance(name, str) else None


def digest_written(value: str, size: int | None) -> Written | None:
    """The value as it has to be written, with its encoding.

    Args:
        value: a digest as somebody wrote it.
        size: the bytes it stands for; None when that is not known, and then only hex is certain.

    Returns:
        None where no reading gives that many bytes.

    """
    text = _bare(value)
    if size is None:
        return (text, "hex") if text and alphabets.hex_bytes(text) is not None else None
    for read, encoding in _READINGS:
        raw = read(text)
        if raw is None or (encoding != "hex" and _HEX_DIGITS.fullmatch(text)):
            # Hex that was cut off has the length of some base64, and base64 by chance never looks like hex.
            continue
        if len(raw) == size:
            return (alphabets.b64_padded(raw), "base64") if encoding == "adapted" else (text, encoding)
        if len(raw) == 2 * size and alphabets.is_hex_text(raw):
            return raw.decode("ascii"), "hex"
    return None


_READINGS: tuple[tuple[Callable[[str], bytes | None], str], ...] = (
    (alphabets.hex_bytes, "hex"),
    (alphabets.b64_either_bytes, "base64"),
    (alphabets.ab64_bytes, "adapted"),
)
"""Hex first: its digits are all letters of base64 as well, and the lengths differ."""


def pbkdf2_written(value: str) -> str | None:
    """A PBKDF2 string as Auth0 wants it: hyphen, plain base64 without padding, `l` the length of the key.

    The number of rounds stays what it was; where it is not written it is what Auth0 takes it for.
    """
    read = _PBKDF2.fullmatch(value.strip())
    numbers = _NUMBERS.fullmatch(read[2] or "") if read else None
    if read is None or numbers is None:
        return None
    digest = read[1] if read[1] in payload.PBKDF2_DIGESTS else squeezed(read[1])
    salt, key = _b64_of_any(read[3]), _key_of_any(read[4])
    if digest not in payload.PBKDF2_DIGESTS or not salt or not key:
        return None
    rounds = numbers[1] or payload.PBKDF2_ITERATIONS_DEFAULT
    return f"$pbkdf2-{digest}$i={rounds},l={len(key)}${alphabets.b64(salt)}${alphabets.b64(key)}"


def decoded(told: Mapping[str, Any]) -> bytes | None:
    """The bytes of a value by the encoding it declares; None when it is not in it."""
    value = told.get("value")
    if not isinstance(value, str):
        return None
    match told.get("encoding", payload.ENCODING_DEFAULT):
        case "hex":
            return alphabets.hex_bytes(value)
        case "base64":
            return alphabets.b64_either_bytes(value)
        case _:
            return value.encode("utf-8", "surrogatepass")


def texts(value: str) -> Iterator[str]:
    """A self-describing string, and what it may have been wrapped in: base64 or hex of the whole text."""
    yield value.strip()
    for read in (alphabets.b64_either_bytes, alphabets.hex_bytes):
        raw = read(value.strip())
        if raw and alphabets.is_printable(raw):
            yield raw.decode("ascii")


def squeezed(name: str) -> str:
    """A name without case, hyphens, underscores and blanks: SHA-256 is sha256."""
    return re.sub(r"[\s_-]", "", name).lower()


def _bare(value: str) -> str:
    text = "".join(value.split())
    return next((text.removeprefix(prefix) for prefix in _PREFIXES if text.startswith(prefix)), text)


_HEX_KEY = re.compile(r"(?:[0-9A-Fa-f]{2}){16,}")


def _key_of_any(text: str) -> bytes | None:
    """The bytes of a derived key; one that is hex, or base64 of hex, is that by no accident of 32 digits."""
    if _HEX_KEY.fullmatch(text):
        return bytes.fromhex(text)
    raw = _b64_of_any(text)
    digits = raw.decode("latin-1") if raw is not None else ""
    return bytes.fromhex(digits) if _HEX_KEY.fullmatch(digits) else raw


def pbkdf2_salted(value: str, how: str) -> str | None:
    """A PBKDF2 string with its salt read another way; None where it cannot be read so.

    Args:
        value: the string, in Auth0's form but for its salt.
        how: `text`, the letters that stand there are the salt; `hex`, they are hex; `base64-of-hex`, they are base64
            of hex; `hex-as-text`, the hex of the bytes is.

    """
    read = _PBKDF2.fullmatch(value.strip())
    if read is None:
        return None
    text = read[3]
    salt: bytes | None
    match how:
        case "text":
            salt = text.encode()
        case "hex":
            salt = alphabets.hex_bytes(text)
        case "base64-of-hex":
            inner = alphabets.b64_bytes(text.rstrip("="))
            salt = bytes.fromhex(inner.decode()) if inner and alphabets.is_hex_text(inner) else None
        case _:
            inner = alphabets.b64_bytes(text.rstrip("="))
            salt = inner.hex().encode() if inner else None
    if not salt:
        return None
    return pbkdf2_written(value.replace(f"${text}$", f"${alphabets.b64(salt)}$", 1))


def _b64_of_any(text: str) -> bytes | None:
    """The bytes of base64 in one of its alphabets, padded or not."""
    for read in (alphabets.b64_bytes, alphabets.ab64_bytes, alphabets.b64url_bytes):
        raw = read(text if read is alphabets.b64_bytes else text.rstrip("="))
        if raw is not None:
            return raw
    return None
