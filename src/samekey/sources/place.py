"""Where the bytes of a source lie: a file, or something that flows by and is first copied into one."""

import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from samekey import temporary
from samekey.errors import SourceError
from samekey.sources import base

_BLOCK_BYTES = 1024 * 1024


def file_at(address: str) -> Path:
    """The file that holds the bytes of a source.

    Args:
        address: a path, or `-` for standard input.

    Raises:
        SourceError: there is none, or it may not be read.

    """
    try:
        return _regular_file(address)
    except ValueError as cause:
        raise SourceError("A path cannot hold a NUL character.", remedy="Take it out of the address.") from cause
    except OSError as cause:
        raise base.unreadable(address, cause) from cause


def _regular_file(address: str) -> Path:
    if address == "-":
        if sys.stdin.isatty():
            raise SourceError("Nothing is piped into standard input.", remedy="samekey survey - < users.json")
        return spool(_blocks(sys.stdin.buffer))
    path = Path(address)
    mode = path.stat().st_mode
    if stat.S_ISFIFO(mode):
        with path.open("rb") as stream:
            return spool(_blocks(stream))
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SourceError(f"{address} is a device, not a file.", remedy="Name a file.")
    return path


def spool(blocks: Iterable[bytes]) -> Path:
    """Copy what flows by into a file that only this user can read and that goes with this process.

    Workers read a source at several places and every step reads it again; neither can be done with a stream.
    """
    path = temporary.make_folder() / "copy"
    with path.open("wb") as copy:
        copy.writelines(blocks)
    return path


def let_go(copy: Path) -> None:
    """Take such a copy away before this process ends."""
    temporary.remove(copy.parent)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block
