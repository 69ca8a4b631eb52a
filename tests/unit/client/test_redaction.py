"""A complaint about a user never repeats the user's password or seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.client import redaction

BCRYPT = "$2y$12$NnxixRyljEn2H/JnaBI.HOjpjFhEjI6QSw/H13Xc3BgCHkpwkjvJ2"


class TestWithoutSecrets:
    """What the validator appends is cut away."""

    @pytest.mark.parametrize(
        ("message", "path", "expected"),
        [
            pytest.param(
                rf"Error in passwordHash property - String does not match pattern ^\$2[ab]?$: {BCRYPT}",
                "passwordHash",
                r"Error in passwordHash property - String does not match pattern ^\$2[ab]?$",
                id="hash",
            ),
            pytest.param(
                "Error in mfa_factors[0].totp.secret - String does not match pattern ^[A-Z2-7]+$: abc:ab: c",
                "",
                "Error in mfa_factors[0].totp.secret - String does not match pattern ^[A-Z2-7]+$",
                id="seed-with-colons",
            ),
            pytest.param(
                "Object didn't pass validation for format email: x@",
                "identities[0].profileData.email",
                "Object didn't pass validation for format email: x@",
                id="email-stays",
            ),
            pytest.param(
                "The user already exist and upsert parameter is false",
                "",
                "The user already exist and upsert parameter is false",
                id="sentence-stays",
            ),
            pytest.param(f"Unreadable {BCRYPT}", "", "Unreadable […]", id="long-run"),
        ],
    )
    def test_keeps_the_complaint_alone(self, message: str, path: str, expected: str) -> None:
        """The sentence survives, the value does not."""
        assert expected == redaction.without_secrets(message, path=path, secrets=())

    @given(st.text(st.characters(categories=["L", "N"]), min_size=4, max_size=40).filter(lambda text: text != "[…]"))
    def test_never_repeats_an_echoed_secret(self, secret: str) -> None:
        """Whatever stands in a secret property of the echo is struck out of the sentence beside it."""
        user = {"mfa_factors": [{"totp": {"secret": secret}}], "custom_password_hash": {"hash": {"value": secret}}}
        said = redaction.without_secrets(f"0 [{secret}] 0", path="", secrets=redaction.secrets_of(user))
        assert secret not in said
