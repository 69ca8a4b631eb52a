"""Time as a value that is passed in, so that tests move it and never wait."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a step knows of time."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Zero and less return at once."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait. Zero and less return at once."""
        if seconds > 0:
            time.sleep(seconds)
