"""Fields are counted in bounded memory."""

from typing import Any

import pytest

from samekey.records import Position
from samekey.survey import field_tally
from samekey.survey.field_tally import Distinct, FieldsTally, value_at

HERE = Position(0)


def counted(*values: Any) -> field_tally.FieldTally:
    """The tally of one field with these values."""
    tally = field_tally.FieldTally(("a",))
    for number, value in enumerate(values):
        tally.add(value, Position(number))
    return tally


class TestDistinct:
    def test_counts_each_text_once(self) -> None:
        """Repeats do not count."""
        distinct = Distinct()
        for text in ("a", "b", "a"):
            distinct.add(text)
        assert (2, True) == (distinct.count, distinct.is_exact)

    @pytest.mark.parametrize("texts", [5_000, 40_000])
    def test_estimates_beyond_its_memory(self, texts: int) -> None:
        """Within a tenth, and says that it is an estimate."""
        distinct = Distinct()
        for number in range(texts * 2):
            distinct.add(str(number % texts))
        assert not distinct.is_exact
        assert distinct.count == pytest.approx(texts, rel=0.1)


class TestFieldTally:
    def test_counts_what_is_filled(self) -> None:
        """Null and the empty text are nothing; zero and false are something."""
        assert counted(*["x", "", None, 0, False, []]).filled == 4

    def test_counts_types(self) -> None:
        """Every JSON type by its name."""
        types = counted(*["x", "y", None, 1, 1.5, True, [], {}]).types
        assert {"text": 2, "null": 1, "number": 2, "boolean": 1, "list": 1, "object": 1} == types

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
        fields = FieldsTally()
        fields.add({"a": {"b": {"c": 1}}, "d": {}}, HERE)
        assert [("a", "b", "c"), ("d",)] == [field.path for field in fields.found(1)]

    def test_stops_at_a_depth(self) -> None:
        """A structure without end is one value from there on."""
        deep: dict[str, Any] = {"a": 1}
        for _ in range(50):
            deep = {"a": deep}
        fields = FieldsTally()
        fields.add(deep, HERE)
        assert [field_tally.DEPTH_MAX] == [len(field.path) for field in fields.found(1)]

    def test_does_not_grow_with_names_that_are_data(self) -> None:
        """Beyond a number of fields, the rest is counted together."""
        fields = FieldsTally()
        fields.add({f"user-{number}": 1 for number in range(field_tally.FIELDS_MAX + 7)}, HERE)
        assert (field_tally.FIELDS_MAX, 7) == (len(fields.found(1)), fields.unlisted)


class TestValueAt:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [(("a", "b"), 1), (("a", "x"), None), (("a", "b", "c"), None), (("x", "y"), None)],
        ids=["there", "absent", "through a number", "through nothing"],
    )
    def test_finds_nested_values(self, path: tuple[str, ...], expected: int | None) -> None:
        """None where the path leads nowhere."""
        assert expected == value_at(path, {"a": {"b": 1}})
