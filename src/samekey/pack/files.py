"""How the files of a migration are written: whole or not at all, on the disk, and readable by their owner alone."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from samekey.errors import RunFolderError, RunFolderInUse

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_SYNC_SECONDS = 0.05


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it, each its owner's alone; one that is there already stays as it is.

    Raises:
        RunFolderError: the disk does not let us.

    """
    with disk_errors(path):
        missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
        for folder in reversed(missing):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    with disk_errors(path):
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there with all its content or not at all, also after a power cut.

    Raises:
        RunFolderError: the disk does not let us; what stood there before still stands.

    """
    with writing_whole(path) as file:
        file.write(content)


@contextmanager
def writing_whole(path: Path) -> Iterator[BinaryIO]:
    """The same, written bit by bit; when the block ends with an error, nothing is there.

    Raises:
        RunFolderError: as above.

    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open_private(beside) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _refused(path, error) from error
        raise


@contextmanager
def syncing(file: BinaryIO) -> Iterator[None]:
    """Bring a file to the disk bit by bit while it is written, so that nobody waits for all of it at the end."""
    ended = threading.Event()

    def sync() -> None:
        while not ended.wait(_SYNC_SECONDS):
            with suppress(OSError):  # the last one, when the block has ended, says what is wrong
                os.fdatasync(file.fileno())

    syncing = threading.Thread(target=sync)
    syncing.start()
    try:
        yield
    finally:
        ended.set()
        syncing.join()


def sync_folder(path: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def hold(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file, and say in it who does.

    Raises:
        RunFolderInUse: another process holds it; the message names the process.
        RunFolderError: the disk does not let us.

    """
    with disk_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:  # what is held back would be written again at its end
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = (file.read(20) or b"").decode("ascii", "replace").strip() or "unknown"
            raise RunFolderInUse(
                f"Another samekey process (pid {holder}) is working in {what}.",
                remedy="Let it finish, or stop it and run the same command again.",
            ) from error
        with disk_errors(path):
            file.truncate(0)
            file.write(str(os.getpid()).encode("ascii"))
        yield


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """An error of the operating system becomes one that says what to do."""
    try:
        yield
    except OSError as error:
        raise _refused(path, error) from error


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """The same where something is read."""
    try:
        yield
    except OSError as error:
        raise unread(path, error) from error


def unread(path: Path, error: OSError) -> RunFolderError:
    """The error for a file or folder of a run that the operating system does not let us read."""
    remedy = "A run folder is its owner's alone: work as the user who packed it, or give it to the one who shall."
    return RunFolderError(
        f"{path} cannot be read: {error.strerror}.", remedy=remedy if isinstance(error, PermissionError) else ""
    )


def _refused(path: Path, error: OSError) -> RunFolderError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return RunFolderError(
            f"{path} cannot be written: a file stands there, or in place of a folder above it.",
            remedy="Name another folder, or move that file away.",
        )
    return RunFolderError(
        f"{path} cannot be written: {error.strerror}.",
        remedy="Make room or choose another folder, then run the same command again; nothing already done is lost.",
    )
