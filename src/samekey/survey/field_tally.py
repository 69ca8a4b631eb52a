"""Counting the fields of many records at once, in memory that neither records nor names can fill."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from samekey.mapping.treatments import truth
from samekey.records import Position
from samekey.survey.distinct import DISTINCT_EXACT_MAX, Distinct, digests
from samekey.survey.findings import FieldFound, Path
from samekey.survey.rows import Leaf, Places, Rows, is_entered

FIELDS_MAX = 300
"""Fields that are counted; the names of a source that has more are data."""
EXAMPLES_MAX = 3

_TYPES: Mapping[type, str] = {
    str: "text", bool: "boolean", int: "number", float: "number", list: "list", dict: "object", type(None): "null",
}  # fmt: skip
_TRUTHS_MAX = 6
"""Different values of a field that says yes or no: in several spellings, if need be."""
_PLAIN_NUMBERS = ({int}, {bool})
"""Kinds of which equal values read alike, so that a set holds each once."""


class FieldTally:
    """One field."""

    def __init__(self, path: Path, first_index: int) -> None:
        """Args:
        path: its names from the record inwards.
        first_index: the index of the record in which it turned up.

        """
        self.path = path
        self.first_index = first_index
        self.filled = 0
        self.types: Counter[str] = Counter()
        self.distinct = Distinct()
        self.chars_min: int | None = None
        self.chars_max: int | None = None
        self.examples: list[Position] = []

    def add(self, values: Sequence[Any], places: Places, marks: Sequence[bytes] | None = None) -> None:
        """Count values, each of a record of its own.

        Args:
            values: as the records hold them.
            places: where these records stand.
            marks: the digests of all values as texts, where they are known already.

        """
        kinds = set(map(type, values))
        if kinds == {str}:
            self.types["text"] += len(values)
            empty = self._add_texts(values, marks)
        elif kinds in _PLAIN_NUMBERS:
            self.types[_TYPES[kinds.pop()]] += len(values)
            self.distinct.add([repr(value) for value in set(values)], marks)
            empty = 0
        else:
            empty = self._add_mixed(values)
        self.filled += len(values) - empty
        if len(self.examples) < EXAMPLES_MAX:
            filled = (
                place for value, place in zip(values, places.all, strict=True) if value is not None and value != ""
            )
            self._add_examples(sorted(filled, key=_index)[:EXAMPLES_MAX])

    def merge(self, other: "FieldTally") -> None:
        """Count what another has counted, too."""
        self.first_index = min(self.first_index, other.first_index)
        self.filled += other.filled
        self.types += other.types
        self.distinct.merge(other.distinct)
        if other.chars_min is not None and other.chars_max is not None:
            self._add_lengths(other.chars_min, other.chars_max)
        self._add_examples(other.examples)

    def found(self, records: int) -> FieldFound:
        """The counts, for a source of so many records."""
        return FieldFound(
            self.path,
            self.filled,
            self.filled / records if records else 0.0,
            dict(sorted(self.types.items())),
            self.distinct.count,
            self.distinct.is_exact,
            self.chars_min,
            self.chars_max,
            tuple(self.examples),
            self._are_truths(),
        )

    def _are_truths(self) -> bool:
        """Whether the few different values are all words for true and false."""
        kinds = set(self.types) - {"null"}
        if not kinds or not kinds <= {"boolean", "text", "number"} or not self.distinct.is_exact:
            return False
        texts = self.distinct.texts
        return 0 < len(texts) <= _TRUTHS_MAX and all(truth(text) is not None for text in texts)

    def _add_mixed(self, values: Sequence[Any]) -> int:
        for kind, count in Counter(map(type, values)).items():
            self.types[_TYPES.get(kind, "other")] += count
        empty = values.count(None)
        texts = [value for value in values if type(value) is str]
        if texts:
            empty += self._add_texts(texts)
        numbers = {repr(value) for value in values if isinstance(value, int | float)}
        if numbers:
            self.distinct.add(numbers)
        return empty

    def _add_texts(self, texts: Sequence[str], marks: Sequence[bytes] | None = None) -> int:
        """Count texts; how many of them are empty."""
        different = set(texts)
        empty = 0
        if "" in different:
            different.remove("")
            empty = texts.count("")
        if different:
            self._add_lengths(min(map(len, different)), max(map(len, different)))
            self.distinct.add(different, marks)
        return empty

    def _add_lengths(self, least: int, most: int) -> None:
        self.chars_min = least if self.chars_min is None else min(least, self.chars_min)
        self.chars_max = most if self.chars_max is None else max(most, self.chars_max)

    def _add_examples(self, more: Sequence[Position]) -> None:
        self.examples = sorted([*self.examples, *more], key=_index)[:EXAMPLES_MAX]


class FieldsTally:
    """All fields of a source, nested ones included."""

    def __init__(self, first: Sequence[Path] = ()) -> None:
        """Args:
        first: the fields of the first records, in their order; those that turn up later follow.

        """
        self._ranks = {path: rank for rank, path in enumerate(first)}
        self._tallies: dict[Path, FieldTally] = {}
        self._unlisted: set[bytes] = set()

    def add(self, rows: Rows, marks: Mapping[Path, Sequence[bytes]] | None = None) -> None:
        """Count the fields of records.

        Args:
            rows: the records.
            marks: by field, the digests of the texts that every record has there, where they are known already.

        """
        marks = marks or {}
        leaves = rows.leaves()
        if len(self._tallies) + len(leaves) > FIELDS_MAX:  # which of them are listed does not depend on the batch
            leaves.sort(key=self._precedence)
        for leaf in leaves:
            path = leaf.path
            tally = self._tallies.get(path)
            if tally is None:
                if len(self._tallies) >= FIELDS_MAX:
                    self._note_unlisted(path)
                    continue
                tally = self._tallies[path] = FieldTally(path, min(map(_index, leaf.places.all)))
            tally.add(leaf.values, leaf.places, marks.get(path))

    def merge(self, other: "FieldsTally") -> None:
        """Count what another has counted, too."""
        for path, tally in other._tallies.items():  # noqa: SLF001  # one of us
            if path in self._tallies:
                self._tallies[path].merge(tally)
            else:
                self._tallies[path] = tally
        self._unlisted |= other._unlisted  # noqa: SLF001

    @property
    def overflowed(self) -> bool:
        """Whether there are more fields than are listed, so that it matters which came first."""
        return len(self._tallies) > FIELDS_MAX or bool(self._unlisted)

    @property
    def unlisted(self) -> int:
        """Fields that were not counted because there are so many; at most as many as are remembered."""
        return len(self._unlisted)

    def found(self, records: int) -> tuple[FieldFound, ...]:
        """The counts of every field, in the order in which they turned up."""
        ranked = sorted(
            self._tallies.values(),
            key=lambda tally: self._placed(tally.path, tally.first_index),
        )
        return tuple(tally.found(records) for tally in ranked)

    def _precedence(self, leaf: Leaf) -> tuple[int, int, Path]:
        return self._placed(leaf.path, min(map(_index, leaf.places.all)))

    def _placed(self, path: Path, first_index: int) -> tuple[int, int, Path]:
        return self._ranks.get(path, FIELDS_MAX), first_index, path

    def _note_unlisted(self, path: Path) -> None:
        if len(self._unlisted) < DISTINCT_EXACT_MAX:
            self._unlisted.update(digests(["\0".join(path)]))


def paths_of(records: Sequence[Mapping[str, Any]]) -> list[Path]:
    """The fields of some records, in the order in which they turn up; no more than are listed."""
    found: dict[Path, None] = {}
    for fields in records:
        found.update(dict.fromkeys(_paths((), fields)))
    return list(found)[:FIELDS_MAX]


def _index(position: Position) -> int:
    return position.index


def _paths(above: Path, fields: Mapping[str, Any]) -> Iterator[Path]:
    for name, value in fields.items():
        here = (*above, name)
        if is_entered(value, here):
            yield from _paths(here, value)
        else:
            yield here
