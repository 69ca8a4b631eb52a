"""The engine for many machines: pieces are mapped by the workers of a Dask cluster that somebody else runs.

Workers read the source themselves and leave their spools in a folder that they share with this process, which joins
them as ever. No record travels through the scheduler. A piece whose worker is lost is mapped again by another one, into
a folder of its own: what the lost one may still be writing is never read.
"""

import logging
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from msgspec.structs import replace

from samekey import __version__
from samekey.engine.base import spools_of
from samekey.engine.piece import PieceDone, PieceTask, map_piece
from samekey.errors import RunFolderError, UsageError
from samekey.events import Listener, Nobody, Noticed, Progressed
from samekey.pack.files import make_private_folder, write_whole
from samekey.pack.run_folder import RoundInMaking
from samekey.sources import extras

if TYPE_CHECKING:
    from distributed import Client, Future

PIECES_A_THREAD = 4
"""So that what a lost worker had begun is little, and a slow one holds nobody up."""
CONNECT_SECONDS = 10
LOOK_SECONDS = 5
"""How long nothing may be done before it is seen whether there are workers."""
FETCH_SECONDS = 30
"""How long one result, which is small, may be on its way."""
_WAIT_SECONDS = 0.05

_PROBE = "probe"
_STEP = "pack"

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class _Introduction(NamedTuple):
    """What a worker says of itself."""

    version: str
    sees_folder: bool
    writes_folder: bool


class DaskEngine:
    """The workers of a cluster."""

    def __init__(self, scheduler: str, *, shared: Path | None = None) -> None:
        """Args:
        scheduler: its address: `tcp://host:8786`, or `tls://` with Dask's own configuration.
        shared: a folder that all workers and this process see under this path; None for the run folder.

        """
        self._scheduler = scheduler
        self._shared = shared
        self._connected: Client | None = None
        self._listener: Listener = Nobody()

    def __enter__(self) -> Self:
        """Speak to the scheduler.

        Raises:
            UsageError: Dask is not installed, nobody answers there, or the cluster has no workers.

        """
        with extras.needed("dask", for_what="Clusters"):
            from distributed import Client  # noqa: PLC0415  # an extra
        # A lost connection is told in one error of ours; its tracebacks would stand above it.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._connected = Client(self._scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, RuntimeError) as cause:
            raise UsageError(
                f"No Dask scheduler answers at {self._scheduler}.",
                remedy="Start one with `dask scheduler`, and workers with `dask worker`; give its tcp:// or tls:// "
                "address.",
            ) from cause
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Take back what nobody began, and leave.

        Raises:
            RunFolderError: workers were lost again and again, or the scheduler was.

        """
        from distributed import KilledWorker  # noqa: PLC0415  # an extra
        from distributed.client import FutureCancelledError, FuturesCancelledError  # noqa: PLC0415  # an extra

        self._client.close(timeout=CONNECT_SECONDS)
        self._connected = None
        if isinstance(error, KilledWorker | FutureCancelledError | FuturesCancelledError):
            raise RunFolderError(
                "Workers of the cluster, or its scheduler, were lost in the middle of this pack.",
                remedy="Look at their logs; memory is the usual reason. Run the same command again; it starts anew.",
            ) from error

    def address(self, source: str) -> str:
        """From the root: workers do not know the folder that this process is in.

        Raises:
            UsageError: it is this process's standard input.

        """
        if "://" in source:
            return source
        if source == "-":
            raise UsageError(
                "A cluster cannot read standard input.",
                remedy="Put the export where every worker finds it, or into S3.",
            )
        return str(Path(source).absolute())

    def pieces(self, size_bytes: int | None) -> int:  # noqa: ARG002  # a cluster was asked for, whatever the size
        """Some for every thread of the cluster.

        Raises:
            UsageError: the cluster has no workers.

        """
        threads: int = sum(self._client.nthreads().values())
        if not threads:
            raise UsageError(
                f"The scheduler at {self._scheduler} has no workers.",
                remedy=f"Start some: dask worker {self._scheduler} --nthreads 1 --nworkers auto",
            )
        return threads * PIECES_A_THREAD

    @contextmanager
    def spools(self, making: RoundInMaking | None) -> Iterator[Path]:
        """Beneath the shared folder, or else in the round."""
        if self._shared is None:
            with spools_of(making) as folder:
                yield folder.absolute()
            return
        _remove_what_the_dead_left(self._shared)
        folder = self._shared / f"{_ours()}-{os.getpid()}-{secrets.token_hex(8)}"
        make_private_folder(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def map_pieces(self, tasks: Sequence[PieceTask], listener: Listener) -> list[PieceDone]:
        """Map every piece; one that its worker did not finish is begun again by another.

        Raises:
            UsageError: a worker has another version of samekey, or does not see the folder of the spools.

        """
        from distributed import as_completed  # noqa: PLC0415  # an extra

        self._listener = listener
        self._meet_workers(tasks[0], listener)
        futures = [self._submit(_map_on_worker, task) for task in tasks]
        done: dict[Any, PieceDone] = {}
        completed = as_completed(futures, loop=self._client.loop)
        while completed.count():
            self._wait_until(completed.has_ready)
            future = next(completed)
            done[future.key] = self._result(future)
            listener.notice(Progressed(_STEP, sum(each.read for each in done.values())))
        return [done[future.key] for future in futures]

    def map(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """As the function of that name, by the workers."""
        futures = [self._submit(function, thing) for thing in things]
        return map(self._result, futures)

    def map_here(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """By this process: workers need not see its files."""
        return map(function, things)

    @property
    def _client(self) -> "Client":
        if self._connected is None:
            raise RuntimeError("the engine was not entered")
        return self._connected

    def _submit(self, function: Callable[..., Any], thing: Any) -> "Future[Any]":
        return self._client.submit(function, thing, pure=False)

    def _result(self, future: "Future[Result]") -> Result:
        """What came of it. Until it is fetched it lies on a worker, which may be lost; then it is begun again."""
        while True:
            self._wait_until(future.done)
            try:
                return future.result(timeout=FETCH_SECONDS)
            except TimeoutError:
                if future.status == "error":
                    raise

    def _wait_until(self, is_done: Callable[[], bool]) -> None:
        """Where nobody is left to do it, that is said."""
        looked_at, was_said = time.monotonic(), False
        while not is_done():
            time.sleep(_WAIT_SECONDS)
            if was_said or time.monotonic() < looked_at + LOOK_SECONDS:
                continue
            looked_at = time.monotonic()
            with suppress(OSError, TimeoutError):  # the scheduler is lost: whatever was asked of it ends with that
                if was_said := not self._client.nthreads():
                    text = (
                        f"The scheduler at {self._scheduler} has no workers any more: this waits until there are some. "
                        "Look at their logs; memory is the usual reason."
                    )
                    self._listener.notice(Noticed(_STEP, text, "warning"))

    def _meet_workers(self, task: PieceTask, listener: Listener) -> None:
        """See that every worker can do what it will be asked for."""
        write_whole(task.folder / _PROBE, os.fsencode(task.folder))
        met: dict[str, Any] = self._client.run(_introduce, task.folder, on_error="return")
        for address, worker in met.items():
            if not isinstance(worker, _Introduction):
                raise UsageError(
                    f"The worker at {address} cannot work for samekey: {type(worker).__name__}.",
                    remedy=f"Install samekey {__version__} with the extras that the source needs on every worker.",
                )
            if worker.version != __version__:
                raise UsageError(
                    f"The worker at {address} has samekey {worker.version}, and this is {__version__}.",
                    remedy="Install the same version everywhere.",
                )
            if not (worker.sees_folder and worker.writes_folder):
                verb = "write" if worker.sees_folder else "see"
                raise UsageError(
                    f"The worker at {address} does not {verb} {task.folder}.",
                    remedy="Name a folder that every worker has under the same path and may write as the same user: "
                    "--shared DIR",
                )
        if self._scheduler.startswith("tcp://") and not _is_on_this_machine(self._scheduler):
            listener.notice(
                Noticed(
                    _STEP,
                    "What workers are told travels unencrypted: the key of the fingerprints and any known passwords. "
                    "Use tls:// where others can listen.",
                    "warning",
                )
            )


def _ours() -> str:
    """What the names of this machine's folders among the shared ones begin with."""
    return f"samekey-{socket.gethostname()}"


def _remove_what_the_dead_left(shared: Path) -> None:
    """Take away the spools of packs that were killed on this machine. Of others nobody here knows whether they live,
    and a lock says nothing between machines.
    """
    for folder in shared.glob(f"{_ours()}-*-*"):
        owner = folder.name.removeprefix(_ours()).split("-")[1]
        with suppress(OSError):
            if owner.isdigit() and folder.lstat().st_uid == os.getuid() and not _is_alive(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _is_on_this_machine(address: str) -> bool:
    host = address.partition("://")[2].rpartition(":")[0].strip("[]")
    return host in {"localhost", "::1"} or host.startswith("127.")


# --- on a worker -----------------------------------------------------------------------------------------------------


class _Abandoned(Exception):  # not an error: nobody waits for the piece any more
    """The pass is over."""


def _introduce(folder: Path) -> _Introduction:
    """Say who this is and what it sees."""
    try:
        sees = (folder / _PROBE).read_bytes() == os.fsencode(folder)
    except OSError:
        sees = False
    try:
        with (folder / f"{_PROBE}-{secrets.token_hex(8)}").open("xb"):
            writes = True
    except OSError:
        writes = False
    return _Introduction(__version__, sees, writes)


def _map_on_worker(task: PieceTask) -> PieceDone:
    """Map a piece into a folder of its own; stop when the pass is over and the folder gone."""
    own = task.folder / f"{task.number:04d}-{secrets.token_hex(8)}"
    own.mkdir(mode=0o700)

    def announce(_more: int) -> None:
        if not own.exists():
            raise _Abandoned

    return map_piece(replace(task, folder=own), announce)
