"""When too many fail, nothing more is handed in: a pure decision over what was settled.

A wrong connection or a wrong mapping shows in the first few chunks; going on would only make more to clean up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samekey.errors import UsageError

OFF = "off"
"""The word for no brake."""

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?%")


CHUNKS_REMEMBERED = 2_000
"""Settled chunks that need to be known; they hold as many users as are looked at, or more."""


@dataclass(frozen=True)
class SettledChunk:
    """What counts of a chunk that is settled."""

    users: int
    failed: int
    job_failed: bool = False
    """Whether its job failed as a whole."""


@dataclass(frozen=True)
class Brake:
    """How much may fail before a person is asked."""

    share: float | None = 0.05
    """Of the last users, as a fraction; None for no brake at all."""
    users_last: int = CHUNKS_REMEMBERED
    """How many users back to look; all of them in a smaller run."""
    failures_min: int = 20
    """Fewer failed users prove nothing."""
    jobs_failed: int = 2
    """So many jobs that fail as a whole are enough, whatever the users."""

    @classmethod
    def parse(cls, text: str) -> "Brake":
        """Read what a person typed: `5%`, or `off`.

        Raises:
            UsageError: it is neither.

        """
        if text.strip().lower() == OFF:
            return cls(share=None)
        found = _SHARE.fullmatch(text.strip())
        share = float(found[1]) / 100 if found else 0.0
        if not 0 < share <= 1:
            raise UsageError("This is no share of failures.", remedy="Write --stop-after-failures 5%, or off.")
        return cls(share=share)

    def reason(self, settled: Sequence[SettledChunk], *, users_total: int) -> str:
        """Why nothing more should be handed in; empty while all is well.

        Args:
            settled: chunks settled since a person last said to go on, oldest first.
            users_total: users of the whole delivery.

        """
        if self.share is None:
            return ""
        jobs = sum(chunk.job_failed for chunk in settled)
        if jobs >= self.jobs_failed:
            return f"{jobs:,} jobs failed as a whole."
        window = min(self.users_last, users_total)
        users, failed = _last(settled, window)
        if failed < max(self.failures_min, self.share * window):
            return ""
        return f"{failed:,} of the last {users:,} users failed."


def _last(settled: Iterable[SettledChunk], window: int) -> tuple[int, int]:
    """Users and failures of the newest chunks that hold so many users."""
    users = failed = 0
    for chunk in reversed(list(settled)):
        users, failed = users + chunk.users, failed + chunk.failed
        if users >= window:
            break
    return users, failed
