"""Two records for one person: the first stands, the second is refused and leaves no trace."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import duplicates
from samekey.pack.duplicates import Refused
from samekey.pack.spool import SpoolWriter
from samekey.records import Position, User

Identifiers = dict[str, str]
Find = Callable[..., list[Refused]]
NAMES = ["email", "username", "phone_number", "user_id"]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Finds duplicates among people told by their identifiers, who come in two spools divided at `middle`."""

    def find_among(people: list[Identifiers], middle: int = 1) -> list[Refused]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        spools = []
        for number, each in enumerate((people[:middle], people[middle:])):
            with SpoolWriter(folder, f"{number:04d}-00", fingerprint_key=b"k" * 32, partitioned=False) as writer:
                for identifiers in each:
                    writer.add(User(Position(0), "", identifiers, b"{}"))
            spools.append(writer.finished())
        return duplicates.find(spools)

    return find_among


class TestFind:
    """Every identifier belongs to the first who had it."""

    @pytest.mark.parametrize("middle", [0, 1, 2], ids=["second-spool", "both", "first-spool"])
    @pytest.mark.parametrize("name", NAMES)
    def test_refuses_the_second_holder(self, find: Find, name: str, middle: int) -> None:
        """It is told which identifier, and who holds it; wherever the two stand."""
        assert [Refused(1, name, 0)] == find([{name: "same"}, {name: "same"}], middle)

    def test_names_the_first_of_many(self, find: Find) -> None:
        """The third is told about the first, not the second."""
        assert [Refused(1, "email", 0), Refused(2, "email", 0)] == find([{"email": "same"}] * 3)

    def test_tells_identifiers_apart(self, find: Find) -> None:
        """A username may read like somebody's id."""
        assert [] == find([{"username": "7"}, {"user_id": "7"}])

    def test_forgets_the_refused(self, find: Find) -> None:
        """The other identifiers of a refused user are still free."""
        people = [{"email": "ann"}, {"user_id": "7", "email": "ann"}, {"user_id": "7", "email": "bob"}]
        assert [Refused(1, "email", 0)] == find(people)

    def test_lets_nobody_collide_without_identifiers(self, find: Find) -> None:
        """Absent is not equal."""
        assert [] == find([{}, {}])

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", "é"])), max_size=8),
        st.integers(0, 8),
    )
    def test_finds_what_one_look_at_each_finds(self, find: Find, people: list[Identifiers], middle: int) -> None:
        """Buckets and spools change nothing: the same as going through everybody with one memory."""
        taken: dict[tuple[str, str], int] = {}
        expected = []
        for ordinal, identifiers in enumerate(people):
            mine = [(name, identifiers[name]) for name in NAMES if name in identifiers]
            clash = next((each for each in mine if each in taken), None)
            if clash:
                expected.append(Refused(ordinal, clash[0], taken[clash]))
            else:
                taken.update(dict.fromkeys(mine, ordinal))
        assert expected == find(people, middle)
