"""A clock in the hand of a test."""

from datetime import UTC, datetime, timedelta

from samekey.testing.manual_clock import BEGINNING, ManualClock


class TestManualClock:
    def test_stands_still(self) -> None:
        """Looking at it does not move it."""
        clock = ManualClock()
        assert BEGINNING == clock.now() == clock.now()

    def test_begins_where_it_is_told(self) -> None:
        """A test may choose the day."""
        day = datetime(2026, 11, 23, tzinfo=UTC)
        assert day == ManualClock(day).now()

    def test_moves_past_a_wait_at_once(self) -> None:
        """Sleeping takes no time and all of it, and is remembered."""
        clock = ManualClock()
        clock.sleep(90)
        assert BEGINNING + timedelta(seconds=90) == clock.now()
        assert [90] == clock.sleeps

    def test_does_not_wait_for_less_than_nothing(self) -> None:
        """A wait below zero returns at once, as the machine's clock does."""
        clock = ManualClock()
        clock.sleep(-5)
        assert BEGINNING == clock.now()

    def test_may_be_set_back(self) -> None:
        """Machines' clocks are, now and then."""
        clock = ManualClock()
        clock.advance(-60)
        assert BEGINNING - timedelta(seconds=60) == clock.now()
