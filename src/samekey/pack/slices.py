"""Runs of users: who is left when the refused are gone, and where their bytes lie in the spools."""

import os
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import FileIO
from itertools import accumulate, groupby
from types import TracebackType
from typing import Self

from samekey.pack.chunker import UNKNOWN, Run
from samekey.pack.files import open_private
from samekey.pack.spool import Spool

_COPY_BYTES = 1024 * 1024
RUNS_IN_PLACE_MAX = 16
"""So few runs are read to where they belong; more of them, which are mostly of one user, are joined."""
EDGES_USERS = 100_000
"""Users of whom is known at once where their payloads begin."""
OPEN_FILES_MAX = 64
"""Files that are kept open at once, however many spools there are."""


def runs_between(spools: Sequence[Spool], refused: Iterable[int]) -> Iterator[Run]:
    """Everybody in the order of the source, in runs, without those who are refused.

    Args:
        spools: all of them, in the order of the source.
        refused: users, counted over all spools, in order.

    """
    leaving = iter(refused)
    next_out = next(leaving, None)
    first = 0
    for number, spool in enumerate(spools):
        start = 0
        while next_out is not None and next_out < first + spool.users:
            if next_out - first > start:
                yield Run(number, start, next_out - first)
            start = next_out - first + 1
            next_out = next(leaving, None)
        if start < spool.users:
            yield Run(number, start, spool.users)
        first += spool.users


class Slices:
    """What the spools say of runs of users."""

    def __init__(self, spools: Sequence[Spool]) -> None:
        self._spools = spools
        self._firsts = list(accumulate((spool.users for spool in spools), initial=0))[:-1]
        """The first user of each spool."""
        self._has_line_edges: set[int] = set()
        self._open: dict[tuple[int, str], FileIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the files."""
        for file in self._open.values():
            file.close()

    def with_edges(self, runs: Iterable[Run]) -> Iterator[tuple[Run, Sequence[int]]]:
        """Each run with where its payloads begin, and where the last one ends; a long one comes in parts."""
        for run in runs:
            if run.payloads_begin != UNKNOWN and run.end - run.start == 1:
                yield run, (run.payloads_begin, run.payloads_end)
            elif run.end - run.start <= EDGES_USERS:
                yield run, self._numbers(run.spool, "edges", "Q", run.start, run.end + 1)
            else:
                for start in range(run.start, run.end, EDGES_USERS):
                    end = min(start + EDGES_USERS, run.end)
                    yield Run(run.spool, start, end), self._numbers(run.spool, "edges", "Q", start, end + 1)

    def content(self, runs: Sequence[Run], size_bytes: int) -> bytearray:
        """The users of some runs as one JSON array of that size."""
        content = bytearray(size_bytes)
        unfilled = memoryview(content)[1:]
        bounds = list(map(self._payload_bounds, runs))
        if len(runs) > RUNS_IN_PLACE_MAX:
            unfilled[:] = b"".join(self._gathered(runs, "payloads", bounds))
        else:
            for run, (start, end) in zip(runs, bounds, strict=True):
                file = self._file(run.spool, "payloads")
                file.seek(start)
                file.readinto(unfilled[: end - start])
                unfilled = unfilled[end - start :]
        content[0], content[-1] = b"[]"  # the latter in the place of the last comma
        return content

    def scattered_lines(self, runs: Sequence[Run]) -> bytes:
        """The lines of the users of some runs, all at once."""
        return b"".join(self._gathered(runs, "lines", list(map(self._line_bounds, runs))))

    def line(self, ordinal: int) -> bytes:
        """The line of one user, counted over all spools."""
        spool = bisect_right(self._firsts, ordinal) - 1
        place = ordinal - self._firsts[spool]
        start, end = self._line_bounds(Run(spool, place, place + 1))
        return self._read(spool, "lines", start, end)

    def lines(self, run: Run) -> Iterator[bytes]:
        """The lines of the users of a run, in blocks."""
        spool = self._spools[run.spool]
        if run.start == 0 and run.end == spool.users:
            start, end = 0, spool.path("lines").stat().st_size
        else:
            start, end = self._line_bounds(run)
        for place in range(start, end, _COPY_BYTES):
            yield self._read(run.spool, "lines", place, min(place + _COPY_BYTES, end))

    def count(self, run: Run, kinds: Counter[tuple[str, str]]) -> None:
        """Add the users of a run to what is counted by cluster and verdict."""
        of_spool = self._spools[run.spool].kinds
        if len(of_spool) == 1:
            kinds[of_spool[0]] += run.end - run.start
            return
        for index, users in Counter(self._numbers(run.spool, "kinds", "H", run.start, run.end)).items():
            kinds[of_spool[index]] += users

    def _gathered(self, runs: Sequence[Run], suffix: str, bounds: Sequence[tuple[int, int]]) -> list[bytes]:
        """Parts of files, in order; read spool by spool, so that each file is opened once."""
        parts = [b""] * len(runs)
        places: Iterable[int] = range(len(runs))
        if len(self._spools) > 1:
            places = sorted(places, key=lambda place: runs[place].spool)
        for spool, some in groupby(places, key=lambda place: runs[place].spool):
            descriptor = self._file(spool, suffix).fileno()
            for place in some:
                start, end = bounds[place]
                parts[place] = os.pread(descriptor, end - start, start)
        return parts

    def _payload_bounds(self, run: Run) -> tuple[int, int]:
        if run.payloads_begin != UNKNOWN:
            return run.payloads_begin, run.payloads_end
        return self._bounds(run, "edges")

    def _line_bounds(self, run: Run) -> tuple[int, int]:
        if run.lines_begin != UNKNOWN:
            return run.lines_begin, run.lines_end
        if run.spool not in self._has_line_edges:
            spool = self._spools[run.spool]
            if not spool.path("line-edges").exists():
                with open_private(spool.path("line-edges")) as file:
                    spool.line_edges().tofile(file)
            self._has_line_edges.add(run.spool)
        return self._bounds(run, "line-edges")

    def _bounds(self, run: Run, edges: str) -> tuple[int, int]:
        if run.end - run.start == 1:
            start, end = self._numbers(run.spool, edges, "Q", run.start, run.end + 1)
        else:
            (start,) = self._numbers(run.spool, edges, "Q", run.start, run.start + 1)
            (end,) = self._numbers(run.spool, edges, "Q", run.end, run.end + 1)
        return start, end

    def _numbers(self, spool: int, suffix: str, code: str, start: int, end: int) -> "array[int]":
        numbers: array[int] = array(code)
        numbers.frombytes(self._read(spool, suffix, start * numbers.itemsize, end * numbers.itemsize))
        return numbers

    def _read(self, spool: int, suffix: str, start: int, end: int) -> bytes:
        return os.pread(self._file(spool, suffix).fileno(), end - start, start)

    def _file(self, spool: int, suffix: str) -> FileIO:
        file = self._open.get((spool, suffix))
        if file is None:
            if len(self._open) == OPEN_FILES_MAX:
                self._open.pop(next(iter(self._open))).close()
            file = self._open[spool, suffix] = self._spools[spool].path(suffix).open("rb", buffering=0)
        return file
