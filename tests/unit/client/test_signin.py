"""A login through the front door, against every answer Auth0's table names."""

import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from samekey import errors
from samekey.auth0 import vocabulary
from samekey.client.signin import LoginOutcome, LoginWord, SignIn
from samekey.secret import Secret

if TYPE_CHECKING:
    from tests.unit.client.conftest import HandClock, ScriptedTenant


def login(signin: SignIn, **more: str) -> LoginOutcome:
    """One login of one person."""
    return signin.login(username="ann@example.com", password=Secret("hunter2", "password"), realm="people", **more)


def oauth(error: str, description: str = "", **more: str) -> dict[str, str]:
    """An error body of the Authentication API."""
    return {"error": error, "error_description": description, **more}


class TestLogin:
    """The words of the answer decide, whatever its status."""

    def test_asks_by_the_password_realm_grant(self, signin: SignIn, tenant: "ScriptedTenant") -> None:
        """The connection is named, the person's address goes along."""
        tenant.say(200, {"access_token": "opaque"})
        login(signin, forwarded_for="203.0.113.9")
        assert json.loads(tenant.latest.content) == {
            "grant_type": vocabulary.PASSWORD_REALM_GRANT,
            "client_id": "login-1",
            "client_secret": "login-secret-text",
            "username": "ann@example.com",
            "password": "hunter2",
            "realm": "people",
            "scope": "openid",
        }
        assert tenant.latest.headers["auth0-forwarded-for"] == "203.0.113.9"

    def test_sends_no_address_unasked(self, signin: SignIn, tenant: "ScriptedTenant") -> None:
        """The header is there only when an address was given."""
        tenant.say(200, {"access_token": "opaque"})
        login(signin)
        assert "auth0-forwarded-for" not in tenant.latest.headers

    @pytest.mark.parametrize(
        ("status", "body", "word"),
        [
            (200, {"access_token": "x" * 32, "id_token": "e30.e30.", "expires_in": 86_400}, LoginWord.OK),
            (403, oauth("invalid_grant", "Wrong email or password."), LoginWord.WRONG_CREDENTIALS),
            (403, oauth("invalid_user_password", "Wrong email or password"), LoginWord.WRONG_CREDENTIALS),
            (401, oauth("invalid_user_password", "Wrong email or password."), LoginWord.WRONG_CREDENTIALS),
            (403, oauth("unauthorized", "user is blocked"), LoginWord.BLOCKED),
            (401, oauth("unauthorized", "user is blocked"), LoginWord.BLOCKED),
            (403, oauth("access_denied", "User is blocked."), LoginWord.BLOCKED),
            (429, oauth("too_many_attempts", "Your account has been blocked after"), LoginWord.TOO_MANY_ATTEMPTS),
            (403, oauth("password_leaked", "This login has been blocked"), LoginWord.PASSWORD_LEAKED),
            (403, oauth("mfa_required", "Multifactor", mfa_token="t"), LoginWord.MFA_REQUIRED),
            (401, oauth("mfa_required", "Multifactor", mfa_token="t"), LoginWord.MFA_REQUIRED),
        ],
    )
    def test_knows_every_end(
        self, status: int, body: dict[str, Any], word: LoginWord, signin: SignIn, tenant: "ScriptedTenant"
    ) -> None:
        """Each line of the table has its word, and nothing is asked twice."""
        tenant.say(status, body)
        assert login(signin) == LoginOutcome(word)
        assert len(tenant.requests) == 1

    @pytest.mark.parametrize(
        ("body", "detail"),
        [
            (oauth("access_denied", "Rule says no"), "access_denied: Rule says no"),
            (oauth("unauthorized", "Ask again"), "unauthorized: Ask again"),
            (
                oauth("invalid_request", "invalid audience specified for password grant exchange"),
                "invalid_request: invalid audience specified for password grant exchange",
            ),
            ({"error": "something_new"}, "something_new"),
        ],
    )
    def test_tells_what_else_refused(
        self, body: dict[str, Any], detail: str, signin: SignIn, tenant: "ScriptedTenant"
    ) -> None:
        """A refusal nobody foresaw keeps the tenant's words."""
        tenant.say(400, body)
        assert login(signin) == LoginOutcome(LoginWord.REFUSED, detail)

    @pytest.mark.parametrize(
        ("status", "error"),
        [(401, "invalid_client"), (403, "unauthorized_client"), (403, "unsupported_grant_type")],
    )
    def test_stops_when_the_application_is_refused(
        self, status: int, error: str, signin: SignIn, tenant: "ScriptedTenant"
    ) -> None:
        """That is nobody's password, and every other login would end the same."""
        tenant.say(status, oauth(error, "No."))
        with pytest.raises(errors.TenantRefused) as caught:
            login(signin)
        assert (error, True) == (caught.value.error_code, bool(caught.value.remedy))

    @pytest.mark.parametrize("error", ["too_many_requests", "too_many_logins"])
    def test_waits_for_rate_limits(
        self, error: str, signin: SignIn, tenant: "ScriptedTenant", clock: "HandClock"
    ) -> None:
        """A rate limit is not the end of a login."""
        tenant.say(429, oauth(error, "Slow down."), {"retry-after": "6"})
        tenant.say(200, {"access_token": "opaque"})
        assert login(signin) == LoginOutcome(LoginWord.OK)
        assert clock.sleeps == [6.0]

    def test_tries_again_after_trouble(self, signin: SignIn, tenant: "ScriptedTenant") -> None:
        """A server in trouble says nothing about the password."""
        tenant.say(503, b"<html>")
        tenant.fail(httpx2.ReadTimeout("late"))
        tenant.say(200, {"access_token": "opaque"})
        assert login(signin) == LoginOutcome(LoginWord.OK)

    @pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, {}), (302, b"")])
    def test_takes_no_strange_answer_for_a_login(
        self, status: int, body: Any, signin: SignIn, tenant: "ScriptedTenant"
    ) -> None:
        """A page of something in between is not a success."""
        tenant.say(status, body)
        with pytest.raises(errors.TenantUnexpected):
            login(signin)

    def test_takes_no_page_for_a_refusal(self, signin: SignIn, tenant: "ScriptedTenant") -> None:
        """A 403 without OAuth's words says nothing about a person."""
        tenant.say(403, b"<html>")
        with pytest.raises(errors.TenantRefused):
            login(signin)

    @pytest.mark.parametrize(
        ("word", "matched"), [(LoginWord.OK, True), (LoginWord.MFA_REQUIRED, True), (LoginWord.BLOCKED, False)]
    )
    def test_tells_whether_the_password_matched(self, *, word: LoginWord, matched: bool) -> None:
        """A second factor is asked for only after the first was right."""
        assert matched is LoginOutcome(word).password_matched


class TestSignIn:
    """The way to the front door."""

    def test_leaves_a_borrowed_client_open(self, signin: SignIn, http: httpx2.Client) -> None:
        """Whoever passes a client in closes it."""
        with signin:
            pass
        assert not http.is_closed
