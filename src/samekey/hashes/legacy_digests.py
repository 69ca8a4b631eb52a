"""Digests for the legacy reading that Python does not have: MD4 and Whirlpool, each from its definition.

Only `legacy` uses these. The Auth0 reading has a set of its own, written differently, so that a slip here cannot
confirm itself there. The OpenSSL inside `cryptography` has both in its legacy provider, a thousand times as fast for
Whirlpool, and is asked first; PBKDF2 takes its HMAC from there as well: the chain of rounds is written here, each link
of it is made there.

Source:
    MD4: RFC 1320. Whirlpool: ISO/IEC 10118-3, with the S-box built from its three small boxes.
"""

import hashlib
import hmac
import struct
from collections.abc import Callable
from functools import cache

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

_MASK = 0xFFFFFFFF


def digest(name: str, data: bytes) -> bytes:
    """The digest of some bytes.

    Args:
        name: `md4`, `whirlpool`, or a name that `hashlib` knows.
        data: what is digested.

    Raises:
        ValueError: nobody here knows the digest.

    """
    if name not in _OWN:
        return hashlib.new(name, data, usedforsecurity=False).digest()
    begun = _openssl(name)
    if begun is None:
        return digest_here(name, data)
    copied = begun.copy()
    copied.update(data)
    return copied.finalize()


def is_known(name: str) -> bool:
    """Whether this module, or Python, has a digest of this name and one length."""
    return name in _OWN or (name in hashlib.algorithms_available and not name.startswith("shake"))


def digest_here(name: str, data: bytes) -> bytes:
    """The digest by the code of this module."""
    return _OWN[name](data)


def is_quick(name: str) -> bool:
    """Whether a digest takes microseconds: Whirlpool takes a thousand of them without OpenSSL's legacy provider."""
    return name != "whirlpool" or _openssl(name) is not None


@cache
def _openssl(name: str) -> hashes.Hash | None:
    """OpenSSL's digest, to be copied; None where it has none of this name."""
    try:
        return hashes.Hash(_ByName(name, _SIZES[name]))
    except (InternalError, UnsupportedAlgorithm):  # an OpenSSL without its legacy provider
        return None


def keyed(name: str, key: bytes, data: bytes) -> bytes:
    """HMAC with a digest of this module."""
    if name not in _OWN:
        return hmac.digest(key, data, name)
    block = key if len(key) <= 64 else digest(name, key)  # noqa: PLR2004  # all of ours have blocks of 64 bytes
    inner = bytes(byte ^ 0x36 for byte in block.ljust(64, b"\x00"))
    outer = bytes(byte ^ 0x5C for byte in block.ljust(64, b"\x00"))
    return digest(name, outer + digest(name, inner + data))


def stretched(name: str, password: bytes, *, salt: bytes, rounds: int, key_bytes: int) -> bytes:
    """PBKDF2 with a digest of this module (RFC 8018, 5.2)."""
    if name not in _OWN:
        return hashlib.pbkdf2_hmac(name, password, salt, rounds, key_bytes)
    return chained(_linking(name, password), salt=salt, rounds=rounds, key_bytes=key_bytes)


def chained(link: Callable[[bytes], bytes], *, salt: bytes, rounds: int, key_bytes: int) -> bytes:
    """RFC 8018, 5.2 over any function of one argument: the HMAC under the password."""
    key = b""
    index = 0
    while len(key) < key_bytes:
        index += 1
        made = link(salt + index.to_bytes(4, "big"))
        block = int.from_bytes(made, "big")
        for _ in range(rounds - 1):
            made = link(made)
            block ^= int.from_bytes(made, "big")
        key += block.to_bytes(len(made), "big")
    return key[:key_bytes]


def _linking(name: str, password: bytes) -> Callable[[bytes], bytes]:
    """The HMAC under a password: OpenSSL's, begun once and copied for every round, or else this module's."""
    try:
        begun = HMAC(password, _ByName(name, _SIZES[name]))
    except (InternalError, UnsupportedAlgorithm):  # an OpenSSL without its legacy provider
        return lambda data: keyed(name, password, data)

    def linked(data: bytes) -> bytes:
        mac = begun.copy()
        mac.update(data)
        return mac.finalize()

    return linked


class _ByName(hashes.HashAlgorithm):
    """A digest with blocks of 64 bytes, by the name that OpenSSL has for it."""

    block_size = 64

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size

    @property
    def name(self) -> str:
        return self._name

    @property
    def digest_size(self) -> int:
        return self._size


def _rotated(value: int, bits: int) -> int:
    value &= _MASK
    return (value << bits | value >> (32 - bits)) & _MASK


_MD4_ROUNDS: tuple[tuple[Callable[[int, int, int], int], int, tuple[int, ...], tuple[int, ...]], ...] = (
    (lambda x, y, z: (x & y) | (~x & z), 0, tuple(range(16)), (3, 7, 11, 19)),
    (
        lambda x, y, z: (x & y) | (x & z) | (y & z),
        0x5A827999,
        (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
        (3, 5, 9, 13),
    ),
    (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15)),
)
"""The three rounds of MD4: mixing function, constant, order of the words, shifts."""


def _md4(data: bytes) -> bytes:
    """MD4, by table."""
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    message = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", len(data) * 8)
    for start in range(0, len(message), 64):
        words = struct.unpack_from("<16I", message, start)
        a, b, c, d = state
        for mix, constant, order, shifts in _MD4_ROUNDS:
            for step, word in enumerate(order):
                a, b, c, d = d, _rotated(a + mix(b, c, d) + words[word] + constant, shifts[step % 4]), b, c
        state = [(old + new) & _MASK for old, new in zip(state, (a, b, c, d), strict=True)]
    return struct.pack("<4I", *state)


def _whirlpool_box() -> tuple[int, ...]:
    """The S-box, from the exponential box E, its inverse and the random box R."""
    exponential = (1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0)
    random = (7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0)
    inverse = tuple(exponential.index(value) for value in range(16))
    box = []
    for byte in range(256):
        high, low = exponential[byte >> 4], inverse[byte & 15]
        middle = random[high ^ low]
        box.append(exponential[high ^ middle] << 4 | inverse[low ^ middle])
    return tuple(box)


def _times(byte: int, factor: int) -> int:
    """Multiplication in the field of Whirlpool, x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while factor:
        if factor & 1:
            product ^= byte
        byte = (byte << 1) ^ (0x11D if byte & 0x80 else 0)
        factor >>= 1
    return product


_BOX = _whirlpool_box()
_MIX_ROW = (1, 1, 4, 1, 8, 5, 2, 9)
_MIXED = tuple(tuple(_times(_BOX[byte], factor) for byte in range(256)) for factor in _MIX_ROW)
"""For each place of the mixing row, the S-box followed by the multiplication."""


def _whirlpool_round(block: list[int], key: list[int]) -> list[int]:
    """Substitution, shift of columns, mixing of rows, addition of the key; 64 bytes, row by row."""
    result = []
    for row in range(8):
        shifted = [block[8 * ((row - column) % 8) + column] for column in range(8)]
        for column in range(8):
            value = 0
            for place in range(8):
                value ^= _MIXED[(column - place) % 8][shifted[place]]
            result.append(value ^ key[8 * row + column])
    return result


def _whirlpool(data: bytes) -> bytes:
    """Whirlpool in its final version."""
    message = data + b"\x80" + bytes((31 - len(data)) % 64) + (len(data) * 8).to_bytes(32, "big")
    state = [0] * 64
    for start in range(0, len(message), 64):
        words = message[start : start + 64]
        key = state
        block = [left ^ right for left, right in zip(words, key, strict=True)]
        for number in range(10):
            constant = [*_BOX[8 * number : 8 * number + 8], *[0] * 56]
            key = _whirlpool_round(key, constant)
            block = _whirlpool_round(block, key)
        state = [a ^ b ^ c for a, b, c in zip(state, block, words, strict=True)]
    return bytes(state)


_OWN: dict[str, Callable[[bytes], bytes]] = {"md4": _md4, "whirlpool": _whirlpool}
_SIZES = {"md4": 16, "whirlpool": 64}
