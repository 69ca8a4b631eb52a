"""One import file as it lies there: what is wrong with it as a whole, and its users one after the other."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from samekey.auth0 import limits
from samekey.errors import SourceDamaged, SourceError
from samekey.lint.findings import REWRITTEN, Fault
from samekey.records import Rejection, SourceRecord
from samekey.sources import base, opening
from samekey.sources.content import UTF8_BOM, Content
from samekey.sources.json_file import JsonArraySource
from samekey.sources.json_scan import NotJson, ValueScanner
from samekey.sources.ndjson import NdjsonSource

OBJECT_BYTES_MAX = 64 * 1024 * 1024
"""The largest single object that is looked into for the users inside it."""

_HEAD_BYTES = 64 * 1024
_SPACE = b" \t\r\n"
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd")
"""How gzip, zip and zstd begin."""
_AGE = b"age-encryption.org/"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EXPORT_AGAIN = "Write the file again, as one array of users."


class NotUser(NamedTuple):
    """What stands where a user belongs."""

    fault: Fault
    raw: bytes | None
    """The text itself, to be written as it was; None where its extent is not certain."""


Entry = dict[str, Any] | NotUser


@dataclass(slots=True)
class ImportFile:
    """A file that was looked at from outside."""

    name: str
    """As it was named."""
    path: Path
    """Where it lies."""
    size_bytes: int
    """As it lies there."""
    faults: list[tuple[Fault, bool]] = field(default_factory=list)
    """What is wrong with it as a whole, and whether writing it anew mends that."""
    source: base.Source | None = None
    """Reads its users; None where there is nothing to read."""
    inside: list[Any] | None = None
    """Its users where they stood inside an object."""
    damage: str = ""
    """Where reading broke off; empty when it did not."""

    def entries(self) -> Iterator[Entry]:
        """Every user in order. Sets `damage` when the text breaks off."""
        if self.inside is not None:
            for value in self.inside:
                not_user = NotUser(Fault("not-an-object", ""), msgspec.json.encode(value))
                yield value if isinstance(value, dict) else not_user
            return
        if self.source is None:
            return
        try:
            for piece in self.source.ranges(1):
                for record in self.source.read(piece):
                    yield record.fields if isinstance(record, SourceRecord) else _not_user(self.source, record)
        except SourceDamaged as error:
            self.damage = error.message


def look_at(name: str) -> ImportFile:
    """See what a file is.

    Args:
        name: its path.

    Raises:
        SourceError: it cannot be read.

    """
    path = Path(name)
    head, size = _head(name, path)
    if head.startswith(_AGE):
        raise SourceError(
            f"{name} is encrypted with age.",
            remedy="What samekey packed was checked before it was encrypted. To look all the same, open it with "
            "age -d -i key.txt into a file that only you can read, and remove that afterwards.",
        )
    looked = ImportFile(name, path, size)
    if not head.removeprefix(UTF8_BOM).strip(_SPACE):
        looked.faults.append((Fault("empty-file", ""), False))
        return looked
    if head.startswith(_COMPRESSED):
        looked.faults.append((Fault("compressed", ""), True))
    if head.startswith(_UTF16):
        looked.faults.append((Fault("not-utf8", ""), True))
    if head.startswith(UTF8_BOM):
        looked.faults.append((Fault("byte-order-mark", ""), True))
    # Asked for as lines, since a source of lines does not look into its text yet.
    source = opening.open_source(str(path), source_format="ndjson")
    if not isinstance(source, NdjsonSource):
        raise TypeError("a source of lines is one of NDJSON")
    _recognise(looked, source.content)
    return looked


def fix_of(*, mends: bool) -> dict[str, Any] | None:
    """The fix of a fault of the file."""
    return dict(REWRITTEN) if mends else None


def size_fault(size_bytes: int) -> Fault | None:
    """What is wrong with the size of a file."""
    if size_bytes > limits.CHUNK_BYTES_MAX:
        advice = (
            f"Auth0 takes {limits.IMPORT_REQUEST_BYTES_MAX} bytes for the whole request. Split it: --fix OUT --split."
        )
        return Fault("file-too-large", "", advice)
    if size_bytes > limits.CHUNK_BYTES_DEFAULT:
        return Fault("file-near-limit", "", f"Stay under {limits.CHUNK_BYTES_DEFAULT} bytes.")
    return None


def _not_user(source: base.Source, rejection: Rejection) -> NotUser:
    fault = Fault(rejection.reason, "", rejection.remedy)
    if isinstance(source, JsonArraySource) and rejection.reason != "record-too-large":
        return NotUser(fault, _raw(source.content, rejection.position.byte))
    if isinstance(source, NdjsonSource) and rejection.reason in ("not-an-object", "duplicate-key"):
        return NotUser(fault, _raw(source.content, rejection.position.byte))
    return NotUser(fault, None)


def _raw(content: Content, byte: int | None) -> bytes | None:
    """The value that begins at a byte of the text."""
    scanner, kept = ValueScanner(), b""
    try:
        for block in content.blocks(byte):
            end = scanner.end(block, 0)
            kept += block if end < 0 else block[:end]
            if end >= 0:
                return kept
    except (NotJson, SourceDamaged):
        return None
    return None


def _head(name: str, path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        return head, path.stat().st_size
    except OSError as cause:
        raise base.unreadable(name, cause) from cause
    except ValueError as cause:
        raise base.unreadable("A path with a NUL character", FileNotFoundError()) from cause


def _recognise(looked: ImportFile, content: Content) -> None:
    """Find out how the users stand in the text."""
    first = _first_character(content)
    if first == b"[":
        looked.source = JsonArraySource(content)
    elif first == b"{":
        _objects(looked, content)
    else:
        looked.faults.append((Fault("not-json", "", _EXPORT_AGAIN), False))


def _first_character(content: Content) -> bytes:
    try:
        return next((bare[:1] for block in content.blocks() if (bare := block.lstrip(_SPACE))), b"")
    except SourceDamaged:
        return b""


def _objects(looked: ImportFile, content: Content) -> None:
    """Text that begins with an object: one a line, or a single one."""
    try:
        text, follows = _first_object(content)
    except (NotJson, SourceDamaged):
        text, follows = None, b"?"
    if follows == b"{" and (text is None or b"\n" not in text):
        looked.faults.append((Fault("lines-not-array", ""), True))
        looked.source = NdjsonSource(content)
    elif follows or text is None:
        looked.faults.append((Fault("not-json" if follows else "object-not-array", "", _EXPORT_AGAIN), False))
    else:
        looked.inside = _users_inside(text)
        advice = "" if looked.inside is not None else _EXPORT_AGAIN
        looked.faults.append((Fault("object-not-array", "", advice), looked.inside is not None))


def _first_object(content: Content) -> tuple[bytes | None, bytes]:
    """The first object, None when it is too large to be held, and the first character behind it."""
    scanner, kept, size = ValueScanner(), b"", 0
    blocks = content.blocks()
    for block in blocks:
        at = len(block) - len(block.lstrip(_SPACE)) if not size else 0
        end = scanner.end(block, at) if at < len(block) else -1
        size += len(block) - at
        kept = kept + (block[at:] if end < 0 else block[at:end]) if size <= OBJECT_BYTES_MAX else b""
        if end >= 0:
            rest = (bare[:1] for piece in (block[end:], *_few(blocks)) if (bare := piece.lstrip(_SPACE)))
            return kept or None, next(rest, b"")
    raise SourceDamaged("the object breaks off")


def _few(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Only as many blocks as somebody looks at."""
    yield from blocks


def _users_inside(text: bytes) -> list[Any] | None:
    """The users of an object: itself, or the only list of objects in it."""
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    if whole.keys() & {"email", "username", "phone_number"}:
        return [whole]
    lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if len(lists) == 1 else None
