"""NDJSON: one JSON object a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any

from samekey.errors import SourceDamaged
from samekey.records import Position, Positions, Rejection, SourceRecord
from samekey.sources import base, json_record
from samekey.sources.content import Content
from samekey.sources.lines import line_blocks, lines
from samekey.sources.sheets import Read, RecordSheet, Shape, TextSheet

NOT_JSON = json_record.NotRecord("not-json", "Put one whole JSON object on the line.")
TOO_LARGE = json_record.NotRecord("record-too-large", json_record.TOO_LARGE)


@dataclass(frozen=True, slots=True)
class NdjsonSource:
    """Lines of JSON. The index of a record is that of its line, so that empty lines leave gaps in the numbering."""

    content: Content
    """The bytes."""

    def describe(self) -> base.Description:
        """What this source is."""
        return self.content.describe("ndjson")

    def ranges(self, count: int) -> list[base.Range]:
        """Pieces of about the same size that begin at lines. Reads everything once to number the lines."""
        if count <= 1 or not self.content.divisible:
            return [base.Range(self.content.text_start)]
        size = self.content.size_bytes
        wanted = [size * part // count for part in range(1, count)]
        edges = [(self.content.text_start, 0), *_line_starts(self.content, wanted)]
        ends = [*(start for start, _ in edges[1:]), None]
        return [base.Range(start, end, index) for (start, index), end in zip(edges, ends, strict=True)]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every line of the piece that is not empty."""
        start, index = piece.start, piece.index
        if after is not None and after.byte is not None:
            start, index = after.byte, after.index
        numbered = enumerate(lines(self.content.blocks(start, piece.end), start), index)
        number = index - 1
        try:
            if after is not None:
                number, _ = next(numbered, (index, None))
            for number, (byte, line) in numbered:  # where it stands when reading breaks off
                found = _read(line, Position(number, number + 1, byte))
                if found is not None:
                    yield found
        except SourceDamaged as cause:
            raise base.damaged(self.content.address, cause.message, Position(number + 1, number + 2)) from cause

    def sheets(self, piece: base.Range, *, absent: Any = None) -> Iterator[TextSheet | RecordSheet]:
        """The same in sheets, one per block of the file."""
        index = piece.index
        shape = Shape(absent=absent)
        try:
            for byte, texts in line_blocks(self.content.blocks(piece.start, piece.end), piece.start):
                if texts is None:
                    yield RecordSheet([_rejected(TOO_LARGE, Position(index, index + 1, byte))])
                    index += 1
                    continue
                yield TextSheet(texts, shape, partial(_positions, index, byte), _read)
                index += len(texts)
        except SourceDamaged as cause:
            raise base.damaged(self.content.address, cause.message, Position(index, index + 1)) from cause


def _positions(index: int, byte: int, texts: Sequence[bytes]) -> Positions:
    """Where lines stand that follow each other."""
    behind = index + len(texts)
    starts = list(accumulate([len(text) + 1 for text in texts[:-1]], initial=byte))  # behind each is a line feed
    return Positions(range(index, behind), range(index + 1, behind + 1), starts)


def _read(line: bytes | None, place: Position) -> Read:
    """A line as a record or what stands in its place; None for an empty line."""
    if line is not None and not line.strip():
        return None
    fields = TOO_LARGE if line is None else _fields(line)
    return _rejected(fields, place) if isinstance(fields, json_record.NotRecord) else SourceRecord(place, fields)


def _rejected(why: json_record.NotRecord, place: Position) -> Rejection:
    return base.rejected(place, why.reason, why.remedy)


def _fields(line: bytes) -> json_record.Fields | json_record.NotRecord:
    try:
        return json_record.read(line)
    except json_record.Unbounded:
        # The line says where the record ends, whatever is in it.
        return NOT_JSON


def _line_starts(content: Content, wanted: list[int]) -> Iterator[tuple[int, int]]:
    """The first line start at or after each wanted byte, with the number of that line; none twice, none at the end."""
    place, number, last = content.text_start, 0, content.text_start
    waiting = iter(sorted(wanted))
    target = next(waiting, None)
    for block in content.blocks():
        if target is None:
            return
        end = place + len(block)
        while target is not None and target < end:
            # A line starts behind a line feed, so the one at `target` follows a feed at `target - 1`.
            feed = block.find(b"\n", max(target - 1 - place, 0))
            if feed < 0:
                break
            start = place + feed + 1
            if last < start < content.size_bytes:
                yield start, number + block.count(b"\n", 0, feed + 1)
                last = start
            target = next(waiting, None)
        number += block.count(b"\n")
        place = end
