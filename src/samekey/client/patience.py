"""How often and how long a request is tried again: one policy, bounded twice, jittered by a number passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from samekey import errors
from samekey.clock import Clock

T = TypeVar("T")

_TIMED_OUT = 408
_SERVER_TROUBLE_FROM = 500


@dataclass(frozen=True, slots=True)
class Patience:
    """When to stop trying."""

    tries_max: int
    """Requests sent at most, the first included."""
    seconds_max: float
    """No wait is begun that would end later than this after the first request."""
    pause_seconds: float = 0.5
    """The pause before the second try where the tenant asks for none; it doubles from there."""
    pause_seconds_max: float = 30.0
    """The longest pause that is our own choice."""


READS = Patience(tries_max=8, seconds_max=180.0)
"""For what may be sent twice. Buckets of Auth0's rate limits refill within a minute (Rate limit policy)."""

FIRST_CONTACT = Patience(tries_max=3, seconds_max=5.0)
"""For the first questions of a command: somebody is watching, and a wrong address should be said at once."""

NONE = Patience(tries_max=1, seconds_max=0.0)
"""For what must never be sent twice."""


def patiently(attempt: Callable[[], T], policy: Patience, *, clock: Clock, jitter: Callable[[], float]) -> T:
    """Call until it succeeds, cannot succeed, or patience ends.

    Args:
        attempt: sends the request and returns its answer or raises.
        policy: the bounds.
        clock: measures and waits.
        jitter: a number from 0 to 1, so that many workers do not come back at the same moment.

    Raises:
        TenantError: the last one, when it was the last try or no try can mend it.

    """
    started = clock.now()
    for count in range(1, policy.tries_max):
        try:
            return attempt()
        except errors.TenantError as error:
            if not is_passing(error):
                raise
            pause = _pause_seconds(error, policy, count, jitter())
            if (clock.now() - started).total_seconds() + pause > policy.seconds_max:
                raise
        clock.sleep(pause)
    return attempt()


def is_passing(error: errors.TenantError) -> bool:
    """Whether the same request may succeed a little later. A full job queue is not waited for: jobs take minutes."""
    if isinstance(error, errors.TenantBusy):
        return not error.job_slots
    if isinstance(error, errors.TenantUnexpected):
        return error.status is not None and (error.status == _TIMED_OUT or error.status >= _SERVER_TROUBLE_FROM)
    return isinstance(error, errors.TenantUnreachable)


def _pause_seconds(error: errors.TenantError, policy: Patience, count: int, jitter: float) -> float:
    if isinstance(error, errors.TenantBusy) and error.retry_after_seconds is not None:
        # Never earlier than the tenant asks; a reset in whole seconds may already lie in the past.
        return max(error.retry_after_seconds, policy.pause_seconds) * (1 + 0.2 * jitter)
    own = policy.pause_seconds * 2.0 ** (count - 1)
    return float(min(own, policy.pause_seconds_max) * (0.5 + 0.5 * jitter))
