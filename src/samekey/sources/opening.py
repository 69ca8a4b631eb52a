"""An address becomes a source: what lies there, how it is compressed and encoded, and which format it has."""

import atexit
import codecs
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised, UsageError
from samekey.sources import base, recognition
from samekey.sources.content import GZIP_MAGIC, UTF8_BOM, Content
from samekey.sources.csv_file import CsvSource
from samekey.sources.json_file import JsonArraySource
from samekey.sources.ndjson import NdjsonSource

FORMATS: dict[str, Callable[[Content], base.Source]] = {
    "json": JsonArraySource,
    "ndjson": NdjsonSource,
    "csv": CsvSource,
}
"""Every format by its name."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def open_source(address: str, *, source_format: str | None = None) -> base.Source:
    """The source at an address.

    Args:
        address: a path, or `-` for standard input, which is first copied to a private file that goes with the source.
        source_format: a name of `FORMATS`; recognised from the first bytes and the name when None.

    Raises:
        UsageError: no format has that name.
        SourceError: there is nothing to read, or it may not be read.
        SourceUnrecognised: nobody can tell what it is, or samekey does not read it.

    """
    if source_format is not None and source_format not in FORMATS:
        raise UsageError(
            f"{source_format!r} is not a source format.", remedy=f"Choose one of: {', '.join(FORMATS)}.",
        )  # fmt: skip
    url = _URL.match(address)
    if url:
        # The rest of the address is not shown: it may hold a password.
        raise SourceUnrecognised(f"Sources at {url[1]}:// addresses are not read.", remedy="Export to a file first.")
    content = _content(address)
    head = _first(content, recognition.HEAD_BYTES)
    if not head.strip():
        raise SourceError(f"{address} is empty.", remedy="Check the export; it holds no record.")
    name = Path(address).name.lower().removesuffix(".gz")
    return FORMATS[source_format or recognition.format_of(head, name=name, address=address)](content)


def _content(address: str) -> Content:
    """How the bytes there become text."""
    try:
        path = _regular_file(address)
        with path.open("rb") as stream:
            magic = stream.read(3)
    except ValueError as cause:
        raise SourceError("A path cannot hold a NUL character.", remedy="Take it out of the address.") from cause
    except OSError as cause:
        raise base.unreadable(address, cause) from cause
    gzipped = magic.startswith(GZIP_MAGIC)
    start = _first(Content(address, path, gzipped=True), 3) if gzipped else magic
    return Content(
        address,
        path,
        gzipped=gzipped,
        utf16=start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
        text_start=len(UTF8_BOM) if start.startswith(UTF8_BOM) else 0,
    )


def _regular_file(address: str) -> Path:
    """The file that holds the bytes; what flows by is first copied into one."""
    if address == "-":
        if sys.stdin.isatty():
            raise SourceError("Nothing is piped into standard input.", remedy="samekey survey - < users.json")
        return _spool(sys.stdin.buffer)
    path = Path(address)
    mode = path.stat().st_mode
    if stat.S_ISFIFO(mode):
        with path.open("rb") as stream:
            return _spool(stream)
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SourceError(f"{address} is a device, not a file.", remedy="Name a file.")
    return path


def _spool(stream: BinaryIO) -> Path:
    """Copy a stream into a file that only this user can read and that goes with this process.

    Workers read a source at several places and every step reads it again; neither can be done with a stream.
    """
    number, name = tempfile.mkstemp(prefix="samekey-")
    atexit.register(Path(name).unlink, missing_ok=True)
    with os.fdopen(number, "wb") as copy:
        shutil.copyfileobj(stream, copy)
    return Path(name)


def _first(content: Content, size: int) -> bytes:
    """The first bytes of the text, fewer where there are no more."""
    head = b""
    try:
        for block in content.blocks():
            head += block
            if len(head) >= size:
                break
    except SourceDamaged as cause:
        if not head:
            raise SourceDamaged(f"{content.address}: {cause.message}.", remedy="Copy or export it again.") from cause
    return head[:size]
