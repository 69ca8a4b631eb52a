"""What to do next: a pure function of what is journalled, the limits and the time.

The tenant works on two jobs at once, so two chunks are kept with it while there is work. An attempt whose answer never
came may be a job at work, so it keeps its slot until its waiting time is over. Reading error lists comes after handing
in, since it keeps no slot busy; looking at jobs comes last and only when it is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from samekey.auth0 import limits
from samekey.deliver import job_times
from samekey.deliver.job_times import JobSeen
from samekey.deliver.lifecycle import OCCUPYING, State
from samekey.journal.rows import ChunkRow


@dataclass(frozen=True)
class Pace:
    """How fast a delivery goes about its work."""

    slots: int = limits.ACTIVE_IMPORT_JOBS_MAX
    """Jobs with the tenant at once."""
    poll_seconds_min: float = 1.0
    """Never look at one job more often than this."""
    poll_seconds_max: float = 30.0
    """Look at a job at least this often once it should be done; also the longest wait at a stretch."""
    poll_growth: float = 0.2
    """The next look comes after this share of the time that the job has taken so far."""
    poll_growth_known: float = 0.033
    """The same once a job like it was seen to end: the first look then comes close to the likely end, and a slot that
    is free unseen is time lost."""
    polls_close_max: int = 13
    """Looks at one job after which they become rarer again: it takes longer than others did."""
    first_poll_seconds: float = 2.0
    """The first look while no job like it was seen to end."""
    first_poll_share: float = 0.78
    """The first look comes after this share of the shortest time seen while one job was seen …"""
    first_poll_share_sure: float = 0.97
    """… and after this one when enough were seen to know how short a job can be."""
    unclear_seconds: float = 60.0
    """How long a lost answer may still mean a job at work, while no job was seen to finish."""
    unclear_factor: float = 2.0
    """The same as a multiple of the time that the last job took."""
    seek_seconds: float = 3.0
    """Look into the tenant's log this long after an attempt whose answer was lost; then after twice that, and so on."""
    attempts_max: int = 5
    """Attempts of one chunk whose answer was lost before the delivery stops."""

    def unclear_wait(self, job_seconds: float | None) -> float:
        """Seconds from the intent until an attempt without an answer may be made again."""
        if job_seconds is None:
            return self.unclear_seconds
        return min(max(self.unclear_factor * job_seconds, 1.0), limits.JOB_SECONDS_MAX)


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
    for chunk in active:
        if chunk.state in {State.FINISHED, State.BROKEN}:
            return Settle(chunk)
    looks: list[tuple[datetime, Poll | Seek]] = [
        (poll_at(chunk, pace, seen), Poll(chunk)) for chunk in active if chunk.state == State.WORKING
    ]
    looks += [(seek_at(chunk, pace), Seek(chunk)) for chunk in unclear if chunk not in again]
    looks.sort(key=lambda pair: pair[0])
    if looks and looks[0][0] <= now:
        return looks[0][1]
    if not active and waiting is None:
        return Done()
    moments = [at for at, _ in looks] + [_resend_at(chunk, pace, job_seconds) for chunk in unclear]
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


def poll_at(chunk: ChunkRow, pace: Pace, seen: Sequence[JobSeen]) -> datetime:
    """When a job should be looked at: often where its end is likely, ever more rarely before and after.

    Args:
        chunk: its chunk.
        pace: the limits.
        seen: jobs that were seen to end.

    """
    began = chunk.answered_at or chunk.intended_at
    if began is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    alike = job_times.shortest_alike(seen, chunk.users)
    if chunk.polled_at is None:
        return began + timedelta(seconds=_first_look(alike, pace))
    taken = (chunk.polled_at - began).total_seconds()
    is_close = alike is not None and chunk.polls < pace.polls_close_max
    growth = pace.poll_growth_known if is_close else pace.poll_growth
    wait = min(max(growth * taken, pace.poll_seconds_min), pace.poll_seconds_max)
    return chunk.polled_at + timedelta(seconds=wait)


def _first_look(alike: tuple[float, int] | None, pace: Pace) -> float:
    if alike is None:
        return max(pace.poll_seconds_min, min(pace.first_poll_seconds, 2 * pace.poll_seconds_min))
    shortest, count = alike
    sureness = min((count - 1) / (job_times.ENOUGH - 1), 1.0)
    share = pace.first_poll_share + sureness * (pace.first_poll_share_sure - pace.first_poll_share)
    return max(pace.poll_seconds_min, min(share * shortest, 20 * pace.poll_seconds_max))


def seek_at(chunk: ChunkRow, pace: Pace) -> datetime:
    """When the tenant's log should be looked into for a lost attempt; a chunk's last look stands where polls do."""
    if chunk.intended_at is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    if chunk.polled_at is None:
        return chunk.intended_at + timedelta(seconds=pace.seek_seconds)
    return chunk.polled_at + max(chunk.polled_at - chunk.intended_at, timedelta(seconds=pace.seek_seconds))


def _resend_at(chunk: ChunkRow, pace: Pace, job_seconds: float | None) -> datetime:
    if chunk.intended_at is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    return chunk.intended_at + timedelta(seconds=pace.unclear_wait(job_seconds))
