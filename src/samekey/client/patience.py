"""How often and how long a request is tried again: one policy, bounded twice, jittered by a number passed in.

A tenant that refuses for its rate limit is no trouble: it is there, and mostly says when to come back. Waiting for it
has a bound of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from samekey import errors
from samekey.clock import Clock

T = TypeVar("T")

_TIMED_OUT = 408
_SERVER_TROUBLE_FROM = 500
_TOLD_AGAIN = timedelta(minutes=1)
_SLEEP_SECONDS_MAX = 60.0
_DOUBLINGS_MAX = 20
"""Any pause is the longest one by then."""


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
    busy_seconds_max: float = 0.0
    """How long a tenant that refuses for its rate limit is waited for, where that is longer than the bounds above."""
    busy_until: datetime | None = None
    """No such wait ends later than at this moment; None for no moment."""


READS = Patience(tries_max=8, seconds_max=180.0)
"""For what may be sent twice. Buckets of Auth0's rate limits refill within a minute (Rate limit policy)."""

BUSY_SECONDS_MAX = 3600.0
"""A tenant that takes no request for an hour needs a person."""

UNATTENDED = replace(READS, busy_seconds_max=BUSY_SECONDS_MAX)
"""For the questions of a step that takes hours, in which nobody may be there to start it again."""

FIRST_CONTACT = Patience(tries_max=3, seconds_max=5.0, busy_seconds_max=BUSY_SECONDS_MAX)
"""For the first questions of a command: somebody is watching, and a wrong address should be said at once. A tenant
that asks to wait has the right address."""

NONE = Patience(tries_max=1, seconds_max=0.0)
"""For what must never be sent twice."""


def first_contact(*, until: datetime | None) -> Patience:
    """For the first questions of a command that ends at a moment; a busy tenant is waited for up to then."""
    return FIRST_CONTACT if until is None else replace(FIRST_CONTACT, busy_seconds_max=float("inf"), busy_until=until)


def patiently(
    attempt: Callable[[], T],
    policy: Patience,
    *,
    clock: Clock,
    jitter: Callable[[], float],
    told: Callable[[datetime], None] | None = None,
) -> T:
    """Call until it succeeds, cannot succeed, or patience ends.

    Args:
        attempt: sends the request and returns its answer or raises.
        policy: the bounds.
        clock: measures and waits.
        jitter: a number from 0 to 1, so that many workers do not come back at the same moment.
        told: hears until when a busy tenant is waited for, once a minute at most; short waits are not worth a word.

    Raises:
        TenantError: the last one, when it was the last try or no try can mend it.

    """
    started = clock.now()
    told_at: datetime | None = None
    count = 0
    while True:
        count += 1
        try:
            return attempt()
        except errors.TenantError as error:
            if not is_passing(error):
                raise
            pause = _pause_seconds(error, policy, count, jitter())
            now = clock.now()
            passed = (now - started).total_seconds()
            is_soon = count < policy.tries_max and passed + pause <= policy.seconds_max
            if not is_soon and not _is_waited_for(error, policy, passed, now, pause):
                raise
        if told and not is_soon and (told_at is None or now - told_at >= _TOLD_AGAIN):
            told_at = now
            told(now + timedelta(seconds=pause))
        _sleep(pause, clock)


def is_passing(error: errors.TenantError) -> bool:
    """Whether the same request may succeed a little later. A full job queue is not waited for: jobs take minutes."""
    if isinstance(error, errors.TenantBusy):
        return not error.job_slots
    if isinstance(error, errors.TenantUnexpected):
        return error.status is not None and (error.status == _TIMED_OUT or error.status >= _SERVER_TROUBLE_FROM)
    return isinstance(error, errors.TenantUnreachable)


def _is_waited_for(
    error: errors.TenantError, policy: Patience, passed_seconds: float, now: datetime, pause: float
) -> bool:
    """Whether a refusal for the rate limit is waited for beyond what trouble of any kind is allowed."""
    if not isinstance(error, errors.TenantBusy) or passed_seconds + pause > policy.busy_seconds_max:
        return False
    return policy.busy_until is None or now + timedelta(seconds=pause) <= policy.busy_until


def _pause_seconds(error: errors.TenantError, policy: Patience, count: int, jitter: float) -> float:
    if isinstance(error, errors.TenantBusy) and error.retry_after_seconds is not None:
        # Never earlier than the tenant asks; a reset in whole seconds may already lie in the past. One that says
        # "now" and goes on refusing is asked ever more rarely.
        own = policy.pause_seconds * 2.0 ** min(max(count - policy.tries_max, 0), _DOUBLINGS_MAX)
        return max(error.retry_after_seconds, min(own, policy.pause_seconds_max)) * (1 + 0.2 * jitter)
    own = policy.pause_seconds * 2.0 ** min(count - 1, _DOUBLINGS_MAX)
    return float(min(own, policy.pause_seconds_max) * (0.5 + 0.5 * jitter))


def _sleep(seconds: float, clock: Clock) -> None:
    """Wait, in pieces: a machine that slept meanwhile is not to wait for longer than the time that has passed."""
    ends = clock.now() + timedelta(seconds=seconds)
    while seconds > 0 and clock.now() < ends:
        piece = min(seconds, _SLEEP_SECONDS_MAX)
        clock.sleep(piece)
        seconds -= piece
