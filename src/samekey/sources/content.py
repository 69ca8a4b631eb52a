"""The bytes of a source: where they lie, and how they become UTF-8 text. The only file here that opens files."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from samekey.errors import SourceDamaged
from samekey.sources import base, compression

BLOCK_BYTES = 256 * 1024
"""How much is read at once. Larger blocks are no faster and cost memory in every worker."""

UTF8_BOM = codecs.BOM_UTF8


class Utf8Stream(io.RawIOBase):
    """Text of another encoding read as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        """Args:
        stream: the text.
        encoding: its encoding. A byte order mark is taken off where the encoding has one.

        """
        self._stream = stream
        # What an encoding has no character for goes through as bytes that are not UTF-8, so that it is its record which
        # gets rejected and not the file. In UTF-16 a byte too few turns everything behind it into something else.
        errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """About `size` bytes of the text as UTF-8; empty at the end only."""
        while True:
            block = self._stream.read(size)
            # "surrogatepass" does the same for a lone surrogate.
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Close the stream beneath as well."""
        self._stream.close()
        super().close()


def file_fingerprint(path: Path, address: str) -> str:
    """SHA-256 of a file's bytes, in hex.

    Raises:
        SourceError: it cannot be read.

    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as cause:
        raise base.unreadable(address, cause) from cause


def file_size_bytes(path: Path, address: str) -> int:
    """The size of a file on disk.

    Raises:
        SourceError: it is not there any more.

    """
    try:
        return path.stat().st_size
    except OSError as cause:
        raise base.unreadable(address, cause) from cause


def file_stamp(path: Path, address: str) -> object:
    """What changes whenever somebody writes to a file, or puts another one in its place.

    Raises:
        SourceError: it is not there any more.

    """
    try:
        found = path.stat()
    except OSError as cause:
        raise base.unreadable(address, cause) from cause
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one source."""

    address: str
    """As the user wrote it; what messages name."""
    path: Path
    """The file that holds them."""
    compression: str = ""
    """How they are compressed; empty when they are not."""
    member: str = ""
    """The file in a zip archive; empty elsewhere."""
    encoding: str = ""
    """The encoding of the text; empty for UTF-8."""
    text_start: int = 0
    """Bytes of a UTF-8 byte order mark before the text."""

    @property
    def divisible(self) -> bool:
        """Whether a worker can begin in the middle: the text lies on disk as it is read."""
        return not (self.compression or self.encoding)

    @property
    def size_bytes(self) -> int:
        """The size on disk."""
        return file_size_bytes(self.path, self.address)

    def describe(self, source_format: str) -> base.Description:
        """What a source of that format is."""
        stamp = file_stamp(self.path, self.address)
        return base.Description(self.address, source_format, self.size_bytes, self.fingerprint, stamp)

    def fingerprint(self) -> str:
        """SHA-256 of the bytes on disk, in hex."""
        return file_fingerprint(self.path, self.address)

    def blocks(self, start: int | None = None, end: int | None = None) -> Iterator[bytes]:
        """The text in pieces of at most a few `BLOCK_BYTES`.

        Args:
            start: the byte of the text to begin with; the beginning, behind any byte order mark, when None.
            end: the byte to stop before; None reads to the end.

        Raises:
            SourceError: the file cannot be opened.
            SourceDamaged: the disk, the compression or the encoding fails on the way; readers add the position.

        """
        place = self.text_start if start is None else start
        try:
            stream = self._open()
        except OSError as cause:
            raise base.unreadable(self.address, cause) from cause
        with stream:
            try:
                # Text that does not lie on disk as it is read has no shortcut: what comes before is read again.
                unwanted = place
                if self.divisible:
                    unwanted = 0
                    stream.seek(place)
                while block := stream.read(BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - place)):
                    wanted = block[unwanted:]
                    unwanted -= len(block) - len(wanted)
                    place += len(wanted)
                    if wanted:
                        yield wanted
            except UnicodeDecodeError:
                # Not chained: the exception carries the text itself, which may hold stored passwords.
                raise SourceDamaged(f"the {self.encoding.upper()} text is broken near byte {place}") from None
            except compression.failures() as cause:
                raise SourceDamaged(
                    f"the compressed file is broken or cut off near byte {place} of its text"
                ) from cause
            except OSError as cause:
                raise base.unreadable(self.address, cause) from cause

    def _open(self) -> BinaryIO:
        try:
            stream = compression.open_compressed(self.path, self.compression, self.member)
        except compression.failures() as cause:
            raise SourceDamaged("the compressed file is broken or cut off") from cause
        return cast("BinaryIO", Utf8Stream(stream, self.encoding)) if self.encoding else stream
