"""When something was, however a source writes it."""

import math
from typing import Any

import pytest

from samekey.mapping.moments import moment

NOON = 1_706_702_400
"""31 January 2024, noon in Greenwich."""


class TestMoment:
    """A number that orders records in time."""

    @pytest.mark.parametrize(
        "written",
        [
            NOON,
            NOON * 1_000,
            str(NOON),
            "2024-01-31T12:00:00Z",
            "2024-01-31 12:00:00",
            "2024-01-31 12:00:00.000000 UTC",
            "2024-01-31 14:00:00+02",
            " 2024-01-31T12:00:00+00:00 ",
        ],
    )
    def test_is_the_same_however_it_is_written(self, written: Any) -> None:
        """Seconds, milliseconds, ISO 8601 and what databases make of it."""
        assert NOON == moment(written)

    @pytest.mark.parametrize(
        ("earlier", "later"), [("2024-01-30", "2024-01-31"), ("20240131115959Z", "20240131120000Z")]
    )
    def test_is_larger_the_later_it_was(self, earlier: str, later: str) -> None:
        """Dates without a time, and the way of directories."""
        before, after = moment(earlier), moment(later)
        assert before is not None
        assert after is not None
        assert before < after

    @pytest.mark.parametrize(
        "value",
        [
            None,
            "",
            "never",
            "31/01/2024",
            True,
            [],
            {},
            math.nan,
            math.inf,
            "nan",
            10**400,
            "0001-01-01T00:00:00+23:00",
        ],
    )
    def test_is_nothing_for_what_is_no_moment(self, value: Any) -> None:
        """Such records come last; nobody guesses which of two numbers is the month."""
        found = moment(value)
        assert found is None or found < 0
