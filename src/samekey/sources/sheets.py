"""Neighbouring records of a source by column, so that a step over many of them costs a few calls and not a few each.

A *sheet* says of each of its rows what `Source.read` says of the record in that place, values as the source holds them.
A row is *odd* when its values do not stand in the columns: it is damaged, or of another shape than the others. Whoever
takes a sheet asks for the record of such a row, and of every row in which something else is amiss.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import Any, Protocol, runtime_checkable

import msgspec

from samekey.records import Position, Positions, Rejection, SourceRecord
from samekey.sources import base
from samekey.sources.repeated_keys import ColonCount, repeated_key

RECORDS_MAX = 1_000
"""Records of a sheet that is gathered one by one."""
NAMES_MAX = 500
"""Fields that a shape can have; a record with others is odd."""

Fields = dict[str, Any]
Read = SourceRecord | Rejection | None

_fields = msgspec.json.Decoder(Fields).decode
_NOT_A_ROW = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Sheet(Protocol):
    """Neighbouring records."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        ...

    @property
    def odd(self) -> Sequence[int]:
        """Rows whose values do not stand in the columns."""
        ...

    def column(self, name: str) -> Sequence[Any]:
        """A field of every record; None where it is absent, and in odd rows."""
        ...

    def fields(self) -> list[Fields]:
        """All fields of every record; none in odd rows."""
        ...

    def positions(self) -> Positions:
        """Where the records stand."""
        ...

    def record(self, row: int) -> Read:
        """What `Source.read` yields for this row; None when it yields nothing, as for an empty line."""
        ...


@runtime_checkable
class SheetSource(Protocol):
    """A source that divides into sheets by itself, faster than record by record."""

    def sheets(self, piece: base.Range, *, absent: Any = None) -> Iterator["TextSheet | RecordSheet"]:
        """As `Source.read` without a place to resume, in sheets.

        Args:
            piece: one of `ranges(...)`.
            absent: what stands in a column where a record does not have the field.

        """
        ...


def sheets(source: base.Source, piece: base.Range) -> Iterator[Sheet]:
    """A piece of any source in sheets."""
    if isinstance(source, SheetSource):
        yield from source.sheets(piece)
        return
    records = source.read(piece)
    while gathered := list(islice(records, RECORDS_MAX)):
        yield RecordSheet(gathered)


class RecordSheet:
    """Records that were read one by one."""

    def __init__(self, records: Sequence[SourceRecord | Rejection]) -> None:
        self._records = records
        self._fields: list[Fields] = [record.fields if type(record) is SourceRecord else {} for record in records]
        self.odd = [row for row, record in enumerate(records) if type(record) is Rejection]
        self.count = len(records)

    def column(self, name: str) -> Sequence[Any]:
        """A field of every record."""
        return [fields.get(name) for fields in self._fields]

    def fields(self) -> list[Fields]:
        """All fields of every record."""
        return self._fields

    def positions(self) -> Positions:
        """Where the records stand."""
        return Positions.of([record.position for record in self._records])

    def record(self, row: int) -> Read:
        """The record itself."""
        return self._records[row]


class TextSheet:
    """Records that stand in a text as one JSON object each."""

    def __init__(
        self,
        texts: Sequence[bytes],
        shape: "Shape",
        place: Callable[[Sequence[bytes]], Positions],
        read: Callable[[bytes, Position], Read],
    ) -> None:
        """Args:
        texts: one JSON object each.
        shape: decodes them.
        place: says where they stand.
        read: reads one of them as `Source.read` does.

        """
        self._texts = texts
        self._place = place
        self._read = read
        self._columns, self.odd = shape.columns(texts)
        self.count = len(texts)

    def column(self, name: str) -> Sequence[Any]:
        """A field of every record."""
        return self._columns.get(name) or (None,) * self.count

    def columns(self) -> dict[str, Sequence[Any]]:
        """Every field that any of the records has, and maybe others; in odd rows all are absent."""
        return self._columns

    def sizes(self) -> list[int]:
        """What each row weighs, in bytes."""
        return [*map(len, self._texts)]

    def fields(self) -> list[Fields]:
        """All fields of every record, decoded once more: rules that need only columns are spared this."""
        odd = set(self.odd)
        return [{} if row in odd else _fields(text) for row, text in enumerate(self._texts)]

    @cached_property
    def _positions(self) -> Positions:
        return self._place(self._texts)

    def positions(self) -> Positions:
        """Where the records stand."""
        return self._positions

    def record(self, row: int) -> Read:
        """The text read as `Source.read` does."""
        return self._read(self._texts[row], self._positions[row])


class Shape:
    """What fields the records of a source have, as far as it was read: decodes those that have no others.

    A decoder that skips what it does not know would be faster still, and would take what no other reader takes: in
    skipped values it tells neither text that is not UTF-8 nor numbers beyond all bounds.
    """

    def __init__(self, *, absent: Any = None) -> None:
        """Args:
        absent: what stands in a column where a record does not have the field.

        """
        self._absent = absent
        self._names: dict[str, None] = {}
        self._is_whole = True
        """Whether every record had every field so far, so that nobody needs to count who has which."""
        self._use_names()

    def columns(self, texts: Sequence[bytes]) -> tuple[dict[str, Sequence[Any]], list[int]]:
        """The fields of all texts by name, and which rows are odd."""
        rows, odd = self._rows(texts)
        if odd and self._learn(texts[row] for row in odd):
            rows, odd = self._rows(texts)
        columns = self._turned(rows)
        there = columns if self._is_whole else _there(columns)
        if repeated := self._repeated(texts, rows, odd, there):
            for row in repeated:
                rows[row] = self._blank
            odd = sorted([*odd, *repeated])
            columns = self._turned(rows)
            there = _there(columns)
        if self._absent is not msgspec.UNSET:
            for name, values in columns.items():
                if len(there[name]) < len(texts):
                    columns[name] = [self._absent if value is msgspec.UNSET else value for value in values]
        return columns, odd

    def _rows(self, texts: Sequence[bytes]) -> tuple[list[msgspec.Struct], list[int]]:
        if self._is_whole:
            try:
                return list(map(self._decode_whole, texts)), []
            except _NOT_A_ROW:
                self._is_whole = False
        try:
            return list(map(self._decode, texts)), []
        except _NOT_A_ROW:
            pass
        rows, odd = [], []
        for row, text in enumerate(texts):
            try:
                rows.append(self._decode(text))
            except _NOT_A_ROW:
                rows.append(self._blank)
                odd.append(row)
        return rows, odd

    def _turned(self, rows: Sequence[msgspec.Struct]) -> dict[str, Sequence[Any]]:
        return {name: list(map(get, rows)) for name, get in self._getters.items()}

    def _repeated(
        self,
        texts: Sequence[bytes],
        rows: Sequence[msgspec.Struct],
        odd: Sequence[int],
        there: Mapping[str, Sequence[Any]],
    ) -> list[int]:
        """The rows, odd ones aside, in which a key stands twice in one object."""
        aside = set(odd)
        if self._colons.is_expected(
            [text for row, text in enumerate(texts) if row not in aside] if odd else texts, there
        ):
            return []
        self._colons.learn(there)
        return [row for row, text in enumerate(texts) if row not in aside and _repeats(text, rows[row])]

    def _learn(self, texts: Iterator[bytes]) -> bool:
        """Take in the fields of some records; whether there were new ones."""
        known = len(self._names)
        for text in texts:
            try:
                self._names |= dict.fromkeys(filter(_can_be_named, _fields(text)))
            except _NOT_A_ROW:
                continue
            if len(self._names) > NAMES_MAX:
                self._names = dict.fromkeys(islice(self._names, NAMES_MAX))
                break
        if len(self._names) > known:
            self._use_names()
        return len(self._names) > known

    def _use_names(self) -> None:
        attributes = {f"field_{number}": name for number, name in enumerate(self._names)}
        self._getters = {name: attrgetter(attribute) for attribute, name in attributes.items()}
        row = _row_type([(attribute, Any, msgspec.UNSET) for attribute in attributes], attributes)
        self._decode: Callable[[bytes], msgspec.Struct] = msgspec.json.Decoder(row).decode
        self._blank = row()
        whole = _row_type([(attribute, Any) for attribute in attributes], attributes)
        self._decode_whole: Callable[[bytes], msgspec.Struct] = msgspec.json.Decoder(whole).decode
        self._is_whole = True
        self._colons = ColonCount(self._names)


def _row_type(fields: Sequence[tuple[str, Any] | tuple[str, Any, Any]], names: dict[str, str]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Row", fields, rename=names, forbid_unknown_fields=True, gc=False)


def _there(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Of each column the values of records that have the field."""
    return {name: [value for value in values if value is not msgspec.UNSET] for name, values in columns.items()}


def _repeats(text: bytes, row: msgspec.Struct) -> bool:
    """Whether a key stands twice, or nobody can tell."""
    try:
        return repeated_key(text, row) is not None
    except RecursionError:
        return True


def _can_be_named(name: str) -> bool:
    """Whether the decoder can be told to look for a field."""
    return name.isprintable() and '"' not in name and "\\" not in name
