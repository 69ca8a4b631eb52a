"""Pieces of a source worked on side by side in processes of this machine."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from samekey.errors import RunFolderError
from samekey.events import Listener, Progressed

Thing = TypeVar("Thing")
Result = TypeVar("Result")

Announce = Callable[[int], None]
"""Hears now and then how many more records were read; what it raises stops the work."""

_LOOK_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1
_STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


class Workers:
    """A few processes.

    When the block ends with an error, they are told to stop and have left before it goes on.
    """

    def __init__(self, count: int, *, step: str) -> None:
        """Args:
        count: how many.
        step: what they work for, in a person's words and in events.

        """
        self._step = step
        forks = _has_one_thread()
        context = multiprocessing.get_context("fork" if forks else "spawn")
        # Without locks: a worker that is killed while it holds one would never give it back, and all others would wait.
        self._read = context.RawArray("Q", count)
        """How many records each of them has read."""
        self._stopped = context.RawValue("b", 0)
        seats: Synchronized[int] = context.Value("I", 0)
        self._pool = ProcessPoolExecutor(
            count, mp_context=context, initializer=_begin_worker, initargs=(self._read, self._stopped, seats, forks)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait until they have left.

        Raises:
            RunFolderError: one of them died.

        """
        if error is not None:
            self._stopped.value = 1
        self._pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise RunFolderError(
                f"A worker of this {self._step} died.",
                remedy="If memory is short, use --workers 1. Run the same command again; it starts anew.",
            ) from error

    def each(
        self, work: Callable[[Thing, Announce], Result], things: Iterable[Thing], listener: Listener
    ) -> list[Result]:
        """Work on every piece.

        What a worker raises is raised here; with several at fault, by the first in the order of the source.

        Args:
            work: what is done with a piece; a function of a module, so that workers find it.
            things: the pieces.
            listener: hears how far it came.

        """
        with _without_main_module(), _signals_waiting():
            futures = [self._pool.submit(_in_worker, work, thing) for thing in things]
            self._pool.submit(int)  # the pool looks for deaths only among workers that it had when it last woke up
        self._watch(futures, listener)
        return [future.result() for future in futures]

    def map(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """As the function of that name, side by side."""
        with _without_main_module():
            return self._pool.map(function, things)

    def _watch(self, futures: Sequence[Future[Result]], listener: Listener) -> None:
        """Announce progress until all are done or one failed."""
        waiting: set[Future[Result]] = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=_LOOK_SECONDS, return_when=FIRST_EXCEPTION)
            listener.notice(Progressed(self._step, sum(self._read)))
            for future in futures:
                if future in done:
                    future.result()


def _has_one_thread() -> bool:
    """Whether this process can be forked, which spares its children a fifth of a second of imports each.

    One with threads cannot, such as a rehearsal tenant's, the screen's, or those of a library: a lock that one of them
    holds would never be let go in the child. Where threads cannot be counted, on other systems than Linux, nobody
    forks.
    """
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len(list(tasks.iterdir())) == 1


@contextmanager
def _signals_waiting() -> Iterator[None]:
    """Let Ctrl-C and its like wait while processes begin: what a handler raises in the middle of a fork is lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Keep workers from running the program's main file once more, as spawned processes otherwise do.

    They need nothing of it, it may take its time, and it may be no file at all or a script that packs without asking
    whether it is the main one.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


# --- in a worker -----------------------------------------------------------------------------------------------------


class _Stopped(Exception):  # not an error: the parent asked for it
    """The work was stopped from outside."""


_announce: Announce


def _begin_worker(read: Any, stopped: Any, seats: Any, forked: bool) -> None:  # noqa: FBT001  # initializers take no names
    """Ctrl-C and the end of a terminal reach every process there; the parent decides. No worker outlives its parent."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which the pool ends it; a forked one has what its parent has
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)
    # What is imported stays, and records hold no cycles: looking for garbage at every 700th object only takes time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    if not (forked and _is_killed_with_parent()):
        threading.Thread(target=_leave_with_parent, daemon=True).start()

    with seats.get_lock():  # the parent never asks for it
        seat = seats.value
        seats.value += 1

    def announce(more: int) -> None:
        if stopped.value:
            raise _Stopped
        read[seat] += more

    global _announce  # noqa: PLW0603  # what an initializer leaves for its process
    _announce = announce


def _is_killed_with_parent() -> bool:
    """Let Linux kill this process when the one that forked it ends; whether it will.

    A thread that waits for that end does the same, but with a second thread every allocation takes a lock.
    """
    parent = multiprocessing.parent_process()
    try:
        import ctypes  # noqa: PLC0415  # nobody else needs it

        agreed = bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0)
    except (ImportError, OSError, AttributeError):
        return False
    if parent is not None and os.getppid() != parent.pid:  # it ended before
        os._exit(1)
    return agreed


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _in_worker(work: Callable[[Thing, Announce], Result], thing: Thing) -> Result:
    return work(thing, _announce)
