"""Everybody who stays, partition by partition and by turns, whatever the spools and blocks."""

import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import ordering, slices
from samekey.pack.chunker import ChunkSequence, Run, fill
from samekey.pack.ordering import Arranging, arranged
from samekey.pack.slices import Slices
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Position, User, UserColumns

Person = tuple[str, float]
"""Partition and turn."""
Place = tuple[int, int]
"""Spool and place in it."""

PERSON = st.tuples(st.sampled_from(["north", "south", "west"]), st.sampled_from([-2.0, 1.0, math.inf]))
PEOPLE = st.lists(st.lists(PERSON, max_size=7), max_size=4)
"""Spool by spool."""
REFUSED = st.sets(st.integers(0, 27))
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def make_spools(folder: Path, people: Sequence[Sequence[Person]]) -> list[Spool]:
    """Spools of people."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    spools: list[Spool] = []
    for each in people:
        with SpoolWriter(
            folder, f"{len(spools):04d}-00", fingerprint_key=b"k" * 32, partitioned=True, ordered=True
        ) as writer:
            users = [
                User(Position(place), str(place), {}, b"%d" % place**3, partition, turn=turn)
                for place, (partition, turn) in enumerate(each)
            ]
            writer.add(UserColumns.of(users))
        spools.append(writer.finished())
    return spools


def everybody(people: Sequence[Sequence[Person]], refused: set[int]) -> list[tuple[Place, Person]]:
    """Who stays, in the order of the source."""
    numbered = [((number, place), each) for number, some in enumerate(people) for place, each in enumerate(some)]
    return [each for ordinal, each in enumerate(numbered) if ordinal not in refused]


def places(runs: Sequence[Run]) -> list[Place]:
    """Who is in runs."""
    return [(run.spool, place) for run in runs for place in range(run.start, run.end)]


def found(spools: list[Spool], refused: set[int], arranging: Arranging) -> list[tuple[ChunkSequence, list[Place]]]:
    """Sequences with their users."""
    return [(sequence, places(list(runs))) for sequence, runs in arranged(spools, sorted(refused), arranging)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few people are many blocks."""
    monkeypatch.setattr(ordering, "BLOCK_USERS", 3)
    monkeypatch.setattr(ordering, "_READ_ENTRIES", 2)
    monkeypatch.setattr(slices, "RUNS_IN_PLACE_MAX", 1)


class TestArranged:
    """The same as sorting everybody in memory."""

    @SETTINGS
    @given(PEOPLE, REFUSED)
    def test_goes_by_turns(self, tmp_path: Path, people: list[list[Person]], refused: set[int]) -> None:
        """Equal turns stay in the order of the source."""
        expected = [place for place, _ in sorted(everybody(people, refused), key=lambda each: each[1][1])]
        sequences = found(make_spools(tmp_path, people), refused, Arranging(ordered=True))
        assert expected == [place for _, each in sequences for place in each]

    @SETTINGS
    @given(people=PEOPLE, refused=REFUSED, ordered=st.booleans())
    def test_keeps_partitions_apart(
        self, tmp_path: Path, *, people: list[list[Person]], refused: set[int], ordered: bool
    ) -> None:
        """Partitions in the order in which they first appear, by turns in each."""
        stay = everybody(people, refused)
        expected: dict[str, list[Place]] = {partition: [] for _, (partition, _) in stay}
        for place, (partition, _) in sorted(stay, key=lambda each: each[1][1] if ordered else 0):
            expected[partition].append(place)
        sequences = found(make_spools(tmp_path, people), refused, Arranging(partitioned=True, ordered=ordered))
        assert [(ChunkSequence(partition), each) for partition, each in expected.items()] == (sequences if stay else [])

    @SETTINGS
    @given(PEOPLE, REFUSED, st.integers(0, 5))
    def test_puts_small_partitions_together(
        self, tmp_path: Path, people: list[list[Person]], refused: set[int], combine_below: int
    ) -> None:
        """Those that go to the same place; nobody is lost."""
        stay = everybody(people, refused)
        users = Counter(partition for _, (partition, _) in stay)
        goes_to = {"north": ("A", ""), "south": ("A", ""), "west": ("B", "org_1")}
        arranging = Arranging(partitioned=True, combine_below=combine_below, destination=goes_to.__getitem__)
        sequences = found(make_spools(tmp_path, people), refused, arranging) if stay else []
        assert sorted(place for place, _ in stay) == sorted(place for _, each in sequences for place in each)
        for sequence, each in sequences:
            inside = {people[number][place][0] for number, place in each}
            assert {(sequence.connection, sequence.organization)} == {goes_to[name] for name in inside}
            assert sequence.combined == (len(inside) > 1)
            assert not sequence.combined or all(users[name] < combine_below for name in inside)
        alone = {sequence.partition for sequence, _ in sequences if not sequence.combined}
        assert {name for name, count in users.items() if count >= combine_below} <= alone

    @SETTINGS
    @given(people=PEOPLE, refused=REFUSED, few=st.booleans())
    def test_knows_where_everybody_lies(
        self, tmp_path: Path, *, people: list[list[Person]], refused: set[int], few: bool
    ) -> None:
        """What is read where an entry says is what the spool's edges say, also of runs that chunks join or cut."""
        spools = make_spools(tmp_path, people)
        with Slices(spools) as reading:
            sequences = arranged(spools, sorted(refused), Arranging(partitioned=True, ordered=True))
            for sequence, runs in sequences if everybody(people, refused) else ():
                users_max = 2 if few else 0
                for plan in fill(reading.with_edges(runs), bytes_max=10_000, users_max=users_max, sequence=sequence):
                    plain = [Run(run.spool, run.start, run.end) for run in plan.runs]
                    expected = b"".join(line for run in plain for line in reading.lines(run))
                    assert expected == reading.scattered_lines(plan.runs)
                    payloads = [spools[number].payload(place) for number, place in places(plan.runs)]
                    content = b"[" + b",".join(payloads) + b"]"
                    assert content == reading.content(plan.runs, plan.size_bytes)

    def test_is_the_source_itself_without_rules(self, tmp_path: Path) -> None:
        """Runs are as long as can be."""
        spools = make_spools(tmp_path, [[("north", 1.0), ("south", 0.0)]])
        sequences = [(sequence, list(runs)) for sequence, runs in arranged(spools, [], Arranging())]
        assert [(ChunkSequence(), [Run(0, 0, 2)])] == sequences

    def test_of_nobody_is_nobody(self) -> None:
        """No spool, no user."""
        assert [(ChunkSequence(), [])] == found([], set(), Arranging(partitioned=True, ordered=True))
