"""Fields are counted in bounded memory."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.records import Position, SourceRecord
from samekey.survey import field_tally
from samekey.survey.distinct import DISTINCT_EXACT_MAX
from samekey.survey.field_tally import FieldsTally
from samekey.survey.rows import DEPTH_MAX, Places, RecordRows, value_at

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, -0.0, 1.0, 1.5]) | st.sampled_from("abÄ "),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from("abcd"), JSON_VALUES, max_size=4), max_size=8)


def counted(*values: Any) -> field_tally.FieldTally:
    """The tally of one field with these values."""
    tally = field_tally.FieldTally(("a",), 0)
    tally.add(values, Places(lambda: [Position(number) for number in range(len(values))]))
    return tally


def fields_of(*records: dict[str, Any], first_index: int = 0, batch: int = 1000) -> FieldsTally:
    """The tally of these records, counted in batches."""
    tally = FieldsTally()
    for start in range(0, len(records), batch):
        some = records[start : start + batch]
        tally.add(
            RecordRows([SourceRecord(Position(first_index + start + place), each) for place, each in enumerate(some)])
        )
    return tally


class TestFieldTally:
    def test_counts_what_is_filled(self) -> None:
        """Null and the empty text are nothing; zero and false are something."""
        assert counted(*["x", "", None, 0, False, []]).filled == 4

    def test_counts_types(self) -> None:
        """Every JSON type by its name."""
        types = counted(*["x", "y", None, 1, 1.5, True, [], {}]).types
        assert {"text": 2, "null": 1, "number": 2, "boolean": 1, "list": 1, "object": 1} == types

    def test_tells_numbers_apart_as_they_are_written(self) -> None:
        """One, one point nought and true are three values, however Python compares them."""
        assert counted(*[1, 1.0, True, 1, 0, False]).distinct.count == 5

    def test_measures_texts_in_characters(self) -> None:
        """Empty texts do not count as short ones."""
        tally = counted("", "üü", "three")
        assert (2, 5) == (tally.chars_min, tally.chars_max)

    def test_remembers_where_the_first_values_stand(self) -> None:
        """Three places to look at, of values that are there."""
        assert [1, 2, 3] == [place.index for place in counted("", "a", "b", "c", "d").examples]


class TestFieldsTally:
    def test_goes_into_objects(self) -> None:
        """A nested field has a path; an empty object is a value."""
        fields = fields_of({"a": {"b": {"c": 1}}, "d": {}})
        assert [("a", "b", "c"), ("d",)] == [field.path for field in fields.found(1)]

    def test_stops_at_a_depth(self) -> None:
        """A structure without end is one value from there on."""
        deep: dict[str, Any] = {"a": 1}
        for _ in range(50):
            deep = {"a": deep}
        assert [DEPTH_MAX] == [len(field.path) for field in fields_of(deep).found(1)]

    def test_does_not_grow_with_names_that_are_data(self) -> None:
        """Beyond a number of fields, the rest is counted together."""
        fields = fields_of({f"user-{number}": 1 for number in range(field_tally.FIELDS_MAX + 7)})
        assert (field_tally.FIELDS_MAX, 7) == (len(fields.found(1)), fields.unlisted)

    @given(records=RECORDS, cut=st.integers(0, 8), batch=st.integers(1, 9))
    def test_adds_up(self, records: list[dict[str, Any]], cut: int, batch: int) -> None:
        """However records are divided into pieces and batches, the same is found."""
        first, second = records[:cut], records[cut:]
        added = fields_of(*first, batch=batch)
        added.merge(fields_of(*second, first_index=len(first), batch=batch))
        assert fields_of(*records).found(len(records)) == added.found(len(records))

    @given(records=RECORDS)
    def test_counts_as_one_would_by_hand(self, records: list[dict[str, Any]]) -> None:
        """A value at a time, the plain way."""
        tally = fields_of(*records)
        leaves: dict[tuple[str, ...], list[Any]] = {}
        for record in records:
            for path, value in _leaves((), record):
                leaves.setdefault(path, []).append(value)
        expected = {
            path: (
                sum(value is not None and value != "" for value in values),
                len({str(value) if isinstance(value, str) else repr(value) for value in values if _is_counted(value)}),
                Counter(type(value).__name__ for value in values).total(),
            )
            for path, values in leaves.items()
        }
        found = {one.path: (one.filled, one.distinct, sum(one.types.values())) for one in tally.found(len(records))}
        assert expected == found

    def test_estimates_many_different_values(self) -> None:
        """And says that it is an estimate."""
        (found,) = fields_of(*({"a": str(number)} for number in range(DISTINCT_EXACT_MAX * 3))).found(1)
        assert (False, True) == (found.distinct_exact, abs(found.distinct / (DISTINCT_EXACT_MAX * 3) - 1) < 0.05)


def _is_counted(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _leaves(above: tuple[str, ...], fields: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in fields.items():
        here = (*above, name)
        if isinstance(value, dict) and value and len(here) < DEPTH_MAX:
            yield from _leaves(here, value)
        else:
            yield here, value


class TestValueAt:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [(("a", "b"), 1), (("a", "x"), None), (("a", "b", "c"), None), (("x", "y"), None)],
        ids=["there", "absent", "through a number", "through nothing"],
    )
    def test_finds_nested_values(self, path: tuple[str, ...], expected: int | None) -> None:
        """None where the path leads nowhere."""
        assert expected == value_at(path, {"a": {"b": 1}})
