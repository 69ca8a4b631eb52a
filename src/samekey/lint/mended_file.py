"""The repaired file: a compact JSON array, its owner's alone, there whole or not at all, and never over its input."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from samekey.errors import RunFolderError, UsageError
from samekey.pack import run_folder


def outputs(inputs: Sequence[Path], out: Path, *, force: bool) -> list[Path]:
    """Where the repaired form of each input is written.

    Args:
        inputs: the files that are looked at.
        out: a file for a single input; a folder, made when it is not there, for several, or where it is a folder.
        force: whether a file that is there may be replaced.

    Raises:
        UsageError: an input, or a file that is there, would be written over.

    """
    folder = len(inputs) > 1 or out.is_dir()
    paths = [out / path.name for path in inputs] if folder else [out for _ in inputs]
    if len(set(paths)) < len(paths):
        raise UsageError("Two of the files have the same name.", remedy="Mend them one at a time.")
    for path in paths:
        if any(_same_file(path, each) for each in inputs):
            raise UsageError(f"{path} is one of the files to be looked at.", remedy="Name another place for --fix.")
        if path.exists() and not force:
            raise UsageError(f"{path} is already there.", remedy="Name another place, or use --force.")
    if folder:
        try:
            run_folder.make_private_folder(out)
        except RunFolderError as error:
            raise UsageError(error.message, remedy="Name another place for --fix.") from error
    return paths


class MendedFile:
    """One repaired file in the making; without a path it is only measured."""

    def __init__(self, path: Path | None) -> None:
        """Args:
        path: where it will stand; nothing shows there until `finish()`. None when nobody wants it.

        Raises:
            UsageError: it cannot be written there.

        """
        self.path = path
        self.users = 0
        """Users in it."""
        self.size_bytes = len(b"[]")
        """What it comes to."""
        self._file = None if path is None else _open(_beside(path))
        self._write(b"[")

    def add(self, written: bytes) -> None:
        """One more user, as JSON."""
        piece = b"," + written if self.users else written
        self._write(piece)
        self.users += 1
        self.size_bytes += len(piece)

    def finish(self) -> None:
        """Put the file in its place."""
        self._write(b"]")
        if self._file is None or self.path is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            _beside(self.path).replace(self.path)
        except OSError as error:
            self.abandon()
            raise _refused(self.path, error) from error

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self._file is not None and self.path is not None:
            self._file.close()
            _beside(self.path).unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        if self._file is None or self.path is None:
            return
        try:
            self._file.write(data)
        except OSError as error:
            self.abandon()
            raise _refused(self.path, error) from error


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _open(path: Path) -> BinaryIO:
    try:
        return run_folder.open_private(path)
    except RunFolderError as error:
        raise UsageError(error.message, remedy="Name another place for --fix.") from error


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.exists() and one.samefile(other)
    except OSError:
        return False


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror}.", remedy="Make room, or name another place.")
