"""Values of other systems become JSON by fixed rules."""

import datetime as dt
import decimal
import uuid

import pytest

from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, values

NOON = dt.datetime(2026, 11, 23, 12, 0, 5, 250, tzinfo=dt.UTC)


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("é", "é"),
            (True, True),
            (None, None),
            (2**70, 2**70),
            (1.5, 1.5),
            (float("inf"), "inf"),
            (float("nan"), "nan"),
            (decimal.Decimal(12), 12),
            (decimal.Decimal("1E+3"), 1000),
            (decimal.Decimal("10.00"), "10.00"),
            (decimal.Decimal("NaN"), "NaN"),
            (dt.date(2026, 11, 23), "2026-11-23"),
            (dt.time(9, 30), "09:30:00"),
            (NOON, "2026-11-23T12:00:05.000250+00:00"),
            (dt.timedelta(hours=30), 108000.0),
            (b"abc\xff", "616263ff"),
            (memoryview(b"a"), "61"),
            (uuid.UUID(int=10), "00000000-0000-0000-0000-00000000000a"),
            ((1, [b"\0"]), [1, ["00"]]),
            ({1: {"a": decimal.Decimal(1)}}, {"1": {"a": 1}}),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_follows_the_table(self, value: object, expected: object) -> None:
        """What the module's table says."""
        found = values.plain(value)
        assert (expected, type(expected)) == (found, type(found))


class TestRecord:
    def test_is_refused_over_the_ceiling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As in a file."""
        monkeypatch.setattr(base, "RECORD_BYTES_MAX", 5)
        item = values.record(Position(0), ["a", "b"], ["123", "456"])
        assert isinstance(item, Rejection)
        assert item.reason == "record-too-large"

    def test_is_refused_when_it_is_not_text(self) -> None:
        """Half a surrogate pair cannot be sent on."""
        item = values.record(Position(3), ["a"], ["\udcff"])
        assert isinstance(item, Rejection)
        assert (item.reason, item.position) == ("not-utf8", Position(3))

    def test_names_the_cells(self) -> None:
        """In order."""
        assert SourceRecord(Position(0), {"a": 1, "b": None}) == values.record(Position(0), "ab", [1, None])
