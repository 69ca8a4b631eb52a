"""Nobody is changed or blocked before a person said yes to how many."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.deliver import change_question
from samekey.deliver.change_question import AboutToChange
from samekey.errors import UsageError
from samekey.journal.journal import Journal
from samekey.testing.manual_clock import ManualClock

REAL = TenantAddress.parse("my-tenant.eu.auth0.com")
ABOUT = AboutToChange(REAL, Connection("con_1", "Users"), "02", 100, 5, 1, 0, 7, 0, 0, {}, 0, 0)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with Journal(tmp_path / "journal.sqlite") as opened:
        yield opened


def obtain(journal: Journal, about: AboutToChange, *, answer: bool | None, block_many: bool = False) -> list[str]:
    """Ask; the rounds that a person was shown."""
    shown: list[str] = []

    def confirm(asked: AboutToChange) -> bool:
        shown.append(asked.round)
        return bool(answer)

    change_question.obtain(
        journal, about, None if answer is None else confirm, block_many=block_many, clock=ManualClock()
    )
    return shown


class TestObtain:
    """One question a delta."""

    def test_writes_a_yes_down(self, journal: Journal) -> None:
        """For this round and those before it, and for no later one."""
        assert ["02"] == obtain(journal, ABOUT, answer=True)
        found = [change_question.is_confirmed(journal, name) for name in ("01", "02", "03")]
        assert [True, True, False] == found

    def test_changes_nobody_without_one(self, journal: Journal) -> None:
        """The next run asks again."""
        with pytest.raises(UsageError, match="nobody was changed"):
            obtain(journal, ABOUT, answer=False)
        assert not change_question.is_confirmed(journal, "02")

    def test_asks_nobody_about_nothing(self, journal: Journal) -> None:
        """A delta in which nobody over there is touched."""
        nothing = dataclasses.replace(ABOUT, vanished=0, disabled=0, updated=0)
        assert [] == obtain(journal, nothing, answer=False)

    def test_asks_nobody_about_a_rehearsal(self, journal: Journal) -> None:
        """A tenant on this machine holds nobody's users."""
        rehearsal = dataclasses.replace(ABOUT, tenant=TenantAddress.parse("http://127.0.0.1:4000"))
        assert [] == obtain(journal, rehearsal, answer=False)

    def test_refuses_a_source_that_was_cut_short(self, journal: Journal) -> None:
        """Even when a script says yes; a word of its own lets it."""
        many = dataclasses.replace(ABOUT, vanished=11)
        with pytest.raises(UsageError, match="11 of 100 people"):
            obtain(journal, many, answer=None)
        obtain(journal, many, answer=None, block_many=True)
        assert change_question.is_confirmed(journal, "02")

    def test_takes_any_number_of_disabled_ones(self, journal: Journal) -> None:
        """The source says so of each of them."""
        obtain(journal, dataclasses.replace(ABOUT, disabled=90), answer=None)
        assert change_question.is_confirmed(journal, "02")
