"""Nothing leaves before a person said yes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.clock import SystemClock
from samekey.deliver import go_ahead
from samekey.deliver.go_ahead import AboutToSend
from samekey.errors import UsageError
from samekey.journal.journal import Journal

REAL = "https://people.eu.auth0.com"
LOOPBACK = "http://127.0.0.1:4400"


def about(tenant: str) -> AboutToSend:
    """A delivery to this tenant."""
    connection = Connection(id="con_0123456789abcdef", name="people", strategy="auth0")
    return AboutToSend(TenantAddress.parse(tenant), connection, users=7, chunks=1, upsert=False, clusters=())


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a delivery that has begun."""
    with Journal(tmp_path / "journal.sqlite") as opened:
        opened.begin(
            tenant=REAL,
            connection_id="con_0123456789abcdef",
            connection="people",
            upsert=False,
            completion_email=False,
            at=SystemClock().now(),
        )
        yield opened


class Person:
    """Says what it was told to say, and remembers being asked."""

    def __init__(self, *, says: bool) -> None:
        self.says = says
        self.asked = 0

    def __call__(self, _about: AboutToSend) -> bool:
        """Answer."""
        self.asked += 1
        return self.says


def confirmed(journal: Journal) -> bool:
    """Whether a yes stands in the journal."""
    begun = journal.delivery()
    return begun is not None and begun.confirmed_at is not None


class TestObtain:
    """The typed yes before the first job."""

    def test_asks_once_before_a_real_tenant(self, journal: Journal) -> None:
        """A yes is written down, and a resumed delivery is not asked again."""
        person = Person(says=True)
        go_ahead.obtain(journal, about(REAL), person, clock=SystemClock())
        go_ahead.obtain(journal, about(REAL), person, clock=SystemClock())
        assert (1, True) == (person.asked, confirmed(journal))

    def test_takes_a_no_for_a_no(self, journal: Journal) -> None:
        """Nothing is sent, nothing is written down."""
        with pytest.raises(UsageError, match="nothing was sent"):
            go_ahead.obtain(journal, about(REAL), Person(says=False), clock=SystemClock())
        assert not confirmed(journal)

    def test_does_not_ask_for_a_tenant_on_this_machine(self, journal: Journal) -> None:
        """A rehearsal sends nothing anywhere."""
        person = Person(says=False)
        go_ahead.obtain(journal, about(LOOPBACK), person, clock=SystemClock())
        assert (0, True) == (person.asked, confirmed(journal))

    def test_does_not_ask_a_script_that_said_yes(self, journal: Journal) -> None:
        """`--yes` stands for the answer."""
        go_ahead.obtain(journal, about(REAL), None, clock=SystemClock())
        assert confirmed(journal)
