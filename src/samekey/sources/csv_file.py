"""CSV and its relatives: a header line or none, then one record a row; separated by commas, semicolons, tabs or bars.

Every cell is a text, an empty cell an empty text. A row that cannot be read (a quotation mark that never closes, most
of all) costs its first line and nothing else: reading goes on with the next line, so that one stray quotation mark
does not swallow the people behind it.
"""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from samekey.errors import SourceDamaged, SourceError
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, header, json_record
from samekey.sources.content import Content
from samekey.sources.lines import lines

DELIMITERS = ",;\t|"
"""What may stand between cells. The one that divides the header into the most cells is taken, the first of equals."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """Rows, under a header or not.

    It is one range: a line feed may stand inside a quoted cell, so no line is surely a row.
    """

    content: Content
    """The bytes."""
    delimiter: str = ""
    """What stands between cells; empty to see it in the first line."""
    header: bool = True
    """Whether the first row may name the columns; otherwise, and where it is a record by its values, they are called
    column_1, column_2 and so on."""

    def describe(self) -> base.Description:
        """What this source is."""
        return self.content.describe("csv")

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """The whole file."""
        return [base.Range(self.content.text_start)]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every row under the header that is not empty."""
        index = 0
        try:
            delimiter = self.delimiter or _delimiter(self.content)
            rows = _rows(_Feed(self.content, piece.start, 1), delimiter)
            names, has_header = self._names(rows)
            if not has_header:
                rows = _rows(_Feed(self.content, piece.start, 1), delimiter)
            if after is not None and after.byte is not None and after.line is not None:
                rows = _rows(_Feed(self.content, after.byte, after.line), delimiter)
                next(rows, None)
                index = after.index + 1
            for row in rows:
                place = Position(index, row.line, row.byte)
                index += 1
                yield _record(row, names, place)
        except SourceDamaged as cause:
            raise base.damaged(self.content.address, cause.message, Position(index)) from cause

    def _names(self, rows: "Iterator[_Row]") -> tuple[list[str], bool]:
        """The names of the columns, and whether the first row says them."""
        first = next(rows, None)
        if self.header and not (first and header.is_record(first.cells)):
            return _names(first, self.content.address), True
        while first and first.reason:
            first = next(rows, None)
        return [f"column_{number}" for number in range(1, len(first.cells) + 1 if first else 1)], False


class _Row(NamedTuple):
    """A row, or the line that was to be one. A tuple, since one is made for every record."""

    byte: int
    line: int
    cells: list[str]
    reason: str = ""
    """Why the row cannot be read; empty when it can."""
    remedy: str = ""


class _Line(NamedTuple):
    """A line; its text is None when it is over the ceiling."""

    byte: int
    number: int
    text: bytes | None


class _BadLine(csv.Error):
    """A line that no row can hold."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__()


class _Feed:
    """Lines for the csv module, which asks for as many as a row takes; those of the row at hand are remembered."""

    def __init__(self, content: Content, start: int, number: int) -> None:
        self._fresh = (
            _Line(byte, count, text) for count, (byte, text) in enumerate(lines(content.blocks(start), start), number)
        )
        self._again: deque[_Line] = deque()
        self._row_bytes = 0
        self.row: list[_Line] = []

    def begin_row(self) -> None:
        """What was handed out is read; the next line begins a row."""
        self.row = []
        self._row_bytes = 0

    def give_back(self) -> _Line:
        """Take the row at hand for unreadable: hand out its lines again, all but the first, which is returned."""
        first, *others = self.row
        self._again.extendleft(reversed(others))
        return first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._fresh)
        self.row.append(line)
        if line.text is None:
            raise _BadLine("record-too-large", json_record.TOO_LARGE)
        self._row_bytes += len(line.text)
        if self._row_bytes > base.RECORD_BYTES_MAX:
            raise csv.Error
        if b"\0" in line.text:
            raise _BadLine("nul-character", "Take the NUL characters out; a text column cannot hold them.")
        try:
            return line.text.decode() + "\n"
        except UnicodeDecodeError:
            raise _BadLine("not-utf8", "Convert the file: iconv -f WINDOWS-1252 -t UTF-8 FILE.") from None


def _rows(feed: _Feed, delimiter: str) -> Iterator[_Row]:
    """Every row that is not empty, the header included, and every line that is none."""
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        try:
            while True:
                feed.begin_row()
                cells = next(reader, None)
                if cells is None:
                    return
                if cells:
                    yield _Row(feed.row[0].byte, feed.row[0].number, cells)
        except csv.Error as cause:
            yield _unreadable(feed, cause)


def _unreadable(feed: _Feed, cause: csv.Error) -> _Row:
    single = len(feed.row) == 1
    first = feed.give_back()
    reason, remedy = "bad-quoting", "Close every quotation mark of the row, and double those inside a quoted cell."
    if single and isinstance(cause, _BadLine):
        reason, remedy = cause.reason, cause.remedy
    elif single and first.text is not None and b"\r" in first.text.rstrip(b"\r"):
        remedy = "A carriage return stands inside the line. If that is how lines end: tr '\\r' '\\n' < OLD > NEW."
    elif single and first.text is not None and len(first.text) > csv.field_size_limit():
        reason, remedy = "record-too-large", f"Bring each cell under {csv.field_size_limit()} characters."
    return _Row(first.byte, first.number, [], reason, remedy)


def _record(row: _Row, names: list[str], place: Position) -> SourceRecord | Rejection:
    if row.reason:
        return base.rejected(place, row.reason, row.remedy)
    if len(row.cells) != len(names):
        counts = f"{len(names)} cells like the first row; it has {len(row.cells)}"
        remedy = f"Give the row {counts}. A cell that holds the separator must be quoted."
        return base.rejected(place, "ragged-row", remedy)
    return SourceRecord(place, dict(zip(names, row.cells, strict=True)))


def _delimiter(content: Content) -> str:
    """What divides the header."""
    for _, line in lines(content.blocks(), 0):
        if line is not None and line.strip():
            return delimiter_of(line.decode("utf-8", "replace"))
    return DELIMITERS[0]


def delimiter_of(header: str) -> str:
    """The delimiter that divides a header line into the most cells."""

    def cells(delimiter: str) -> int:
        try:
            return len(next(csv.reader([header], delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=cells)


def _names(header: _Row | None, address: str) -> list[str]:
    """The names of the fields."""
    if header is None:
        raise SourceError(f"{address} has no header line.", remedy="Write the names of the columns on the first line.")
    if header.reason:
        raise SourceError(f"The header line of {address} cannot be read.", remedy=header.remedy)
    return checked_names(header.cells, address)


def checked_names(cells: list[str], address: str) -> list[str]:
    """The names of columns, as a header gives them.

    Raises:
        SourceError: one is missing, or stands there twice.

    """
    names = [cell.strip() for cell in cells]
    if "" in names:
        raise SourceError(
            f"Column {names.index('') + 1} of {address} has no name.",
            remedy="Give every column a name on the first line; a separator too many at its end makes such a column.",
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise SourceError(f"{address} has more than one column {twice[0]!r}.", remedy="Give each column its own name.")
    return names
