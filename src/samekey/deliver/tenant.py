"""What a delivery asks of a tenant."""

from datetime import datetime
from typing import Protocol

from samekey.client.management import Submitted
from samekey.client.wire import JobErrors, JobState, LoggedImport, Profile


class Tenant(Protocol):
    """Where chunks are handed in and people are looked up; `samekey.client.management.Management` is one.

    Every method may raise a `TenantError`; what one means for a chunk that was handed in stands at
    `Management.submit_import`.
    """

    def tenant_now(self) -> datetime | None:
        """The present by the tenant's clock; None while no answer told."""
        ...

    def request_gap_seconds(self) -> float:
        """The pause between two questions that the tenant's rate limit suggests."""
        ...

    def submit_import(
        self, chunk: bytes, *, connection_id: str, upsert: bool, external_id: str, send_completion_email: bool
    ) -> Submitted:
        """Hand in a chunk as an import job. Sent once, whatever happens on the way."""
        ...

    def job(self, job_id: str) -> JobState:
        """How a job stands."""
        ...

    def job_errors(self, job_id: str) -> JobErrors:
        """A job's error list in any of its forms."""
        ...

    def logged_import(self, external_id: str, *, since: datetime | None) -> LoggedImport | None:
        """What the tenant's log says of an import job; None when it says nothing, which proves nothing."""
        ...

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def users_searched(self, name: str, value: str, *, connection: str) -> list[Profile]:
        """The users of a connection that a search finds; whoever is not found may be there all the same."""
        ...

    def user(self, user_id: str) -> Profile | None:
        """The user with this id, prefix included; None when there is none."""
        ...
