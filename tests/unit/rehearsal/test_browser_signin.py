"""Signing in with a browser: the code flow with PKCE, the pages, second factors, refresh tokens, blocks."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from samekey.rehearsal import applications, one_time_codes
from tests.unit.rehearsal.conftest import Arrive
from tests.unit.rehearsal.visitor import Visitor

APP = "https://shop.example.test"
EMAIL = "anna@example.test"
PASSWORD = "Kestrel-41:river"
SECRET = "JBSWY3DPEHPK3PXP"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def user(**more: Any) -> dict[str, Any]:
    """A person with a plain SHA-1 hash."""
    value = hashlib.sha1(PASSWORD.encode()).hexdigest()
    stored = {"algorithm": "sha1", "hash": {"value": value, "encoding": "hex"}}
    return {"email": EMAIL, "custom_password_hash": stored, **more}


class Guest:
    """Somebody with a browser."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.http = visitor.http
        self.client_id = applications.register(visitor.tenant.store, APP)

    def authorize(self, **changes: str) -> Response:
        """Come from the application."""
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": APP, "state": "s1", "nonce": "n1",
            "scope": "openid profile email offline_access", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", **changes,
        }  # fmt: skip
        return self.http.get("/authorize", params={k: v for k, v in asked.items() if v}, follow_redirects=False)

    def fill(self, page: Response, **fields: str) -> Response:
        """Send the page's form."""
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        (action,) = re.findall(r'action="([^"]+)"', page.text)
        return self.http.post(action, data={**hidden, **fields}, follow_redirects=False)

    def signed_in(self, **changes: str) -> Response:
        """Come, and sign in with the right password."""
        page = self.http.get(self.authorize(**changes).headers["location"])
        return self.fill(page, username=EMAIL, password=PASSWORD)

    def exchange(self, response: Response, **changes: str) -> Response:
        """What the application does with the code."""
        fields = {
            "grant_type": "authorization_code", "client_id": self.client_id, "redirect_uri": APP,
            "code": answer(response)["code"], "code_verifier": VERIFIER, **changes,
        }  # fmt: skip
        return self.http.post("/oauth/token", data=fields)

    def refresh(self, token: str) -> Response:
        """Ask for new tokens."""
        fields = {"grant_type": "refresh_token", "client_id": self.client_id, "refresh_token": token}
        return self.http.post("/oauth/token", data=fields)


def answer(response: Response) -> dict[str, str]:
    """What came back to the application."""
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.fixture
def guest(visitor: Visitor) -> Guest:
    """A tenant with one person and one application."""
    visitor.imported([user()])
    return Guest(visitor)


class TestCodeFlow:
    def test_ends_with_tokens(self, guest: Guest) -> None:
        """Page, password, code, tokens; the nonce comes back, and the imported hash is bcrypt."""
        response = guest.signed_in()
        assert (response.status_code, answer(response)["state"]) == (303, "s1")
        body = guest.exchange(response).json()
        claims = guest.visitor.tenant.signer.verified(body["id_token"])
        assert (claims["nonce"], claims["aud"], claims["email"]) == ("n1", guest.client_id, EMAIL)
        assert guest.visitor.password_kind(EMAIL) == "bcrypt"

    def test_gives_a_code_that_works_once(self, guest: Guest) -> None:
        """The second exchange is refused."""
        response = guest.signed_in()
        statuses = [guest.exchange(response).status_code for _ in range(2)]
        assert statuses == [200, 403]

    @pytest.mark.parametrize(
        "change",
        [{"code_verifier": "x" * 43}, {"code_verifier": ""}, {"redirect_uri": "https://evil.test"}, {"code": "guess"}],
        ids=["wrong verifier", "no verifier", "other address", "guessed code"],
    )
    def test_refuses_a_stolen_code(self, guest: Guest, change: dict[str, str]) -> None:
        """A code is worth nothing without what belongs to it."""
        result = guest.exchange(guest.signed_in(), **change)
        assert (result.status_code, result.json()["error"]) == (403, "invalid_grant")

    def test_refuses_an_old_code(self, guest: Guest) -> None:
        """After ten minutes it is over."""
        response = guest.signed_in()
        guest.visitor.clock.sleep(600)
        assert guest.exchange(response).status_code == 403

    def test_remembers_the_browser(self, guest: Guest) -> None:
        """The second time there is no page; `prompt=login` asks again; signing out forgets."""
        guest.signed_in()
        assert "code" in answer(guest.authorize())
        assert guest.authorize(prompt="login").headers["location"].startswith("/u/login")
        guest.http.get("/v2/logout", params={"returnTo": APP}, follow_redirects=False)
        assert answer(guest.authorize(prompt="none"))["error"] == "login_required"

    def test_answers_a_hidden_frame(self, guest: Guest) -> None:
        """A silent request gets a page that posts the answer to the application's origin and nowhere else."""
        guest.signed_in()
        page = guest.authorize(prompt="none", response_mode="web_message")
        assert f"frame-ancestors {APP}" in page.headers["content-security-policy"]
        assert '"code":' in page.text

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge": ""}, "invalid_request"),
            ({"audience": "https://nowhere.test"}, "access_denied"),
        ],
        ids=["implicit", "plain", "no challenge", "unknown audience"],
    )
    def test_sends_errors_back(self, guest: Guest, change: dict[str, str], error: str) -> None:
        """What is wrong with the request comes to the application, with its state."""
        back = answer(guest.authorize(**change))
        assert (back["error"], back["state"]) == (error, "s1")

    @pytest.mark.parametrize("change", [{"client_id": "x"}, {"redirect_uri": "https://evil.test"}])
    def test_sends_nobody_elsewhere(self, guest: Guest, change: dict[str, str]) -> None:
        """An unknown application or address gets a page, never a redirect."""
        assert guest.authorize(**change).status_code == 403

    def test_logs_out_to_registered_addresses_only(self, guest: Guest) -> None:
        """Anything else would be an open redirect."""
        answers = [
            guest.http.get("/v2/logout", params=query, follow_redirects=False)
            for query in ({"returnTo": "https://evil.test"}, {})
        ]
        assert [response.status_code for response in answers] == [400, 200]

    def test_lets_only_registered_origins_read(self, arrive: Arrive) -> None:
        """Cross-origin answers are for registered applications."""
        visitor = arrive(apps=(APP,))
        allowed = [
            visitor.http.get("/.well-known/jwks.json", headers={"origin": origin}).headers.get(
                "access-control-allow-origin"
            )
            for origin in (APP, "https://evil.test")
        ]
        assert allowed == [APP, None]


class TestLoginPage:
    def test_words_a_refusal_as_auth0_does(self, guest: Guest) -> None:
        """A wrong password and a stranger look alike; what was typed as name stays."""
        page = guest.http.get(guest.authorize().headers["location"])
        for name in (EMAIL, "nobody@example.test"):
            refused = guest.fill(page, username=name, password="wrong")
            assert (refused.status_code, "Wrong email or password." in refused.text, name in refused.text) == (
                400,
                True,
                True,
            )

    def test_tells_what_happened_without_an_application(self, guest: Guest) -> None:
        """Which hash was checked, and that it is bcrypt now; the second time it is bcrypt that was checked."""
        texts = [guest.fill(guest.http.get("/"), username=EMAIL, password=PASSWORD).text for _ in range(2)]
        assert ["sha1, the imported hash" in text for text in texts] == [True, False]

    def test_is_tied_to_its_browser(self, guest: Guest) -> None:
        """A form sent without the cookie, with another token or too late is refused."""
        page = guest.http.get(guest.authorize().headers["location"])
        assert guest.fill(page, username=EMAIL, password=PASSWORD, csrf="guess").status_code == 400
        guest.http.cookies.clear()
        assert guest.fill(page, username=EMAIL, password=PASSWORD).status_code == 400

    def test_escapes_what_was_typed(self, guest: Guest) -> None:
        """Markup in a name stays text."""
        page = guest.http.get(guest.authorize().headers["location"])
        assert "<script>" not in guest.fill(page, username="<script>alert(1)</script>", password="x").text

    def test_has_strict_headers(self, guest: Guest) -> None:
        """No scripts, no frames, nothing kept; the form leads here or to the application."""
        page = guest.http.get(guest.authorize().headers["location"])
        policy = page.headers["content-security-policy"]
        expected = ("script-src 'none'", "frame-ancestors 'none'", f"form-action 'self' {APP}")
        assert [part in policy for part in expected] == [True, True, True]
        cookie = page.headers["set-cookie"].lower()
        assert ["httponly" in cookie, "samesite=lax" in cookie] == [True, True]


@pytest.fixture
def code_of(visitor: Visitor) -> Callable[[int], str]:
    """What an authenticator app shows, some steps from now."""
    return lambda steps: one_time_codes.code(SECRET, int(visitor.clock.now().timestamp()) // 30 + steps)


class TestSecondFactor:
    def test_makes_the_codes_of_the_standard(self) -> None:
        """RFC 6238, appendix B: the last six digits of its SHA-1 values."""
        secret = base64.b32encode(b"12345678901234567890").decode()
        codes = [one_time_codes.code(secret, moment // 30) for moment in (59, 1111111109, 20000000000)]
        assert codes == ["287082", "081804", "353130"]

    def test_is_asked_for_at_the_token_endpoint(self, visitor: Visitor, code_of: Callable[[int], str]) -> None:
        """An imported factor: password first, then the code; each code works once."""
        visitor.imported([user(mfa_factors=[{"totp": {"secret": SECRET}}])])
        refused = visitor.login(EMAIL, PASSWORD)
        assert (refused.status_code, refused.json()["error"]) == (403, "mfa_required")
        fields = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", "mfa_token": refused.json()["mfa_token"]}
        challenge = visitor.http.post(
            "/mfa/challenge", json={"mfa_token": fields["mfa_token"], "challenge_type": "otp"}
        )
        assert challenge.json() == {"challenge_type": "otp"}
        typed = code_of(0)
        tries = [
            visitor.http.post("/oauth/token", data={**fields, "otp": code, **visitor.client("login")})
            for code in ("000000" if typed != "000000" else "111111", typed)
        ]
        assert [result.status_code for result in tries] == [403, 200]
        again = visitor.login(EMAIL, PASSWORD).json()["mfa_token"]
        second = visitor.http.post(
            "/oauth/token", data={**fields, "mfa_token": again, "otp": typed, **visitor.client("login")}
        )
        assert second.status_code == 403

    def test_does_not_forget_the_organization(self, visitor: Visitor, code_of: Callable[[int], str]) -> None:
        """What was asked for with the password stands in the id token after the code."""
        visitor.imported([user(user_id="7", mfa_factors=[{"totp": {"secret": SECRET}}])])
        made = visitor.send("POST", "organizations", {"name": "acme"}).json()["id"]
        visitor.send("POST", f"organizations/{made}/members", {"members": ["auth0|7"]})
        waiting = visitor.login(EMAIL, PASSWORD, organization="acme").json()["mfa_token"]
        fields = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", "mfa_token": waiting, "otp": code_of(0)}
        answer = visitor.http.post("/oauth/token", data={**fields, **visitor.client("login")})
        claims = visitor.tenant.signer.verified(answer.json()["id_token"])
        assert (made, "acme") == (claims["org_id"], claims["org_name"])

    def test_is_listed(self, visitor: Visitor) -> None:
        """Whoever holds the mfa_token sees the factors."""
        visitor.imported([user(mfa_factors=[{"totp": {"secret": SECRET}}])])
        token = visitor.login(EMAIL, PASSWORD).json()["mfa_token"]
        listed = visitor.http.get("/mfa/authenticators", headers={"authorization": f"Bearer {token}"})
        assert [factor["authenticator_type"] for factor in listed.json()] == ["otp"]
        assert visitor.http.get("/mfa/authenticators").status_code == 401

    def test_is_asked_for_on_a_page(self, visitor: Visitor, code_of: Callable[[int], str]) -> None:
        """In a browser the code has a page of its own; a clock one step off is forgiven."""
        visitor.imported([user(mfa_factors=[{"totp": {"secret": SECRET}}])])
        guest = Guest(visitor)
        page = guest.signed_in()
        assert "One-time code" in page.text
        assert guest.fill(page, code="not a code").status_code == 400
        assert "code" in answer(guest.fill(page, code=code_of(-1)))

    def test_can_be_switched_off(self, arrive: Arrive) -> None:
        """With the policy of a new tenant nobody is asked."""
        visitor = arrive(mfa="never")
        visitor.imported([user(mfa_factors=[{"totp": {"secret": SECRET}}])])
        assert visitor.login(EMAIL, PASSWORD).status_code == 200


class TestRefreshToken:
    def test_rotates_for_applications_without_a_secret(self, guest: Guest) -> None:
        """Each works once; an old one used again ends them all."""
        first = guest.exchange(guest.signed_in()).json()["refresh_token"]
        second = guest.refresh(first).json()["refresh_token"]
        assert guest.refresh(first).status_code == 403
        assert guest.refresh(second).status_code == 403

    def test_stays_for_applications_with_one(self, guest: Guest) -> None:
        """The password grant's refresh token works again and again, and can be revoked."""
        visitor = guest.visitor
        token = visitor.login(EMAIL, PASSWORD, scope="openid offline_access").json()["refresh_token"]
        fields = {"grant_type": "refresh_token", "refresh_token": token, **visitor.client("login")}
        statuses = [visitor.http.post("/oauth/token", data=fields).status_code for _ in range(2)]
        visitor.http.post("/oauth/revoke", json={"token": token, **visitor.client("login")})
        statuses.append(visitor.http.post("/oauth/token", data=fields).status_code)
        assert statuses == [200, 200, 403]

    def test_is_not_given_unasked(self, guest: Guest) -> None:
        """Without offline_access there is none."""
        assert "refresh_token" not in guest.exchange(guest.signed_in(scope="openid")).json()


class TestBruteForce:
    def test_closes_the_door_after_ten(self, guest: Guest) -> None:
        """From then on even the right password is refused, from that address only; an unblock call opens it."""
        visitor = guest.visitor
        statuses = {visitor.login(EMAIL, "wrong").status_code for _ in range(10)}
        refused = visitor.login(EMAIL, PASSWORD)
        assert (statuses, refused.status_code, refused.json()["error"]) == ({403}, 429, "too_many_attempts")
        blocked = visitor.get("user-blocks", identifier=EMAIL).json()["blocked_for"]
        connection = visitor.tenant.settings.connection
        assert [{"identifier": EMAIL, "ip": "testclient", "connection": connection}] == blocked
        user_id = visitor.user(EMAIL)["user_id"].replace("|", "%7C")
        assert visitor.send("DELETE", f"user-blocks/{user_id}").status_code == 204
        assert visitor.login(EMAIL, PASSWORD).status_code == 200

    def test_counts_addresses_apart(self, guest: Guest) -> None:
        """The forwarded address of a trusted application is the one that counts."""
        visitor = guest.visitor
        for _ in range(10):
            visitor.login(EMAIL, "wrong")
        elsewhere = {"auth0-forwarded-for": "203.0.113.9"}
        fields = {"grant_type": "password", "username": EMAIL, "password": PASSWORD, **visitor.client("login")}
        assert visitor.http.post("/oauth/token", data=fields, headers=elsewhere).status_code == 200

    def test_begins_anew_after_a_right_password(self, guest: Guest) -> None:
        """Nine wrong, one right, nine wrong: still open."""
        visitor = guest.visitor
        for word in ["wrong"] * 9 + [PASSWORD] + ["wrong"] * 9:
            visitor.login(EMAIL, word)
        assert visitor.login(EMAIL, PASSWORD).status_code == 200

    def test_counts_strangers_too(self, guest: Guest) -> None:
        """A name nobody has is closed the same way, so that closing tells nothing."""
        statuses = [guest.visitor.login("nobody@example.test", "x").status_code for _ in range(11)]
        assert statuses == [403] * 10 + [429]

    def test_leaves_its_trail_in_the_log(self, guest: Guest) -> None:
        """The documented event types, and the hash reason for a person not yet converted."""
        visitor = guest.visitor
        visitor.login("nobody@example.test", "x")
        visitor.login(EMAIL, "wrong")
        visitor.login(EMAIL, PASSWORD)
        lines = visitor.get("logs", q="NOT type:sui AND NOT type:sapi", sort="log_id:1").json()
        assert [line["type"] for line in lines] == ["fu", "fepft", "fp", "fepft", "s", "sepft"]
        reason = "Verification failed for the provided custom_password_hash"
        assert (lines[2]["description"], lines[2]["details"]) == (
            "Password change required",
            {"error": {"reason": reason}},
        )
