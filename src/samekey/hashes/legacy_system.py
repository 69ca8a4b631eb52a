"""crypt(3) schemes that the C library of this machine evaluates: DES, yescrypt, Solaris' MD5 and their like.

glibc systems carry libxcrypt, whose code every login of theirs runs; there is no reason to write yescrypt again. Where
it is missing (musl, macOS) these schemes are named and not evaluated.
"""

import ctypes
import hmac
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from samekey.hashes import ceilings

_YESCRYPT = re.compile(r"\$g?y\$([./0-9A-Za-z])([./0-9A-Za-z])([./0-9A-Za-z]*)\$")
_LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_COST_MAX = _LETTERS.index("J")
"""yescrypt's letter for N: Debian writes `9` (16 MiB with its block size), and each one further doubles it."""
_BLOCK_MAX = "T"
_FIRST_BCRYPT = "$2$"
_KEY_BYTES = 72
"""What Blowfish takes of a key."""
_PROBES = {
    "des_crypt": b"ab",
    "bsdi_crypt": b"_J9..rasm",
    "bigcrypt": b"ab2345678901234567890123",
    "yescrypt": b"$y$j75$saltsalt$",
    "gost_yescrypt": b"$gy$j75$saltsalt$",
    "sun_md5_crypt": b"$md5,rounds=1$saltsalt$",
    "bcrypt_variant": b"$2x$04$abcdefghijklmnopqrstuu",
}
"""A setting of every scheme of this file, at little cost."""
SCHEMES = frozenset(_PROBES)
"""Schemes that the C library has or has not."""


@cache
def _library() -> Callable[[bytes, bytes], bytes | None] | None:
    """The reentrant crypt of libxcrypt; None where this machine has none."""
    try:
        function = ctypes.CDLL("libcrypt.so.1").crypt_ra
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_char_p
    function.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_int)
    ]  # fmt: skip
    free = ctypes.CDLL(None).free
    free.argtypes = [ctypes.c_void_p]

    def crypt(phrase: bytes, setting: bytes) -> bytes | None:
        data, size = ctypes.c_void_p(), ctypes.c_int()
        try:
            result: bytes | None = function(phrase, setting, ctypes.byref(data), ctypes.byref(size))
            return result
        finally:
            free(data)

    return crypt


@cache
def has(scheme: str) -> bool:
    """Whether this machine's C library evaluates a scheme of this file."""
    crypt = _library()
    made = crypt(b"password", _PROBES[scheme]) if crypt and scheme in _PROBES else None
    return made is not None and not made.startswith(b"*")


def accepts(found: Mapping[str, Any], typed: bytes) -> bool:
    """Whether the C library makes the same string again."""
    text: str = found["value"]
    crypt = _library()
    if crypt is None or b"\x00" in typed or not text.isascii() or not _is_bearable(text):
        return False
    if text.startswith(_FIRST_BCRYPT):
        return bool(typed) and _first_bcrypt_accepts(crypt, text.removeprefix(_FIRST_BCRYPT), typed)
    made = crypt(typed, text.encode("ascii"))
    return made is not None and hmac.compare_digest(made, text.encode("ascii"))


def _first_bcrypt_accepts(crypt: Callable[[bytes, bytes], bytes | None], rest: str, typed: bytes) -> bool:
    """The first bcrypt runs through the password without its NUL, again and again: 72 bytes of it, written out."""
    stream = (typed * _KEY_BYTES)[:_KEY_BYTES]
    made = crypt(stream, b"$2b$" + rest.encode("ascii"))
    return made is not None and hmac.compare_digest(made.removeprefix(b"$2b$"), rest.encode("ascii"))


def _is_bearable(text: str) -> bool:
    """Whether samekey runs this much of it."""
    if text.startswith(("$y$", "$gy$")):
        read = _YESCRYPT.match(text)
        return read is not None and not read[3][1:] and _LETTERS.index(read[2]) <= _COST_MAX and read[3] <= _BLOCK_MAX
    if (rounds := re.match(r"\$md5[,$]rounds=([0-9]+)", text)) is not None:
        return int(rounds[1]) <= ceilings.CRYPT_ROUNDS_MAX // 100
    if text.startswith(("$2x$", _FIRST_BCRYPT)):
        cost = text.split("$")[2][:2]
        return cost.isdigit() and ceilings.bcrypt_is_bearable(cost=int(cost))
    return True
