"""What stands in a journal, as values: one class per table, or per question asked of several."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeliveryRow:
    """Where a delivery goes."""

    tenant: str
    connection_id: str
    connection: str
    upsert: bool
    completion_email: bool
    started_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True)
class ChunkRow:
    """A chunk with its latest submission."""

    round: str
    name: str
    users: int
    sha256: str
    state: str
    external_id: str | None = None
    attempt: int = 0
    intended_at: datetime | None = None
    tenant_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    job_id: str | None = None
    job_status: str | None = None
    polls: int = 0
    polled_at: datetime | None = None
    finished_at: datetime | None = None
    total: int | None = None
    inserted: int | None = None
    updated: int | None = None
    failed: int | None = None
    file: str | None = None
    """The import file, where it is not called as the chunk."""
    first: int = 0
    """Place of the chunk's first user in its file."""
    is_part: bool = False
    """Whether other users of the file belong to another chunk."""

    @property
    def file_name(self) -> str:
        """The import file."""
        return self.file or self.name


@dataclass(frozen=True)
class JobSeen:
    """A job that was seen to end; its times are counted from when the tenant took it."""

    users: int
    seconds: float
    """Until it was seen to be over."""
    at_work_seconds: float = 0.0
    """Until it was last seen at work; nothing when it was over at the first look."""


@dataclass(frozen=True)
class OutcomeRow:
    """How one user ended who is an exception to the rule of its chunk."""

    round: str
    chunk: str
    ordinal: int
    """Place in the chunk, from 0; negative when it could not be told."""
    outcome: str
    """failed, created or updated."""
    code: str
    message: str
    identifier: str


@dataclass(frozen=True)
class BlockRow:
    """A user who is blocked, or let in again, by a request of its own."""

    round: str
    key: str
    blocked: bool
    user_id: str
    """At the tenant, prefix included; empty when nobody was found."""
    outcome: str | None
    """A word of `samekey.journal.block_outcomes`; None while the request may be on its way."""


@dataclass(frozen=True)
class UnheardRow:
    """An attempt that did not end with a job we saw to its end, and what came after it."""

    external_id: str
    round: str
    chunk: str
    attempt: int
    answer: str
    """lost; found when the tenant's log named its job; accepted when its job ran out of time."""
    reason: str
    """Why the answer was lost; empty when it was not."""
    seen: str
    """A word of `samekey.journal.signs`; empty when no sign was seen."""
    intended_at: datetime
    sent_again_at: datetime | None
    """When its chunk was next meant to leave."""
    recognised: int
    """Users of the chunk that were found to be created by an attempt nobody heard of."""
    is_settled: bool
    """Whether every user of the chunk has an outcome."""
    is_halved: bool
    """Whether the chunk's job ran out of time, so that it went again in two parts."""


@dataclass(frozen=True)
class DoubledRow:
    """An attempt whose answer came, and whose users were made twice over."""

    external_id: str
    round: str
    chunk: str
    attempt: int
    recognised: int
    """Users that were found made since the attempt was meant to leave."""


@dataclass(frozen=True)
class LoginRow:
    """How a known person fared at the door."""

    username: str
    outcome: str
    cluster: str
    tried_at: datetime


@dataclass(frozen=True)
class JobCounts:
    """Submissions by how they ended."""

    submitted: int
    completed: int
    failed: int
    lost: int


@dataclass(frozen=True)
class ReadingRow:
    """What reading back found."""

    read_at: datetime
    compared: int
    equal: int
    different: int
    missing: int
