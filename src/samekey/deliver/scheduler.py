"""What to do next: a pure function of what is journalled, the limits and the time.

The tenant works on two jobs at once, so two chunks are kept with it while there is work. An attempt whose answer never
came may be a job at work, so it keeps its slot until its waiting time is over. Reading error lists comes after handing
in, since it keeps no slot busy; looking at jobs comes last and only when it is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from samekey.deliver import looks
from samekey.deliver.lifecycle import OCCUPYING, State
from samekey.deliver.pace import Pace
from samekey.journal.rows import ChunkRow, JobSeen


@dataclass(frozen=True)
class Submit:
    """Hand this chunk in."""

    chunk: ChunkRow


@dataclass(frozen=True)
class Poll:
    """Look at this chunk's job."""

    chunk: ChunkRow


@dataclass(frozen=True)
class Seek:
    """Look into the tenant's log for the job of this chunk, whose answer was lost."""

    chunk: ChunkRow


@dataclass(frozen=True)
class Settle:
    """Find the outcome of every user of this chunk."""

    chunk: ChunkRow


@dataclass(frozen=True)
class Wait:
    """Nothing to do before this much time has passed."""

    seconds: float


@dataclass(frozen=True)
class Done:
    """Nothing is left."""


Action = Submit | Poll | Seek | Settle | Wait | Done


def next_action(
    active: Sequence[ChunkRow],
    waiting: ChunkRow | None,
    *,
    now: datetime,
    pace: Pace,
    job_seconds: float | None = None,
    seen: Sequence[JobSeen] = (),
    slots_closed_until: datetime | None = None,
    quiet_until: datetime | None = None,
) -> Action:
    """Decide the next action.

    Args:
        active: chunks that were handed in and are not settled, in the order of delivery.
        waiting: the next chunk that was never handed in; None when there is none.
        now: the time.
        pace: the limits.
        job_seconds: how long the last finished job took; None when none has.
        seen: jobs that were seen to end, to look at others at the right time.
        slots_closed_until: the tenant said that it takes no job before then.
        quiet_until: ask nothing before then, so that the tenant's rate limit leaves room for a job.

    """
    slots_open = slots_closed_until is None or now >= slots_closed_until
    unclear = [chunk for chunk in active if chunk.state == State.UNCLEAR]
    again = [chunk for chunk in unclear if _resend_at(chunk, pace, job_seconds) <= now]
    occupied = sum(chunk.state in OCCUPYING for chunk in active) - len(again)
    if slots_open and occupied < pace.slots and (again or waiting):
        return _next_attempt(again, waiting, pace, job_seconds)
    if quiet_until is not None and now < quiet_until <= now + timedelta(seconds=pace.poll_seconds_max):
        return Wait((quiet_until - now).total_seconds()) if active or waiting else Done()
    ahead: list[tuple[datetime, Poll | Seek]] = [
        (looks.poll_at(chunk, pace, seen), Poll(chunk)) for chunk in active if chunk.state == State.WORKING
    ]
    ahead += [(looks.seek_at(chunk, pace), Seek(chunk)) for chunk in unclear if chunk not in again]
    ahead.sort(key=lambda pair: pair[0])
    due = ahead[0][1] if ahead and ahead[0][0] <= now else None
    for chunk in active:
        if chunk.state in {State.FINISHED, State.BROKEN} and (
            due is None or waiting is None or not _may_be_settled_later(chunk, now, pace)
        ):
            return Settle(chunk)
    if due is not None:
        return due
    if not active and waiting is None:
        return Done()
    moments = [at for at, _ in ahead] + [_resend_at(chunk, pace, job_seconds) for chunk in unclear]
    if slots_closed_until is not None and not slots_open:
        moments.append(slots_closed_until)
    later = [(at - now).total_seconds() for at in moments if at > now]
    # Never long at a stretch: the machine may sleep, its clock may be set, and somebody may want to stop.
    return Wait(min([*later, pace.poll_seconds_max]) if later else pace.poll_seconds_min)


def _next_attempt(
    again: Sequence[ChunkRow], waiting: ChunkRow | None, pace: Pace, job_seconds: float | None
) -> Submit | Seek:
    """What takes a free slot: an attempt whose answer was lost goes before one that was never made."""
    if not again:
        if waiting is None:
            raise ValueError("nothing can be handed in")
        return Submit(waiting)
    # One more look before it goes again: the log may tell by now.
    sought_at, resend_at = again[0].polled_at, _resend_at(again[0], pace, job_seconds)
    return Submit(again[0]) if sought_at and sought_at >= resend_at else Seek(again[0])


def _may_be_settled_later(chunk: ChunkRow, now: datetime, pace: Pace) -> bool:
    """Whether a chunk's end was seen so lately that a look that may free a slot goes before settling it."""
    return chunk.finished_at is not None and abs((now - chunk.finished_at).total_seconds()) < pace.settle_seconds_max


def _resend_at(chunk: ChunkRow, pace: Pace, job_seconds: float | None) -> datetime:
    if chunk.intended_at is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    return chunk.intended_at + timedelta(seconds=pace.unclear_wait(job_seconds))
