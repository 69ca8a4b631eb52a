"""An array divided at what stands between its records: whatever was guessed wrong is noticed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.records import Rejection, SourceRecord
from samekey.sources import content, json_window
from samekey.sources.base import Range, RangesWrong, Source
from samekey.sources.opening import open_source
from samekey.sources.sheets import TextSheet, sheets

OpenArray = Callable[[str], Source]

PEOPLE: list[dict[str, Any]] = [{"id": number, "name": f'p{number}, "{{[]}}'} for number in range(200)]
TREES = st.recursive(
    st.fixed_dictionaries({"id": st.integers(0, 99)}, optional={"name": st.sampled_from(["", "},{", '},{"id'])}),
    lambda inner: st.fixed_dictionaries({"id": st.integers(0, 9), "kids": st.lists(inner, max_size=3)}),
    max_leaves=8,
)
"""Records with others inside, which begin alike."""
ARRAYS = st.lists(TREES | TREES | TREES | st.sampled_from([7, None, "},{", {}, {"name": "x", "id": 1}]), max_size=12)
WRITERS: dict[str, Callable[[Any], str]] = {
    "compact": lambda value: json.dumps(value, separators=(",", ":")),
    "spaced": json.dumps,
    "indented": lambda value: json.dumps(value, indent=2),
    "by-the-line": lambda value: "[" + ",\n".join(map(json.dumps, value)) + "]\n",
}


@pytest.fixture
def open_array(tmp_path: Path) -> OpenArray:
    """A text becomes a source."""

    def open_text(text: str) -> Source:
        path = tmp_path / "people.json"
        path.write_text(text, encoding="utf-8")
        return open_source(str(path), source_format="json")

    return open_text


def records(source: Source, pieces: list[Range]) -> list[SourceRecord | Rejection]:
    """Everything that stands in the sheets of some pieces."""
    each = ((sheet, row) for piece in pieces for sheet in sheets(source, piece) for row in range(sheet.count))
    return [record for sheet, row in each if (record := sheet.record(row)) is not None]


class TestPieces:
    """Several workers share one array."""

    @pytest.mark.parametrize("writer", WRITERS)
    @pytest.mark.parametrize("count", [2, 3, 7])
    def test_are_as_many_as_wanted(self, open_array: OpenArray, writer: str, count: int) -> None:
        """About the same size each, and together the whole array."""
        source = open_array(WRITERS[writer](PEOPLE))
        pieces = source.ranges(count)
        assert count == len(pieces)
        share = len(PEOPLE) // count
        assert all(share * 0.8 < len(records(source, [piece])) < share * 1.2 for piece in pieces)
        assert PEOPLE == [record.fields for record in records(source, pieces) if isinstance(record, SourceRecord)]

    @pytest.mark.parametrize("writer", WRITERS)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(array=ARRAYS, count=st.integers(2, 5))
    def test_are_the_whole_or_noticed_to_be_none(
        self, open_array: OpenArray, writer: str, array: list[Any], count: int
    ) -> None:
        """Nested records may look like borders, and some may be written otherwise: nobody is lost or comes twice."""
        source = open_array(WRITERS[writer](array))
        whole = list(source.read(source.ranges(1)[0]))
        try:
            found = records(source, source.ranges(count))
        except RangesWrong:
            found = records(source, source.ranges(1))
        assert whole == found

    def test_are_refused_where_they_begin_inside_a_record(self, open_array: OpenArray) -> None:
        """A border in the only list there is."""
        inside = [{"id": number} for number in range(50)]
        source = open_array(WRITERS["compact"]([{"id": 1}, {"id": 2, "kids": inside}, {"id": 3}]))
        with pytest.raises(RangesWrong):
            records(source, source.ranges(2))

    def test_that_are_damaged_are_read_again_as_a_whole(self, open_array: OpenArray) -> None:
        """Whether a piece is damaged or none at all shows then."""
        source = open_array(WRITERS["compact"](PEOPLE)[:-20])
        *_, last = source.ranges(3)
        with pytest.raises(RangesWrong):
            records(source, [last])


class TestSheets:
    """Many records decoded at once."""

    @pytest.mark.parametrize("size", [1, 7, 100, 1_000])
    @pytest.mark.parametrize("writer", WRITERS)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
    @given(array=ARRAYS)
    def test_hold_what_is_read_one_by_one(
        self, open_array: OpenArray, monkeypatch: pytest.MonkeyPatch, size: int, writer: str, array: list[Any]
    ) -> None:
        """Wherever blocks end, and whatever stands in the array."""
        source = open_array(WRITERS[writer](array))
        for module in (content, json_window):
            monkeypatch.setattr(module, "BLOCK_BYTES", size)
        whole = source.ranges(1)
        assert list(source.read(whole[0])) == records(source, whole)

    @pytest.mark.parametrize("writer", WRITERS)
    def test_hold_nearly_everybody(self, open_array: OpenArray, writer: str) -> None:
        """One by one come those at the edges alone."""
        source = open_array(WRITERS[writer](PEOPLE))
        held = sum(sheet.count for sheet in sheets(source, source.ranges(1)[0]) if isinstance(sheet, TextSheet))
        assert held >= len(PEOPLE) - 2
