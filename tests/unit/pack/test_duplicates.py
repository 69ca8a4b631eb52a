"""Several records for one person: one stands, the others are refused and leave no trace."""

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import duplicates, identifier_buckets, sharing, spilling
from samekey.pack.duplicates import Refused
from samekey.records import Position
from tests.unit.pack.conftest import Identifiers, SpoolsOf

Find = Callable[..., list[Refused]]
NAMES = ["email", "username", "phone_number", "user_id"]

PEOPLE = st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "é", "7", "8"])), max_size=8)
CLAIMS = st.sampled_from([-2.0, -1.0, math.inf])


@pytest.fixture
def find(spools_of: SpoolsOf) -> Find:
    """Finds duplicates among people told by their identifiers, who come in two spools divided at `middle`."""

    def find_among(
        people: list[Identifiers], middle: int = 1, *, keep: str = "first", claims: Sequence[float] = ()
    ) -> list[Refused]:
        return list(duplicates.find(spools_of(people, middle, claims=claims), keep=keep))

    return find_among


@pytest.fixture(params=["memory", "disk"], autouse=True)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of duplicates is kept in memory, or on the disk from the second one on."""
    if request.param == "disk":
        monkeypatch.setattr(sharing, "BUCKET_NAMES", 2)
        monkeypatch.setattr(identifier_buckets, "SPREAD_NAMES", 2)
        monkeypatch.setattr(sharing, "REPEATED_IN_MEMORY", 0)
        monkeypatch.setattr(duplicates, "CLAIMS_IN_MEMORY", 2)
        monkeypatch.setattr(spilling, "NUMBERS_IN_MEMORY", 1)
        monkeypatch.setattr(spilling, "NUMBERS_AT_ONCE", 2)


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
    @given(people=PEOPLE, middle=st.integers(0, 8))
    def test_finds_what_one_look_at_each_finds(self, find: Find, people: list[Identifiers], middle: int) -> None:
        """Spools change nothing: the same as going through everybody with one memory."""
        assert one_look(people, range(len(people))) == find(people, middle)


class TestKeep:
    """Who stands for the person is what the rules say."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(PEOPLE, st.integers(0, 8))
    def test_last(self, find: Find, people: list[Identifiers], middle: int) -> None:
        """As if the source were read backwards."""
        backwards = range(len(people))[::-1]
        assert one_look(people, backwards) == find(people, middle, keep="last")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(PEOPLE, st.integers(0, 8), st.data())
    def test_newest(self, find: Find, people: list[Identifiers], middle: int, data: st.DataObject) -> None:
        """As if the source were sorted by it; of equals the first."""
        claims = data.draw(st.lists(CLAIMS, min_size=len(people), max_size=len(people)))
        ranked = sorted(range(len(people)), key=claims.__getitem__)
        assert one_look(people, ranked) == find(people, middle, keep="newest", claims=claims)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(PEOPLE, st.integers(0, 8))
    def test_nobody(self, find: Find, people: list[Identifiers], middle: int) -> None:
        """Everybody who shares an identifier is refused, and told who else has it."""
        holders: dict[tuple[str, str], list[int]] = {}
        for ordinal, identifiers in enumerate(people):
            for each in identifiers.items():
                holders.setdefault(each, []).append(ordinal)
        expected = []
        for ordinal, identifiers in enumerate(people):
            shared = [(name, holders[name, identifiers[name]]) for name in NAMES if name in identifiers]
            others = [(name, min(set(each) - {ordinal})) for name, each in shared if len(each) > 1]
            expected += [Refused(ordinal, *others[0])] if others else []
        assert expected == find(people, middle, keep="refuse")

    @pytest.mark.parametrize("keep", ["first", "last", "newest", "refuse"])
    def test_is_told_with_the_position_of_the_other(self, keep: str) -> None:
        """Whoever reads the rejection finds both records."""
        said = duplicates.remedy(Refused(1, "email", 0), Position(0, 1), keep)
        assert said.startswith("Record 1 (line 1) has the same email")


def one_look(people: list[Identifiers], ordinals: Sequence[int]) -> list[Refused]:
    """Everybody who is refused when people take their identifiers in that order."""
    taken: dict[tuple[str, str], int] = {}
    refused = []
    for ordinal in ordinals:
        mine = [(name, people[ordinal][name]) for name in NAMES if name in people[ordinal]]
        clash = next((each for each in mine if each in taken), None)
        if clash:
            refused.append(Refused(ordinal, clash[0], taken[clash]))
        else:
            taken.update(dict.fromkeys(mine, ordinal))
    return sorted(refused)
