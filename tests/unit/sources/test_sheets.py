"""Records of one shape are decoded at once; those of another are told apart, and nothing is taken that nobody reads."""

import json
from collections.abc import Sequence

import pytest

from samekey.records import Position, Positions, Rejection, SourceRecord
from samekey.sources import json_record, sheets
from samekey.sources.sheets import Shape, TextSheet


def sheet_of(texts: Sequence[bytes], shape: Shape | None = None) -> TextSheet:
    """A sheet of texts that stand one after the other."""

    def place(texts: Sequence[bytes]) -> Positions:
        return Positions(range(len(texts)))

    def read(text: bytes, position: Position) -> SourceRecord | Rejection:
        fields = json_record.read(text)
        assert isinstance(fields, dict)
        return SourceRecord(position, fields)

    return TextSheet(texts, shape or Shape(), place, read)


class TestShape:
    """What fields the records have, as far as it was read."""

    def test_takes_new_fields_in(self) -> None:
        """Also those that only later records have."""
        shape = Shape()
        first = sheet_of([b'{"a": 1}', b'{"b": [2]}'], shape)
        second = sheet_of([b'{"c": null, "a": "x"}'], shape)
        assert ([], [1, None], [None, [2]]) == (list(first.odd), list(first.column("a")), list(first.column("b")))
        assert ([], ["x"], [None]) == (list(second.odd), list(second.column("a")), list(second.column("b")))

    def test_is_not_asked_for_more_than_it_knows(self) -> None:
        """A field that nobody has is absent everywhere."""
        assert [None, None] == list(sheet_of([b'{"a": 1}', b"{}"]).column("z"))

    def test_has_a_ceiling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Records with more fields are odd, and read one by one as anywhere."""
        monkeypatch.setattr(sheets, "NAMES_MAX", 3)
        sheet = sheet_of([b'{"a": 1}', json.dumps(dict.fromkeys("abcdef", 7)).encode(), b'{"b": 2}'])
        assert [1] == list(sheet.odd)
        assert SourceRecord(Position(1), dict.fromkeys("abcdef", 7)) == sheet.record(1)

    @pytest.mark.parametrize(
        "value",
        [
            pytest.param(b'"\xff"', id="not-utf8"),
            pytest.param(b"1e999", id="beyond-all-numbers"),
            pytest.param(b"9" * 5000, id="too-many-digits"),
            pytest.param(b"NaN", id="nan"),
        ],
    )
    def test_skips_no_value(self, value: bytes) -> None:
        """What would not be taken where somebody looks is not taken where nobody does, either."""
        assert [1] == list(sheet_of([b'{"a": 1, "b": 2}', b'{"a": 1, "b": ' + value + b"}"]).odd)

    @pytest.mark.parametrize("name", ['say "a"', "back\\slash", "tab\there"])
    def test_knows_fields_by_any_name(self, name: str) -> None:
        """Those that the decoder cannot be told about make their records odd."""
        sheet = sheet_of([b'{"a": 1}', json.dumps({name: 2}).encode()])
        assert [1] == list(sheet.odd)
        assert SourceRecord(Position(1), {name: 2}) == sheet.record(1)
