"""Hex and the dialects of base64, read strictly: a value that is not exactly of its alphabet is not of that alphabet.

Node's decoders, which Auth0 uses, skip or stop at what they do not know. Whatever samekey writes has been read here
first, so that nothing is left to skip.
"""

import binascii
import re

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_STANDARD = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_ADAPTED = re.compile(r"[A-Za-z0-9./]*")
_PRINTABLE = re.compile(rb"[\x20-\x7e]*")

UTF8 = ("utf-8", "surrogatepass")
"""How text becomes bytes; halves of a surrogate pair, which broken exports hold, are no reason to stop."""
_TWO_LEFT = frozenset("AQgw")
_THREE_LEFT = frozenset("AEIMQUYcgkosw048")
"""Last letters of base64 that leave no bits behind the last byte."""
_ADAPTED_TO_STANDARD = str.maketrans(".", "+")
_URL_TO_STANDARD = str.maketrans("-_", "+/")


def hex_bytes(text: str) -> bytes | None:
    """The bytes that hex digits of either case stand for; None when the text is anything else."""
    return bytes.fromhex(text) if _HEX.fullmatch(text) else None


def b64_bytes(text: str) -> bytes | None:
    """The bytes of standard base64, padded correctly or not at all; None when the text is anything else."""
    return _padded(text) if _STANDARD.fullmatch(text) else None


def b64_clean_bytes(text: str) -> bytes | None:
    """The bytes of standard base64 without stray bits behind the last byte, which a cut value mostly has."""
    bare = text.rstrip("=")
    return b64_bytes(text) if is_b64_clean(bare) else None


def is_b64_clean(bare: str) -> bool:
    """Whether letters of base64 without padding are whole bytes, no bit hanging over."""
    left = len(bare) % 4
    return not left or (left == 2 and bare[-1] in _TWO_LEFT) or (left == 3 and bare[-1] in _THREE_LEFT)  # noqa: PLR2004


def b64_whole_bytes(text: str) -> bytes | None:
    """The bytes of standard base64 as programs write it that always pad; one that lacks its padding was cut."""
    return b64_bytes(text) if len(text) % 4 == 0 else None


def b64url_bytes(text: str) -> bytes | None:
    """The bytes of URL-safe base64, padded correctly or not at all; None when the text is anything else."""
    return _padded(text.translate(_URL_TO_STANDARD)) if _URL.fullmatch(text) else None


def b64_either_bytes(text: str) -> bytes | None:
    """The bytes of base64 in the standard or the URL alphabet, not both mixed."""
    decoded = b64_bytes(text)
    return b64url_bytes(text) if decoded is None else decoded


def ab64_bytes(text: str) -> bytes | None:
    """The bytes of passlib's adapted base64: `.` for `+`, never padded."""
    return _padded(text.translate(_ADAPTED_TO_STANDARD)) if _ADAPTED.fullmatch(text) else None


def b64(raw: bytes) -> str:
    """Standard base64 without padding: the B64 of PHC strings."""
    return binascii.b2a_base64(raw, newline=False).rstrip(b"=").decode("ascii")


def b64_padded(raw: bytes) -> str:
    """Standard base64 with padding."""
    return binascii.b2a_base64(raw, newline=False).decode("ascii")


def is_printable(raw: bytes) -> bool:
    """Whether the bytes are printable ASCII, so that they read the same in every encoding of text."""
    return _PRINTABLE.fullmatch(raw) is not None


def is_hex_text(raw: bytes) -> bool:
    """Whether the bytes are the text of at least one pair of hex digits."""
    return bool(raw) and is_printable(raw) and _HEX.fullmatch(raw.decode("ascii")) is not None


def _padded(standard: str) -> bytes | None:
    """The bytes of standard base64 whose padding is right or absent."""
    bare = standard.rstrip("=")
    missing = -len(bare) % 4
    padding = len(standard) - len(bare)
    if missing == 3 or (padding and padding != missing):  # noqa: PLR2004  # one character left over
        return None
    try:
        return binascii.a2b_base64(bare + "==="[:missing])
    except binascii.Error:  # pragma: no cover  # the alphabet and the length were checked above
        return None


_CRYPT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_STANDARD_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CRYPT_TO_STANDARD = str.maketrans(_CRYPT, _STANDARD_LETTERS)
_STANDARD_TO_BCRYPT = str.maketrans(_STANDARD_LETTERS, _BCRYPT)
_DOMINO = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/"
_DOMINO_TO_STANDARD = str.maketrans(_DOMINO, _STANDARD_LETTERS)
_STANDARD_TO_DOMINO = str.maketrans(_STANDARD_LETTERS, _DOMINO)
_DOMINO_TEXT = re.compile(r"[0-9A-Za-z+/]{6,}")
_CRYPT_TEXT = re.compile(r"[./0-9A-Za-z]*")


def crypt_number(text: str) -> int:
    """A number in crypt(3)'s base64, low digits first."""
    return sum(_CRYPT.index(letter) << (6 * place) for place, letter in enumerate(text))


def crypt_little_bytes(text: str) -> bytes | None:
    """The bytes of crypt(3)'s base64 in its low-bits-first order; None when the text is anything else."""
    if not _CRYPT_TEXT.fullmatch(text):
        return None
    size = len(text) * 6 // 8
    raw = b"".join(crypt_number(text[start : start + 4]).to_bytes(4, "little")[:3] for start in range(0, len(text), 4))
    return raw[:size]


def aix_bytes(text: str) -> bytes | None:
    """The bytes of AIX's base64: crypt(3)'s letters, low bits first, each three bytes high byte first."""
    if not _CRYPT_TEXT.fullmatch(text) or len(text) % 4:
        return None
    return b"".join(crypt_number(text[start : start + 4]).to_bytes(3, "big") for start in range(0, len(text), 4))


def crypt_big_bytes(text: str) -> bytes | None:
    """The bytes of base64 with crypt(3)'s letters in the usual bit order, as Cisco writes it."""
    return _padded(text.translate(_CRYPT_TO_STANDARD)) if _CRYPT_TEXT.fullmatch(text) else None


def bcrypt_text(raw: bytes) -> str:
    """Bytes in bcrypt's own base64."""
    return b64(raw).translate(_STANDARD_TO_BCRYPT)


def domino_bytes(text: str) -> bytes | None:
    """The bytes of Domino's base64, which begins with the digits and moves the fourth byte on by four."""
    raw = _padded(text.translate(_DOMINO_TO_STANDARD)) if _DOMINO_TEXT.fullmatch(text) else None
    return None if raw is None else raw[:3] + bytes([raw[3] - 4 & 0xFF]) + raw[4:]


def domino_text(raw: bytes) -> str:
    """Four bytes and more in Domino's base64."""
    return b64(raw[:3] + bytes([raw[3] + 4 & 0xFF]) + raw[4:]).translate(_STANDARD_TO_DOMINO)
