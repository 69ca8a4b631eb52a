"""Lotus Notes' and Domino's internet passwords, for the legacy reading: one digest, and two ways of salting it.

Source:
    The digest is RSA's MD2 with another table; the layouts are those of John the Ripper's formats lotus5, dominosec and
    dominosec8, where the table stands, too. Vectors: `tests/golden/hashes/published` and `domino`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from samekey.hashes import alphabets, ceilings

_TABLE = bytes.fromhex(
    "bd56eaf2a2f1ac2ab093d19c1b33fdd03004b6dc7ddf324bf7cb459b31bb215a419fe1d94a4d9edaa0682cc3275f80363eeefb951afecea8"
    "34a913f0a63fd80c7824af2352c16717f56690e7e807b86048e61e53f392a4728c08156e860084faf47f8a4219f6dbcd148d5012ba3c064e"
    "ecb33511a1888e2b9499b77174d3e4bf3ade960ebc0aed77fc376b03798962c6d7c0d27c6a8b22a35b055d0275d561e3188f5551ad1f0b5e"
    "85e5c25763ca3d6cb4c5cc70b291590d4720c84f58e001e21638c46f3b0f6546be7e2d7b82f940b51d73f8eb26c787972554b128aa989da5"
    "646d7ad4108144ef49d6ae2edd765c2fa71cc909699a83cf2939b9e94cff43ab"
)
_BLOCK = 16
_ROUNDS = 18
_SEEN_BYTES = 34
"""Domino digests as many bytes as a digest in brackets has, and forgets that a salt stands in front of it."""


def _digest(data: bytes) -> bytes:
    """The 16 bytes of the unsalted digest."""
    padding = _BLOCK - len(data) % _BLOCK
    state, checksum = bytes(_BLOCK), bytearray(_BLOCK)
    padded = data + bytes([padding]) * padding
    for start in range(0, len(padded), _BLOCK):
        block = padded[start : start + _BLOCK]
        state = _mixed(state, block)
        last = checksum[-1]
        for place, byte in enumerate(block):
            last = checksum[place] = checksum[place] ^ _TABLE[byte ^ last]
    return _mixed(state, bytes(checksum))


def _mixed(state: bytes, block: bytes) -> bytes:
    """State, block and the two added, run through the table eighteen times."""
    row = bytearray(state + block + bytes(left ^ right for left, right in zip(state, block, strict=True)))
    last = 0
    for _ in range(_ROUNDS):
        for place in range(3 * _BLOCK):
            last = row[place] = row[place] ^ _TABLE[last + 3 * _BLOCK - place & 0xFF]
    return bytes(row[:_BLOCK])


def _salted(salt: bytes, typed: bytes) -> str:
    """`(G…)`: salt, and as much of a second digest as nineteen characters hold."""
    inner = b"(" + _digest(typed).hex().upper().encode("ascii") + b")"
    return "(G" + alphabets.domino_text(salt + _digest((salt + inner)[:_SEEN_BYTES])[:10])[:-1] + ")"


def lotus5(found: Mapping[str, Any], typed: bytes) -> bool:
    """The digest alone."""
    return hmac.compare_digest(_digest(typed), found["digest"])


def domino6(found: Mapping[str, Any], typed: bytes) -> bool:
    """`(G…)`, as far as the format takes it."""
    made = _salted(found["salt"], typed)[: len(found["digest"])]
    return hmac.compare_digest(made.encode("ascii"), found["digest"])


def domino8(found: Mapping[str, Any], typed: bytes) -> bool:
    """`(H…)`: PBKDF2 over the value of Domino 6."""
    salt, key = found["salt"], found["key"]
    if not ceilings.pbkdf2_is_bearable(rounds=found["rounds"], key_bytes=len(key), digest_bytes=20):
        return False
    inner = _salted(salt[:5], typed).encode("ascii")
    return hmac.compare_digest(hashlib.pbkdf2_hmac("sha1", inner, salt, found["rounds"], len(key)), key)
