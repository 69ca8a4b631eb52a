"""The bytes of a source: where they lie, and how they become UTF-8 text. The only file here that opens files."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from samekey.errors import SourceDamaged
from samekey.sources import base

BLOCK_BYTES = 256 * 1024
"""How much is read at once. Larger blocks are no faster and cost memory in every worker."""

UTF8_BOM = codecs.BOM_UTF8
GZIP_MAGIC = b"\x1f\x8b"


class Utf8Stream(io.RawIOBase):
    """UTF-16 text read as UTF-8. Its first two bytes are a byte order mark, which is taken off."""

    def __init__(self, stream: BinaryIO) -> None:
        """Args:
        stream: UTF-16 with a byte order mark.

        """
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """About `size` bytes of UTF-16 as UTF-8; empty at the end only."""
        while True:
            block = self._stream.read(size)
            # "surrogatepass" lets a lone surrogate through as bytes that are not UTF-8, so that it is its record
            # which gets rejected and not the file.
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Close the stream beneath as well."""
        self._stream.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one source."""

    address: str
    """As the user wrote it; what messages name."""
    path: Path
    """The file that holds them."""
    gzipped: bool = False
    """Whether they are compressed."""
    utf16: bool = False
    """Whether the text is UTF-16."""
    text_start: int = 0
    """Bytes of a UTF-8 byte order mark before the text."""

    @property
    def divisible(self) -> bool:
        """Whether a worker can begin in the middle: the text lies on disk as it is read."""
        return not (self.gzipped or self.utf16)

    @property
    def size_bytes(self) -> int:
        """The size on disk."""
        try:
            return self.path.stat().st_size
        except OSError as cause:
            raise base.unreadable(self.address, cause) from cause

    def fingerprint(self) -> str:
        """SHA-256 of the bytes on disk, in hex."""
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as cause:
            raise base.unreadable(self.address, cause) from cause

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
                raise SourceDamaged(f"the UTF-16 text is broken near byte {place}") from None
            except (EOFError, zlib.error, gzip.BadGzipFile) as cause:
                raise SourceDamaged(
                    f"the compressed file is broken or cut off near byte {place} of its text"
                ) from cause
            except OSError as cause:
                raise base.unreadable(self.address, cause) from cause

    def _open(self) -> BinaryIO:
        # A GzipFile that is handed an open file does not close it, so it opens the path itself.
        stream = cast("BinaryIO", gzip.open(self.path, "rb")) if self.gzipped else self.path.open("rb")  # noqa: SIM115
        return cast("BinaryIO", Utf8Stream(stream)) if self.utf16 else stream
