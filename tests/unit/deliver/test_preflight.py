"""What must be true before the first job."""

from dataclasses import dataclass

import pytest

from samekey.client.wire import Connection
from samekey.deliver import preflight
from samekey.errors import TenantRefused

DATABASE = Connection("con_1", "Users", "auth0")


@dataclass
class FakeAdministration:
    """A tenant with one connection and a token of certain scopes."""

    found: Connection = DATABASE
    granted: frozenset[str] = frozenset(preflight.NEEDED_SCOPES)

    def scopes(self) -> frozenset[str]:
        """The scopes of the token."""
        return self.granted

    def connection(self, name_or_id: str) -> Connection:
        """The one connection, whatever it is called by."""
        assert name_or_id in {self.found.id, self.found.name}
        return self.found


class TestCheck:
    def test_finds_the_connection(self) -> None:
        """With all that is needed there is nothing to warn of."""
        assert preflight.Preflight(DATABASE, ()) == preflight.check(FakeAdministration(), "Users")

    @pytest.mark.parametrize("missing", preflight.NEEDED_SCOPES)
    def test_names_a_missing_scope(self, missing: str) -> None:
        """A scope that will be needed later is asked for now."""
        granted = frozenset(preflight.NEEDED_SCOPES) - {missing}
        with pytest.raises(TenantRefused, match=missing):
            preflight.check(FakeAdministration(granted=granted), "Users")

    def test_warns_of_a_token_that_does_not_say(self) -> None:
        """An opaque token may do; a person is told that nobody knows."""
        (warning,) = preflight.check(FakeAdministration(granted=frozenset()), "Users").warnings
        assert "scopes" in warning

    def test_refuses_what_is_no_database(self) -> None:
        """Users with passwords go to a database connection and nowhere else."""
        with pytest.raises(TenantRefused, match="google-oauth2"):
            preflight.check(FakeAdministration(Connection("con_2", "Google", "google-oauth2")), "Google")

    def test_refuses_a_custom_database_without_import_mode(self) -> None:
        """A custom database takes imports only in import mode, and is told so before a job is."""
        options = {"enabledDatabaseCustomization": True}
        with pytest.raises(TenantRefused, match="import mode"):
            preflight.check(FakeAdministration(Connection("con_3", "Legacy", "auth0", options)), "Legacy")

    def test_takes_a_custom_database_in_import_mode(self) -> None:
        """In import mode it is as good as any."""
        found = Connection("con_3", "Legacy", "auth0", {"enabledDatabaseCustomization": True, "import_mode": True})
        assert found == preflight.check(FakeAdministration(found), "con_3").connection
