"""Neighbouring records as columns, whether they came as sheets or one by one.

What is done with every value is done by the interpreter's own loops over lists and sets; what is written here runs once
per column. Where a record stands is worked out only when somebody asks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any, Protocol

import msgspec

from samekey.hashes import json_bytes
from samekey.records import Position, SourceRecord
from samekey.sources.sheets import TextSheet
from samekey.survey.findings import Path

DEPTH_MAX = 6
"""How deep nested objects are looked into."""
ABSENT = msgspec.UNSET
"""Stands in a column for a field that its record does not have."""

_VALUES: Callable[[Any], Iterable[Any]] = dict.values


class Places:
    """Where some records stand."""

    def __init__(self, work_out: Callable[[], Sequence[Position]]) -> None:
        """Args:
        work_out: is called at most once.

        """
        self._work_out = work_out

    @cached_property
    def all(self) -> Sequence[Position]:
        """Every one."""
        return self._work_out()

    def only(self, wanted: Sequence[bool]) -> "Places":
        """Those of the records that are wanted."""
        return Places(lambda: [*compress(self.all, wanted)])


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field as a column."""

    path: Path
    values: Sequence[Any]
    """Of the records that have it."""
    places: Places
    """Where these stand."""


class Rows(Protocol):
    """Neighbouring records."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    @property
    def places(self) -> Places:
        """Where they stand."""
        ...

    def column(self, path: Path) -> Sequence[Any]:
        """What stands at a path in each record; None where nothing does."""
        ...

    def leaves(self) -> list[Leaf]:
        """Every field, nested ones included."""
        ...

    def fields(self) -> Sequence[Mapping[str, Any]]:
        """The records as they are."""
        ...


class RecordRows:
    """Records that came one by one."""

    def __init__(self, records: Sequence[SourceRecord]) -> None:
        """Args:
        records: at least one.

        """
        self.count = len(records)
        self.places = Places(lambda: [record.position for record in records])
        self._fields = [record.fields for record in records]

    def column(self, path: Path) -> Sequence[Any]:
        """What stands at a path in each record."""
        if len(path) == 1:
            name = path[0]
            return readable([fields.get(name) for fields in self._fields])
        return readable([value_at(path, fields) for fields in self._fields])

    def leaves(self) -> list[Leaf]:
        """Every field."""
        return [*_below((), self._fields, self.places)]

    def fields(self) -> Sequence[Mapping[str, Any]]:
        """The records as they are."""
        return self._fields


class SheetRows:
    """The rows of a sheet, but for odd ones."""

    def __init__(self, sheet: TextSheet) -> None:
        """Args:
        sheet: with at least one row that is not odd, and `ABSENT` for absent fields.

        """
        self._sheet = sheet
        self._columns: Mapping[str, Sequence[Any]] = sheet.columns()
        self._wanted: list[bool] | None = None
        self.count = sheet.count
        self.places = Places(sheet.positions)
        if sheet.odd:
            odd = set(sheet.odd)
            self._wanted = [row not in odd for row in range(sheet.count)]
            self.count -= len(odd)
            self.places = self.places.only(self._wanted)
            self._columns = {name: [*compress(values, self._wanted)] for name, values in self._columns.items()}

    def column(self, path: Path) -> Sequence[Any]:
        """What stands at a path in each record."""
        values = self._columns.get(path[0]) or [None] * self.count
        if len(path) > 1:
            return readable([value_at(path[1:], value) for value in values])
        return readable([None if value is ABSENT else value for value in values] if _has_absent(values) else values)

    def leaves(self) -> list[Leaf]:
        """Every field."""
        leaves: list[Leaf] = []
        for name, values in self._columns.items():
            if not _has_absent(values):
                leaves += _leaves((name,), values, self.places)
                continue
            there = [value is not ABSENT for value in values]
            leaves += _leaves((name,), [*compress(values, there)], self.places.only(there))
        return leaves

    def fields(self) -> Sequence[Mapping[str, Any]]:
        """The records as they are."""
        fields = self._sheet.fields()
        return fields if self._wanted is None else [*compress(fields, self._wanted)]


def value_at(path: Path, fields: Any) -> Any:
    """What stands at a path; None where nothing does."""
    value = fields
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def is_entered(value: Any, path: Path) -> bool:
    """Whether an object is gone into; empty ones, the deepest, and bytes that look like one are values."""
    return _goes_deeper(value, path) and json_bytes.within(value) is None


def _goes_deeper(value: Any, path: Path) -> bool:
    return type(value) is dict and bool(value) and len(path) < DEPTH_MAX


def _has_absent(values: Sequence[Any]) -> bool:
    return type(ABSENT) in set(map(type, values))


def _leaves(path: Path, values: Sequence[Any], places: Places) -> Iterator[Leaf]:
    """A field as a column, or as those of the objects that stand there."""
    if not values:
        return
    values = readable(values)
    if dict not in set(map(type, values)) or len(path) == DEPTH_MAX:
        yield Leaf(path, values, places)
        return
    entered = [_goes_deeper(value, path) for value in values]
    yield from _below(path, [*compress(values, entered)], places.only(entered))
    left = [not goes for goes in entered]
    if any(left):
        yield Leaf(path, [*compress(values, left)], places.only(left))


def readable(values: Sequence[Any]) -> Sequence[Any]:
    """Values as they are, but bytes that an export wrote as an object (Node's Buffer, `$binary`) as the hex of them.

    A column is one of bytes where its first object is, so that nobody pays for looking at every other object.
    """
    first = next((value for value in values if type(value) is dict), None) if dict in set(map(type, values)) else None
    if first is None or json_bytes.within(first) is None:
        return values
    inside = (json_bytes.within(value) if type(value) is dict else None for value in values)
    return [value if raw is None else raw.hex() for value, raw in zip(values, inside, strict=True)]


def _below(above: Path, objects: Sequence[Mapping[str, Any]], places: Places) -> Iterator[Leaf]:
    """The fields of some objects; of those that all have the same ones, without a step per value."""
    if not objects:
        return
    shapes = [*map(tuple, objects)]
    if len(set(shapes)) == 1:
        for name, values in zip(shapes[0], zip(*map(_VALUES, objects), strict=True), strict=True):
            yield from _leaves((*above, name), values, places)
        return
    columns: dict[str, tuple[list[Any], list[int]]] = {}
    for row, fields in enumerate(objects):
        for name, value in fields.items():
            gathered, there = columns.setdefault(name, ([], []))
            gathered.append(value)
            there.append(row)
    for name, (gathered, there) in columns.items():
        yield from _leaves((*above, name), gathered, _picked(places, there))


def _picked(places: Places, rows: Sequence[int]) -> Places:
    return Places(lambda: [places.all[row] for row in rows])
