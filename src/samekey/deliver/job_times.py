"""When a job is likely to end, from those that were seen to end. Pure.

A job is seen to end only when it is looked at, so what is known of each is two times: it was at work at one look and
over at the next. A small job (a canary) says nothing of a full one.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from samekey.journal.rows import JobSeen

SIZE_FACTOR = 2.0
"""Jobs are alike when neither has more than so many times the users of the other."""

_GAP_FACTOR = 2.5
"""A job tells when it ended unless it was over only after so many times the time at which it was last seen at work:
then nobody looked (a run that was stopped overnight)."""

_SPREAD = 0.4
"""Before others were seen, how much of one job's time the times of all may lie apart."""

_EARLIER, _LATER = 1.2, 0.9
"""How far beyond the times seen others may lie, in parts of the likely distance to the next unseen one. An end that
comes before the first look costs most, and shows least."""

_BEFORE_THE_FIRST_LOOK = 0.95
"""Where a job that was over at its first look may have ended, as a share of that time; when it happens to one after
the other, the tenant has become faster, and the share is taken as often."""

_LATEST_FACTOR = 2.5
"""However far the times seen lie apart, nothing is planned beyond so many times the shortest."""


@dataclass(frozen=True)
class LikelyEnd:
    """The time in which a job is likely to end, in seconds from when the tenant took it."""

    earliest: float
    latest: float


def likely_end(seen: Sequence[JobSeen], users: int) -> LikelyEnd | None:
    """When a job of so many users is likely to end; None when no job like it tells.

    The more jobs were seen, the closer the bounds come to the shortest and the longest of them: between n times drawn
    by chance from an even spread, the gap to the next one outside is an nth part of their distance.

    Args:
        seen: jobs that were seen to end, the newest first.
        users: of the job.

    """
    alike = _alike(seen, users)
    ends = [
        (job.at_work_seconds + job.seconds) / 2 for job in alike if job.seconds <= _GAP_FACTOR * job.at_work_seconds
    ]
    if not ends:
        return None
    unwatched = len(list(itertools.takewhile(lambda job: not job.at_work_seconds, alike)))
    share = _BEFORE_THE_FIRST_LOOK ** max(unwatched, 1)
    early = [share * job.seconds for job in alike if not job.at_work_seconds]
    shortest, longest, count = min(ends + early), max(ends), len(ends + early)
    margin = (max(longest - shortest, 0.0) + _SPREAD * longest / count) / count
    earliest = max(shortest - _EARLIER * margin, 0.0)
    return LikelyEnd(earliest, min(longest + _LATER * margin, _LATEST_FACTOR * shortest))


def shortest_alike(seen: Sequence[JobSeen], users: int) -> float | None:
    """The shortest time in which a job of about so many users was seen to be over; None when none was."""
    return min((job.seconds for job in _alike(seen, users)), default=None)


def _alike(seen: Sequence[JobSeen], users: int) -> list[JobSeen]:
    return [job for job in seen if users / SIZE_FACTOR <= job.users <= users * SIZE_FACTOR]
