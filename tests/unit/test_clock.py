"""The machine's time, as a step is handed it."""

from datetime import UTC, timedelta

import pytest

from samekey.clock import SystemClock


class TestSystemClock:
    """Aware and in UTC; sleeping for nothing takes no time."""

    def test_is_in_utc(self) -> None:
        """Times of different machines compare."""
        now = SystemClock().now()
        assert UTC == now.tzinfo
        assert timedelta(0) <= SystemClock().now() - now

    @pytest.mark.parametrize("seconds", [0, -1, -1e9])
    def test_returns_at_once(self, seconds: float) -> None:
        """A moment that has passed is not waited for."""
        SystemClock().sleep(seconds)
