"""Runs of users: who is left when the refused are gone, and where their bytes lie in the spools."""

import os
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from samekey.pack.chunker import Run
from samekey.pack.spool import Spool

OPEN_FILES_MAX = 64
"""Files that are kept open at once, however many spools there are."""


def runs_between(spools: Sequence[Spool], refused: Collection[int]) -> Iterator[Run]:
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
        self._open: dict[Path, BinaryIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the files."""
        for file in self._open.values():
            file.close()

    def with_edges(self, runs: Iterable[Run]) -> Iterator[tuple[Run, "array[int]"]]:
        """Each run with where its payloads begin, and where the last one ends."""
        for run in runs:
            yield run, self._numbers(run.spool, "edges", "Q", run.start, run.end + 1)

    def payloads(self, run: Run) -> bytes:
        """The payloads of a run, a comma behind each."""
        return self._between(run, "payloads", "edges")

    def lines(self, run: Run) -> bytes:
        """The lines of a run in the fingerprints file."""
        return self._between(run, "lines", "line-edges")

    def count(self, run: Run, kinds: Counter[tuple[str, str]]) -> None:
        """Add the users of a run to what is counted by cluster and verdict."""
        for index, users in Counter(self._numbers(run.spool, "kinds", "H", run.start, run.end)).items():
            kinds[self._spools[run.spool].kinds[index]] += users

    def partitions(self, runs: Iterable[Run]) -> tuple[str, ...]:
        """The partitions of the users of some runs, in the order in which they come."""
        found: dict[str, None] = {}
        for run in runs:
            spool = self._spools[run.spool]
            indices = self._numbers(run.spool, "partitions", "I", run.start, run.end)
            found.update(dict.fromkeys(spool.partitions[index] for index in indices))
        return tuple(found)

    def _between(self, run: Run, suffix: str, edges: str) -> bytes:
        (start,) = self._numbers(run.spool, edges, "Q", run.start, run.start + 1)
        (end,) = self._numbers(run.spool, edges, "Q", run.end, run.end + 1)
        return self._read(run.spool, suffix, start, end)

    def _numbers(self, spool: int, suffix: str, code: str, start: int, end: int) -> "array[int]":
        numbers: array[int] = array(code)
        numbers.frombytes(self._read(spool, suffix, start * numbers.itemsize, end * numbers.itemsize))
        return numbers

    def _read(self, spool: int, suffix: str, start: int, end: int) -> bytes:
        path = self._spools[spool].path(suffix)
        file = self._open.get(path)
        if file is None:
            if len(self._open) == OPEN_FILES_MAX:
                self._open.pop(next(iter(self._open))).close()
            file = self._open[path] = path.open("rb")
        return os.pread(file.fileno(), end - start, start)
