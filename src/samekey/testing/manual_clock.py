"""A clock that only moves when somebody sleeps or moves it."""

import threading
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
"""The time of a clock that nobody set."""


class ManualClock:
    """Time in the hand of a test; a `samekey.clock.Clock`. Threads may share one."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        """Args:
        now: the first present; aware.

        """
        self._now = now
        self._lock = threading.Lock()
        self.sleeps: list[float] = []
        """Every wait that was asked for, in seconds."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Note the wait and be past it at once."""
        with self._lock:
            self.sleeps.append(seconds)
        self.advance(max(seconds, 0.0))

    def advance(self, seconds: float) -> None:
        """Let time pass; a negative number sets the clock back, as machines do."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
