"""A key that stands twice in one object is always seen, and never where it stands once."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies

from samekey.records import Position, Positions, Rejection, SourceRecord
from samekey.sources import json_record
from samekey.sources.repeated_keys import repeated_key
from samekey.sources.sheets import Shape, TextSheet

Pairs = list[tuple[str, Any]]
"""An object as it is written; other values are as they are decoded."""


class Object:
    """An object with its keys as they stand in the text."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    def __repr__(self) -> str:
        return f"Object({self.pairs!r})"


NAMES = strategies.sampled_from(["a", "b", "c:", 'd"', "é", "\\"])
TEXTS = strategies.sampled_from(["", ":", '":', '{"a":1,"a":2}', "\\u003a", "12:30", "é:"])
SCALARS = strategies.none() | strategies.booleans() | strategies.integers(-9, 9) | TEXTS | strategies.text(max_size=4)


def objects_of(values: strategies.SearchStrategy[Any]) -> strategies.SearchStrategy[Object]:
    """Objects, some of which have a key twice."""
    return strategies.builds(Object, strategies.lists(strategies.tuples(NAMES, values), max_size=4))


VALUES = strategies.recursive(
    SCALARS, lambda inner: strategies.lists(inner, max_size=3) | objects_of(inner), max_leaves=6
)
RECORDS = objects_of(VALUES)


def has_repeats(value: Any) -> bool:
    """Whether any object in a value has a key twice."""
    if isinstance(value, Object):
        names = [name for name, _ in value.pairs]
        return len(set(names)) < len(names) or any(has_repeats(inner) for _, inner in value.pairs)
    return isinstance(value, list) and any(map(has_repeats, value))


def written(value: Any, text_of: Callable[[str], str], blank: str) -> str:
    """A value as JSON."""
    if isinstance(value, Object):
        pairs = (f"{text_of(name)}{blank}:{blank}{written(inner, text_of, blank)}" for name, inner in value.pairs)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(inner, text_of, blank) for inner in value) + "]"
    return text_of(value) if isinstance(value, str) else json.dumps(value)


def escaped(text: str) -> str:
    """A text in which every character is escaped, colons too."""
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2)) + '"'


def plain(text: str) -> str:
    """A text as most programs write it."""
    return json.dumps(text, ensure_ascii=False)


WRITERS = strategies.tuples(strategies.sampled_from([plain, json.dumps, escaped]), strategies.sampled_from(["", " "]))


def places(texts: Sequence[bytes]) -> Positions:
    """Where texts stand."""
    return Positions(range(len(texts)))


def read(text: bytes, position: Position) -> SourceRecord | Rejection:
    """The record, or what stands in its place."""
    found = json_record.read(text)
    if isinstance(found, json_record.NotRecord):
        return Rejection(position, found.reason, "", found.remedy)
    return SourceRecord(position, found)


class TestRepeatedKey:
    """One record."""

    @given(RECORDS, WRITERS)
    def test_is_found_exactly_where_there_is_one(self, record: Object, how: tuple[Callable[[str], str], str]) -> None:
        """However names and texts are written."""
        text = written(record, *how).encode()
        assert has_repeats(record) == (repeated_key(text, msgspec.json.decode(text)) is not None)

    @pytest.mark.parametrize("name", ["x" * 1000, "line\nfeed", "\x1b[31m"])
    def test_is_shown_short_and_without_control_characters(self, name: str) -> None:
        """Whatever the key is."""
        found = json_record.read(written(Object([(name, "secret"), (name, 2)]), json.dumps, "").encode())
        assert isinstance(found, json_record.NotRecord)
        assert ("duplicate-key", True, False) == (found.reason, found.remedy.isprintable(), "secret" in found.remedy)
        assert len(found.remedy) < 200


class TestSheet:
    """Many records at once."""

    @given(strategies.lists(strategies.lists(strategies.tuples(RECORDS, WRITERS), min_size=1, max_size=6), max_size=4))
    def test_holds_as_odd_the_records_with_repeated_keys(self, blocks: list[list[tuple[Object, Any]]]) -> None:
        """Whatever was learned from the sheets before; every other record stands in the columns as it is."""
        for absent in (None, msgspec.UNSET):
            shape = Shape(absent=absent)
            for block in blocks:
                self._assert_told_apart(block, shape, absent)

    def test_finds_one_where_another_record_lacks_a_field(self) -> None:
        """Too many keys here and too few there do not make up for each other."""
        shape = Shape()
        TextSheet([b'{"a":1,"b":2}'], shape, places, read)
        assert [1] == list(TextSheet([b'{"a":1}', b'{"a":1,"b":2,"a":3}'], shape, places, read).odd)

    def test_finds_one_beside_an_escaped_colon(self) -> None:
        """A colon that only decoding brings out does not make up for the one behind a repeated key."""
        shape = Shape()
        TextSheet([b'{"a":":"}'], shape, places, read)
        assert [1] == list(TextSheet([b'{"a":"\\u003A"}', b'{"a":1,"a":2}'], shape, places, read).odd)

    def test_looks_closely_only_until_it_knows_the_columns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Times of day and nested objects cost nothing record by record."""
        looked = 0

        def counted(text: bytes, value: Any) -> str | None:
            nonlocal looked
            looked += 1
            return repeated_key(text, value)

        monkeypatch.setattr("samekey.sources.sheets.repeated_key", counted)
        shape = Shape()
        for number in range(5):
            texts = [b'{"at":"12:3%d","in":{"x":[{"y":%d}]}%b}' % (row, row, b',"z":1' * (row % 2)) for row in range(9)]
            assert ([], 9) == (list(TextSheet(texts, shape, places, read).odd), looked), number

    @staticmethod
    def _assert_told_apart(block: list[tuple[Object, Any]], shape: Shape, absent: Any) -> None:
        texts = [written(record, *how).encode() for record, how in block]
        sheet = TextSheet(texts, shape, places, read)
        repeated = [row for row, (record, _) in enumerate(block) if has_repeats(record)]
        assert repeated == [row for row in range(sheet.count) if isinstance(sheet.record(row), Rejection)]
        assert set(repeated) <= set(sheet.odd)
        for row in set(range(sheet.count)) - set(sheet.odd):
            values = {name: column[row] for name, column in sheet.columns().items()}
            fields = msgspec.json.decode(texts[row])
            assert {**dict.fromkeys(values, absent), **fields} == values
