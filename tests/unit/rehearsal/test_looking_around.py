"""People and connections as the Management API shows them, paces and levers."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from samekey.auth0 import limits
from samekey.rehearsal import pacing
from tests.unit.rehearsal.conftest import Arrive
from tests.unit.rehearsal.visitor import Visitor

EMAIL = "anna@example.test"


class TestDate:
    def test_is_that_of_the_tenants_own_clock(self, visitor: Visitor) -> None:
        """A clock that was moved dates the answers, as it dates what is created."""
        before = parsedate_to_datetime(visitor.get("connections").headers["date"])
        visitor.tenant.clock.advance(3600)
        after = parsedate_to_datetime(visitor.get("connections").headers["date"])
        assert timedelta(hours=1) == after - before
        assert before == visitor.clock.now().replace(microsecond=0)


class TestConnections:
    def test_are_an_array_by_default(self, visitor: Visitor) -> None:
        """One database connection, with an id of the documented form."""
        (connection,) = visitor.get("connections", strategy="auth0").json()
        assert (connection["strategy"], connection["realms"]) == ("auth0", ["Username-Password-Authentication"])
        assert connection["id"].startswith("con_")
        assert len(connection["id"]) == 20

    @pytest.mark.parametrize(
        ("query", "keys"),
        [
            ({"include_totals": "true"}, ["start", "limit", "length", "total", "connections"]),
            ({"include_totals": "true", "take": "50"}, ["connections"]),
        ],
        ids=["totals", "checkpoint"],
    )
    def test_come_as_objects_when_asked(self, visitor: Visitor, query: dict[str, str], keys: list[str]) -> None:
        """Both SDKs ask for an object."""
        assert list(visitor.get("connections", **query).json()) == keys

    @pytest.mark.parametrize("query", [{"name": "other"}, {"strategy": "google-oauth2"}], ids=["name", "strategy"])
    def test_are_filtered(self, visitor: Visitor, query: dict[str, str]) -> None:
        """A name or a strategy that nothing has gives an empty list."""
        assert visitor.get("connections", **query).json() == []

    def test_end_with_an_empty_page(self, visitor: Visitor) -> None:
        """A pager that stops only at an empty page stops."""
        assert visitor.get("connections", page="1").json() == []

    def test_are_found_by_id(self, visitor: Visitor) -> None:
        """One that is there, and one that is not."""
        answers = [visitor.get(f"connections/{name}") for name in (visitor.connection_id, "con_0123456789abcdef")]
        assert [answer.status_code for answer in answers] == [200, 404]

    @pytest.mark.parametrize("query", [{"page": "x"}, {"per_page": "101"}, {"take": "-1"}])
    def test_refuse_numbers_that_are_none(self, visitor: Visitor, query: dict[str, str]) -> None:
        """A page that cannot be is a 400."""
        answer = visitor.get("connections", **query)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_query_string")

    def test_are_made_changed_and_deleted(self, visitor: Visitor) -> None:
        """A second directory with rules of its own: imports and logins keep them apart."""
        made = visitor.send("POST", "connections", {"name": "Second", "strategy": "auth0"}).json()
        visitor.send("PATCH", f"connections/{made['id']}", {"options": {"requires_username": True}})
        assert visitor.codes({"email": EMAIL}, connection_id=made["id"]) == [["OBJECT_MISSING_REQUIRED_PROPERTY"]]
        visitor.imported([{"email": EMAIL}])
        visitor.imported([{"email": EMAIL, "username": "anna"}], connection_id=made["id"])
        assert [user["identities"][0]["connection"] for user in visitor.get("users-by-email", email=EMAIL).json()] == [
            "Username-Password-Authentication",
            "Second",
        ]
        visitor.send("DELETE", f"connections/{made['id']}")
        assert len(visitor.get("users-by-email", email=EMAIL).json()) == 1

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"name": "Username-Password-Authentication"}, 409),
            ({"name": "a b"}, 400),
            ({"name": "a", "strategy": "x"}, 400),
        ],
        ids=["taken", "bad name", "social"],
    )
    def test_are_refused(self, visitor: Visitor, body: dict[str, str], status: int) -> None:
        """A taken name, a bad one, and what is no database."""
        assert visitor.send("POST", "connections", body).status_code == status

    def test_tell_their_clients(self, visitor: Visitor) -> None:
        """The newer way to ask who may use a connection."""
        clients = visitor.get(f"connections/{visitor.connection_id}/clients").json()["clients"]
        assert visitor.client("machine")["client_id"] in [client["client_id"] for client in clients]


class TestUsers:
    def test_are_unknown_with_the_documented_body(self, visitor: Visitor) -> None:
        """Nobody there is a 404 of its own form."""
        answer = visitor.get("users/auth0%7Cnobody")
        expected = {
            "statusCode": 404,
            "error": "Not Found",
            "message": "The user does not exist.",
            "errorCode": "inexistent_user",
        }
        assert (answer.status_code, answer.json()) == (404, expected)

    def test_are_found_by_exact_address(self, visitor: Visitor) -> None:
        """The search by email is case-sensitive, and addresses are stored in lower case."""
        visitor.imported([{"email": "ANNA@example.test"}])
        found = [len(visitor.get("users-by-email", email=email).json()) for email in ("ANNA@example.test", EMAIL)]
        assert found == [0, 1]

    def test_want_an_address_to_search(self, visitor: Visitor) -> None:
        """No address is a bad question, not an empty answer."""
        assert visitor.get("users-by-email").status_code == 400

    def test_show_only_asked_fields(self, visitor: Visitor) -> None:
        """`fields` includes, or leaves out."""
        visitor.imported([{"email": EMAIL}])
        (only,) = visitor.get("users-by-email", email=EMAIL, fields="email").json()
        (without,) = visitor.get("users-by-email", email=EMAIL, fields="email", include_fields="false").json()
        assert (list(only), "email" in without, "user_id" in without) == (["email"], False, True)

    def test_are_deleted_once_and_again(self, visitor: Visitor) -> None:
        """Deleting twice gives 204 twice, and the person is gone."""
        visitor.imported([{"email": EMAIL, "user_id": "a/b|c"}])
        answers = [visitor.send("DELETE", "users/auth0%7Ca%2Fb%7Cc").status_code for _ in range(2)]
        assert (answers, visitor.get("users-by-email", email=EMAIL).json()) == ([204, 204], [])


class TestPace:
    def test_stands_on_every_answer(self, visitor: Visitor) -> None:
        """Good answers and refusals carry the three headers."""
        names = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}
        answers = [visitor.get("connections"), visitor.get("users/x"), visitor.http.get("/api/v2/connections")]
        assert [names <= set(answer.headers) for answer in answers] == [True, True, True]

    def test_refuses_beyond_the_plan(self, arrive: Arrive) -> None:
        """The free plan takes two calls at once; the third waits, and the header says until when."""
        visitor = arrive(plan="free")
        visitor.headers()
        answers = [visitor.get("connections") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        body = answers[2].json()
        assert (body["message"], body["errorCode"]) == ("Global limit has been reached", "too_many_requests")
        visitor.clock.sleep(float(answers[2].headers["x-ratelimit-reset"]) - visitor.clock.now().timestamp())
        assert visitor.get("connections").status_code == 200

    def test_is_told_in_the_time_of_the_world(self, visitor: Visitor) -> None:
        """A clock moved by a day moves jobs and tokens; a client that waits until the reset waits a second."""
        visitor.control("POST", "/clock", {"advance_seconds": 86_000})
        reset = float(visitor.get("connections").headers["x-ratelimit-reset"])
        assert 0 < reset - visitor.clock.now().timestamp() <= 2

    def test_stands_in_the_log_when_it_is_reached(self, arrive: Arrive) -> None:
        """Once a minute, however many calls are refused."""
        visitor = arrive(plan="free")
        statuses = [visitor.get("connections").status_code for _ in range(9)]
        visitor.clock.sleep(60)
        lines = visitor.get("logs", q="type:api_limit").json()
        assert ([429] * 7, ["Rate limit on the Management API"]) == (
            statuses[2:],
            [line["description"] for line in lines],
        )

    def test_fills_again_at_its_rate(self) -> None:
        """Two a second: half a second after the last token one call passes, and no more than the burst is saved."""
        bucket = pacing.Bucket(pacing.Pace(burst=2, per_second=2))
        allowed = [bucket.take(moment).is_allowed for moment in (0, 0, 0, 0.5, 0.5, 100, 100, 100)]
        assert allowed == [True, True, False, True, False, True, True, False]

    def test_have_limits_of_their_own_for_some_endpoints(self, arrive: Arrive) -> None:
        """Essentials reads connections five times at once; reading users goes on."""
        visitor = arrive(plan="essentials")
        statuses = [visitor.get("connections").status_code for _ in range(6)]
        assert [200] * 5 + [429] == statuses
        assert ("200", "40") == (
            str(visitor.get("users").status_code),
            visitor.get("users").headers["x-ratelimit-limit"],
        )

    @pytest.mark.parametrize(
        ("method", "path", "group"),
        [
            ("GET", "/users-by-email", "read users"),
            ("PATCH", "/users/{user_id:path}", "write users"),
            ("DELETE", "/users/{user_id:path}", "delete users"),
            ("POST", "/organizations/{organization_id}/members", "write organization members"),
            ("GET", "/logs/{log_id}", "read logs"),
        ],
    )
    def test_tell_endpoints_apart(self, method: str, path: str, group: str) -> None:
        """By what a call does and to what."""
        assert group == pacing.endpoint_group(method, path)

    def test_count_logins_of_a_person_from_an_address(self, arrive: Arrive) -> None:
        """Twenty at once, then ten a minute; nobody else waits for them."""
        visitor = arrive(plan="enterprise")
        here = {"auth0-forwarded-for": "192.0.2.1"}
        asked = {
            "grant_type": "password",
            "username": EMAIL,
            "password": "wrong",
            **visitor.client("login"),
        }
        connection = visitor.get(f"connections/{visitor.connection_id}").json()
        options = {**connection["options"], "brute_force_protection": False}
        visitor.send("PATCH", f"connections/{visitor.connection_id}", {"options": options})
        answers = [visitor.http.post("/oauth/token", data=asked, headers=here) for _ in range(21)]
        assert [403] * 20 + [429] == [answer.status_code for answer in answers]
        assert "too_many_logins" == answers[-1].json()["error"]
        assert 403 == visitor.http.post("/oauth/token", data=asked).status_code
        visitor.clock.sleep(6)
        assert 403 == visitor.http.post("/oauth/token", data=asked, headers=here).status_code

    def test_forget_whoever_came_longest_ago(self) -> None:
        """A flood of names does not fill the memory, and does not help whoever is in it now."""
        pace = pacing.LoginPace(pacing.Pace(burst=1, per_second=0.001))
        tries = [pace.take(0, identity=str(number), ip="") for number in (0, 0, *range(1, 10_001), 10_000, 0)]
        assert [True, False, *[True] * 10_000, False, True] == tries


class TestControl:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [({}, 401), ({"authorization": "Bearer wrong"}, 401), ({"host": "evil.test"}, 403)],
        ids=["no token", "wrong token", "another host"],
    )
    def test_is_for_whoever_started_the_tenant(self, visitor: Visitor, headers: dict[str, str], status: int) -> None:
        """Levers need the token, and the tenant's own name in the Host header."""
        assert visitor.http.get("/control", headers=headers).status_code == status

    def test_never_shows_a_hash(self, visitor: Visitor) -> None:
        """The list of passwords tells kinds, not values."""
        digest = "a9993e364706816aba3e25717850c26c9cd0d89d"
        stored = {"algorithm": "sha1", "hash": {"value": digest, "encoding": "hex"}}
        visitor.imported([{"email": EMAIL, "custom_password_hash": stored}])
        answer = visitor.control("GET", "/passwords")
        (entry,) = answer.json()
        assert (entry["email"], entry["kind"], entry["imported"], digest in answer.text) == (
            EMAIL,
            "sha1",
            True,
            False,
        )

    def test_moves_time_for_good(self, arrive: Arrive) -> None:
        """A moved clock stays moved after a restart."""
        first = arrive()
        first.control("POST", "/clock", {"advance_seconds": 3600})
        second = arrive(first.tenant.store.path)
        assert second.control("GET").json()["clock_offset_seconds"] == 3600.0

    def test_resets(self, visitor: Visitor) -> None:
        """Afterwards nobody is there and the levers stand as at start; tokens stay good."""
        job = visitor.imported([{"email": EMAIL}])
        visitor.control("PATCH", "/levers", {"job_seconds": 30})
        state = visitor.control("POST", "/reset").json()
        assert (state["users"], state["levers"]["job_seconds"]) == (0, 0.0)
        assert visitor.get(f"jobs/{job['id']}").status_code == 404

    def test_lets_everybody_try_again_after_a_reset(self, visitor: Visitor) -> None:
        """Wrong passwords of an earlier rehearsal do not count in the next, for the same user id either."""
        people = [{"email": EMAIL, "user_id": "7"}]
        visitor.imported(people)
        statuses = [visitor.login(EMAIL, "no").status_code for _ in range(11)]
        visitor.control("POST", "/reset")
        visitor.imported(people)
        assert ([429], 403) == (statuses[10:], visitor.login(EMAIL, "no").status_code)

    def test_seeds(self, visitor: Visitor) -> None:
        """People are put in without a job, judged as by one; nobody is changed who is there."""
        visitor.imported([{"email": EMAIL}])
        people = [{"email": "b@example.test", "name": "B"}, {"email": EMAIL, "name": "A"}, {"email": "x@"}]
        body = visitor.control("POST", "/seed", people).json()
        codes = [entry["errors"][0]["code"] for entry in body["failed"]]
        assert (1, ["DUPLICATED_USER", "INVALID_FORMAT"]) == (body["inserted"], sorted(codes))
        assert ("B", EMAIL) == (visitor.user("b@example.test")["name"], visitor.user(EMAIL)["name"])

    @pytest.mark.parametrize(("path", "body", "status"), [("/seed", {}, 400), ("/seed?connection=elsewhere", [], 404)])
    def test_seeds_arrays_only_and_connections_that_are_there(
        self, visitor: Visitor, path: str, body: object, status: int
    ) -> None:
        """Anything else is refused."""
        assert status == visitor.control("POST", path, body).status_code

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PATCH", "/levers", {"job_fate": "explode"}),
            ("PATCH", "/levers", {"job_seconds": -1}),
            ("PATCH", "/levers", {"nonsense": 1}),
            ("POST", "/clock", {}),
            ("POST", "/clock", {"advance_seconds": "soon"}),
        ],
    )
    def test_refuses_nonsense(self, visitor: Visitor, method: str, path: str, body: object) -> None:
        """A lever that is not there, or a position it does not have."""
        assert visitor.control(method, path, body).status_code == 400


class TestStore:
    def test_is_for_its_owner_only(self, visitor: Visitor) -> None:
        """The file that holds hashes is 0600."""
        assert visitor.tenant.store.path.stat().st_mode & 0o777 == 0o600

    def test_forgets_nothing_on_a_refused_address(self, visitor: Visitor) -> None:
        """An address nobody answers at, and a method it does not take, get bodies of the same form."""
        answers = [visitor.http.get("/api/v3"), visitor.http.put("/api/v2/connections")]
        assert [answer.json()["statusCode"] for answer in answers] == [404, 405]

    def test_bounds_bodies(self, visitor: Visitor) -> None:
        """A token request longer than any real one is not read."""
        answer = visitor.http.post("/oauth/token", content=b"x" * limits.IMPORT_REQUEST_BYTES_MAX)
        assert answer.status_code == 413
