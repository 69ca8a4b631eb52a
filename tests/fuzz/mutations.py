"""Damage of every kind to good values, endlessly and reproducibly."""

import random
from collections.abc import Callable, Sequence

TOKENS = (
    b"$", b":", b",", b"=", b"{", b"}", b"|", b"\\x", b"0x", b"$2b$", b"$argon2id$", b"{SSHA}", b"pbkdf2_sha256$",
    b"99999", b"4294967296", b"-1", b"\x00", b"\xff", b"\xed\xa0\x80", b"\n", b'"', b"[", b"null", b"1e400",
    b"\xef\xbb\xbf", "\u00e9".encode(), "e\u0301".encode(), "\u202e".encode(),
)  # fmt: skip
"""Pieces that parsers take notice of."""


def mutant(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, changed in one to four places."""
    value = rng.choice(seeds)
    for _ in range(rng.randint(1, 4)):
        value = rng.choice(_WAYS)(rng, value, seeds)
    return value[:20_000]


def _cut(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    return value[: rng.randint(0, len(value))]


def _behead(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    return value[rng.randint(0, len(value)) :]


def _flip(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    if not value:
        return b"\x00"
    at = rng.randrange(len(value))
    return value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1 :]


def _drop(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    at = rng.randint(0, len(value))
    return value[:at] + value[at + rng.randint(1, 8) :]


def _put(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    at = rng.randint(0, len(value))
    return value[:at] + rng.choice(TOKENS) + value[at:]


def _double(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((rng.randint(0, len(value)), rng.randint(0, len(value))))
    return value[:end] + value[start:end] * rng.choice((1, 1, 2, 50)) + value[end:]


def _splice(rng: random.Random, value: bytes, seeds: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    return value[: rng.randint(0, len(value))] + other[rng.randint(0, len(other)) :]


def _fold(rng: random.Random, value: bytes, _: Sequence[bytes]) -> bytes:
    return value.lower() if rng.random() < 0.5 else value.upper()  # either way


Way = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_WAYS: tuple[Way, ...] = (_cut, _behead, _flip, _drop, _put, _put, _double, _splice, _splice, _fold)
