"""Schemes that only mail servers store, for the legacy reading: the keys of CRAM-MD5, one-time passwords, RPA.

Source:
    CRAM-MD5's keys are what RFC 2104 calls the intermediate results of HMAC-MD5, over RFC 1321's MD5. One-time
    passwords: RFC 2289. RPA and PLAIN-TRUNC: Dovecot. Vectors: `tests/golden/hashes/servers`, `dovecot_schemes`.
"""

import hashlib
import hmac
import math
import struct
from collections.abc import Mapping
from typing import Any

from samekey.hashes import ceilings, legacy_digests

Found = Mapping[str, Any]
"""The parameters of an `Opaque` form."""

_BLOCK = 64
_MASK = 0xFFFFFFFF
_BEGINNING = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
_SINES = tuple(int(abs(math.sin(step + 1)) * 2**32) for step in range(_BLOCK))
_SHIFTS = ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
_PLACES = ((1, 0), (5, 1), (3, 5), (7, 0))
"""For each round of MD5, by how much the word goes on from step to step, and where it begins."""


def _state_after(block: bytes) -> bytes:
    """MD5's state after one block, which no library tells."""
    words = struct.unpack("<16I", block)
    a, b, c, d = _BEGINNING
    for step in range(_BLOCK):
        turn = step // 16
        mix = (b & c | ~b & d, b & d | c & ~d, b ^ c ^ d, c ^ (b | ~d & _MASK))[turn]
        factor, first = _PLACES[turn]
        total = a + mix + _SINES[step] + words[(factor * step + first) % 16] & _MASK
        shift = _SHIFTS[turn][step % 4]
        a, b, c, d = d, b + (total << shift | total >> 32 - shift) & _MASK, b, c
    ended = (old + new & _MASK for old, new in zip(_BEGINNING, (a, b, c, d), strict=True))
    return struct.pack("<4I", *ended)


def cram_md5(found: Found, typed: bytes) -> bool:
    """The outer state of HMAC-MD5 under the password, then the inner one."""
    key = typed if len(typed) <= _BLOCK else hashlib.md5(typed, usedforsecurity=False).digest()
    padded = key.ljust(_BLOCK, b"\x00")
    made = b"".join(_state_after(bytes(byte ^ pad for byte in padded)) for pad in (0x5C, 0x36))
    return hmac.compare_digest(made, found["digest"])


def _folded(name: str, data: bytes) -> bytes:
    """A digest folded to eight bytes; SHA-1's words are then written low byte first."""
    raw = legacy_digests.digest(name, data)
    if name != "sha1":
        return bytes(left ^ right for left, right in zip(raw[:8], raw[8:], strict=True))
    words = struct.unpack(">5I", raw)
    return struct.pack("<2I", words[0] ^ words[2] ^ words[4], words[1] ^ words[3])


def one_time(found: Found, typed: bytes) -> bool:
    """The digest of seed and pass phrase, folded, and so again as often as the sequence says."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    name: str = found["algorithm"]
    link = _folded(name, found["seed"] + typed)
    for _ in range(found["rounds"]):
        link = _folded(name, link)
    return hmac.compare_digest(link, found["digest"])


def rpa(found: Found, typed: bytes) -> bool:
    """MD5 of the bytes with a zero in front of each, which is UTF-16 for ASCII alone."""
    wide = b"".join(bytes((0, byte)) for byte in typed)
    return hmac.compare_digest(hashlib.md5(wide, usedforsecurity=False).digest(), found["digest"])


def plain_truncated(found: Found, typed: bytes) -> bool:
    """As much of the password as was kept."""
    kept: bytes = found["digest"]
    return hmac.compare_digest(typed[: len(kept)], kept)
