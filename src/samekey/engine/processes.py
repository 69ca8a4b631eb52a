"""Pieces mapped side by side in processes of this machine."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.sharedctypes import Synchronized
from types import ModuleType
from typing import Any

from samekey.engine.piece import PieceDone, PieceTask, map_piece
from samekey.errors import RunFolderError
from samekey.events import Listener, Progressed

_LOOK_SECONDS = 0.2
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def map_in_processes(tasks: Sequence[PieceTask], workers: int, listener: Listener) -> list[PieceDone]:
    """Map every piece.

    Processes are spawned and not forked: this one may have threads, such as a rehearsal tenant's. What a worker raises
    is raised here; with several at fault, by the first in the order of the source.

    Args:
        tasks: the pieces.
        workers: processes to use.
        listener: hears how far it came.

    Raises:
        RunFolderError: a worker died.

    """
    context = multiprocessing.get_context("spawn")
    read: Synchronized[int] = context.Value("Q", 0)
    stopped: Synchronized[bool] = context.Value("b", False)  # noqa: FBT003  # its first value
    with ProcessPoolExecutor(
        min(workers, len(tasks)), mp_context=context, initializer=_begin_worker, initargs=(read, stopped)
    ) as pool:
        try:
            with _without_main_module():
                futures = [pool.submit(_map_in_worker, task) for task in tasks]
            _watch(futures, read, listener)
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise RunFolderError(
                "A worker of this pack died.",
                remedy="If memory is short, use --workers 1. Run the same command again; it starts anew.",
            ) from error
        except BaseException:
            stopped.value = True
            pool.shutdown(cancel_futures=True)
            raise


def _watch(futures: Sequence["Future[PieceDone]"], read: "Synchronized[int]", listener: Listener) -> None:
    """Announce progress until all are done or one failed."""
    waiting: set[Future[PieceDone]] = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_SECONDS, return_when=FIRST_EXCEPTION)
        listener.notice(Progressed("pack", read.value))
        for future in futures:
            if future in done:
                future.result()


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
    """The pass was stopped from outside."""


_announce: Callable[[int], None]


def _begin_worker(read: Any, stopped: Any) -> None:
    """Ctrl-C reaches every process of the terminal; the parent alone decides. A worker does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported stays, and records hold no cycles: looking for garbage at every 700th object only takes time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    threading.Thread(target=_leave_with_parent, daemon=True).start()

    def announce(more: int) -> None:
        if stopped.value:
            raise _Stopped
        with read.get_lock():
            read.value += more

    global _announce  # noqa: PLW0603  # what an initializer leaves for its process
    _announce = announce


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _map_in_worker(task: PieceTask) -> PieceDone:
    return map_piece(task, _announce)
