"""The repaired file: a compact JSON array, its owner's alone, there whole or not at all, and never over its input."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from samekey.errors import RunFolderError, UsageError
from samekey.pack import files

_EMPTY_BYTES = len(b"[]")
_ANOTHER_PLACE = "Make room, or name another place for --fix."


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
            raise UsageError(f"{path} is one of the files to be looked at.", remedy=_ANOTHER_PLACE)
        if path.exists() and not force:
            raise _there_already(path)
    if folder:
        try:
            files.make_private_folder(out)
        except RunFolderError as error:
            raise UsageError(error.message, remedy=_ANOTHER_PLACE) from error
    return paths


class MendedFile:
    """One repaired file in the making, or several that each fit an import; without a path it is only measured."""

    def __init__(self, path: Path | None, *, part_bytes_max: int | None = None, force: bool = False) -> None:
        """Args:
        path: where it will stand; nothing shows there until `finish()`. None when nobody wants it.
        part_bytes_max: where to begin another part, beside the first, its name ending in -2, -3 …; None never does.
        force: whether a further part may replace a file that is there.

        Raises:
            UsageError: it cannot be written there.

        """
        self.path = path
        self.users = 0
        """Users in it."""
        self.size_bytes = _EMPTY_BYTES
        """What it comes to in one piece."""
        self._part_bytes_max = part_bytes_max
        self._force = force
        self._parts = [] if path is None else [_Part(path)]

    @property
    def paths(self) -> list[Path]:
        """Where its parts stand when it is finished."""
        return [part.path for part in self._parts]

    def add(self, written: bytes) -> None:
        """One more user, as JSON.

        Raises:
            UsageError: it cannot be written, or a further part is there already.

        """
        self.size_bytes += len(written) + (self.users > 0)
        self.users += 1
        if not self._parts:
            return
        part = self._parts[-1]
        if self._part_bytes_max is not None and part.users and part.size_with(written) > self._part_bytes_max:
            self._parts.append(self._another_part())
        self._parts[-1].add(written)

    def finish(self) -> None:
        """Put everything in its place.

        Raises:
            UsageError: it cannot be written.

        """
        for part in self._parts:
            part.close()
        for part in self._parts:
            part.put_in_place()

    def abandon(self) -> None:
        """Leave nothing behind."""
        for part in self._parts:
            part.abandon()

    def _another_part(self) -> "_Part":
        first = self._parts[0].path
        path = first.with_name(f"{first.stem}-{len(self._parts) + 1}{first.suffix}")
        if path.exists() and not self._force:
            raise _there_already(path)
        # Closed at once, since thousands of parts are more files than a process may hold open.
        self._parts[-1].close()
        return _Part(path)


class _Part:
    """One file on disk, under another name until it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.users = 0
        self._size_bytes = _EMPTY_BYTES
        self._beside = path.with_name(f".{path.name}.{os.getpid()}")
        self._file = self._open()
        self._write(b"[")

    def size_with(self, written: bytes) -> int:
        """What it comes to with another user."""
        return self._size_bytes + len(written) + (self.users > 0)

    def add(self, written: bytes) -> None:
        self._size_bytes = self.size_with(written)
        self._write(b"," + written if self.users else written)
        self.users += 1

    def close(self) -> None:
        """All of it on disk; a second time nothing happens."""
        if self._file.closed:
            return
        self._write(b"]")
        with self._refusals():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def put_in_place(self) -> None:
        with self._refusals():
            self._beside.replace(self.path)

    def abandon(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self._beside.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        try:
            return files.open_private(self._beside)
        except RunFolderError as error:
            raise UsageError(error.message, remedy=_ANOTHER_PLACE) from error

    def _write(self, data: bytes) -> None:
        with self._refusals():
            self._file.write(data)

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """No error of the operating system leaves as such."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UsageError(f"{self.path} cannot be written: {reason}.", remedy=_ANOTHER_PLACE) from error


def _there_already(path: Path) -> UsageError:
    return UsageError(f"{path} is already there.", remedy="Name another place, or use --force.")


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.exists() and one.samefile(other)
    except OSError:
        return False
