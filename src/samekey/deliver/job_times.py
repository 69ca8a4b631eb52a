"""How long a job will take, from those that were seen to end. Pure.

A job is seen to end only when it is looked at, so every time known is a little too long; and a small job (a canary)
says nothing of a full one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SIZE_FACTOR = 2.0
"""Jobs are alike when neither has more than so many times the users of the other."""

ENOUGH = 10
"""So many alike ones show how short a job can be."""


@dataclass(frozen=True)
class JobSeen:
    """A job that was seen to end."""

    users: int
    seconds: float
    """From the intent until its end was seen."""


def shortest_alike(seen: Sequence[JobSeen], users: int) -> tuple[float, int] | None:
    """The shortest time of jobs like one of so many users, and of how many that is; None when there is none."""
    alike = [job.seconds for job in seen if users / SIZE_FACTOR <= job.users <= users * SIZE_FACTOR]
    return (min(alike), len(alike)) if alike else None
