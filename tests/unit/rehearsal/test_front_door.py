"""Tokens for machines and for people; the first login turns an imported hash into bcrypt."""

import hashlib
import json
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from joserfc import jwk, jwt

from samekey.rehearsal import logins
from tests.unit.rehearsal.conftest import Arrive
from tests.unit.rehearsal.visitor import Visitor

EMAIL = "anna@example.test"
PASSWORD = "Kestrel-41:river"
GOLDEN = Path(__file__).parents[2] / "golden" / "hashes" / "worked-records.jsonl"
WRONG = {"error": "invalid_grant", "error_description": "Wrong email or password."}


def user(password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    """A person with a plain SHA-1 hash."""
    value = hashlib.sha1(password.encode()).hexdigest()
    stored = {"algorithm": "sha1", "hash": {"value": value, "encoding": "hex"}}
    return {"email": EMAIL, "custom_password_hash": stored, **more}


def stored_password(visitor: Visitor) -> tuple[str, str | None, str | None]:
    """Kind and the two columns of the one person."""
    row = visitor.tenant.store.row("read_users_by_email", {"email": EMAIL})
    assert row is not None
    return row["hash_kind"], row["imported_hash"], row["bcrypt_hash"]


class TestFirstLogin:
    def test_turns_the_imported_hash_into_bcrypt(self, visitor: Visitor) -> None:
        """After a match the store holds bcrypt of the typed password and nothing of the import."""
        visitor.imported([user()])
        assert visitor.login(EMAIL, PASSWORD).status_code == 200
        kind, imported, converted = stored_password(visitor)
        assert (kind, imported) == ("bcrypt", None)
        assert bcrypt.checkpw(PASSWORD.encode(), str(converted).encode())

    def test_is_followed_by_others(self, visitor: Visitor) -> None:
        """Later logins use bcrypt, right and wrong."""
        visitor.imported([user()])
        words = (PASSWORD, PASSWORD, "wrong", PASSWORD)
        assert [visitor.login(EMAIL, word).status_code for word in words] == [200, 200, 403, 200]

    def test_changes_nothing_when_it_fails(self, visitor: Visitor) -> None:
        """A wrong password leaves the imported hash where it is."""
        visitor.imported([user()])
        before = stored_password(visitor)
        assert visitor.login(EMAIL, "wrong").json() == WRONG
        assert stored_password(visitor) == before

    def test_leaves_its_mark_in_the_profile(self, visitor: Visitor) -> None:
        """Last login, address and count are kept as documented."""
        visitor.imported([user()])
        visitor.clock.sleep(5)
        visitor.login(EMAIL, PASSWORD)
        shown = visitor.user(EMAIL)
        assert (shown["last_login"], shown["last_ip"], shown["logins_count"]) == (
            "2026-11-23T12:00:05.000Z",
            "testclient",
            1,
        )

    def test_does_not_undo_a_correction(self, visitor: Visitor) -> None:
        """A hash that was replaced by upsert while the old one was being checked is not overwritten."""
        visitor.imported([user("old")])
        store = visitor.tenant.store
        stale = store.row("read_users_by_email", {"email": EMAIL})
        assert stale is not None
        visitor.imported([user("new")], upsert="true")
        change = {"number": stale["number"], "imported_hash": stale["imported_hash"], "bcrypt_hash": "$2b$04$x"}
        assert store.run("convert_password", change) == 0
        assert visitor.login(EMAIL, "new").status_code == 200

    @pytest.mark.parametrize("line", GOLDEN.read_text().splitlines(), ids=lambda line: str(json.loads(line)["name"]))
    def test_succeeds_for_every_worked_record(self, visitor: Visitor, line: str) -> None:
        """One record of each algorithm imports, logs in, and becomes bcrypt."""
        record = json.loads(line)
        visitor.imported([{"email": EMAIL, "custom_password_hash": record["custom_password_hash"]}])
        statuses = [visitor.login(EMAIL, word).status_code for word in ("wrong", record["password"])]
        assert (statuses, visitor.password_kind(EMAIL)) == ([403, 200], "bcrypt")

    def test_fails_for_base64_of_hex_text(self, visitor: Visitor) -> None:
        """The article's records import cleanly and never log in."""
        value = "NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="
        stored = {"algorithm": "sha1", "hash": {"value": value, "encoding": "base64"}}
        job = visitor.imported([{"email": EMAIL, "custom_password_hash": stored}])
        assert (job["summary"]["inserted"], visitor.login(EMAIL, PASSWORD).json()) == (1, WRONG)

    def test_survives_a_work_factor_beyond_reason(self, visitor: Visitor) -> None:
        """Scrypt with N of 2^30 imports; the login is refused at once and the machine lives."""
        stored = {
            "algorithm": "scrypt",
            "hash": {"value": "00" * 64, "encoding": "hex"},
            "salt": {"value": "x"},
            "keylen": 64,
            "cost": 2**30,
        }
        visitor.imported([{"email": EMAIL, "custom_password_hash": stored}])
        assert visitor.login(EMAIL, PASSWORD).json() == WRONG


class TestLogin:
    def test_answers_as_recorded(self, visitor: Visitor) -> None:
        """Opaque 32-character token, all OpenID scopes, a day of life."""
        visitor.imported([user()])
        body = visitor.login(EMAIL, PASSWORD).json()
        assert (len(body["access_token"]), body["scope"], body["expires_in"], body["token_type"]) == (
            32,
            "openid profile email address phone",
            86_400,
            "Bearer",
        )

    def test_gives_an_id_token_with_the_recorded_claims(self, visitor: Visitor) -> None:
        """The id token is checked with the published key and names the person."""
        visitor.imported([user(email_verified=True)])
        token = visitor.login(EMAIL, PASSWORD).json()["id_token"]
        keys = jwk.KeySet.import_key_set(visitor.http.get("/.well-known/jwks.json").json())
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        names = [
            "nickname",
            "name",
            "picture",
            "updated_at",
            "email",
            "email_verified",
            "iss",
            "sub",
            "aud",
            "iat",
            "exp",
        ]
        assert list(claims) == names
        assert (claims["iss"], claims["sub"], claims["email_verified"]) == (
            "http://tenant.test/",
            visitor.user(EMAIL)["user_id"],
            True,
        )

    def test_gives_a_jwt_for_an_audience(self, arrive: Arrive) -> None:
        """With an audience the access token is a JWT for it."""
        visitor = arrive(audiences=("https://shop.example.test/",))
        visitor.imported([user()])
        token = visitor.login(EMAIL, PASSWORD, audience="https://shop.example.test/").json()["access_token"]
        claims = visitor.tenant.signer.verified(token)
        assert (claims["aud"], claims["gty"]) == ("https://shop.example.test/", "password")

    def test_refuses_an_unknown_audience(self, visitor: Visitor) -> None:
        """The recorded refusal, before any password is looked at."""
        answer = visitor.login(EMAIL, PASSWORD, audience="https://nowhere.test/")
        description = "invalid audience specified for password grant exchange"
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "invalid_request", "error_description": description},
        )

    @pytest.mark.parametrize("typed", ["ANNA@example.test", " anna@example.test ", "Anna", "+4915112345"])
    def test_takes_any_identifier(self, visitor: Visitor, typed: str) -> None:
        """Email, username and phone number, in any case, with blanks around."""
        visitor.imported([user(username="anna", phone_number="+4915112345")])
        assert visitor.login(typed, PASSWORD).status_code == 200

    def test_says_the_same_about_strangers(self, visitor: Visitor) -> None:
        """Who is not there is refused in the very words of a wrong password."""
        answer = visitor.login("nobody@example.test", PASSWORD)
        assert (answer.status_code, answer.json()) == (403, WRONG)

    def test_costs_a_stranger_the_same_work(self, visitor: Visitor) -> None:
        """A refusal does one bcrypt for an unknown person, a cheap hash, one that is never run, and a random one."""
        beyond = {"algorithm": "bcrypt", "hash": {"value": "$2b$31$" + "a" * 53}}
        users = [user(), {"email": "b@example.test"}, {"email": "c@example.test", "custom_password_hash": beyond}]
        visitor.imported(users)
        spent: list[str] = []
        desk = visitor.tenant.desk
        desk.spend = spent.append  # type: ignore[method-assign,assignment]  # only counted here
        for email in (EMAIL, "b@example.test", "c@example.test", "nobody@example.test"):
            logins.attempt(visitor.tenant, logins.Door(visitor.connection_id, "", email, ""), password="no")
        assert spent == ["no"] * 4

    def test_takes_as_long_for_a_stranger_as_for_people_with_slow_hashes(self, visitor: Visitor) -> None:
        """A stranger's password is held against somebody's hash: the same one however the name is spelled."""
        stored = {"algorithm": "bcrypt", "hash": {"value": bcrypt.hashpw(b"x", bcrypt.gensalt(5)).decode()}}
        visitor.imported([{"email": f"u{number}@example.test", "custom_password_hash": stored} for number in range(3)])
        checked: list[object] = []

        def note(stored: object, *, password: str) -> bool:
            checked.append((stored, password))
            return False

        visitor.tenant.desk.is_imported_match = note  # type: ignore[method-assign]  # only counted here
        for name in ("nobody@example.test", " Nobody@Example.test", "u1@example.test"):
            assert visitor.login(name, "x").json() == WRONG
        assert [(stored, "x")] * 3 == checked

    def test_tells_a_blocked_person_so(self, visitor: Visitor) -> None:
        """Only with the right password: a wrong one looks like everybody's. The attempt is counted as a login."""
        visitor.imported([user(blocked=True)])
        answers = [visitor.login(EMAIL, word).json() for word in ("wrong", PASSWORD)]
        assert answers == [WRONG, {"error": "unauthorized", "error_description": "user is blocked"}]
        assert 1 == visitor.user(EMAIL)["logins_count"]

    def test_cannot_be_guessed_without_a_hash(self, visitor: Visitor) -> None:
        """Whoever came without a hash has a password nobody knows, the empty one included."""
        visitor.imported([{"email": EMAIL}])
        assert [visitor.login(EMAIL, word).status_code for word in ("x", " ")] == [403, 403]

    @pytest.mark.parametrize(
        ("fields", "status", "error"),
        [
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_id": "unknown"}, 401, "invalid_client"),
            ({"realm": "elsewhere"}, 400, "invalid_request"),
            ({"realm": ""}, 400, "invalid_request"),
            ({"password": ""}, 400, "invalid_request"),
            ({"grant_type": "client_credentials"}, 403, "unauthorized_client"),
            ({"grant_type": "magic"}, 403, "unsupported_grant_type"),
            ({"grant_type": ""}, 400, "invalid_request"),
        ],
        ids=json.dumps,
    )
    def test_refuses_what_it_cannot_serve(
        self, visitor: Visitor, fields: dict[str, str], status: int, error: str
    ) -> None:
        """Each wrong field of a token request has its error."""
        answer = visitor.login(EMAIL, PASSWORD, **fields)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


class TestMachineToken:
    def test_answers_with_the_documented_fields(self, visitor: Visitor) -> None:
        """Form and JSON alike, in both spellings of the scheme, nulls counting as absent."""
        machine = {"grant_type": "client_credentials", **visitor.client("machine")}
        for scheme in ("http", "https"):
            fields = {**machine, "audience": f"{scheme}://tenant.test/api/v2/"}
            answers = [
                visitor.http.post("/oauth/token", data=fields),
                visitor.http.post("/oauth/token", json={**fields, "organization": None}),
            ]
            bodies = [answer.json() for answer in answers]
            assert [(body["token_type"], body["expires_in"]) for body in bodies] == [("Bearer", 86_400)] * 2
            assert ["create:users" in body["scope"].split() for body in bodies] == [True, True]

    def test_takes_the_secret_by_basic_authentication(self, visitor: Visitor) -> None:
        """The other documented way to say who one is."""
        machine = visitor.client("machine")
        answer = visitor.http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials", "audience": visitor.tenant.audience},
            auth=(machine["client_id"], machine["client_secret"]),
        )
        assert answer.status_code == 200

    def test_refuses_another_audience(self, visitor: Visitor) -> None:
        """A token for somebody else's API is not made here."""
        asked = {"grant_type": "client_credentials", "audience": "https://other.test/api/v2/"}
        answer = visitor.http.post("/oauth/token", data={**asked, **visitor.client("machine")})
        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")

    def test_expires(self, visitor: Visitor) -> None:
        """After its life a token is refused as expired."""
        headers = visitor.headers()
        visitor.clock.sleep(86_400)
        answer = visitor.http.get("/api/v2/connections", headers=headers)
        message = "Expired token received for JSON Web Token validation"
        assert (answer.status_code, answer.json()["message"]) == (401, message)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda token: token[:-8] + token[:8], "Invalid signature received for JSON Web Token validation."),
            (lambda _token: "rubbish", "Invalid token."),
        ],
        ids=["tampered", "rubbish"],
    )
    def test_is_refused_when_it_is_not_ours(self, visitor: Visitor, change: Any, message: str) -> None:
        """What this tenant did not sign opens nothing."""
        headers = {"authorization": f"Bearer {change(visitor.token())}"}
        assert visitor.http.get("/api/v2/connections", headers=headers).json()["message"] == message

    def test_is_not_a_persons(self, arrive: Arrive) -> None:
        """A person's token for the Management API has none of its scopes."""
        visitor = arrive()
        visitor.imported([user()])
        token = visitor.login(EMAIL, PASSWORD, audience=visitor.tenant.audience).json()["access_token"]
        answer = visitor.http.get("/api/v2/connections", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "insufficient_scope")


class TestUserinfo:
    def test_tells_who_a_token_belongs_to(self, visitor: Visitor) -> None:
        """An opaque token and a JWT open the same claims, the subject first."""
        visitor.imported([user()])
        tokens = [
            visitor.login(EMAIL, PASSWORD, **more).json()["access_token"]
            for more in ({}, {"audience": visitor.tenant.audience})
        ]
        answers = [
            visitor.http.get("/userinfo", headers={"authorization": f"Bearer {token}"}).json() for token in tokens
        ]
        assert [next(iter(answer)) for answer in answers] == ["sub", "sub"]
        assert [answer["email"] for answer in answers] == [EMAIL, EMAIL]

    @pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "Basic x"}])
    def test_refuses_in_plain_text(self, visitor: Visitor, headers: dict[str, str]) -> None:
        """Without a token there is one recorded word."""
        answer = visitor.http.get("/userinfo", headers=headers)
        assert (answer.status_code, answer.text) == (401, "Unauthorized")


class TestDiscovery:
    def test_names_addresses_that_answer(self, visitor: Visitor) -> None:
        """Every endpoint that the configuration names is there."""
        body = visitor.http.get("/.well-known/openid-configuration").json()
        assert body["issuer"] == "http://tenant.test/"
        addresses = [value for name, value in body.items() if name.endswith(("_endpoint", "_uri"))]
        assert 404 not in [visitor.http.get(address).status_code for address in addresses]
