"""Private folders for what is needed only while a command runs: an export that was piped in, the spools of a dry run,
the rows of a joined source.

They may hold stored passwords, so only this user can enter them, and they go with the process that made them. A process
that is killed cannot clean up, but the system takes its locks back: a folder that nobody has locked is taken away by
whoever makes the next one.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "samekey-tmp-"
_UNLOCKED_PREFIX = ".samekey-new-"
"""Nobody takes a folder away between its making and its locking."""

_locks: dict[Path, tuple[int, int]] = {}
"""What keeps each folder of this process locked, and the process, since its children inherit this."""


def make_folder() -> Path:
    """A new folder under TMPDIR; it is there until `remove`, or the end of this process.

    Raises:
        OSError: the disk does not let us.

    """
    remove_what_the_dead_left()
    path = Path(tempfile.mkdtemp(prefix=_UNLOCKED_PREFIX))
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(OSError):  # where folders cannot be locked, as over NFS, it keeps the name that nobody takes away
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        path = path.rename(path.with_name(path.name.replace(_UNLOCKED_PREFIX, _PREFIX)))
    _locks[path] = descriptor, os.getpid()
    return path


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder that is gone when the block ends."""
    path = make_folder()
    try:
        yield path
    finally:
        remove(path)


def remove(path: Path) -> None:
    """Take a folder away, unless this process is a child of the one that made it, or it is gone already."""
    descriptor, owner = _locks.get(path, (-1, -1))
    if owner == os.getpid():
        shutil.rmtree(path, ignore_errors=True)
        del _locks[path]
        os.close(descriptor)


def remove_what_the_dead_left() -> None:
    """Take the folders of killed processes away; those of the living, and other people's, are not touched."""
    with suppress(OSError):  # no place for temporary files, and so none of them
        for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError), _locked(path):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """A folder of this user that nobody else has locked; `OSError` where it is none."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid != os.getuid():
            raise PermissionError
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@atexit.register
def _remove_all() -> None:
    for path in list(_locks):
        with contextlib.suppress(OSError):
            remove(path)
