"""Changed users as they are at the tenant: asked for, or taken from an export."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from samekey.client.wire import Connection, Profile
from samekey.deliver import over_there
from samekey.deliver.over_there import OverThere
from samekey.errors import TenantUnexpected
from tests.unit.deliver.conftest import Notes

CONNECTION = Connection("con_0123456789abcdef", "Users", "auth0")


def profile(number: int, **more: Any) -> Profile:
    """Somebody over there."""
    shown = {"user_id": f"auth0|{number}", "email": f"p{number}@b.test", "identities": [{"connection": "Users"}]}
    return {**shown, **more}


class Directory:
    """Users of a tenant, how it was asked for them, and what its export leaves out."""

    def __init__(self, *users: Profile, unexported: Sequence[str] = (), breaks: bool = False) -> None:
        self.users = users
        self.unexported = {"identities", *unexported}
        self.breaks = breaks
        self.asked: list[str] = []

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address."""
        self.asked.append(email)
        return [user for user in self.users if user["email"] == email.lower()]

    def user(self, user_id: str) -> Profile | None:
        """The user with this id."""
        self.asked.append(user_id)
        return next((user for user in self.users if user["user_id"] == user_id), None)

    def export_users(self, connection_id: str, fields: Sequence[str]) -> Iterator[Profile]:
        """Everybody of the connection, with the properties that were asked for."""
        assert CONNECTION.id == connection_id
        for user in self.users:
            if self.breaks:
                raise TenantUnexpected("The export broke.")
            yield {name: user[name] for name in fields if name in user and name not in self.unexported}


def exported(directory: Directory, *wanted: Profile, notes: Notes | None = None) -> OverThere:
    """After an export; what was asked for by then is forgotten."""
    there = OverThere(directory, CONNECTION, notes or Notes())
    there.export(wanted)
    directory.asked.clear()
    return there


SENT = {"email": "P1@b.test", "user_id": "1"}


class TestThreshold:
    """Requests one by one against the time of an export job."""

    @pytest.mark.parametrize(
        ("questions", "users", "expected"),
        [
            pytest.param(600, 0, False, id="a-minute-of-questions"),
            pytest.param(1_000, 10_000, True, id="ten-thousand-users"),
            pytest.param(1_000, 1_000_000, False, id="few-of-very-many"),
            pytest.param(20_000, 1_000_000, True, id="many-of-very-many"),
        ],
    )
    def test_is_reckoned(self, questions: int, users: int, expected: bool) -> None:  # noqa: FBT001  # a table
        """An export goes through everybody, questions only through those who changed."""
        assert expected == over_there.is_better_exported(questions, users)


class TestExport:
    def test_answers_for_whoever_changed(self) -> None:
        """By address or by id, without another question; others of the connection are not kept."""
        directory = Directory(profile(1, logins_count=2, app_metadata={"plan": "gold"}), profile(2), profile(3))
        moved = {"email": "new@b.test", "user_id": "2"}
        with closing(exported(directory, SENT, moved)) as there:
            (first,) = there.find(SENT)
            (second,) = there.find(moved)
            assert (2, {"plan": "gold"}) == (first["logins_count"], first["app_metadata"])
            assert [{"connection": "Users"}] == first["identities"]
            assert "auth0|2" == second["user_id"]
            assert [] == directory.asked
            there.find({"email": "p3@b.test"})
            assert ["p3@b.test"] == directory.asked

    def test_leaves_those_it_does_not_show_to_questions(self) -> None:
        """Somebody made since, or of another connection: a snapshot does not prove that nobody is there."""
        directory = Directory(profile(1))
        there = exported(directory, SENT, {"email": "p7@b.test"})
        directory.users += (profile(7),)
        assert [profile(7)] == there.find({"email": "p7@b.test"})
        there.close()

    @pytest.mark.parametrize(
        ("unexported", "shown"),
        [
            pytest.param("app_metadata", {"app_metadata": {"plan": "gold"}}, id="metadata"),
            pytest.param("logins_count", {"logins_count": 3}, id="logins"),
            pytest.param("last_password_reset", {"last_password_reset": "2026-11-25"}, id="resets"),
        ],
    )
    def test_is_put_away_when_it_does_not_tell(self, unexported: str, shown: dict[str, Any]) -> None:
        """What the tenant says of a user by id must stand in the export; else everybody is asked for."""
        notes = Notes()
        directory = Directory(profile(1, **shown), unexported=[unexported])
        there = exported(directory, SENT, notes=notes)
        assert "does not tell" in notes.said()
        assert [profile(1, **shown)] == there.find(SENT)
        assert ["P1@b.test"] == directory.asked
        there.close()

    def test_that_breaks_costs_questions(self) -> None:
        """It is a short cut and no condition."""
        notes = Notes()
        directory = Directory(profile(1), breaks=True)
        there = exported(directory, SENT, notes=notes)
        assert "The export broke: each changed user is asked for instead." in notes.said()
        assert [profile(1)] == there.find(SENT)
        there.close()


class TestQuestions:
    def test_go_by_address_and_then_by_id(self) -> None:
        """An address of another connection does not count as found."""
        elsewhere = profile(8, email="p1@b.test", identities=[{"connection": "Google"}])
        directory = Directory(elsewhere, profile(1, email="moved@b.test"))
        there = OverThere(directory, CONNECTION, Notes())
        assert ["auth0|1"] == [found["user_id"] for found in there.find(SENT)]
        assert ["P1@b.test", "auth0|1"] == directory.asked
