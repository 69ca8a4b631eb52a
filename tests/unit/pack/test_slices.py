"""Runs of users: everybody who stays, and what the spools say of them."""

import json
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import slices
from samekey.pack.chunker import Run
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Position, User, UserColumns

PARTITIONS = st.lists(st.lists(st.sampled_from(["north", "south", "west"]), max_size=6), max_size=4)
"""The partition of each user, spool by spool."""
REFUSED = st.sets(st.integers(0, 23))
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def make_spools(folder: Path, partitions: Sequence[Sequence[str]]) -> list[Spool]:
    """Spools whose users have their own number for a payload."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    spools: list[Spool] = []
    number = 0
    for each in partitions:
        with SpoolWriter(folder, f"{len(spools):04d}-00", fingerprint_key=b"k" * 32, partitioned=True) as writer:
            users = []
            for partition in each:
                users.append(User(Position(number), str(number), {}, b"%d" % number, partition, partition, "as-is"))
                number += 1
            writer.add(UserColumns.of(users))
        spools.append(writer.finished())
    return spools


def everybody(spools: Sequence[Spool], refused: set[int]) -> list[tuple[int, int]]:
    """Who stays, by spool and place."""
    people = [(number, place) for number, spool in enumerate(spools) for place in range(spool.users)]
    return [person for ordinal, person in enumerate(people) if ordinal not in refused]


def people(runs: Sequence[Run]) -> list[tuple[int, int]]:
    """Who is in runs, by spool and place."""
    return [(run.spool, place) for run in runs for place in range(run.start, run.end)]


class TestRunsBetween:
    """Everybody but the refused."""

    @SETTINGS
    @given(PARTITIONS, REFUSED)
    def test_leaves_the_refused_out(self, tmp_path: Path, partitions: list[list[str]], refused: set[int]) -> None:
        """And nobody else, in order, in as few runs as can be."""
        spools = make_spools(tmp_path, partitions)
        runs = list(slices.runs_between(spools, sorted(refused)))
        assert everybody(spools, refused) == people(runs)
        assert all(run.spool != following.spool or run.end < following.start for run, following in pairwise(runs))


class TestSlices:
    """What the spools hold of a run."""

    @SETTINGS
    @given(PARTITIONS, st.data())
    def test_are_the_users_of_the_run(self, tmp_path: Path, partitions: list[list[str]], data: st.DataObject) -> None:
        """Payloads, lines, edges and clusters."""
        spools = make_spools(tmp_path, [["north"], *partitions])
        number = data.draw(st.sampled_from([each for each, spool in enumerate(spools) if spool.users]))
        start = data.draw(st.integers(0, spools[number].users - 1))
        run = Run(number, start, data.draw(st.integers(start + 1, spools[number].users)))
        first = sum(spool.users for spool in spools[:number])
        numbers = range(first + run.start, first + run.end)
        with slices.Slices(spools) as reading:
            expected = b"[" + b",".join(b"%d" % each for each in numbers) + b"]"
            assert expected == reading.content([run], len(expected))
            lines = b"".join(reading.lines(run)).splitlines(keepends=True)
            assert [str(each) for each in numbers] == [json.loads(line)[0] for line in lines]
            ((_, edges),) = reading.with_edges([run])
            assert lines == [reading.line(each) for each in numbers]
            assert [len(b"%d," % each) for each in numbers] == [end - begin for begin, end in pairwise(edges)]

    def test_tell_of_a_long_run_in_parts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Which together are the run, with the edges of all."""
        monkeypatch.setattr(slices, "EDGES_USERS", 2)
        spools = make_spools(tmp_path, [["north"] * 5])
        with slices.Slices(spools) as reading:
            ((_, whole),) = reading.with_edges([Run(0, 3, 5)])
            parts = list(reading.with_edges([Run(0, 0, 5)]))
        assert [Run(0, 0, 2), Run(0, 2, 4), Run(0, 4, 5)] == [run for run, _ in parts]
        assert list(whole)[1:] == [edge for _, edges in parts for edge in edges[1:]][3:]

    def test_keep_few_files_open(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many spools are read in turn; a file that was closed is opened again."""
        monkeypatch.setattr(slices, "OPEN_FILES_MAX", 3)
        spools = make_spools(tmp_path, [["north"]] * 10)
        with slices.Slices(spools) as reading:
            found = [
                reading.content([Run(number, 0, 1)], size_bytes=3)[1:2] + b"," for number in [*range(10), *range(10)]
            ]
        assert [b"%d," % number for number in range(10)] * 2 == found
