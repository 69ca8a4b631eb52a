"""Two sources as one: a record of the first with the rows of the second that belong to it.

Profile and password often stand in two tables or files. The rows of the second are kept by their key on disk, so that
memory stays flat; the records of the first stream by as ever, each at its own position, and take their rows along.
Whoever has no row goes on without, and is counted; so is every row that belongs to nobody.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from samekey.lookup import finder
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base
from samekey.sources.base import Source
from samekey.sources.join_options import LIST, JoinOptions
from samekey.sources.partners import EXAMPLES, Partners, Unusable, key_of

BESIDE = "joined"
"""Where a field of the row goes whose name the record has for something else."""

_REMEDY_TWICE = "Say what several rows mean with --join-rows, or let one row a person remain."
_REMEDY_LARGE = "Join fewer rows to one record."


@dataclass(frozen=True, slots=True)
class Joined:
    """Who found a partner, on both sides."""

    address: str
    """Of the second source."""
    format: str
    size_bytes: int | None
    on: str
    """The two expressions."""
    records: int
    """Records of the first source that could be read."""
    without_rows: int
    """Of them, how many have no row."""
    without_rows_examples: tuple[Position, ...]
    rows: int
    """Rows of the second source, whatever became of them."""
    without_record: int
    """Rows that belong to no record, for lack of a key included."""
    without_record_examples: tuple[Position, ...]
    unread: int
    """Rows that are damaged."""
    unread_examples: tuple[Position, ...]


def sentences(joined: Joined) -> Iterator[str]:
    """What a person should know of those without a partner, a sentence a side."""
    if joined.records and joined.without_rows == joined.records:
        yield f"No record has a row in {joined.address}: {joined.on} does not find the same key on both sides."
    elif joined.without_rows:
        who = _counted(joined.without_rows, "record goes on without a row", "records go on without a row")
        yield f"{who} in {joined.address}{_first(joined.without_rows_examples)}."
    if joined.without_record:
        whose = _counted(joined.without_record, "row belongs to no record", "rows belong to no record")
        yield f"{joined.address}: {whose}{_first(joined.without_record_examples)}."
    if joined.unread:
        rows = _counted(joined.unread, "row", "rows")
        yield f"{joined.address}: {rows} could not be read{_first(joined.unread_examples)}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _first(places: tuple[Position, ...]) -> str:
    return f": {', '.join(map(str, places))}" + (", …" if len(places) == EXAMPLES else "")


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """Records of one source with the rows of another that belong to them. Positions are those of the record."""

    left: Source
    partners: Partners
    join: JoinOptions

    def describe(self) -> base.Description:
        """The first source, with a fingerprint of both and of how they are joined."""
        left = self.left.describe()
        stamps = left.stamp, self.partners.source.describe().stamp
        return base.Description(left.address, left.format, left.size_bytes, self._fingerprint, stamps)

    def ranges(self, count: int) -> list[base.Range]:
        """Those of the first source. The rows of the second are written before, for all workers."""
        self.partners.written()
        return self.left.ranges(count)

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """The records of the first source, joined."""
        find = finder(self.join.own)
        for item in self.left.read(piece, after=after):
            key = key_of(find, item.fields) if isinstance(item, SourceRecord) else None
            yield item if key is None or isinstance(item, Rejection) else self._with_rows(item, key)

    def joined(self) -> Joined:
        """Who found a partner; reads the first source once."""
        self.partners.written()
        found = bytearray()
        alone, records = Unusable(), 0
        find = finder(self.join.own)
        for piece in self.left.ranges(1):
            for item in self.left.read(piece):
                if isinstance(item, Rejection):
                    continue
                records += 1
                key = key_of(find, item.fields)
                numbers = self.partners.numbers_of(key) if key is not None else []
                if not numbers:
                    alone.add(item.position)
                for number in numbers:
                    if len(found) <= number >> 3:
                        found.extend(bytes((number >> 3) + 1 - len(found)))
                    found[number >> 3] |= 1 << (number & 7)
        return self._told(records, alone, self._without_record(found))

    def _without_record(self, found: bytearray) -> Unusable:
        lonely = Unusable(self.partners.keyless.count, list(self.partners.keyless.examples))
        for number, position in self.partners.positions():
            if not (len(found) > number >> 3 and found[number >> 3] & 1 << (number & 7)):
                lonely.add(position)
        return lonely

    def _told(self, records: int, alone: Unusable, lonely: Unusable) -> Joined:
        second, unread = self.partners.source.describe(), self.partners.unread
        return Joined(
            f"{self.join.table} of {second.address}" if self.join.table else second.address,
            second.format,
            second.size_bytes,
            self.join.on,
            records,
            alone.count,
            tuple(alone.examples),
            self.partners.rows + self.partners.keyless.count + unread.count,
            lonely.count,
            tuple(sorted(lonely.examples, key=lambda place: place.index))[:EXAMPLES],
            unread.count,
            tuple(unread.examples),
        )

    def _with_rows(self, record: SourceRecord, key: str) -> SourceRecord | Rejection:
        rows = self.partners.of(key)
        if self.join.rows:
            gathered = _listed(rows) if self.join.rows == LIST else _said(rows, *(self.join.says or ("", "")))
            if gathered is None:
                return base.rejected(record.position, "record-too-large", _REMEDY_LARGE)
            return SourceRecord(record.position, {**record.fields, self.join.name: gathered}) if gathered else record
        row = next(rows, None)
        if row is None:
            return record
        if next(rows, None) is not None:
            return base.rejected(record.position, "joined-twice", _REMEDY_TWICE)
        if self.join.name:
            return SourceRecord(record.position, {**record.fields, self.join.name: dict(row)})
        return SourceRecord(record.position, _beside(record.fields, row))

    def _fingerprint(self) -> str:
        sides = (self.left.describe().fingerprint, self.partners.source.describe().fingerprint)
        how = (self.join.on, self.join.name, self.join.rows)
        return hashlib.sha256("\0".join((*sides, *how)).encode()).hexdigest()


def _beside(own: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """The record's own fields with those of its row; what both have stays the record's own, and nothing is lost."""
    fields = {**theirs, **own}
    differing = {name: value for name, value in theirs.items() if name in own and own[name] != value}
    if differing:
        place = BESIDE
        while place in fields:
            place += "_"
        fields[place] = differing
    return fields


def _listed(rows: Iterator[Mapping[str, Any]]) -> list[Any] | None:
    """The rows; None where they are too large together."""
    listed: list[Any] = []
    room = base.RECORD_BYTES_MAX
    for row in rows:
        room -= _weight(row)
        if room < 0:
            return None
        listed.append(dict(row))
    return listed


def _said(rows: Iterator[Mapping[str, Any]], name: str, value: str) -> dict[str, Any] | None:
    """An object of what the rows say; what is said more than once is a list, as in a directory."""
    said: dict[str, list[Any]] = {}
    room = base.RECORD_BYTES_MAX
    for row in rows:
        room -= _weight(row)
        if room < 0:
            return None
        if row.get(name) is not None:
            said.setdefault(str(row[name]), []).append(row.get(value))
    return {each: values[0] if len(values) == 1 else values for each, values in said.items()}


def _weight(row: Mapping[str, Any]) -> int:
    """About the bytes of a row: its texts, which are what grows."""
    return sum(len(value) for value in row.values() if isinstance(value, str)) + 8 * len(row)
