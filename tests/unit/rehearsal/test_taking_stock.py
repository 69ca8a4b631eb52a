"""What tools read that export a tenant's settings."""

import pytest

from samekey.rehearsal import scopes
from tests.unit.rehearsal.conftest import Arrive
from tests.unit.rehearsal.visitor import Visitor


class TestClients:
    def test_are_shown_without_secrets(self, visitor: Visitor) -> None:
        """Both applications of a fresh tenant, each by its id too."""
        listed = visitor.get("clients")
        assert {"Migration": "non_interactive", "Login": "regular_web"} == {
            one["name"]: one["app_type"] for one in listed.json()
        }
        assert [visitor.get(f"clients/{one['client_id']}").json() for one in listed.json()] == listed.json()
        assert not [role for role in ("machine", "login") if visitor.client(role)["client_secret"] in listed.text]

    def test_tell_where_an_application_runs(self, arrive: Arrive) -> None:
        """One that was registered at start, with its callbacks and without a secret."""
        visitor = arrive(apps=("http://localhost:3000",))
        (app,) = visitor.get("clients", app_type="spa").json()
        assert ("none", ["http://localhost:3000"]) == (app["token_endpoint_auth_method"], app["web_origins"])
        assert "http://localhost:3000/callback" in app["callbacks"]

    def test_are_known_or_not(self, visitor: Visitor) -> None:
        """404 for an id that nobody has."""
        assert 404 == visitor.get("clients/nobody").status_code

    def test_hold_grants_for_the_management_api(self, visitor: Visitor) -> None:
        """One: the application that may import."""
        (grant,) = visitor.get("client-grants").json()
        assert (visitor.client("machine")["client_id"], visitor.tenant.audience, list(scopes.ALL)) == (
            grant["client_id"],
            grant["audience"],
            grant["scope"],
        )


class TestLists:
    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("clients", "clients"),
            ("connections", "connections"),
            ("organizations", "organizations"),
        ],
    )
    def test_come_by_checkpoint(self, visitor: Visitor, path: str, name: str) -> None:
        """One at a time, until no `next` is left."""
        for number in range(2):
            visitor.send("POST", "organizations", {"name": f"org-{number}"})
            visitor.send("POST", "connections", {"name": f"People-{number}", "strategy": "auth0"})
        first = visitor.get(path, take="1").json()
        rest = visitor.get(path, take="100", **{"from": first["next"]}).json()
        assert "next" not in rest
        assert visitor.get(path).json() == first[name] + rest[name]

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("actions/actions", "actions"),
            ("connections-directory-provisionings?take=50", "directory_provisionings"),
            ("organizations/org_none/client-grants?include_totals=true", "client_grants"),
        ],
    )
    def test_are_empty_for_what_is_not_here(self, visitor: Visitor, path: str, name: str) -> None:
        """A tool that asks finds nothing, and goes on."""
        assert [] == visitor.send("GET", path).json()[name]

    def test_are_empty_for_permissions_of_a_role_that_is_there(self, visitor: Visitor) -> None:
        """404 for one that is not."""
        role = visitor.send("POST", "roles", {"name": "admin"}).json()["id"]
        answers = [visitor.get(f"roles/{one}/permissions") for one in (role, "rol_none")]
        assert [200, 404] == [answer.status_code for answer in answers]
        assert [] == answers[0].json()


class TestOrganizationConnections:
    def test_say_that_they_are_enabled(self, visitor: Visitor) -> None:
        """The newer list has the same connections."""
        enabled = [{"connection_id": visitor.connection_id}]
        made = visitor.send("POST", "organizations", {"name": "acme", "enabled_connections": enabled}).json()["id"]
        (shown,) = visitor.get(f"organizations/{made}/connections").json()
        assert (visitor.connection_id, True) == (shown["connection_id"], shown["is_enabled"])


class TestSettings:
    def test_name_the_default_directory(self, visitor: Visitor) -> None:
        """The connection of a fresh tenant."""
        assert visitor.tenant.settings.connection == visitor.get("tenants/settings").json()["default_directory"]
