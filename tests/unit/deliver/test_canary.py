"""A few users go first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.deliver import canary
from samekey.deliver.canary import Flown, Place
from samekey.journal.journal import Journal
from tests.unit.deliver.conftest import Story

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHUNKS = [("000001", 30, "aa"), ("000002", 25, "bb")]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a delivery of two chunks, that has not begun."""
    with Journal(tmp_path / "journal.sqlite") as opened:
        opened.add_chunks("01", CHUNKS, state="waiting")
        yield opened


def layout(journal: Journal) -> list[tuple[str, int, int]]:
    """Every chunk as file, first user and number of users."""
    return [(chunk.file_name, chunk.first, chunk.users) for chunk in journal.chunks()]


PLACES: dict[str, tuple[Place | None, tuple[str, int, int], list[tuple[str, int, int]]]] = {
    "whoever comes first": (
        None, ("000001", 0, 10), [("000001", 0, 10), ("000001", 10, 20), ("000002", 0, 25)],
    ),
    "somebody in the middle": (
        Place("01", "000002", 7), ("000002", 7, 10),
        [("000001", 0, 30), ("000002", 0, 7), ("000002", 7, 10), ("000002", 17, 8)],
    ),
    "the last of all": (
        Place("01", "000002", 24), ("000002", 15, 10), [("000001", 0, 30), ("000002", 0, 15), ("000002", 15, 10)],
    ),
}  # fmt: skip


class TestChoose:
    @pytest.mark.parametrize(("near", "chosen", "after"), PLACES.values(), ids=PLACES.keys())
    def test_cuts_out_the_users_around_somebody(
        self,
        journal: Journal,
        near: Place | None,
        chosen: tuple[str, int, int],
        after: list[tuple[str, int, int]],
    ) -> None:
        """The known person is among them, there are as many as asked for, and nobody is left out of the rest."""
        found = canary.choose(journal, 10, near=near, at=AT)
        assert found is not None
        assert chosen == (found.file_name, found.first, found.users)
        assert after == layout(journal)

    def test_chooses_once_in_the_life_of_a_delivery(self, journal: Journal) -> None:
        """Run again, whatever is asked for then, the same ones are the canary."""
        first = canary.choose(journal, 10, near=None, at=AT)
        assert first == canary.choose(journal, 3, near=Place("01", "000002", 1), at=AT)

    def test_leaves_a_delivery_alone_that_has_begun(self, journal: Journal) -> None:
        """Where jobs went out already, it is too late for a canary."""
        journal.intend(journal.chunks()[0], "id-1", state="sending", at=AT, tenant_at=None)
        assert canary.choose(journal, 10, near=None, at=AT) is None
        assert [("000001", 0, 30), ("000002", 0, 25)] == layout(journal)

    def test_leaves_a_delivery_alone_that_is_no_larger(self, journal: Journal) -> None:
        """A handful of users is its own canary."""
        assert canary.choose(journal, 55, near=None, at=AT) is None

    @given(users=st.integers(1, 60), ordinal=st.integers(0, 24))
    def test_never_loses_a_user(self, tmp_path_factory: pytest.TempPathFactory, users: int, ordinal: int) -> None:
        """However it is cut, every place of every file belongs to exactly one chunk."""
        with Journal(tmp_path_factory.mktemp("run") / "journal.sqlite") as journal:
            journal.add_chunks("01", CHUNKS, state="waiting")
            canary.choose(journal, users, near=Place("01", "000002", ordinal), at=AT)
            places = [(file, first + n) for file, first, count in layout(journal) for n in range(count)]
        assert [(name, n) for name, count, _ in CHUNKS for n in range(count)] == places


class TestRunner:
    def test_hands_in_nothing_but_the_canary(self, story: Story) -> None:
        """Until somebody says go, the tenant knows these users and nobody else; then the rest follows."""
        story.tenant.job_seconds = 5.0
        story.run(canary=2)
        assert 2 == len(story.tenant.users)
        assert {"settled": 1, "waiting": 4} == {state: story.states().count(state) for state in set(story.states())}
        story.run()
        assert {"settled"} == set(story.states())
        assert story.everybody() == story.tenant.users.keys()
        assert story.created() == len(story.everybody())


class TestFlown:
    @pytest.mark.parametrize(
        ("flown", "is_well", "words"),
        [
            (Flown(10, 0, 0, 0), True, "10 of 10 users arrived, nobody tried the door"),
            (Flown(10, 0, 2, 2), True, "2 of 2 known people got in"),
            (Flown(10, 0, 2, 1), False, "1 of 2 known people got in"),
            (Flown(10, 1, 2, 2), False, "9 of 10 users arrived"),
        ],
    )
    def test_says_how_it_went(self, flown: Flown, *, is_well: bool, words: str) -> None:
        """All is well when everybody arrived and whoever tried got in."""
        assert is_well is flown.is_well
        assert words in flown.said()
