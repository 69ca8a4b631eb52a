"""Where the pieces of a source are mapped: what every engine promises."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from samekey import temporary
from samekey.engine.piece import PieceDone, PieceTask
from samekey.events import Listener
from samekey.pack.files import make_private_folder
from samekey.pack.run_folder import RoundInMaking

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Engine(Protocol):
    """Hands for a pass. When the block ends nothing of the pass goes on anywhere, however it ends; it may be entered
    again.

    What becomes of a piece depends on the piece alone, and so no engine changes a byte of the result. What a worker
    raises is raised here; with several at fault, by one of them. A worker that is lost is either replaced by another or
    ends the pass with one `RunFolderError`. When a pass has to begin again, it enters the block once more.
    """

    def __enter__(self) -> Self:
        """Get ready."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let everything go."""
        ...

    def address(self, source: str) -> str:
        """The address of a source as its workers can use it.

        Raises:
            UsageError: they cannot.

        """
        ...

    def pieces(self, size_bytes: int | None) -> int:
        """How many pieces of a source of this size it likes to have."""
        ...

    def spools(self, making: RoundInMaking | None) -> AbstractContextManager[Path]:
        """A private folder that workers and this process see under the same path; gone when the block ends.

        Args:
            making: the round that is made; None in a dry run.

        """
        ...

    def map_pieces(self, tasks: Sequence[PieceTask], listener: Listener) -> list[PieceDone]:
        """Map every piece.

        Args:
            tasks: the pieces, in the order of the source.
            listener: hears how far it came.

        Returns:
            What became of each, in the same order.

        """
        ...

    def map(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """As the function of that name, side by side; comes after `map_pieces`."""
        ...

    def map_here(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """The same where files of this machine are read, such as the run folder's."""
        ...


@contextmanager
def spools_of(making: RoundInMaking | None) -> Iterator[Path]:
    """The folder for spools of a pass on one machine: in the round, or in a dry run a temporary one."""
    if making is None:
        with temporary.folder() as folder:
            yield folder
        return
    path = making.path / "spool"
    make_private_folder(path)
    try:
        yield path
    finally:
        take_away(path)


def take_away(folder: Path) -> None:
    """Remove a folder of spools; several files at once, since the system takes its time to give hundreds of megabytes
    back.
    """
    with suppress(OSError), ThreadPoolExecutor() as threads:
        for file in folder.iterdir():
            threads.submit(file.unlink)
    shutil.rmtree(folder, ignore_errors=True)
