"""Credentials come from the environment and are named when they are missing."""

import pytest

from samekey import errors
from samekey.client import credentials
from samekey.client.credentials import ClientCredentials, StaticToken
from samekey.secret import Secret


class TestCredentialsFrom:
    """An application's credentials, or else a token."""

    def test_prefers_what_can_be_renewed(self) -> None:
        """With both given, the application wins over the token."""
        environ = {"AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "s3cret", "AUTH0_TOKEN": "tok"}
        assert credentials.credentials_from(environ) == ClientCredentials("id", Secret("s3cret"))

    def test_takes_a_token(self) -> None:
        """A token alone is enough."""
        assert credentials.credentials_from({"AUTH0_TOKEN": "tok\n"}) == StaticToken(Secret("tok"))

    def test_follows_references(self) -> None:
        """`env:NAME` means what NAME holds."""
        environ = {"AUTH0_TOKEN": "env:CI_TOKEN", "CI_TOKEN": "env:VAULT", "VAULT": "tok"}
        assert credentials.credentials_from(environ) == StaticToken(Secret("tok"))

    @pytest.mark.parametrize(
        ("environ", "named"),
        [
            pytest.param({}, "AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET", id="nothing"),
            pytest.param({"AUTH0_CLIENT_ID": "id"}, "AUTH0_CLIENT_SECRET", id="no-secret"),
            pytest.param({"AUTH0_TOKEN": "env:ELSEWHERE"}, "ELSEWHERE", id="reference-to-nothing"),
            pytest.param({"AUTH0_TOKEN": "env:AUTH0_TOKEN"}, "circle", id="circle"),
            pytest.param({"AUTH0_TOKEN": "tok en"}, "AUTH0_TOKEN", id="blank-inside"),
        ],
    )
    def test_names_what_is_missing(self, environ: dict[str, str], named: str) -> None:
        """The error names the variable and says what to export."""
        with pytest.raises(errors.UsageError, match=named) as caught:
            credentials.credentials_from(environ)
        assert caught.value.remedy
        assert "tok en" not in caught.value.message

    def test_shows_no_secret(self) -> None:
        """Credentials can be printed without harm."""
        found = credentials.credentials_from({"AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "s3cret"})
        assert "s3cret" not in repr(found)


class TestLoginCredentialsFrom:
    """The application people log in through."""

    def test_takes_both(self) -> None:
        """Id and secret are read."""
        environ = {"AUTH0_LOGIN_CLIENT_ID": "id", "AUTH0_LOGIN_CLIENT_SECRET": "s3cret"}
        assert credentials.login_credentials_from(environ) == ClientCredentials("id", Secret("s3cret"))

    def test_names_what_is_missing(self) -> None:
        """The error names the variable that is not there."""
        with pytest.raises(errors.UsageError, match="AUTH0_LOGIN_CLIENT_SECRET not set"):
            credentials.login_credentials_from({"AUTH0_LOGIN_CLIENT_ID": "id"})
