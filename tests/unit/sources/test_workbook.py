"""Workbooks as people fill them in."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions


def save(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(path: Path, table: str = "") -> list[SourceRecord | Rejection]:
    """Every row."""
    source = open_source(str(path), options=SourceOptions(table=table))
    return list(source.read(source.ranges(1)[0]))


class TestWorkbookSource:
    def test_knows_types(self, tmp_path: Path) -> None:
        """Whole numbers, fractions, truth, dates and texts that look like numbers."""
        row = [7, 1.5, True, dt.datetime(2026, 11, 23, 9, 30), dt.date(2026, 11, 23), "007", None]  # noqa: DTZ001  # workbooks have no zones
        path = save(tmp_path / "u.xlsx", {"S": [["a", "b", "c", "d", "e", "f", "g"], row]})
        (item,) = read(path)
        assert isinstance(item, SourceRecord)
        expected = [7, 1.5, True, "2026-11-23T09:30:00", "2026-11-23", "007", ""]
        assert expected == list(item.fields.values())

    def test_numbers_rows_as_the_workbook_does(self, tmp_path: Path) -> None:
        """Empty rows, above the header too, are no records and count as lines."""
        path = save(tmp_path / "u", {"S": [[], [], [" a ", "b", None], [1, 2], [], [3, 4, 5], [6]]})
        items = read(path)
        assert [Position(0, 4), Position(1, 6), Position(2, 7)] == [item.position for item in items]
        assert [{"a": 1, "b": 2}, "ragged-row", {"a": 6, "b": ""}] == [
            item.reason if isinstance(item, Rejection) else item.fields for item in items
        ]

    def test_takes_the_only_sheet_that_holds_something(self, tmp_path: Path) -> None:
        """The two empty ones that Excel adds do not ask a question."""
        assert len(read(save(tmp_path / "u", {"Sheet1": [], "People": [["a"], [1]], "Sheet3": []}))) == 1

    @pytest.mark.parametrize(
        ("sheets", "table", "error", "says"),
        [
            pytest.param({"A": [["a"]], "B": [["b"]]}, "", SourceUnrecognised, "several sheets: A, B", id="two"),
            pytest.param({"A": [["a"]]}, "B", SourceError, "no sheet B; it has A", id="not there"),
            pytest.param({"A": []}, "", SourceError, "is empty", id="nothing"),
            pytest.param({"A": [["a", "a"], [1, 2]]}, "", SourceError, "more than one column 'a'", id="name twice"),
        ],
    )
    def test_refuses(
        self, tmp_path: Path, sheets: dict[str, list[list[Any]]], table: str, error: type[SourceError], says: str
    ) -> None:
        """In a sentence."""
        with pytest.raises(error, match=says):
            read(save(tmp_path / "u.xlsx", sheets), table)

    @pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", b"hello"], ids=["old", "text"])
    def test_tells_what_is_none(self, tmp_path: Path, content: bytes) -> None:
        """Whatever its name says."""
        path = tmp_path / "u.xls"
        path.write_bytes(content)
        with pytest.raises(SourceDamaged, match="not a workbook, or it is broken"):
            open_source(str(path), source_format="excel")
