"""Dates of last logins, as different systems write them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.records import Position, SourceRecord
from samekey.survey.findings import LoginsFound
from samekey.survey.login_tally import LoginTally, day_of
from samekey.survey.rows import RecordRows


def found(*values: Any) -> LoginsFound | None:
    """What is found for records with these."""
    tally = LoginTally(("seen",))
    tally.add(RecordRows([SourceRecord(Position(place), {"seen": value}) for place, value in enumerate(values)]))
    return tally.found()


class TestDayOf:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            pytest.param("2024-02-29T23:59:59.123Z", date(2024, 2, 29), id="ISO 8601"),
            pytest.param("2024-02-29 23:59:59", date(2024, 2, 29), id="SQL"),
            pytest.param("20240229235959Z", date(2024, 2, 29), id="LDAP"),
            pytest.param("20240229235959.0Z", date(2024, 2, 29), id="Active Directory"),
            pytest.param("29.02.2024 23:59", date(2024, 2, 29), id="German"),
            pytest.param(1709251199, date(2024, 2, 29), id="seconds"),
            pytest.param("1709251199", date(2024, 2, 29), id="seconds as text"),
            pytest.param(1709251199000, date(2024, 2, 29), id="milliseconds"),
            pytest.param("133537247990000000", date(2024, 2, 29), id="Windows' file time"),
            pytest.param("2024-02-30", None, id="no such day"),
            pytest.param("yesterday", None, id="words"),
            pytest.param(True, None, id="true"),
            pytest.param(None, None, id="nothing"),
            pytest.param(float("inf"), None, id="infinity"),
        ],
    )
    def test_reads(self, value: Any, expected: date | None) -> None:
        """The day, or nothing."""
        assert expected == day_of(value)

    @given(st.text() | st.integers() | st.floats() | st.text(alphabet="0123456789-.TZ: "))
    def test_stands_anything(self, value: Any) -> None:
        """Whatever stands there, it is a day or it is not."""
        assert isinstance(day_of(value), date | None)


class TestLoginTally:
    def test_counts_by_year_and_from_the_latest_back(self) -> None:
        """How many are likely to come back soon."""
        logins = found("2024-03-01", "2024-02-15", "2023-12-24", "2020-01-01", None, "0000-00-00", "soon")
        assert logins is not None
        assert ("2020-01-01", "2024-03-01") == (logins.earliest, logins.latest)
        assert {"30": 2, "90": 3, "365": 3, "730": 3} == logins.recent
        assert {"2020": 1, "2023": 1, "2024": 2} == logins.years
        assert (4, 2, 1) == (logins.known, logins.never, logins.unread)

    def test_finds_nothing_where_nothing_is_a_date(self) -> None:
        """A name alone is not enough."""
        assert found("red", None) is None
