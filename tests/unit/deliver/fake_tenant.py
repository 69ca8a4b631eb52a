"""A small honest tenant in memory: two jobs at once, users made once, and trouble on demand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from samekey.auth0 import limits, vocabulary
from samekey.client.management import Submitted
from samekey.client.wire import (
    GONE,
    ErrorsShape,
    FieldError,
    JobErrors,
    JobState,
    LoggedImport,
    Profile,
    Summary,
    UserError,
)
from samekey.errors import TenantBusy, TenantError, TenantUnreachable
from samekey.testing.manual_clock import ManualClock

CONNECTION = "Users"
CONNECTION_ID = "con_0123456789abcdef"


class LostAnswer(TenantUnreachable):
    """The tenant took the request, and its answer never came."""


@dataclass
class FakeJob:
    """An import job."""

    external_id: str
    due: datetime
    summary: Summary
    errors: tuple[UserError, ...]
    status: str = vocabulary.JOB_COMPLETED
    """What it will be when it is due."""
    errors_shape: ErrorsShape | None = None
    """Another answer than the error list."""
    shows_summary: bool = True
    keeps_users: bool = False
    """Whether a job that fails as a whole has made its users all the same."""
    polls: int = 0


@dataclass
class FakeTenant:
    """Users, jobs and a queue of troubles; a `samekey.deliver.tenant.Tenant`."""

    clock: ManualClock
    job_seconds: float = 30.0
    users: dict[str, Profile] = field(default_factory=dict)
    """By the one property they were sent with, in lower case."""
    jobs: dict[str, FakeJob] = field(default_factory=dict)
    troubles: list[TenantError | None] = field(default_factory=list)
    """What the next submissions end in; None for nothing. A `LostAnswer` is raised after the job was taken."""
    shape: Callable[[FakeJob], None] = lambda _: None
    """Changes a job when it is made."""
    strangers: int = 0
    """Slots that other people's jobs hold."""
    most_active: int = 0
    requests: int = 0
    search_caught_up: bool = True
    gap_seconds: float = 0.0
    has_log: bool = False
    log_names_jobs: bool = False
    log_trouble: TenantError | None = None
    log_looks: int = 0
    tells_time: bool = True
    clock_ahead_seconds: float = 0.0

    def tenant_now(self) -> datetime | None:
        """The present, unless it keeps it to itself."""
        return self._now() if self.tells_time else None

    def request_gap_seconds(self) -> float:
        """As its rate limit suggests."""
        return self.gap_seconds

    def submit_import(
        self, chunk: bytes, *, connection_id: str, upsert: bool, external_id: str, send_completion_email: bool
    ) -> Submitted:
        """Take a job, unless there is trouble or the queue is full."""
        assert CONNECTION_ID == connection_id
        assert not send_completion_email
        self.requests += 1
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble and not isinstance(trouble, LostAnswer):
            raise trouble
        active = sum(job.due > self.clock.now() for job in self.jobs.values()) + self.strangers
        if active >= 2:
            raise TenantBusy(vocabulary.TWO_JOBS_MESSAGE, job_slots=True)
        self.most_active = max(self.most_active, active + 1)
        job_id = f"job_{len(self.jobs)}"
        self.jobs[job_id] = self._made(json.loads(chunk), external_id, upsert=upsert)
        if trouble:
            raise trouble
        return Submitted(JobState(job_id, vocabulary.JOB_PENDING), self.clock.now())

    def job(self, job_id: str) -> JobState:
        """How a job stands."""
        job = self.jobs[job_id]
        job.polls += 1
        if job.due > self.clock.now():
            # The words of an unfinished job are not all known.
            return JobState(job_id, vocabulary.JOB_PENDING if job.polls % 2 else "processing")
        completed = job.status == vocabulary.JOB_COMPLETED and job.shows_summary
        return JobState(job_id, job.status, summary=job.summary if completed else None)

    def job_errors(self, job_id: str) -> JobErrors:
        """A job's error list."""
        job = self.jobs[job_id]
        if job.errors_shape or not job.errors:
            return JobErrors(job.errors_shape or ErrorsShape.NONE)
        return JobErrors(ErrorsShape.USERS, job.errors)

    def logged_import(self, external_id: str, *, since: datetime | None) -> LoggedImport | None:
        """What the log says, as far as it is read."""
        assert since is None or since <= self._now()
        self.log_looks += 1
        if self.log_trouble:
            raise self.log_trouble
        found = [job_id for job_id, job in self.jobs.items() if job.external_id == external_id]
        return LoggedImport(found[0] if self.log_names_jobs else "") if found and self.has_log else None

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address."""
        found = self.users.get(email.lower())
        return [found] if found else []

    def users_searched(self, name: str, value: str, *, connection: str) -> list[Profile]:
        """Whoever a search finds, once it has caught up."""
        assert CONNECTION == connection
        return [user for user in self.users.values() if user.get(name) == value] if self.search_caught_up else []

    def user(self, user_id: str) -> Profile | None:
        """The user with this id."""
        return next((user for user in self.users.values() if user["user_id"] == user_id), None)

    def _made(self, users: list[Mapping[str, Any]], external_id: str, *, upsert: bool) -> FakeJob:
        """Apply a file at once; the job shows its end when it is due."""
        errors, inserted, updated = [], 0, 0
        for user in users:
            (email,) = map(str.lower, map(str, user.values()))
            if "email" in user and "@" not in email:
                errors.append(_error(user, "INVALID_FORMAT"))
            elif email not in self.users:
                inserted += 1
                self.users[email] = self._profile(user)
            elif upsert:
                updated += 1
            else:
                errors.append(_error(user, "DUPLICATED_USER"))
        summary = Summary(len(users), inserted, updated, len(errors))
        due = self.clock.now() + timedelta(seconds=self.job_seconds)
        job = FakeJob(external_id, due, summary, tuple(errors))
        self.shape(job)
        if job.status == vocabulary.JOB_FAILED and not job.keeps_users:
            for user in users:
                self.users.pop(str(*user.values()).lower(), None)
        return job

    def _now(self) -> datetime:
        return self.clock.now() + timedelta(seconds=self.clock_ahead_seconds)

    def _profile(self, user: Mapping[str, Any]) -> Profile:
        return {
            **{name: str(value).lower() for name, value in user.items()},
            "user_id": f"auth0|{user.get('user_id', len(self.users))}",
            "created_at": self._now().isoformat(),
            "identities": [{"connection": CONNECTION}],
        }


def gone(job: FakeJob) -> None:
    """The tenant did the job and forgot it."""
    job.status = GONE


def failed(job: FakeJob) -> None:
    """The job fails as a whole; nobody was made."""
    job.status = vocabulary.JOB_FAILED


def timed_out(job: FakeJob) -> None:
    """The job runs for two hours and is given up, after it made everybody."""
    job.status = vocabulary.JOB_FAILED
    job.keeps_users = True
    job.due += timedelta(seconds=limits.JOB_SECONDS_MAX)


def without_error_list(job: FakeJob) -> None:
    """The error list went away, although users failed."""
    job.errors_shape = ErrorsShape.GONE


def with_empty_error_list(job: FakeJob) -> None:
    """The error list is empty, although users failed."""
    job.errors_shape = ErrorsShape.NONE


def without_names(job: FakeJob) -> None:
    """The error list does not say who failed."""
    job.errors = tuple(UserError({}, error.errors) for error in job.errors)


def without_summary(job: FakeJob) -> None:
    """The job completed and says nothing of its totals."""
    job.shows_summary = False


def _error(user: Mapping[str, Any], code: str) -> UserError:
    return UserError({"email": str(user["email"]).upper()}, (FieldError(code, f"{code}, it said.", ""),))
