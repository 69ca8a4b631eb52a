"""Counting one field after another, in memory that neither records nor names can fill."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from samekey.records import Position
from samekey.survey.findings import FieldFound, Path

FIELDS_MAX = 300
"""Fields that are counted; the names of a source that has more are data."""
DEPTH_MAX = 6
"""How deep nested objects are looked into."""
EXAMPLES_MAX = 3

DISTINCT_EXACT_MAX = 4096
"""Different values that are remembered one by one, per field."""
_SHORT_CHARS_MAX = 64
_SKETCH_SIZE = 1024
_DIGEST_BYTES = 8

_TYPES = {
    str: "text", bool: "boolean", int: "number", float: "number", list: "list", dict: "object", type(None): "null",
}  # fmt: skip


def digest(text: str) -> bytes:
    """Eight bytes that stand for a text; alike in every process, and no way back to the text in memory."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


class Distinct:
    """How many different texts there were.

    Up to a bound every one is remembered. Beyond it only the smallest digests are kept: digests are spread evenly, so
    the place of the 1024th smallest tells how many there must be, within about three per cent.
    """

    def __init__(self) -> None:
        self._texts: set[str | bytes] = set()
        """While they are few: short texts as they are, which costs less than a digest, long ones as their digest."""
        self._digests: set[bytes] = set()
        self._ceiling: bytes | None = None
        """Digests from here on are no longer kept; None while texts are remembered one by one."""

    def add(self, text: str) -> None:
        """Count a text."""
        if self._ceiling is None:
            self._texts.add(text if len(text) <= _SHORT_CHARS_MAX else digest(text))
            if len(self._texts) > DISTINCT_EXACT_MAX:
                self._digests = {digest(one) if isinstance(one, str) else one for one in self._texts}
                self._texts.clear()
                self._keep_smallest()
            return
        found = digest(text)
        if found < self._ceiling:
            self._digests.add(found)
            if len(self._digests) > DISTINCT_EXACT_MAX:
                self._keep_smallest()

    @property
    def is_exact(self) -> bool:
        """Whether the count is one and not an estimate."""
        return self._ceiling is None

    @property
    def count(self) -> int:
        """Different texts so far."""
        if self.is_exact:
            return len(self._texts)
        smallest = sorted(self._digests)[:_SKETCH_SIZE]
        share = int.from_bytes(smallest[-1]) / (1 << 8 * _DIGEST_BYTES)
        return round((_SKETCH_SIZE - 1) / share)

    def _keep_smallest(self) -> None:
        self._digests = set(sorted(self._digests)[:_SKETCH_SIZE])
        self._ceiling = max(self._digests)


class FieldTally:
    """One field."""

    def __init__(self, path: Path) -> None:
        """Args:
        path: its names from the record inwards.

        """
        self.path = path
        self.filled = 0
        self.types: dict[str, int] = {}
        self.distinct = Distinct()
        self.chars_min: int | None = None
        self.chars_max: int | None = None
        self.examples: list[Position] = []

    def add(self, value: Any, position: Position) -> None:
        """Count the value of one record."""
        kind = _TYPES.get(type(value), "other")
        self.types[kind] = self.types.get(kind, 0) + 1
        if value is None or value == "":
            return
        self.filled += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(position)
        if kind == "text":
            size = len(value)
            self.chars_min = size if self.chars_min is None else min(size, self.chars_min)
            self.chars_max = size if self.chars_max is None else max(size, self.chars_max)
            self.distinct.add(value)
        elif kind in {"number", "boolean"}:
            self.distinct.add(repr(value))

    def found(self, records: int) -> FieldFound:
        """The counts, for a source of so many records."""
        return FieldFound(
            self.path,
            self.filled,
            self.filled / records if records else 0.0,
            self.types,
            self.distinct.count,
            self.distinct.is_exact,
            self.chars_min,
            self.chars_max,
            tuple(self.examples),
        )


class FieldsTally:
    """All fields of a source, nested ones included."""

    def __init__(self) -> None:
        self._tallies: dict[Path, FieldTally] = {}
        self._unlisted: set[bytes] = set()

    def add(self, fields: Mapping[str, Any], position: Position) -> None:
        """Count the fields of one record."""
        for path, value in _leaves((), fields):
            tally = self._tallies.get(path)
            if tally is None:
                if len(self._tallies) >= FIELDS_MAX:
                    self._note_unlisted(path)
                    continue
                tally = self._tallies[path] = FieldTally(path)
            tally.add(value, position)

    @property
    def unlisted(self) -> int:
        """Fields that were not counted because there are so many; at most as many as are remembered."""
        return len(self._unlisted)

    def found(self, records: int) -> tuple[FieldFound, ...]:
        """The counts of every field."""
        return tuple(tally.found(records) for tally in self._tallies.values())

    def _note_unlisted(self, path: Path) -> None:
        if len(self._unlisted) < DISTINCT_EXACT_MAX:
            self._unlisted.add(digest("\0".join(path)))


def _leaves(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every value with its path; objects are gone into, save empty ones and the deepest."""
    for name, value in fields.items():
        here = (*path, name)
        if type(value) is dict and value and len(here) < DEPTH_MAX:
            yield from _leaves(here, value)
        else:
            yield here, value


def value_at(path: Path, fields: Mapping[str, Any]) -> Any:
    """What stands at a path; None where nothing does."""
    value: Any = fields
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
