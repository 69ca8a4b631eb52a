"""Organisations, roles, tickets and the outbox."""

from typing import Any

import pytest

from tests.unit.rehearsal.visitor import Visitor

EMAIL = "anna@example.test"
PERSON = "users/auth0%7C1"


@pytest.fixture
def people(visitor: Visitor) -> Visitor:
    """A tenant with twelve people."""
    others = [{"email": f"u{number}@example.test", "user_id": str(number)} for number in range(2, 13)]
    visitor.imported([{"email": EMAIL, "user_id": "1"}, *others], send_completion_email="false")
    return visitor


def organization(visitor: Visitor, **body: Any) -> str:
    """A new organisation's id."""
    answer = visitor.send("POST", "organizations", {"name": "acme", **body})
    assert answer.status_code == 201
    return str(answer.json()["id"])


class TestOrganization:
    def test_is_made_and_found(self, people: Visitor) -> None:
        """By id, by name, in the list; the name is taken from then on."""
        made = organization(people, display_name="Acme", metadata={"tier": "1"})
        expected = {"id": made, "name": "acme", "display_name": "Acme", "metadata": {"tier": "1"}}
        assert [people.get(f"organizations/{made}").json(), people.get("organizations/name/acme").json()] == [
            expected
        ] * 2
        assert people.get("organizations").json() == [expected]
        assert people.send("POST", "organizations", {"name": "acme"}).status_code == 409

    @pytest.mark.parametrize(
        "body",
        [{"name": ""}, {"name": "Two Words"}, {"name": "x" * 51}, {"name": "a", "metadata": {"k": "v" * 256}}, {}],
        ids=["empty", "blank inside", "too long", "metadata too long", "none"],
    )
    def test_has_a_proper_name(self, people: Visitor, body: dict[str, Any]) -> None:
        """What does not fit is a 400."""
        assert people.send("POST", "organizations", body).status_code == 400

    def test_takes_ten_members_a_request(self, people: Visitor) -> None:
        """Eleven are refused and nobody is added; ten pass, twice is once."""
        made = organization(people)
        ids = [f"auth0|{number}" for number in range(1, 12)]
        statuses = [
            people.send("POST", f"organizations/{made}/members", {"members": some}).status_code
            for some in (ids, ids[:10], ids[:1])
        ]
        assert (statuses, len(people.get(f"organizations/{made}/members").json())) == ([400, 204, 204], 10)
        assert people.get(f"{PERSON}/organizations").json()[0]["id"] == made

    def test_adds_all_or_none(self, people: Visitor) -> None:
        """One unknown id, and nobody is added."""
        made = organization(people)
        answer = people.send("POST", f"organizations/{made}/members", {"members": ["auth0|1", "auth0|nobody"]})
        assert (answer.status_code, people.get(f"organizations/{made}/members").json()) == (404, [])

    def test_lets_connections_in(self, people: Visitor) -> None:
        """Those it was made with, and one more."""
        made = organization(people)
        path = f"organizations/{made}/enabled_connections"
        enabled = {"connection_id": people.connection_id, "assign_membership_on_login": True}
        assert people.send("POST", path, enabled).status_code == 201
        assert [one["connection_id"] for one in people.get(path).json()] == [people.connection_id]
        assert people.send("POST", path, {"connection_id": "con_0123456789abcdef"}).status_code == 400

    def test_is_forgotten(self, people: Visitor) -> None:
        """Deleted with its memberships."""
        made = organization(people)
        people.send("POST", f"organizations/{made}/members", {"members": ["auth0|1"]})
        people.send("DELETE", f"organizations/{made}/members", {"members": ["auth0|1"]})
        assert people.get(f"organizations/{made}/members").json() == []
        people.send("DELETE", f"organizations/{made}")
        assert people.get(f"organizations/{made}").status_code == 404


class TestSigningInForAnOrganization:
    PASSWORD = "Kestrel-41"

    @pytest.fixture
    def guests(self, people: Visitor) -> Visitor:
        """Two people with passwords; the first belongs to an organisation."""
        made = organization(people)
        for number in (1, 2):
            people.send("PATCH", f"users/auth0%7C{number}", {"password": self.PASSWORD})
        people.send("POST", f"organizations/{made}/members", {"members": ["auth0|1"]})
        return people

    def test_is_told_in_the_id_token(self, guests: Visitor) -> None:
        """By id and by name, for whoever belongs to it."""
        body = guests.login(EMAIL, self.PASSWORD, organization="acme").json()
        claims = guests.tenant.signer.verified(body["id_token"])
        assert claims["org_name"] == "acme"
        assert guests.login(EMAIL, self.PASSWORD, organization=claims["org_id"]).status_code == 200

    def test_is_refused_to_strangers(self, guests: Visitor) -> None:
        """Somebody else, and an organisation that is not there."""
        tries = [("u2@example.test", "acme"), (EMAIL, "nowhere")]
        assert [guests.login(name, self.PASSWORD, organization=where).status_code for name, where in tries] == [
            403,
            403,
        ]

    def test_makes_members_where_a_connection_says_so(self, guests: Visitor) -> None:
        """`assign_membership_on_login`."""
        made = guests.get("organizations/name/acme").json()["id"]
        enabled = {"connection_id": guests.connection_id, "assign_membership_on_login": True}
        guests.send("POST", f"organizations/{made}/enabled_connections", enabled)
        assert guests.login("u2@example.test", self.PASSWORD, organization="acme").status_code == 200
        assert len(guests.get(f"organizations/{made}/members").json()) == 2


class TestRole:
    def test_is_given_and_taken(self, people: Visitor) -> None:
        """To a person, from the role's side, inside an organisation: three different things."""
        role = people.send("POST", "roles", {"name": "admin"}).json()["id"]
        made = organization(people)
        member = f"organizations/{made}/members/auth0%7C1/roles"
        assert people.send("POST", f"{PERSON}/roles", {"roles": [role]}).status_code == 204
        assert people.send("POST", f"roles/{role}/users", {"users": ["auth0|2"]}).status_code == 200
        assert people.send("POST", member, {"roles": [role]}).status_code == 204
        assert [user["user_id"] for user in people.get(f"roles/{role}/users").json()] == ["auth0|1", "auth0|2"]
        assert people.send("DELETE", f"{PERSON}/roles", {"roles": [role]}).status_code == 204
        held = [[one["name"] for one in people.get(path).json()] for path in (f"{PERSON}/roles", member)]
        assert held == [[], ["admin"]]

    def test_has_a_name_of_its_own(self, people: Visitor) -> None:
        """Twice the same is a 409, none a 400, unknown a 404."""
        statuses = [
            people.send("POST", "roles", body).status_code for body in ({"name": "a"}, {"name": "a"}, {"name": ""})
        ]
        unknown = people.send("POST", f"{PERSON}/roles", {"roles": ["rol_x"]}).status_code
        assert (statuses, unknown, len(people.get("roles", name_filter="A").json())) == ([200, 409, 400], 404, 1)


class TestTicket:
    def test_lets_somebody_choose_a_password(self, people: Visitor) -> None:
        """Recorded form of the address; the page takes a strong password once."""
        answer = people.send("POST", "tickets/password-change", {"user_id": "auth0|1", "mark_email_as_verified": True})
        address = answer.json()["ticket"]
        assert (answer.status_code, address.endswith("#"), "/lo/reset?ticket=" in address) == (201, True, True)
        ticket = address.partition("ticket=")[2].rstrip("#")
        assert len(ticket) == 32
        people.http.get("/lo/reset", params={"ticket": ticket})
        csrf = people.http.cookies["samekey_form"]
        weak = people.http.post("/lo/reset", data={"ticket": ticket, "csrf": csrf, "password": "weak"})
        csrf = people.http.cookies["samekey_form"]
        fields = {"ticket": ticket, "csrf": csrf, "password": "Kestrel-41"}
        statuses = [weak.status_code, *(people.http.post("/lo/reset", data=fields).status_code for _ in range(2))]
        assert statuses == [400, 200, 400]
        assert people.login(EMAIL, "Kestrel-41").status_code == 200
        assert people.user(EMAIL)["email_verified"] is True

    def test_ends(self, people: Visitor) -> None:
        """After its time the page says so; without the form's cookie nothing is taken."""
        asked = {"connection_id": people.connection_id, "email": EMAIL, "ttl_sec": 60}
        address = people.send("POST", "tickets/password-change", asked).json()["ticket"]
        ticket = address.partition("ticket=")[2].rstrip("#")
        assert people.http.post("/lo/reset", data={"ticket": ticket, "password": "Kestrel-41"}).status_code == 400
        people.clock.sleep(60)
        assert people.http.get("/lo/reset", params={"ticket": ticket}).status_code == 400

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({}, "https://shop.example.test/done?a=1"),
            ({"includeEmailInRedirect": True}, f"https://shop.example.test/done?a=1&email={EMAIL.replace('@', '%40')}"),
        ],
    )
    def test_leads_on(self, people: Visitor, more: dict[str, Any], expected: str) -> None:
        """To the address that was given, with the email only if it was asked for."""
        asked = {"user_id": "auth0|1", "result_url": "https://shop.example.test/done?a=1", **more}
        address = people.send("POST", "tickets/password-change", asked).json()["ticket"]
        ticket = address.partition("ticket=")[2].rstrip("#")
        people.http.get("/lo/reset", params={"ticket": ticket})
        fields = {"ticket": ticket, "csrf": people.http.cookies["samekey_form"], "password": "Kestrel-41"}
        answer = people.http.post("/lo/reset", data=fields, follow_redirects=False)
        assert (303, expected) == (answer.status_code, answer.headers["location"])

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 400),
            ({"user_id": "auth0|nobody"}, 404),
            ({"user_id": "auth0|1", "ttl_sec": -1}, 400),
            ({"user_id": "auth0|1", "connection_id": "con_0123456789abcdef"}, 400),
            ({"user_id": "auth0|1", "result_url": "https://shop.example.test/", "client_id": "x"}, 400),
        ],
    )
    def test_is_for_somebody(self, people: Visitor, body: dict[str, Any], status: int) -> None:
        """Nobody named, nobody there, no time, things that do not go together."""
        assert people.send("POST", "tickets/password-change", body).status_code == status


class TestOutbox:
    def test_keeps_reset_mails(self, people: Visitor) -> None:
        """The same words for a stranger; a mail only for somebody who is there."""
        sentence = "We've just sent you an email to reset your password."
        for email in ("nobody@example.test", EMAIL):
            fields = {"client_id": "x", "email": email, "connection": people.tenant.settings.connection}
            assert people.http.post("/dbconnections/change_password", json=fields).text == sentence
        (mail,) = people.control("GET", "/outbox").json()
        assert (mail["to"], mail["kind"], "/lo/reset?ticket=" in mail["body"]) == (EMAIL, "password-reset", True)

    @pytest.mark.parametrize(("flag", "count"), [("LEFT OUT", 1), ("true", 1), ("false", 0)])
    def test_keeps_completion_mails(self, visitor: Visitor, flag: str, count: int) -> None:
        """To the administrators, unless the job said no: the default is yes."""
        visitor.imported([{"email": EMAIL}], send_completion_email=flag)
        assert [mail["kind"] for mail in visitor.control("GET", "/outbox").json()] == ["import-completed"] * count

    def test_is_filled_from_the_login_page(self, people: Visitor) -> None:
        """Forgot password: the form leads to a mail."""
        people.http.get("/u/reset-password")
        fields = {"csrf": people.http.cookies["samekey_form"], "username": EMAIL}
        statuses = [
            people.http.post("/u/reset-password", data=data).status_code for data in (fields, {**fields, "csrf": "x"})
        ]
        assert (statuses, len(people.control("GET", "/outbox").json())) == ([200, 400], 1)


class TestRecoveryCode:
    def test_is_made_anew(self, people: Visitor) -> None:
        """24 letters and digits, another every time."""
        codes = [people.send("POST", f"{PERSON}/recovery-code-regeneration").json()["recovery_code"] for _ in range(2)]
        assert ([len(code) for code in codes], codes[0] == codes[1]) == ([24, 24], False)
