"""The tenant's own clock: the given one, moved forward on demand."""

from datetime import UTC, datetime, timedelta

from samekey import clock

MILLISECONDS = 1000


class TenantClock:
    """A clock that can be moved forward."""

    def __init__(self, base: clock.Clock, *, offset_seconds: float = 0.0) -> None:
        """Args:
        base: the clock to move.
        offset_seconds: how far it was moved in an earlier life of the same store.

        """
        self._base = base
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """The present as this tenant sees it, aware, in UTC."""
        return self._base.now() + timedelta(seconds=self.offset_seconds)

    def sleep(self, seconds: float) -> None:
        """Wait by the clock underneath."""
        self._base.sleep(seconds)

    def now_ms(self) -> int:
        """The present in whole milliseconds since 1970, as the store keeps it."""
        return int(self.now().timestamp() * MILLISECONDS)

    def advance(self, seconds: float) -> None:
        """Move forward; never back, since tokens and jobs would then be younger than nothing."""
        self.offset_seconds += max(0.0, seconds)


def as_text(moment_ms: int) -> str:
    """A stored moment as Auth0 writes it: ISO 8601 with milliseconds and Z."""
    moment = datetime.fromtimestamp(moment_ms / MILLISECONDS, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment_ms % MILLISECONDS:03d}Z"
