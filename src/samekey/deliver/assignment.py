"""What one process is to deliver, where to, and who hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from samekey.client.wire import Connection
from samekey.clock import Clock
from samekey.deliver.pace import Pace
from samekey.deliver.tenant import Tenant
from samekey.events import Listener, Noticed, Reached
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack.prepared import is_prepared
from samekey.pack.run_folder import Round

STEP = "deliver"


@dataclass(frozen=True)
class Assignment:
    """One delivery, as the process sees it that works on it."""

    journal: Journal
    """Of this delivery; its chunks are in it."""
    tenant: Tenant
    """Where chunks are handed in."""
    connection: Connection
    """Where users go."""
    rounds: Mapping[str, Round]
    """By name, where the chunk files are."""
    upsert: bool
    """Whether the tenant may update users that are there."""
    completion_email: bool
    """Whether the tenant may mail its administrators about each job."""
    pace: Pace
    """Limits."""
    clock: Clock
    """Time."""
    listener: Listener
    """Hears what happens."""

    def upserts(self, chunk: ChunkRow) -> bool:
        """Whether the tenant may update users of this chunk: always, where they are there and changed."""
        return self.upsert or is_prepared(chunk.round)

    def reach(self, boundary: str, chunk: ChunkRow) -> None:
        """A named place of the delivery was reached; see `samekey.deliver.lifecycle.BOUNDARIES`."""
        self.listener.notice(Reached(boundary, f"{chunk.round}/{chunk.name}", chunk.job_id or ""))

    def say(self, text: str, *, level: str = "info", about: ChunkRow | None = None) -> None:
        """Tell a person."""
        chunk, job = (f"{about.round}/{about.name}", about.job_id or "") if about else ("", "")
        self.listener.notice(Noticed(STEP, text, level, chunk, job))
