"""The engine that every pass has: processes of this machine, or this one alone."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from samekey.engine.base import spools_of
from samekey.engine.piece import PieceDone, PieceTask, map_piece
from samekey.engine.processes import Workers
from samekey.events import Listener, Progressed
from samekey.pack.run_folder import RoundInMaking

ALONE_BYTES_MAX = 8 * 1024 * 1024
"""A source up to this size is mapped in this process: others would take longer to start than to work."""

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class LocalEngine:
    """Up to so many processes of this machine; a single piece stays in this one."""

    def __init__(self, workers: int) -> None:
        """Args:
        workers: processes to use at most; with 1, everything happens in this one.

        """
        self._most = workers
        self._workers: Workers | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait until the workers have left.

        Raises:
            RunFolderError: one of them died.

        """
        self._workers = None
        self._open.__exit__(kind, error, traceback)

    def address(self, source: str) -> str:
        """As it was written: everything happens on this machine."""
        return source

    def pieces(self, size_bytes: int | None) -> int:
        """One a worker; a single one where the source is small, or nobody knows how large it is."""
        return 1 if size_bytes is None or size_bytes <= ALONE_BYTES_MAX else self._most

    def spools(self, making: RoundInMaking | None) -> AbstractContextManager[Path]:
        """In the round, or in a dry run a temporary one."""
        return spools_of(making)

    def map_pieces(self, tasks: Sequence[PieceTask], listener: Listener) -> list[PieceDone]:
        """Map every piece; with several at fault, the first in the order of the source is heard."""
        if self._most == 1 or len(tasks) == 1:
            return _map_here(tasks, listener)
        self._workers = self._open.enter_context(Workers(min(self._most, len(tasks)), step="pack"))
        return self._workers.each(map_piece, tasks, listener)

    def map(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """As the function of that name, by the same workers."""
        return self._workers.map(function, things) if self._workers else map(function, things)

    def map_here(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """By the same workers."""
        return self.map(function, things)


def _map_here(tasks: Sequence[PieceTask], listener: Listener) -> list[PieceDone]:
    read = 0

    def announce(more: int) -> None:
        nonlocal read
        read += more
        listener.notice(Progressed("pack", read))

    return [map_piece(task, announce) for task in tasks]


def default_workers() -> int:
    """As many as this process may use cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
