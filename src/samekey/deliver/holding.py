"""Reasons to hand in nothing more for now. What is on its way is watched and settled all the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from samekey.clock import Clock
from samekey.errors import DeliveryPaused, UsageError

PAUSE_FILE = "pause"
"""A file of this name in a delivery's folder pauses it."""

LOOK_SECONDS = 2.0
"""How often a paused delivery looks whether it may go on."""


@dataclass(frozen=True)
class Hold:
    """Why nothing is handed in."""

    reason: str
    remedy: str = ""
    """A sentence that the command to go on with completes."""
    option: str = ""
    """What that command needs in addition."""
    ends: bool = True
    """Whether the process ends when all is settled; else it waits until the hold is over."""


@dataclass(frozen=True)
class Hours:
    """When a person lets a delivery hand in."""

    until: datetime | None = None
    pause_path: Path | None = None

    def hold(self, now: datetime) -> Hold | None:
        """Why nothing may be handed in now; None when it may."""
        if self.until and now >= self.until:
            return Hold(f"It is {self.until.astimezone():%H:%M}.", "To go on:")
        if self.pause_path and self.pause_path.exists():
            return Hold(f"Paused by the file {self.pause_path}; remove it to go on.", ends=False)
        return None


def stand_by(hours: Hours, clock: Clock, say: Callable[[str], None]) -> None:
    """Before a single user is looked up or blocked: wait while a person wants that, or end.

    Args:
        hours: when a person lets it work.
        clock: time.
        say: tells a person, once, that it waits.

    Raises:
        DeliveryPaused: the time is over.

    """
    is_told = False
    while hold := hours.hold(clock.now()):
        if hold.ends:
            raise DeliveryPaused(hold.reason, remedy=hold.remedy, option=hold.option)
        if not is_told:
            say(f"{hold.reason} Nobody is changed meanwhile.")
        is_told = True
        clock.sleep(LOOK_SECONDS)


def next_time(text: str, now: datetime) -> datetime:
    """The next moment at which the clocks of this machine show a time of day.

    Args:
        text: hours and minutes, such as `06:00`.
        now: the present.

    Raises:
        UsageError: it is no time of day.

    """
    try:
        wanted = datetime.strptime(text.strip(), "%H:%M")  # noqa: DTZ007  # a time of day has no zone
    except ValueError:
        raise UsageError("This is no time of day.", remedy="Write it like --until 06:00.") from None
    here = now.astimezone()
    found = here.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    return found if found > here else found + timedelta(days=1)
