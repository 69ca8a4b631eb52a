"""A text that goes by the pattern of another gets what a full reading gives it."""

import base64
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.hashes import alphabets, conversion, patterns, registry

LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SALT_CHARS = (2, 3, 4, 8, 15, 16, 17, 22, 32)
NAMES = sorted(registry.FORMATS.keys() - {"plain"})
"""A password in the clear is hashed with a salt of chance."""

Maker = Callable[[random.Random], str]


def text(chance: random.Random, size: int) -> str:
    letters = chance.choice([LETTERS, LETTERS[2:], LETTERS[1:], "0123456789", "0123456789abcdef"])
    return "".join(chance.choices(letters, k=size))


def digits(chance: random.Random, size: int) -> str:
    written = chance.randbytes(size).hex()
    return chance.choice([written, written, written.upper(), written[:-1] + written[-1].upper()])


def b64(chance: random.Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()


def b64_with_bits(chance: random.Random, size: int) -> str:
    written = b64(chance, size)
    bare = written.rstrip("=")
    return bare[:-1] + chance.choice("AQgw0f") + written[len(bare) :]


def ldap(chance: random.Random) -> str:
    size = chance.choice([16, 20, 32, 64])
    salt = chance.choice([chance.randbytes(8), b"printabl", b"", chance.randbytes(3)])
    scheme = chance.choice(["SMD5", "SSHA", "SSHA256", "SSHA512", "ssha", "SHA"])
    return f"{{{scheme}}}" + base64.b64encode(chance.randbytes(size) + salt).decode()


def argon2(chance: random.Random) -> str:
    variant, memory = chance.choice(["id", "i", "d"]), chance.choice([8, 65536, 300000])
    salt, key = chance.choice([4, 16]), chance.choice([32, 33])
    encoded = chance.choice([b64, b64_with_bits])
    front = f"$argon2{variant}$v=19$m={memory},t=3,p={chance.choice([1, 2])}"
    return f"{front}${encoded(chance, salt).rstrip('=')}${encoded(chance, key).rstrip('=')}"


def django_pbkdf2(chance: random.Random) -> str:
    name, size = chance.choice([("sha256", 32), ("sha1", 20), ("sha256", 31)])
    encoded = chance.choice([b64, b64_with_bits])
    rounds = chance.choice([1000, 600000, 999999999])
    return f"pbkdf2_{name}${rounds}${text(chance, chance.choice([12, 22]))}${encoded(chance, size)}"


MAKERS: dict[str, Maker] = {
    "hex": lambda chance: digits(chance, chance.choice([8, 16, 20, 28, 32, 48, 64])),
    "bcrypt": lambda chance: f"$2{chance.choice('aby')}${chance.choice(['04', '10', '31'])}${text(chance, 53)}",
    "hex-salt": lambda c: f"{digits(c, c.choice([16, 20, 32, 64]))}:{text(c, c.choice(SALT_CHARS))}",
    "named-salt-hex": lambda c: (
        f"{c.choice(['md5', 'sha1'])}${text(c, c.choice(SALT_CHARS))}${digits(c, c.choice([16, 20]))}"
    ),
    "argon2": argon2,
    "django-pbkdf2": django_pbkdf2,
    "ldap": ldap,
}
"""By shape: texts of it, damaged and ambiguous ones among them."""
CONVERTERS = {name: conversion.converter(name) for name in NAMES}


def fields(converted: conversion.Conversion) -> list[Any]:
    return [getattr(converted, name) for name in converted.__struct_fields__]


def full(convert: conversion.Converter, value: str) -> list[Any]:
    """The conversion of the same text as bytes, which goes by no pattern."""
    return fields(convert(value.encode()))


class TestPatterns:
    """Recognised or named, the pattern changes nothing but the time it takes."""

    @pytest.mark.parametrize("shape", MAKERS)
    @given(seed=st.integers(0, 2**32))
    def test_give_what_a_full_reading_gives(self, shape: str, seed: int) -> None:
        """Candidates, verdict, warnings, cluster and payload, for values that nobody named."""
        chance = random.Random(seed)
        for value in (MAKERS[shape](chance) for _ in range(10)):
            assert full(conversion.convert, value) == fields(conversion.convert(value))

    @pytest.mark.parametrize("shape", MAKERS)
    @settings(max_examples=15)
    @given(seed=st.integers(0, 2**32))
    def test_give_what_the_named_format_reads(self, shape: str, seed: int) -> None:
        """The same by the word of the operator, whichever it is, right or wrong."""
        value = MAKERS[shape](random.Random(seed))
        for name, convert in CONVERTERS.items():
            assert (name, full(convert, value)) == (name, fields(convert(value)))

    @pytest.mark.parametrize("shape", MAKERS)
    def test_know_most_values_of_their_shapes(self, shape: str) -> None:
        """Else the tests above would hold of nothing."""
        chance = random.Random(7)
        taken = [patterns.taken(MAKERS[shape](chance)) for _ in range(300)]
        assert sum(each is not None for each in taken) > 80

    def test_are_not_changed_by_whoever_has_an_answer(self) -> None:
        """What a caller does to a payload stays in that payload."""
        first, second = ("sha1$saltsalt$" + digit * 40 for digit in "ab")
        payload = conversion.convert(first).custom_password_hash
        assert payload is not None
        payload["salt"]["position"] = "nowhere"
        payload.clear()
        assert full(conversion.convert, second) == fields(conversion.convert(second))


class TestCleanBase64:
    """Whether base64 without padding is whole bytes."""

    @given(st.binary(min_size=1, max_size=60))
    def test_is_what_an_encoder_writes(self, raw: bytes) -> None:
        """And only that decodes to itself."""
        written = alphabets.b64(raw)
        assert alphabets.is_b64_clean(written)
        assert alphabets.b64_clean_bytes(written) == raw
        assert not alphabets.is_b64_clean(written[: len(written) // 4 * 4] + "A")
