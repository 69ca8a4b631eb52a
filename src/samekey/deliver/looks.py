"""When to look at a job, and when to look for one. Pure.

A look is a request, and a slot that is free unseen is time lost. Where jobs like it were seen to end, looks are spread
evenly over the time in which it is likely to end, which loses least for a given number of them. While nobody knows how
long a job takes, each look comes after a share of the time that it has taken so far.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from samekey.deliver import job_times
from samekey.deliver.job_times import LikelyEnd
from samekey.deliver.pace import Pace
from samekey.journal.rows import ChunkRow, JobSeen


def poll_at(chunk: ChunkRow, pace: Pace, seen: Sequence[JobSeen]) -> datetime:
    """When a job should be looked at.

    Args:
        chunk: its chunk.
        pace: the limits.
        seen: jobs that were seen to end.

    """
    began = chunk.answered_at or chunk.intended_at
    if began is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    likely = job_times.likely_end(seen, chunk.users)
    if chunk.polled_at is None:
        return began + timedelta(seconds=max(_first_look(likely, chunk.users, pace, seen), pace.poll_seconds_min))
    taken = (chunk.polled_at - began).total_seconds()
    wait = _wait(taken, chunk.polls, likely, pace)
    return chunk.polled_at + timedelta(seconds=max(wait, pace.poll_seconds_min))


def _first_look(likely: LikelyEnd | None, users: int, pace: Pace, seen: Sequence[JobSeen]) -> float:
    if likely is not None:
        return likely.earliest + (likely.latest - likely.earliest) / pace.polls_planned
    shortest = job_times.shortest_alike(seen, users)
    return pace.first_poll_seconds if shortest is None else min(pace.first_poll_seconds, shortest / 2)


def _wait(taken: float, polls: int, likely: LikelyEnd | None, pace: Pace) -> float:
    """How long after a look that saw a job at work the next one comes."""
    if likely is None:
        growth = pace.poll_growth_first if taken < pace.poll_first_seconds else pace.poll_growth
        return min(growth * taken, pace.poll_seconds_max)
    left = pace.polls_planned - polls
    if taken < likely.latest and left > 0:
        begins = max(taken, likely.earliest)
        return begins - taken + (likely.latest - begins) / left
    growth = pace.poll_growth_late if polls < pace.polls_close_max else pace.poll_growth_beyond
    return min(growth * max(taken, likely.latest), pace.poll_seconds_max)


def seek_at(chunk: ChunkRow, pace: Pace) -> datetime:
    """When the tenant's log should be looked into for a lost attempt; a chunk's last look stands where polls do."""
    if chunk.intended_at is None:
        raise ValueError(f"chunk {chunk.name} was never handed in")
    if chunk.polled_at is None:
        return chunk.intended_at + timedelta(seconds=pace.seek_seconds)
    return chunk.polled_at + max(chunk.polled_at - chunk.intended_at, timedelta(seconds=pace.seek_seconds))
