"""Partitions in order, however many: the same as sorting them in memory; one clear error where they are too many."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.errors import UsageError
from samekey.pack import partitions, spilling, spool
from samekey.pack.chunker import ChunkSequence
from samekey.pack.partitions import rank
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Position, User, UserColumns

DESTINATIONS = {"a": ("A", ""), 'a",1': ("A", ""), "ü\n": ("B", "org_1"), "": ("C", "")}
NAMES = list(DESTINATIONS)
PEOPLE = st.lists(st.lists(st.sampled_from(NAMES), max_size=6), min_size=1, max_size=4)
"""The partition of each user, spool by spool."""
REFUSED = st.sets(st.integers(0, 23))
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def make_spools(folder: Path, people: Sequence[Sequence[str]], *, combined: bool = True) -> list[Spool]:
    """Spools of people, by their partitions."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    spools: list[Spool] = []
    for each in people:
        with SpoolWriter(
            folder, f"{len(spools):04d}-00", fingerprint_key=b"k" * 32, partitioned=True, combined=combined
        ) as writer:
            users = [User(Position(place), str(place), {}, b"{}", name) for place, name in enumerate(each)]
            writer.add(UserColumns.of(users))
        spools.append(writer.finished())
    return spools


def in_memory(staying: Sequence[str], combine_below: int) -> list[tuple[ChunkSequence, list[str]]]:
    """Sequences and the partitions in each, in order, by one look at everybody."""
    alone: list[tuple[ChunkSequence, list[str]]] = []
    shares: dict[tuple[str, str], list[str]] = {}
    for name, users in Counter(staying).items():
        goes_to = DESTINATIONS[name]
        if users >= combine_below:
            alone.append((ChunkSequence(name, *goes_to), [name]))
        else:
            shares.setdefault(goes_to, []).append(name)
    together = [
        (ChunkSequence(names[0] if len(names) == 1 else "", *goes_to), names) for goes_to, names in shares.items()
    ]
    return alone + together


@pytest.fixture(autouse=True)
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few partitions are more than memory holds."""
    monkeypatch.setattr(spilling, "SORTED_LINES", 2)
    monkeypatch.setattr(spilling, "NUMBERS_IN_MEMORY", 1)
    monkeypatch.setattr(spilling, "NUMBERS_AT_ONCE", 2)


class TestRank:
    """Of partitions and of the sequences they belong to."""

    @SETTINGS
    @given(people=PEOPLE, refused=REFUSED, combine_below=st.integers(0, 5), at_once=st.integers(1, 4))
    def test_is_that_of_sorting_in_memory(
        self, tmp_path: Path, people: list[list[str]], refused: set[int], combine_below: int, at_once: int
    ) -> None:
        """Sequences, who is in which, and the names of those who share chunks, a few users at a time."""
        spools = make_spools(tmp_path, people)
        everybody = [name for each in people for name in each]
        who_stays = [ordinal for ordinal in range(len(everybody)) if ordinal not in refused]
        staying = [everybody[ordinal] for ordinal in who_stays]
        ranks = rank(spools, sorted(refused), combine_below=combine_below, destination=DESTINATIONS.__getitem__)
        expected = in_memory(staying, combine_below)
        assert [sequence for sequence, _ in expected] == ranks.sequences
        rank_of_each = [each for number, spool in enumerate(spools) for each in ranks.of_each(number, spool)]
        ranked = {everybody[ordinal]: rank_of_each[ordinal] for ordinal in who_stays}
        assert [name for _, names in expected for name in names] == sorted(ranked, key=ranked.__getitem__)
        for number, (_, names) in enumerate(expected):
            assert {number} == {ranks.sequence_of(ranked[name]) for name in names}
            of_next = ranks.sequences[number].partitions
            assert (len(names) > 1) == (of_next is not None)
            if of_next:
                inside = [name for name in names for _ in range(staying.count(name))]
                chunks = [inside[start : start + at_once] for start in range(0, len(inside), at_once)]
                assert [tuple(dict.fromkeys(chunk)) for chunk in chunks] == [of_next(len(chunk)) for chunk in chunks]


class TestTooMany:
    """One clear error, in the process that meets it, with what to write."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Three are too many."""
        for module in (partitions, spool):
            monkeypatch.setattr(module, "SEQUENCES_MAX", 2)
        monkeypatch.setattr(partitions, "PARTITIONS_MAX", 3)

    def test_in_one_spool(self, tmp_path: Path) -> None:
        """While it is written."""
        with pytest.raises(UsageError, match="more than 100,000 partitions") as caught:
            make_spools(tmp_path, [["a", "b", "c"]], combined=False)
        assert "combine_below = 1000 under [partition]" in caught.value.remedy

    def test_in_all_together(self, tmp_path: Path) -> None:
        """When they are joined."""
        spools = make_spools(tmp_path, [["a", "b"], ["c"]], combined=False)
        with pytest.raises(UsageError, match="more than 100,000 partitions"):
            rank(spools, [], combine_below=0, destination=lambda _: ("", ""))

    def test_of_those_that_are_large(self, tmp_path: Path) -> None:
        """Who is small enough to share chunks does not count."""
        spools = make_spools(tmp_path, [["a", "b", "c", "a", "b", "c"]])
        with pytest.raises(UsageError, match="partitions with 2 users or more") as caught:
            rank(spools, [], combine_below=2, destination=lambda _: ("", ""))
        assert "raise combine_below" in caught.value.remedy
        assert [ChunkSequence()] == rank(spools, [], combine_below=3, destination=lambda _: ("", "")).sequences

    def test_of_any_size(self, tmp_path: Path) -> None:
        """The manifest names every one."""
        spools = make_spools(tmp_path, [["a", "b"], ["c", "d"]])
        with pytest.raises(UsageError, match="more than 1,000,000 partitions"):
            rank(spools, [], combine_below=3, destination=lambda _: ("", ""))
