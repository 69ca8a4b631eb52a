"""How Node turns text into bytes: the encodings of its `Buffer`, as Auth0's payloads name them.

Node never refuses: its hex decoder stops at the first pair that is not hex, its base64 decoder skips what it does not
know and ends at the first `=`. A malformed value therefore imports, and then decodes to something else.

Source:
    Measured with Node 20.20 on 2026-11-23 and held to it by `tests/strangers/test_node_reading.py`. That Auth0 decodes
    with Node's `Buffer` is inferred from the names of the encodings.
"""

import base64
import re

_HEX_PAIRS = re.compile(rb"(?:[0-9A-Fa-f]{2})*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_URL_ALPHABET = bytes.maketrans(b"-_", b"+/")


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text in one of Node's encodings of text.

    Args:
        text: what was typed, or a value written in the payload.
        encoding: utf8, utf16le, ucs2, latin1, ascii or binary.

    Raises:
        KeyError: Node has no such encoding.

    """
    return _ENCODERS[encoding](text)


def decode(text: str, encoding: str) -> bytes:
    """The bytes that a payload's value stands for.

    Args:
        text: the value.
        encoding: hex, base64 or utf8.

    Raises:
        KeyError: the encoding is none of the three.

    """
    return _DECODERS[encoding](text)


def _units(text: str) -> bytes:
    """The UTF-16 code units, low byte first."""
    return text.encode("utf-16-le", "surrogatepass")


def _low_bytes(text: str) -> bytes:
    """The low byte of every UTF-16 code unit."""
    return _units(text)[::2]


def _utf8(text: str) -> bytes:
    """UTF-8; half a surrogate pair becomes the replacement character."""
    return _units(text).decode("utf-16-le", "replace").encode("utf-8")


def _hex(text: str) -> bytes:
    """Pairs of hex digits up to the first that is none."""
    pairs = _HEX_PAIRS.match(_low_bytes(text))
    return bytes.fromhex(pairs.group().decode("ascii")) if pairs else b""


def _base64(text: str) -> bytes:
    """Either alphabet, anything else skipped, ended by the first `=`; what is left over of a group is dropped."""
    letters = _NOT_BASE64.sub(b"", _low_bytes(text).partition(b"=")[0].translate(_URL_ALPHABET))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


_ENCODERS = {
    "utf8": _utf8,
    "utf16le": _units,
    "ucs2": _units,
    "latin1": _low_bytes,
    "binary": _low_bytes,
    "ascii": _low_bytes,
}
_DECODERS = {"hex": _hex, "base64": _base64, "utf8": _utf8}
