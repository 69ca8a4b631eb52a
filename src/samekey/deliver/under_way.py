"""Where every chunk of a delivery is, as the process that works on it knows it; the journal knows the same."""

from collections import deque
from dataclasses import dataclass, field

from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, JobSeen


@dataclass
class UnderWay:
    """Chunks that are not settled, and what was learned from those that are."""

    active: dict[tuple[str, str], ChunkRow] = field(default_factory=dict)
    """Handed in, or about to be; in the order in which that began."""
    waiting: deque[ChunkRow] = field(default_factory=deque)
    """Not handed in, in the order of delivery."""
    job_seconds: float | None = None
    """How long jobs took of late; None while none was seen to end."""
    seen: tuple[JobSeen, ...] = ()
    """Jobs that were seen to end of late."""

    def keep(self, chunk: ChunkRow) -> None:
        """The chunk is now as given."""
        self.active[chunk.round, chunk.name] = chunk

    def learn(self, journal: Journal) -> None:
        """Take over how long jobs take."""
        self.job_seconds = journal.recent_job_seconds()
        self.seen = tuple(journal.recent_jobs())

    def drop(self, chunk: ChunkRow) -> None:
        """The chunk is no longer with the tenant."""
        self.active.pop((chunk.round, chunk.name), None)
