"""User search, making and changing single people, and the tenant log."""

from typing import Any

import pytest

from samekey.rehearsal import listing
from tests.unit.rehearsal.visitor import Visitor

PEOPLE: list[dict[str, Any]] = [
    {"email": "anna@example.test", "user_id": "1", "name": "Anna Berg", "username": "anna", "email_verified": True,
     "app_metadata": {"plan": "gold", "roles": ["admin", "boss"], "seats": 5, "trial": True}},
    {"email": "berta@example.test", "user_id": "2", "name": "Berta Berg", "blocked": True,
     "app_metadata": {"plan": "basic", "org": {"id": "x"}}, "user_metadata": {"colour": "red"}},
    {"email": "carl@other.test", "user_id": "3", "name": "Carl Dahl"},
]  # fmt: skip


@pytest.fixture
def people(visitor: Visitor) -> Visitor:
    """A tenant with three people."""
    visitor.imported(PEOPLE)
    return visitor


def found(visitor: Visitor, query: str) -> list[str]:
    """Ids that a query finds, without prefix."""
    answer = visitor.get("users", q=query, search_engine="v3")
    assert answer.status_code == 200
    return [user["user_id"].removeprefix("auth0|") for user in answer.json()]


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["1", "2", "3"]),
            ('email:"ANNA@example.test"', ["1"]),
            ("email:*example.test", ["1", "2"]),
            ("name:b*", ["2"]),
            ("name:*berg*", ["1", "2"]),
            ("username:ANNA", []),
            ("email_verified:true", ["1"]),
            ("blocked:true", ["2"]),
            ("NOT blocked:true", ["1", "3"]),
            ("_exists_:username", ["1"]),
            ("_exists_:app_metadata.org.id", ["2"]),
            ('identities.connection:"Username-Password-Authentication"', ["1", "2", "3"]),
            ('identities.connection:"Other"', []),
            ("app_metadata.plan:gold", ["1"]),
            ("app_metadata.roles:boss", ["1"]),
            ("app_metadata.seats:5", ["1"]),
            ("app_metadata.trial:true", ["1"]),
            ("app_metadata.org.id:x", ["2"]),
            ('user_metadata.colour:"red"', ["2"]),
            ("created_at:[2026-11-23 TO 2026-11-24]", ["1", "2", "3"]),
            ("created_at:{2026-11-23 TO *]", []),
            ("updated_at:2026-11-23T12:00:00.000Z", ["1", "2", "3"]),
            ("logins_count:[0 TO 0]", ["1", "2", "3"]),
            ("name:[A TO B]", ["1"]),
            ("(name:b* OR name:c*) AND NOT blocked:true", ["3"]),
            ("dahl OR carl@other.test", ["3"]),
            ("shoe_size:44", []),
            ('email:"\' or 1=1 --"', []),
        ],
    )
    def test_understands_the_documented_grammar(self, people: Visitor, query: str, expected: list[str]) -> None:
        """Every form, on every kind of field."""
        assert found(people, query) == expected

    @pytest.mark.parametrize(
        "query", ["a:(", "email:*ab", "user_metadata.colour:r*", "logins_count:many", "created_at:yesterday"]
    )
    def test_refuses_what_is_no_query(self, people: Visitor, query: str) -> None:
        """Bad syntax and undocumented wildcards are a 400."""
        assert people.get("users", q=query).status_code == 400

    @pytest.mark.parametrize("path", ["users", "logs"])
    def test_bears_many_words(self, people: Visitor, path: str) -> None:
        """Hundreds of them, each looked for in every field."""
        assert 200 == people.get(path, q=" ".join(["dahl"] * 300)).status_code

    @pytest.mark.parametrize("path", ["users", "logs"])
    def test_stops_after_its_time(self, people: Visitor, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A search that takes too long is a 503, and the next one has its time again."""
        query = " ".join(["zebra"] * 200)
        monkeypatch.setattr(listing, "SECONDS_MAX", -1.0)
        stopped = people.get(path, q=query)
        monkeypatch.undo()
        assert [503, 200] == [stopped.status_code, people.get(path, q=query).status_code]
        assert "exceeded the timeout" in stopped.json()["message"]

    def test_counts_and_pages(self, people: Visitor) -> None:
        """With totals an object; the page after the last is empty."""
        body = people.get("users", per_page="2", page="1", include_totals="true", sort="email:-1").json()
        assert {**body, "users": [user["user_id"] for user in body["users"]]} == {
            "start": 2, "limit": 2, "length": 1, "total": 3, "users": ["auth0|1"],
        }  # fmt: skip
        assert people.get("users", page="5").json() == []

    def test_ends_at_a_thousand(self, people: Visitor) -> None:
        """Paging on is refused with the documented sentence."""
        answer = people.get("users", per_page="100", page="10")
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_paging")
        assert answer.json()["message"].startswith("You can only page through the first 1000 records.")

    @pytest.mark.parametrize(("query", "status"), [({"q": "x" * 5000}, 414), ({"sort": "shoe:1"}, 400)])
    def test_bounds_what_is_asked(self, people: Visitor, query: dict[str, str], status: int) -> None:
        """Too long a query, and an order by nothing."""
        assert people.get("users", **query).status_code == status

    def test_lags_when_a_lever_says_so(self, people: Visitor) -> None:
        """Search is eventually consistent; by id and by email are not."""
        people.control("PATCH", "/levers", {"search_delay_seconds": 30})
        assert (found(people, ""), people.user("anna@example.test")["name"]) == ([], "Anna Berg")
        people.clock.sleep(30)
        assert found(people, "") == ["1", "2", "3"]


BODY = {"connection": "Username-Password-Authentication", "email": "D@example.test", "password": "Kestrel-41"}


class TestCreate:
    def test_makes_somebody_who_can_log_in(self, visitor: Visitor) -> None:
        """201 with the profile; the password is bcrypt from the first."""
        answer = visitor.send("POST", "users", BODY)
        assert (answer.status_code, answer.json()["email"]) == (201, "d@example.test")
        assert (visitor.password_kind("d@example.test"), visitor.login("d@example.test", "Kestrel-41").status_code) == (
            "bcrypt",
            200,
        )

    def test_refuses_a_second(self, visitor: Visitor) -> None:
        """The same address again is a 409."""
        answers = [visitor.send("POST", "users", BODY) for _ in range(2)]
        assert (answers[1].status_code, answers[1].json()["message"]) == (409, "The user already exists.")

    @pytest.mark.parametrize(
        "change",
        [{"connection": "Other"}, {"password": "weak"}, {"email": "x@"}, {"shoe_size": 44}, {"email": None}],
        ids=["no such connection", "weak password", "bad email", "unknown key", "null"],
    )
    def test_refuses_what_does_not_fit(self, visitor: Visitor, change: dict[str, Any]) -> None:
        """Each is a 400, and nobody is made."""
        answer = visitor.send("POST", "users", {**BODY, **change})
        assert (answer.status_code, visitor.get("users").json()) == (400, [])


class TestChange:
    def test_merges_metadata_at_the_first_level(self, people: Visitor) -> None:
        """Unlike an import: what is not mentioned stays, null removes, deeper levels are replaced."""
        people.send("PATCH", "users/auth0%7C1", {"app_metadata": {"plan": None, "seats": 6, "deep": {"a": 1}}})
        body = people.send("PATCH", "users/auth0%7C1", {"app_metadata": {"deep": {"b": 2}}}).json()
        assert body["app_metadata"] == {"roles": ["admin", "boss"], "seats": 6, "trial": True, "deep": {"b": 2}}

    def test_sets_a_password_and_lifts_the_block(self, people: Visitor) -> None:
        """The way out for somebody imported without a usable hash."""
        people.send("PATCH", "users/auth0%7C2", {"password": "Kestrel-41", "connection": "x"})
        assert people.login("berta@example.test", "Kestrel-41").status_code == 200

    def test_unverifies_a_new_address(self, people: Visitor) -> None:
        """A changed address is not verified unless that is said too."""
        body = people.send("PATCH", "users/auth0%7C1", {"email": "New@example.test"}).json()
        assert (body["email"], body["email_verified"]) == ("new@example.test", False)

    @pytest.mark.parametrize(
        "body",
        [
            {"password": "Kestrel-41", "email": "x@example.test"},
            {"username": "new", "email_verified": True},
            {"email": "berta@example.test"},
            {"app_metadata": {"email": "x"}},
            {"nonsense": 1},
            [],
        ],
        ids=["password and email", "username and flag", "somebody else's", "reserved key", "unknown key", "a list"],
    )
    def test_refuses_what_does_not_fit(self, people: Visitor, body: object) -> None:
        """Each is a 400, and nothing changes."""
        before = people.get("users/auth0%7C1").json()
        assert people.send("PATCH", "users/auth0%7C1", body).status_code == 400
        assert people.get("users/auth0%7C1").json() == before

    def test_knows_whom(self, people: Visitor) -> None:
        """Nobody there is a 404."""
        assert people.send("PATCH", "users/auth0%7C9", {"name": "x"}).status_code == 404

    def test_clears_half_made_people(self, people: Visitor) -> None:
        """The delete by connection and address, of the documented way out."""
        path = f"connections/{people.connection_id}/users?email=anna@example.test"
        assert people.send("DELETE", path).status_code == 204
        assert people.get("users-by-email", email="anna@example.test").json() == []


class TestLog:
    def test_keeps_the_trail_of_an_import(self, visitor: Visitor) -> None:
        """Whoever lost the 202 finds the external id in a `sapi` entry, and the end in `sui`."""
        visitor.imported(PEOPLE, external_id="chunk-7")
        (entry,) = visitor.get("logs", q='type:sapi AND description:"create import users job"').json()
        assert entry["details"]["request"]["body"]["external_id"] == "chunk-7"
        (end,) = visitor.get("logs", q="type:sui").json()
        assert end["details"]["summary"]["inserted"] == 3

    def test_is_walked_from_a_line_onward(self, people: Visitor) -> None:
        """Checkpoint reading sees every line once and ends with an empty page."""
        for number in range(4):
            people.send("PATCH", "users/auth0%7C1", {"name": f"n{number}"})
        seen, path = [], "logs?take=2"
        while True:
            answer = people.send("GET", path)
            if not answer.json():
                break
            seen += [line["log_id"] for line in answer.json()]
            path = answer.links["next"]["url"].partition("/api/v2/")[2]
        assert (len(seen), seen) == (6, sorted(set(seen)))

    def test_shows_one_line_and_one_persons(self, people: Visitor) -> None:
        """By id, unknown ids, and by person."""
        newest = people.get("logs", sort="date:-1").json()[0]["log_id"]
        statuses = [people.get(f"logs/{name}").status_code for name in (newest, "900", "x")]
        assert (statuses, people.get("users/auth0%7C1/logs").json()) == ([200, 404, 404], [])

    def test_comes_late_and_with_gaps(self, people: Visitor) -> None:
        """Levers hold lines back or lose them; so the log proves what happened, never what did not."""
        people.control("PATCH", "/levers", {"log_delay_seconds": 60, "log_lost_every": 2})
        before = len(people.get("logs").json())
        for number in range(4):
            people.send("PATCH", "users/auth0%7C1", {"name": f"n{number}"})
        early = len(people.get("logs").json())
        people.clock.sleep(60)
        assert (early - before, len(people.get("logs").json()) - before) == (0, 2)
