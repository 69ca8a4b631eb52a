"""Compressed files, opened so that their text flows out; a file that is cut off never ends in silence.

zstd is read by the reader of the standard library (from Python 3.14; before, by the same code as an extra), since it
notices a missing end. The reader of the older and better known package takes a cut-off file for a whole one.
"""

import gzip
import io
import lzma
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from samekey.errors import SourceDamaged, SourceUnrecognised
from samekey.sources import extras

GZIP, ZIP, ZSTD = "gzip", "zip", "zstd"

_MAGIC = {b"\x1f\x8b": GZIP, b"PK\x03\x04": ZIP, b"PK\x05\x06": ZIP, b"(\xb5/\xfd": ZSTD}

SUFFIXES = (".gz", ".zst", ".zstd", ".zip")
"""What compression adds to a file's name."""

_ENCRYPTED = 0x1
"""Bit of a zip member's flags. Source: APPNOTE.TXT 4.4.4, PKWARE."""


def compression_of(magic: bytes) -> str:
    """The compression that a file's first bytes show; empty for none."""
    return next((name for start, name in _MAGIC.items() if magic.startswith(start)), "")


def open_compressed(path: Path, compression: str, member: str = "") -> BinaryIO:
    """The text inside a compressed file.

    Args:
        path: the file.
        compression: as `compression_of` says; empty for a file that is not compressed.
        member: the file in a zip archive.

    Raises:
        OSError: the file cannot be opened.
        UsageError: the driver for zstd is not installed.

    """
    if compression == GZIP:
        # A GzipFile that is handed an open file does not close it, so it opens the path itself.
        return cast("BinaryIO", gzip.open(path, "rb"))
    if compression == ZSTD:
        return cast("BinaryIO", io.BufferedReader(_zstd().ZstdFile(path)))
    if compression == ZIP:
        return cast("BinaryIO", _Member(path, member))
    return path.open("rb")


def failures() -> tuple[type[Exception], ...]:
    """What reading a damaged compressed file may raise."""
    usual = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile, struct.error)
    loaded = [sys.modules[name].ZstdError for name in ("compression.zstd", "backports.zstd") if name in sys.modules]
    return (*usual, *loaded)


def members(path: Path, address: str) -> list[zipfile.ZipInfo]:
    """The files in a zip archive, without what macOS adds.

    Raises:
        SourceDamaged: the archive's own list cannot be read.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as cause:
        raise SourceDamaged(
            f"{address}: the zip archive is broken or cut off.", remedy="Copy or export it again."
        ) from cause
    return [each for each in found if not (each.is_dir() or each.filename.startswith("__MACOSX/"))]


def only_member(path: Path, address: str) -> str:
    """The one file in a zip archive.

    Raises:
        SourceUnrecognised: there are several or none, or it is encrypted.
        SourceDamaged: the archive is broken.

    """
    found = members(path, address)
    if len(found) != 1:
        names = ", ".join(each.filename for each in found[:5]) or "nothing"
        raise SourceUnrecognised(
            f"{address} is a zip archive that holds {len(found)} files: {names}{', …' if len(found) > 5 else ''}.",  # noqa: PLR2004  # as many as are named
            remedy="Unpack it and name the file that holds the users.",
        )
    if found[0].flag_bits & _ENCRYPTED:
        raise SourceUnrecognised(f"{address} is an encrypted zip archive.", remedy="Unpack it first.")
    return found[0].filename


class _Member(io.RawIOBase):
    """A file in a zip archive that closes the archive with itself."""

    def __init__(self, path: Path, name: str) -> None:
        self._archive = zipfile.ZipFile(path)
        try:
            self._stream = self._archive.open(name)
        except (KeyError, NotImplementedError, RuntimeError) as cause:
            self._archive.close()
            raise zipfile.BadZipFile from cause

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._stream.read(size)

    def close(self) -> None:
        """Close the archive as well."""
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


def _zstd() -> ModuleType:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        with extras.needed("zstd", for_what="Files compressed with zstd"):
            from backports import zstd
    module: ModuleType = zstd
    return module
