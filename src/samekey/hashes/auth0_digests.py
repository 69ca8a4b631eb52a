"""Digests for the Auth0 reading that Python does not have: MD4 and Whirlpool.

Only `auth0_check` uses these; the legacy reading has a set of its own. MD4 is unrolled step by step in the order that
RFC 1320 prints it, and Whirlpool works on the published S-box with rows of 64 bits.

A hundred thousand rounds take these half a minute. The OpenSSL inside `cryptography` brings both digests in its legacy
provider, which Python's own mostly lacks; where it is there, PBKDF2 is one call to it.

Source:
    RFC 1320, section A.3; the Whirlpool submission of 2003 (final tweak), appendix with the S-box.
"""

import hashlib
import hmac
from collections.abc import Callable

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

_M = 0xFFFFFFFF


def of(name: str) -> Callable[[bytes], bytes]:
    """The digest function of this name.

    Raises:
        ValueError: nobody here knows it (`mdc2`, or a name that is none).

    """
    if name == "md4":
        return md4
    if name == "whirlpool":
        return whirlpool
    hashlib.new(name, usedforsecurity=False)
    return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()


def mac(name: str, key: bytes, message: bytes) -> bytes:
    """RFC 2104 over any of the digests."""
    if name not in {"md4", "whirlpool"}:
        return hmac.new(key, message, name).digest()
    function = of(name)
    inner, outer = _pads(function, key)
    return function(outer + function(inner + message))


def derived(name: str, password: bytes, salt: bytes, *, iterations: int, length: int) -> bytes:
    """RFC 2898's second key derivation over any of the digests."""
    if name not in {"md4", "whirlpool"}:
        return hashlib.pbkdf2_hmac(name, password, salt, iterations, length)
    try:
        return PBKDF2HMAC(_OPENSSL[name], length, salt, iterations).derive(password)
    except (InternalError, UnsupportedAlgorithm):  # an OpenSSL without its legacy provider
        return derived_here(name, password, salt, iterations=iterations, length=length)


def derived_here(name: str, password: bytes, salt: bytes, *, iterations: int, length: int) -> bytes:
    """The same over MD4 or Whirlpool without OpenSSL, for as many rounds as one has patience."""
    function = of(name)
    inner, outer = _pads(function, password)
    blocks: list[bytes] = []
    number = 0
    while sum(map(len, blocks)) < length:
        number += 1
        u = function(outer + function(inner + salt + number.to_bytes(4, "big")))
        total = u
        for _ in range(1, iterations):
            u = function(outer + function(inner + u))
            total = bytes(a ^ b for a, b in zip(total, u, strict=True))
        blocks.append(total)
    return b"".join(blocks)[:length]


class _Md4(hashes.HashAlgorithm):
    """MD4 by the name that OpenSSL has for it."""

    name, digest_size, block_size = "md4", 16, 64


class _Whirlpool(hashes.HashAlgorithm):
    """Whirlpool likewise."""

    name, digest_size, block_size = "whirlpool", 64, 64


_OPENSSL: dict[str, hashes.HashAlgorithm] = {"md4": _Md4(), "whirlpool": _Whirlpool()}


def _pads(function: Callable[[bytes], bytes], key: bytes) -> tuple[bytes, bytes]:
    """The key's inner and outer pad, for functions with blocks of 64 bytes."""
    if len(key) > 64:  # noqa: PLR2004  # the block of both functions
        key = function(key)
    key = key + bytes(64 - len(key))
    return key.translate(_INNER), key.translate(_OUTER)


_INNER = bytes(x ^ 0x36 for x in range(256))
_OUTER = bytes(x ^ 0x5C for x in range(256))


def md4(data: bytes) -> bytes:
    """MD4, unrolled four steps at a time."""
    bits = len(data) * 8
    data += b"\x80"
    while len(data) % 64 != 56:  # noqa: PLR2004  # the length takes the last 8 bytes of a block
        data += b"\x00"
    data += (bits & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
    a, b, c, d = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
    for at in range(0, len(data), 64):
        x = [int.from_bytes(data[at + 4 * k : at + 4 * k + 4], "little") for k in range(16)]
        aa, bb, cc, dd = a, b, c, d
        for k in (0, 4, 8, 12):
            a = _left(a + (d ^ (b & (c ^ d))) + x[k], 3)
            d = _left(d + (c ^ (a & (b ^ c))) + x[k + 1], 7)
            c = _left(c + (b ^ (d & (a ^ b))) + x[k + 2], 11)
            b = _left(b + (a ^ (c & (d ^ a))) + x[k + 3], 19)
        for k in (0, 1, 2, 3):
            a = _left(a + ((b & c) | (d & (b | c))) + x[k] + 0x5A827999, 3)
            d = _left(d + ((a & b) | (c & (a | b))) + x[k + 4] + 0x5A827999, 5)
            c = _left(c + ((d & a) | (b & (d | a))) + x[k + 8] + 0x5A827999, 9)
            b = _left(b + ((c & d) | (a & (c | d))) + x[k + 12] + 0x5A827999, 13)
        for k in (0, 2, 1, 3):
            a = _left(a + (b ^ c ^ d) + x[k] + 0x6ED9EBA1, 3)
            d = _left(d + (a ^ b ^ c) + x[k + 8] + 0x6ED9EBA1, 9)
            c = _left(c + (d ^ a ^ b) + x[k + 4] + 0x6ED9EBA1, 11)
            b = _left(b + (c ^ d ^ a) + x[k + 12] + 0x6ED9EBA1, 15)
        a, b, c, d = (a + aa) & _M, (b + bb) & _M, (c + cc) & _M, (d + dd) & _M
    return b"".join(word.to_bytes(4, "little") for word in (a, b, c, d))


def _left(value: int, bits: int) -> int:
    """A 32-bit rotation."""
    value &= _M
    return ((value << bits) & _M) | (value >> (32 - bits))


_S = bytes.fromhex(
    "1823c6e887b8014f36a6d2f5796f915260bc9b8ea30c7b351de0d7c22e4bfe57157737e59ff04ada58c9290ab1a06b85"
    "bd5d10f4cb3e0567e427418ba77d95d8fbee7c66dd17479eca2dbf07ad5a83336302aa71c81949d9f2e35b889a2632b0"
    "e90fd580becd3448ff7a905f20681aaeb454932264f173124008c3ecdba18d3d9700cf2b7682d61bb5af6a5045f330ef"
    "3f55a2ea65ba2fc0de1cfd4d9275068ab2e60e1f62d4a896f9c525598472394c5e78388cd1a5e261b3219c1e43c7fc04"
    "51996d0dfadf7e243babce118f4eb7eb3c8194f7b9132cd3e76ec40356447fa92abbc153dc0b9d6c3174f646ac8914e1"
    "163a690970b6d0edcc4298a4285cf886"
)
"""The S-box as the submission prints it."""


def _doubled(value: int) -> int:
    """Multiplication by x, modulo x^8 + x^4 + x^3 + x^2 + 1."""
    value <<= 1
    return value ^ 0x11D if value > 255 else value  # noqa: PLR2004  # a byte


def _first_table() -> list[int]:
    """What one byte of the first column becomes: eight bytes, as a number of 64 bits."""
    table = []
    for v1 in _S:
        v2 = _doubled(v1)
        v4 = _doubled(v2)
        v8 = _doubled(v4)
        row = (v1, v1, v4, v1, v8, v4 ^ v1, v2, v8 ^ v1)
        table.append(int.from_bytes(bytes(row), "big"))
    return table


_C0 = _first_table()
_C = [[(word >> (8 * t)) | ((word << (64 - 8 * t)) & (2**64 - 1)) for word in _C0] for t in range(8)]
"""The table of each column is the first, turned by as many bytes."""
_RC = [int.from_bytes(_S[8 * r : 8 * r + 8], "big") for r in range(10)]
"""Constants of the ten rounds."""


def whirlpool(data: bytes) -> bytes:
    """Whirlpool, final version, on rows of 64 bits."""
    padded = data + b"\x80"
    padded += bytes(-(len(padded) + 32) % 64) + (8 * len(data)).to_bytes(32, "big")
    chain = [0] * 8
    for at in range(0, len(padded), 64):
        block = [int.from_bytes(padded[at + 8 * i : at + 8 * i + 8], "big") for i in range(8)]
        key = list(chain)
        state = [b ^ k for b, k in zip(block, key, strict=True)]
        for constant in _RC:
            key = _theta(key)
            key[0] ^= constant
            state = [s ^ k for s, k in zip(_theta(state), key, strict=True)]
        chain = [c ^ s ^ b for c, s, b in zip(chain, state, block, strict=True)]
    return b"".join(row.to_bytes(8, "big") for row in chain)


def _theta(rows: list[int]) -> list[int]:
    """One round without its key: bytes substituted, columns shifted, rows mixed."""
    result = []
    for i in range(8):
        row = 0
        for t in range(8):
            row ^= _C[t][(rows[(i - t) % 8] >> (56 - 8 * t)) & 0xFF]
        result.append(row)
    return result
