"""Blocks are journalled before they are asked for, and nobody is blocked who is not meant."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samekey.deliver import blocking
from samekey.deliver.blocking import Blocking
from samekey.errors import TenantRefused
from samekey.events import Nobody
from samekey.journal.journal import Journal
from samekey.pack.changes import Change, Kind, Was
from samekey.testing.manual_clock import ManualClock

WAS = Was("01", "000001", 0)


class People:
    """Users of a tenant, and who is blocked."""

    def __init__(self, *users: dict[str, Any]) -> None:
        self.users = list(users)
        self.asked: list[tuple[str, bool]] = []
        self.refuses = 0
        """The status that a block is answered with; 0 for one that is done."""

    def users_by_email(self, email: str) -> list[dict[str, Any]]:
        """Everyone with this address."""
        return [user for user in self.users if user["email"] == email]

    def user(self, user_id: str) -> dict[str, Any] | None:
        """The user with this id."""
        return next((user for user in self.users if user["user_id"] == user_id), None)

    def set_blocked(self, user_id: str, *, blocked: bool) -> None:
        """Take note."""
        if self.refuses:
            raise TenantRefused("No.", status=self.refuses)
        self.asked.append((user_id, blocked))


def user(number: int, connection: str = "Users") -> dict[str, Any]:
    """Somebody over there."""
    return {
        "email": f"p{number}@b.test",
        "user_id": f"auth0|{number}",
        "identities": [{"connection": connection}],
    }


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with Journal(tmp_path / "journal.sqlite") as opened:
        yield opened


def carry_out(journal: Journal, people: People, *blockings: Blocking) -> dict[str, str | None]:
    """Block them; what became of each."""
    blocking.carry_out(
        journal,
        people,
        "02",
        blockings,
        connection="Users",
        total=len(blockings),
        clock=ManualClock(),
        listener=Nobody(),
    )
    return {row.key: row.outcome for row in journal.blocks()}


def block(key: str, *, is_ours: bool = True, **identifiers: str) -> Blocking:
    """Somebody to be blocked."""
    return Blocking(key, identifiers, blocked=True, is_ours=is_ours)


class TestCarryOut:
    """One request a user."""

    @pytest.mark.parametrize(
        ("asked", "outcome", "requests"),
        [
            pytest.param(block("k", user_id="1", email="x@b.test"), "blocked", [("auth0|1", True)], id="by-id"),
            pytest.param(block("k", email="p2@b.test"), "blocked", [("auth0|2", True)], id="by-address"),
            pytest.param(block("k", email="p3@b.test"), "absent", [], id="of-another-connection"),
            pytest.param(block("k", email="nobody@b.test"), "absent", [], id="nobody"),
            pytest.param(block("k", username="ann"), "unsought", [], id="by-username-alone"),
            pytest.param(block("k", is_ours=False, email="p2@b.test"), "not-ours", [], id="there-before"),
        ],
    )
    def test_blocks_the_one_who_is_meant(
        self, journal: Journal, asked: Blocking, outcome: str, requests: list[tuple[str, bool]]
    ) -> None:
        """And nobody else."""
        people = People(user(1), user(2), user(3, "Google"))
        assert {"k": outcome} == carry_out(journal, people, asked)
        assert requests == people.asked

    def test_asks_once(self, journal: Journal) -> None:
        """Whoever is done is done, also for the next process."""
        people = People(user(1), user(2))
        carry_out(journal, people, block("a", user_id="1"))
        carry_out(journal, people, block("a", user_id="1"), block("b", user_id="2"))
        assert [("auth0|1", True), ("auth0|2", True)] == people.asked

    def test_asks_again_when_it_does_not_know(self, journal: Journal) -> None:
        """An intent without an outcome: the process ended in between."""
        journal.intend_block("02", "a", blocked=True, user_id="auth0|1", at=ManualClock().now())
        people = People(user(1))
        assert {"a": "blocked"} == carry_out(journal, people, block("a", user_id="1"))
        assert [("auth0|1", True)] == people.asked

    def test_finds_nobody_where_the_user_was_just_deleted(self, journal: Journal) -> None:
        """Between the look and the request: that is no reason to stop the night."""
        people = People(user(1))
        people.refuses = 404
        assert {"a": "absent"} == carry_out(journal, people, block("a", user_id="1"))

    def test_stops_when_it_may_not(self, journal: Journal) -> None:
        """A missing scope is everybody's trouble; the intent stays open, so that the next run asks again."""
        people = People(user(1))
        people.refuses = 403
        with pytest.raises(TenantRefused):
            carry_out(journal, people, block("a", user_id="1"))
        assert [None] == [row.outcome for row in journal.blocks()]


class TestWanted:
    """Who is to be blocked, or let in again."""

    @pytest.mark.parametrize(
        ("change", "by_us", "expected"),
        [
            pytest.param(Change("k", (Kind.VANISHED,), {}, was=WAS), False, True, id="vanished"),
            pytest.param(Change("k", (Kind.PROFILE, Kind.DISABLED), {}, was=WAS), False, True, id="disabled"),
            pytest.param(Change("k", (Kind.VANISHED,), {}), False, None, id="vanished-and-never-sent"),
            pytest.param(Change("k", (Kind.REKEYED,), {}, was=WAS), False, None, id="rekeyed"),
            pytest.param(Change("k", (Kind.RETURNED,), {}, was=WAS), True, False, id="returned"),
            pytest.param(Change("k", (Kind.ENABLED,), {}, was=WAS), True, False, id="enabled"),
            pytest.param(Change("k", (Kind.ENABLED,), {}, was=WAS), False, None, id="blocked-by-others"),
            pytest.param(Change("k", (Kind.RETURNED,), {}, blocked=True, was=WAS), True, None, id="returned-blocked"),
            pytest.param(Change("k", (Kind.PROFILE,), {}, was=WAS), True, None, id="profile"),
        ],
    )
    def test_lifts_no_block_of_others(
        self,
        change: Change,
        by_us: bool,  # noqa: FBT001  # a table
        expected: bool | None,  # noqa: FBT001
    ) -> None:
        """And blocks nobody for a change of another kind."""
        assert expected == blocking.wanted(change, blocked_by_us=by_us)
