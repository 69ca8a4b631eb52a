"""crypt(3) schemes and phpass, against passlib's."""

import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from passlib import hash as passlib_hash

from samekey.hashes import legacy, registry, to_auth0

SCHEMES = ["md5_crypt", "apr_md5_crypt", "sha256_crypt", "sha512_crypt", "sha1_crypt", "phpass", "mysql323", "mysql41"]
PASSWORDS = ["", "a", "samekey-dev-1", "sådan 🐟 går det", "p" * 73]


def made(scheme: str, password: str) -> str:
    """A value by passlib, at little cost."""
    handler: Any = getattr(passlib_hash, scheme)
    if "rounds" in handler.setting_kwds:
        handler = handler.using(rounds=7 if scheme == "phpass" else 1000)
    return str(handler.hash(password))


class TestForeignFunctions:
    """Functions that Auth0 does not have."""

    @pytest.mark.parametrize("password", PASSWORDS, ids=["empty", "letter", "ascii", "unicode", "73-bytes"])
    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_evaluates_as_passlib_does(self, scheme: str, password: str) -> None:
        """The password that passlib hashed is accepted, a longer one is not."""
        candidate = registry.read_as(scheme, made(scheme, password))
        assert candidate is not None
        assert legacy.accepts(candidate.form, password=password)
        assert not legacy.accepts(candidate.form, password=password + "x")

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_are_named_and_held(self, scheme: str) -> None:
        """None of them is carried, and the reason has a sentence."""
        candidate = registry.identify(made(scheme, "samekey-dev-1"))[0]
        carried = to_auth0.carry(candidate.form)
        assert scheme == candidate.format
        assert isinstance(carried, to_auth0.NotCarried)
        assert carried.reason in to_auth0.REFUSALS

    @settings(max_examples=20, deadline=None)
    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
    def test_agrees_with_passlib_on_any_text(self, password: str) -> None:
        """SHA-crypt's many length rules hold for any password."""
        candidate = registry.read_as("sha256_crypt", made("sha256_crypt", password))
        assert candidate is not None
        assert legacy.accepts(candidate.form, password=password)


class TestBcryptVariants:
    """`$2$`, whose values are in the golden file of npm_identity."""

    @pytest.mark.parametrize("cost", ["31", "1", "x", ""])
    def test_never_runs_a_cost_beyond_the_ceiling(self, cost: str) -> None:
        """Neither does a cost that is no number of two digits."""
        candidate = registry.read_as("bcrypt_2", f"$2${cost}$" + "a" * 53)
        assert candidate is not None
        assert not legacy.accepts(candidate.form, password="samekey-dev-1")

    def test_has_no_key_for_an_empty_password(self) -> None:
        """The first bcrypt had nothing to run through."""
        candidate = registry.read_as("bcrypt_2", "$2$04$" + "a" * 53)
        assert candidate is not None
        assert not legacy.accepts(candidate.form, password="")
