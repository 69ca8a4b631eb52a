"""MD4 and Whirlpool, which Python does not have: two readings, with OpenSSL's legacy provider and without it."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.hashes import auth0_digests, legacy_digests, node_text
from tests.unit.hashes import golden

(DOCUMENTED,) = [line for line in golden.lines("documented-examples.jsonl") if line["name"] == "pbkdf2-md4"]
_, _, PARAMETERS, SALT, KEY = DOCUMENTED["custom_password_hash"]["hash"]["value"].split("$")
NAMES = ["md4", "whirlpool"]

RFC_1320 = [
    (b"", "31d6cfe0d16ae931b73c59d7e0c089c0"),
    (b"a", "bde52cb31de33e46245e05fbdbd6fb24"),
    (b"abc", "a448017aaf21d8525fc10ae87aa6729d"),
    (b"message digest", "d9130a8164549fe818874806e1c7014b"),
    (b"abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
    (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "043f8582f241db351ce627e153e7f0e4"),
    (b"1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
]
"""The RFC's test suite, A.5."""


class TestDigests:
    """Each reading's own code."""

    @pytest.mark.parametrize(("data", "expected"), RFC_1320)
    def test_are_those_of_the_rfc(self, data: bytes, expected: str) -> None:
        """MD4, in both readings."""
        assert (expected, expected) == (auth0_digests.md4(data).hex(), legacy_digests.digest_here("md4", data).hex())

    @pytest.mark.parametrize("name", NAMES)
    @settings(max_examples=20)
    @given(data=st.binary(max_size=300))
    def test_are_those_of_openssl(self, name: str, data: bytes) -> None:
        """Where OpenSSL has them they are quicker, and the same."""
        assert legacy_digests.digest_here(name, data) == legacy_digests.digest(name, data)
        assert legacy_digests.is_quick(name)


class TestDerivation:
    """PBKDF2 over them."""

    def test_is_that_of_the_documented_example(self) -> None:
        """Auth0's own 100,000 rounds, by the legacy reading; `test_auth0_check` has them by Auth0's."""
        assert "i=100000,l=64" == PARAMETERS
        computed = legacy_digests.stretched(
            "md4",
            DOCUMENTED["password"].encode(),
            salt=node_text.decode(SALT, "base64"),
            rounds=100_000,
            key_bytes=64,
        )
        assert node_text.decode(KEY, "base64") == computed

    @pytest.mark.parametrize("name", NAMES)
    @settings(max_examples=20)
    @given(
        password=st.binary(max_size=80),
        salt=st.binary(min_size=1, max_size=80),
        rounds=st.integers(1, 4),
        size=st.integers(1, 130),
    )
    def test_is_the_same_by_every_path(self, name: str, password: bytes, salt: bytes, rounds: int, size: int) -> None:
        """OpenSSL's and our own, of either reading, long keys and empty passwords included."""
        assert (
            auth0_digests.derived_here(name, password, salt, iterations=rounds, length=size)
            == auth0_digests.derived(name, password, salt, iterations=rounds, length=size)
            == legacy_digests.stretched(name, password, salt=salt, rounds=rounds, key_bytes=size)
            == legacy_digests.chained(
                lambda data: legacy_digests.keyed(name, password, data), salt=salt, rounds=rounds, key_bytes=size
            )
        )

    def test_does_without_the_legacy_provider(self) -> None:
        """An OpenSSL that has MD4 no more makes it slower and nothing else."""
        asked = (
            "from samekey.hashes import auth0_digests as a, legacy_digests as b\n"
            "for name in ('md4', 'whirlpool'):\n"
            "    print(a.derived(name, b'P', b'S', iterations=3, length=70).hex())\n"
            "    print(b.stretched(name, b'P', salt=b'S', rounds=3, key_bytes=70).hex())\n"
            "assert (b.is_quick('md4'), b.is_quick('whirlpool')) == (True, False)\n"
        )
        without = subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "CRYPTOGRAPHY_OPENSSL_NO_LEGACY": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        expected = [auth0_digests.derived(name, b"P", b"S", iterations=3, length=70).hex() for name in NAMES]
        assert [expected[0], expected[0], expected[1], expected[1]] == without.stdout.split()
