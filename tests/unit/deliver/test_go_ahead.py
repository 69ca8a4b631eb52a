"""A person says yes once before the first job."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.deliver import go_ahead
from samekey.deliver.go_ahead import AboutToSend
from samekey.errors import UsageError
from samekey.journal.journal import Journal
from samekey.testing.manual_clock import ManualClock


class Person:
    """Somebody who is asked, and gives one answer."""

    def __init__(self, *, answer: bool) -> None:
        self.answer = answer
        self.seen: list[AboutToSend] = []

    def __call__(self, about: AboutToSend) -> bool:
        """Look, and answer."""
        self.seen.append(about)
        return self.answer


def about_to(tenant: str) -> AboutToSend:
    """What would be sent there."""
    return AboutToSend(
        TenantAddress.parse(tenant), Connection("con_1", "Users", "auth0"), 12, 4, upsert=False, clusters=()
    )


REAL = about_to("acme.eu.auth0.com")
REHEARSAL = about_to("http://127.0.0.1:4400")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a delivery that has just begun."""
    with Journal(tmp_path / "journal.sqlite") as opened:
        opened.begin(
            tenant="t", connection_id="con_1", connection="Users", upsert=False, completion_email=False,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        yield opened


def is_confirmed(journal: Journal) -> bool:
    """Whether a yes is written down."""
    begun = journal.delivery()
    return begun is not None and begun.confirmed_at is not None


class TestObtain:
    def test_shows_what_would_be_sent(self, journal: Journal) -> None:
        """The person sees tenant, connection and numbers, and the yes is written down."""
        person = Person(answer=True)
        go_ahead.obtain(journal, REAL, person, clock=ManualClock())
        assert [REAL] == person.seen
        assert is_confirmed(journal)

    def test_asks_once_in_the_life_of_a_delivery(self, journal: Journal) -> None:
        """Resuming does not ask again."""
        go_ahead.obtain(journal, REAL, Person(answer=True), clock=ManualClock())
        second = Person(answer=False)
        go_ahead.obtain(journal, REAL, second, clock=ManualClock())
        assert [] == second.seen

    def test_takes_anything_else_for_a_no(self, journal: Journal) -> None:
        """Without a yes nothing is written down, and the next run asks again."""
        with pytest.raises(UsageError, match="nothing was sent"):
            go_ahead.obtain(journal, REAL, Person(answer=False), clock=ManualClock())
        assert not is_confirmed(journal)

    def test_does_not_ask_for_a_rehearsal(self, journal: Journal) -> None:
        """A tenant on this machine gets its jobs without asking."""
        person = Person(answer=False)
        go_ahead.obtain(journal, REHEARSAL, person, clock=ManualClock())
        assert [] == person.seen
        assert is_confirmed(journal)

    def test_believes_a_script(self, journal: Journal) -> None:
        """`--yes` is a yes."""
        go_ahead.obtain(journal, REAL, None, clock=ManualClock())
        assert is_confirmed(journal)
