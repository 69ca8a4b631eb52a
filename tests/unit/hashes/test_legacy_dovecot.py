"""Schemes that only Dovecot stores; its values are in the golden files of `servers`, `dovecot_schemes`, `published`."""

import pytest

from samekey.hashes import auth0_check, conversion, legacy, registry

ONE_TIME = "{OTP}sha1 1024 ae6b49aa481f7233 f69fc7f98b8fbf54"


class TestDovecotsOwn:
    """What Auth0 does not have."""

    @pytest.mark.parametrize(
        "stored",
        ["{CRAM-MD5}e02d374fde0dc75a", "{RPA}f89cb77d", "{OTP}sha1 1024 ae6b49aa481f7233", ONE_TIME[:-2], "{OTP}",
         "{OTP}sha512 1 a 0011223344556677", "{PLAIN-TRUNC}password", "{PLAIN-TRUNC}3-long", "{SKEY}md4 x a b"],
    )  # fmt: skip
    def test_a_value_that_is_not_whole_is_damaged(self, stored: str) -> None:
        """Its scheme says what it should have been."""
        converted = conversion.convert(stored)
        assert ("reset", "damaged", "dovecot_other") == (converted.verdict, converted.reason, converted.format)

    @pytest.mark.parametrize(
        ("stored", "reason"),
        [("{CRAM-MD5}" + "00" * 32, "keyed-by-password"), (ONE_TIME, "iterated-digest"),
         ("{RPA}" + "00" * 16, "proprietary"), ("{PLAIN-TRUNC}7-samekey", "truncated")],
    )  # fmt: skip
    def test_says_why_it_is_held(self, stored: str, reason: str) -> None:
        """In a word of its own for each."""
        assert ("bridge", reason) == (conversion.convert(stored).verdict, conversion.convert(stored).reason)

    def test_a_password_shorter_than_its_limit_is_carried(self) -> None:
        """Nothing of it was cut off."""
        converted = conversion.convert("{PLAIN-TRUNC}60-samekey-dev-1")
        assert "re-encoded" == converted.verdict
        assert auth0_check.check(converted.custom_password_hash, password="samekey-dev-1").match

    def test_a_password_as_long_as_its_limit_lets_every_longer_one_in(self) -> None:
        """As the server did; Auth0 would not, so that it is held."""
        candidate = registry.read_as("dovecot_other", "{PLAIN-TRUNC}7-samekey")
        assert candidate is not None
        assert legacy.accepts(candidate.form, password="samekey")
        assert legacy.accepts(candidate.form, password="samekey-and-more")
        assert not legacy.accepts(candidate.form, password="samek")

    @pytest.mark.parametrize("password", ["", "x" * 64, "x" * 65, "\0", "é🐟"])
    def test_takes_any_password(self, password: str) -> None:
        """None of these is the right one."""
        for stored in ("{CRAM-MD5}" + "00" * 32, ONE_TIME, "{RPA}" + "00" * 16):
            candidate = registry.read_as("dovecot_other", stored)
            assert candidate is not None
            assert not legacy.accepts(candidate.form, password=password)
