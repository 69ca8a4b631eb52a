"""Whoever listens, and a clock that only moves when somebody sleeps."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from samekey import events


class Notes:
    """Remembers every event."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []
        self.threads: set[int] = set()

    def notice(self, event: events.Event) -> None:
        """Write it down, and in which thread it came."""
        self.events.append(event)
        self.threads.add(threading.get_ident())


class HandClock:
    """Time stands still but for sleeping."""

    def __init__(self) -> None:
        self.present = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The present."""
        return self.present

    def sleep(self, seconds: float) -> None:
        """Move past the wait."""
        self.present += timedelta(seconds=seconds)


@pytest.fixture
def notes() -> Notes:
    """A listener that remembers."""
    return Notes()


@pytest.fixture
def clock() -> HandClock:
    """A clock in the test's hand."""
    return HandClock()
