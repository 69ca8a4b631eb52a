"""What is too much for memory: lines divided over files, or sorted with the help of files."""

import heapq
import mmap
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
from pathlib import Path

from samekey.pack.files import open_private

BUFFER_BYTES = 8 * 1024 * 1024
"""How much is kept in memory before it goes to the disk."""
SORTED_LINES = 100_000
"""Lines that are sorted in memory at once."""
MERGED_FILES = 64
"""Sorted files that are merged at once, so that a process never has more of them open than it may."""
NUMBERS_IN_MEMORY = 250_000
"""Numbers of one kind that are kept in memory."""
NUMBERS_AT_ONCE = 65_536

_ORDER_DIGITS = 16


class Buckets:
    """Lines divided over files; each file is small enough to be read as a whole."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        """Args:
        folder: private, and gone at the end.
        name: what the files begin with.
        count: how many buckets.

        """
        self.count = count
        self._folder = folder
        self._name = name
        self._waiting: list[list[bytes]] = [[] for _ in range(count)]
        self._waiting_bytes = 0
        self._begun: set[int] = set()

    def add(self, bucket: int, line: bytes) -> None:
        """Take a line in, which has no line feed."""
        self._waiting[bucket].append(line)
        self._waiting_bytes += len(line) + 1
        if self._waiting_bytes > BUFFER_BYTES:
            self.flush()

    def lines(self, bucket: int) -> list[bytes]:
        """The lines of a bucket in the order in which they came."""
        self.flush()
        return self._path(bucket).read_bytes().split(b"\n")[:-1] if bucket in self._begun else []

    def flush(self) -> None:
        """Write what waits, for other processes, too; files are opened one at a time, however many there are."""
        if not self._waiting_bytes:
            return
        for bucket, waiting in enumerate(self._waiting):
            if waiting:
                if bucket not in self._begun:
                    open_private(self._path(bucket)).close()
                    self._begun.add(bucket)
                with self._path(bucket).open("ab") as file:
                    file.write(b"\n".join([*waiting, b""]))
                waiting.clear()
        self._waiting_bytes = 0

    def _path(self, bucket: int) -> Path:
        return self._folder / f"{self._name}.{bucket:04d}"


class Sorter:
    """Lines in the order of the number that each one comes with."""

    def __init__(self, folder: Path, name: str) -> None:
        """Args:
        folder: private, and gone at the end.
        name: what the files begin with.

        """
        self._folder = folder
        self._name = name
        self._waiting: list[bytes] = []
        self._levels: list[list[Path]] = []
        """Sorted files; those of a level are merged into one of the next when they become many."""
        self._numbers = count()

    def add(self, order: int, line: bytes) -> None:
        """Take a line in, which has no line feed."""
        self._waiting.append(b"%0*x%b" % (_ORDER_DIGITS, order, line))
        if len(self._waiting) == SORTED_LINES:
            self._spill()

    def __iter__(self) -> Iterator[bytes]:
        """The lines in order."""
        self._waiting.sort()
        for line in heapq.merge(self._waiting, *map(_lines, chain.from_iterable(self._levels))):
            yield line[_ORDER_DIGITS:]

    def _spill(self) -> None:
        self._waiting.sort()
        self._keep(self._waiting, level=0)
        self._waiting.clear()

    def _keep(self, lines: Iterable[bytes], *, level: int) -> None:
        path = self._folder / f"{self._name}.{next(self._numbers):04d}"
        with open_private(path) as file:
            file.writelines(line + b"\n" for line in lines)
        if len(self._levels) == level:
            self._levels.append([])
        files = self._levels[level]
        files.append(path)
        if len(files) == MERGED_FILES:
            self._keep(heapq.merge(*map(_lines, files)), level=level + 1)
            for merged in files:
                merged.unlink()
            files.clear()


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]


class Numbers:
    """Columns of whole numbers; long ones stand in files, and in memory only while they are looked at."""

    def __init__(self, folder: Path, name: str = "numbers") -> None:
        """Args:
        folder: private, and gone at the end.
        name: what the files begin with; no other columns of the folder have it.

        """
        self._paths = (folder / f"{name}.{number:04d}" for number in count())
        self._mapped: list[mmap.mmap] = []

    def kept(self, numbers: Iterable[int]) -> "memoryview[int]":
        """A column of these numbers, each below 2**64; it can be written over in place."""
        rest = iter(numbers)
        begin = array("Q", islice(rest, NUMBERS_IN_MEMORY))
        more = array("Q", islice(rest, NUMBERS_AT_ONCE))
        if not more:
            return memoryview(begin)
        path = next(self._paths)
        with open_private(path) as file:
            begin.tofile(file)
            while more:
                more.tofile(file)
                more = array("Q", islice(rest, NUMBERS_AT_ONCE))
        with path.open("r+b") as opened:
            mapped = mmap.mmap(opened.fileno(), 0)
        self._mapped.append(mapped)
        return memoryview(mapped).cast("Q")

    def let_go(self) -> None:
        """Give the memory of columns in files back; they stay what they are."""
        for mapped in self._mapped:
            mapped.madvise(mmap.MADV_DONTNEED)
