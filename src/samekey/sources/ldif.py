"""LDIF: what slapcat, ldapsearch and Active Directory's ldifde write, one entry a paragraph.

An attribute with one value is a text, with several a list of texts. Values that are bytes and not text (photos,
certificates, Active Directory's objectGUID) are lower-case hex.

A file of changes (`changetype: modify`) is refused: what an entry holds after a change does not stand in it. An entry
that is added (`changetype: add`) holds everything; Active Directory's ldifde writes all of them so.

Source:
    RFC 2849, read 2026-11-23: folded lines, `::` before base64, `:<` before a URL, comments, `version: 1`.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from samekey.errors import SourceDamaged, SourceUnrecognised
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, json_record
from samekey.sources.content import Content
from samekey.sources.lines import lines

BEGINNING = re.compile(rb"(?:(?:#.*|version: *1[ \t]*|[ \t]*)\r?\n(?: .*\n)*)*dn::?[ \t]*\S", re.IGNORECASE)
"""How an LDIF file begins."""

BINARY = frozenset(
    {"jpegphoto", "photo", "audio", "objectguid", "objectsid", "usercertificate", "usersmimecertificate",
     "userpkcs12", "cacertificate", "thumbnailphoto", "msexchmailboxguid", "sidhistory", "ntsecuritydescriptor",
     "logonhours", "unicodepwd", "mspki-credentialroamingtokens"}
)  # fmt: skip
"""Attributes, in lower case, whose values are bytes even where they happen to look like text."""

_LINE = re.compile(rb"([\w.-]++(?:;[\w.-]++)*+):([:<]?)[ ]*+(.*)", re.DOTALL)
_ADDED = ("changetype", "add")
_OUTCOME = {"search", "result", "matcheddn", "text", "control"}
"""What ldapsearch writes about the search itself, as if it were an entry."""

Value = str | list[str]


class _BadEntry(Exception):  # becomes a rejection
    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__()


@dataclass(slots=True)
class _Entry:
    """The lines of a paragraph, unfolded."""

    byte: int
    line: int
    lines: list[bytes | bytearray] = field(default_factory=list)
    size_bytes: int = 0
    overlong: bool = False
    in_comment: bool = False
    """Whether a folded line would go on with a comment."""
    misfolded: bool = False
    """Whether a folded line has nothing to go on with."""

    def add(self, text: bytes | None) -> None:
        """Take in a line of the file."""
        self.size_bytes += len(text or b"")
        if text is None or self.size_bytes > base.RECORD_BYTES_MAX:
            self.overlong = True
            self.lines = []
        elif text.startswith(b"#"):
            self.in_comment = True
        elif not text.startswith(b" "):
            self.in_comment = False
            self.lines.append(text)
        elif self.lines and not self.in_comment:
            self._fold(text[1:])
        elif not self.in_comment:
            self.misfolded = True

    def _fold(self, text: bytes) -> None:
        # A photo has thousands of folded lines; a bytearray takes each in place.
        last = self.lines[-1]
        if not isinstance(last, bytearray):
            self.lines[-1] = last = bytearray(last)
        last += text


@dataclass(frozen=True, slots=True)
class LdifSource:
    """Entries of a directory, in one range."""

    content: Content
    """The bytes."""

    def describe(self) -> base.Description:
        """What this source is."""
        return self.content.describe("ldif")

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """The whole file."""
        return [base.Range(self.content.text_start)]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every entry."""
        start, line, index = piece.start, 1, 0
        if after is not None and after.byte is not None and after.line is not None:
            start, line, index = after.byte, after.line, after.index
        entries = _entries(lines(self.content.blocks(start), start), line)
        if after is not None:
            next(entries, None)
            index += 1
        try:
            for entry in entries:
                place = Position(index, entry.line, entry.byte)
                item = self._item(entry, place)
                if item is not None:
                    index += 1
                    yield item
        except SourceDamaged as cause:
            raise base.damaged(self.content.address, cause.message, Position(index)) from cause

    def _item(self, entry: _Entry, place: Position) -> SourceRecord | Rejection | None:
        """The record, what stands in its place, or None for a paragraph that is no entry."""
        if entry.overlong:
            return base.rejected(place, "record-too-large", json_record.TOO_LARGE)
        try:
            attributes = _attributes(entry)
        except _BadEntry as cause:
            return base.rejected(place, cause.reason, cause.remedy)
        attributes = {name: value for name, value in attributes.items() if (name.lower(), value) != _ADDED}
        names = {name.lower() for name in attributes}
        if "changetype" in names:
            raise SourceUnrecognised(
                f"{self.content.address} holds changes, not entries: {place} has a changetype.",
                remedy="Export the entries themselves: slapcat, or ldapsearch -LLL.",
            )
        if "dn" in names:
            return SourceRecord(place, attributes)
        if "result" in names and names <= _OUTCOME:
            _check_outcome(str(attributes["result"]))
            return None
        return base.rejected(place, "not-ldif", "Begin every entry with its dn.")


def _entries(numbered: Iterable[tuple[int, bytes | None]], number: int) -> Iterator[_Entry]:
    """Every paragraph that is more than comments."""
    entry: _Entry | None = None
    for line, (byte, raw) in enumerate(numbered, number):
        text = raw.removesuffix(b"\r") if raw is not None else None
        if text == b"":
            if entry is not None and _is_more_than_comments(entry):
                yield entry
            entry = None
            continue
        if entry is None or (not _is_more_than_comments(entry) and not entry.in_comment):
            entry = _Entry(byte, line)
        elif not _is_more_than_comments(entry) and text is not None and not text.startswith((b" ", b"#")):
            # Comments above an entry are not where it begins.
            entry = _Entry(byte, line)
        entry.add(text)
        if entry.lines and entry.lines[-1].lower().startswith(b"version:") and len(entry.lines) == 1:
            entry.lines.clear()
    if entry is not None and _is_more_than_comments(entry):
        yield entry


def _is_more_than_comments(entry: _Entry) -> bool:
    return bool(entry.lines) or entry.overlong or entry.misfolded


def _attributes(entry: _Entry) -> dict[str, Value]:
    """The attributes, each with its value or values."""
    if entry.misfolded:
        raise _BadEntry("not-ldif", "A line that begins with a space goes on with the one above; here is none.")
    found: dict[str, Value] = {}
    spelled: dict[str, str] = {}
    for line in entry.lines:
        name, value = _name_and_value(bytes(line))
        # Attribute names differ by more than case only; the first spelling stands.
        name = spelled.setdefault(name.lower(), name)
        before = found.get(name)
        if before is None:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _name_and_value(line: bytes) -> tuple[str, str]:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise _BadEntry("not-ldif", "Write each line as NAME: VALUE; a value that goes on begins with a space.")
    name = parts[1].decode("ascii", "replace")
    if parts[2] == b"<":
        raise _BadEntry("not-ldif", "A value stands in another file; write it into the entry.")
    value = parts[3]
    if parts[2]:
        try:
            value = _decoded(value.rstrip())
        except binascii.Error:
            raise _BadEntry("bad-base64", f"The value of {name} is not Base64; export the entry again.") from None
        return name, text_of(value, name)
    try:
        return name, value.decode()
    except UnicodeDecodeError:
        raise _BadEntry("not-utf8", f"Write the value of {name} as UTF-8, or as Base64.") from None


def _decoded(value: bytes) -> bytes:
    # The decoder overlooks a padding character too many.
    if len(value) % 4:
        raise binascii.Error
    return binascii.a2b_base64(value, strict_mode=True)


def text_of(value: bytes, name: str) -> str:
    """A value of an attribute as text; as hex where it is none."""
    attribute, _, options = name.lower().partition(";")
    if attribute in BINARY or "binary" in options.split(";"):
        return value.hex()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _check_outcome(result: str) -> None:
    """Refuse what a search left incomplete.

    Source:
        RFC 4511 4.1.9: result code 0 is success; 3, 4 and 11 (time, size and administrative limit) come with fewer
        entries than there are.
    """
    if result.split(" ", 1)[0] != "0":
        raise SourceDamaged(f"the search that wrote it did not end well: result {result}")
