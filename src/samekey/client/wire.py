"""JSON payloads of a tenant become records; keys nobody here knows are passed over."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from samekey import errors
from samekey.auth0 import vocabulary
from samekey.client import redaction
from samekey.client.answers import NO_CONTENT, Answer

GONE = "gone"
"""Status of a job that the tenant no longer knows. Our word: Auth0 answers 404 once a job's 24 hours are over."""

IDENTIFIERS = ("email", "username", "user_id", "phone_number")
"""What is kept of a user echoed in an error list."""

Profile = dict[str, Any]
"""A user as the Management API shows it; any key may be missing."""

Read = TypeVar("Read")

_JOB_ID = re.compile(r"job_[A-Za-z0-9]{16,}")


class TokenGrant(msgspec.Struct, frozen=True):
    """The answer of `/oauth/token`."""

    access_token: str
    expires_in: int | None = None

    def __repr__(self) -> str:
        return "TokenGrant(<token>)"


class Summary(msgspec.Struct, frozen=True):
    """A finished job's counts of users."""

    total: int = 0
    inserted: int = 0
    updated: int = 0
    failed: int = 0


class JobState(msgspec.Struct, frozen=True):
    """An import job as the tenant shows it."""

    id: str
    status: str
    """pending, completed, failed, our own `GONE`, or a word nobody documented, which means not finished."""
    summary: Summary | None = None
    """Only of a completed job."""
    connection_id: str | None = None
    created_at: datetime | None = None
    """Aware, UTC."""
    external_id: str | None = None
    """What we sent along to know the job again."""
    location: str = ""
    """Only of a completed export: where its file is, for a minute."""
    status_details: Any = None  # documented without a type
    """More about a failure, where the tenant gives it."""

    def __post_init__(self) -> None:
        if self.created_at is not None and self.created_at.tzinfo is None:
            msgspec.structs.force_setattr(self, "created_at", self.created_at.replace(tzinfo=UTC))

    @property
    def is_final(self) -> bool:
        """Whether the tenant is done with it; a job that is gone has no known end."""
        return self.status in vocabulary.JOB_STATES_FINAL

    @property
    def is_gone(self) -> bool:
        """Whether the tenant no longer knows it."""
        return self.status == GONE


class FieldError(msgspec.Struct, frozen=True):
    """One complaint about one user."""

    code: str
    """A word of `vocabulary.ERROR_CODES`, or one nobody documented."""
    message: str
    """The tenant's sentence, without the values of passwords and secrets it may repeat."""
    path: str
    """Auth0's internal name of the property; empty when none is given."""


class UserError(msgspec.Struct, frozen=True):
    """A user of a job that failed, by identifiers alone: the rest of the echo is dropped unread."""

    identifiers: dict[str, str]
    """Of email, username, user_id and phone_number those that were sent, as they were sent."""
    errors: tuple[FieldError, ...]


class ErrorsShape(StrEnum):
    """The forms in which a tenant answers the question for a job's errors."""

    USERS = "users"
    """A list of failed users."""
    NONE = "none"
    """204: no errors, or a file that could not be parsed; only the job's status tells which."""
    JOB = "job"
    """The job itself, instead of a list: the list is not there (yet)."""
    GONE = "gone"
    """404: the job and its errors are deleted."""


@dataclass(frozen=True, slots=True)
class JobErrors:
    """A job's error list."""

    shape: ErrorsShape
    users: tuple[UserError, ...] = ()
    """Only of shape `users`."""
    job: JobState | None = None
    """Only of shape `job`."""


@dataclass(frozen=True, slots=True)
class LoggedImport:
    """An import job that the tenant's log shows as accepted."""

    job_id: str
    """Empty where the log does not say which job it became."""


class Connection(msgspec.Struct, frozen=True):
    """A connection of the tenant."""

    id: str
    name: str
    strategy: str = ""
    options: dict[str, Any] = {}
    """Settings such as `requires_username`, `attributes`, `import_mode`, `enabledDatabaseCustomization`."""
    realms: list[str] | None = None
    enabled_clients: list[str] | None = None
    """Applications that may use it; None where the tenant lists them elsewhere (newer API versions)."""

    @property
    def is_database(self) -> bool:
        """Whether users can be imported into it at all."""
        return self.strategy == "auth0"


class ClientOfConnection(msgspec.Struct, frozen=True):
    """An application that may use a connection."""

    client_id: str


class ClientPage(msgspec.Struct, frozen=True):
    """The first page of them."""

    clients: list[ClientOfConnection]


class _LogLine(msgspec.Struct, frozen=True):
    details: Any = None  # of no documented shape


class _ConnectionPage(msgspec.Struct, frozen=True):
    connections: list[Connection]


class _Complaint(msgspec.Struct, frozen=True):
    code: str | None = None
    message: str | None = None
    path: str | None = None


class _FailedUser(msgspec.Struct, frozen=True):
    user: dict[str, Any] = {}
    errors: list[_Complaint] = []


def read(answer: Answer, kind: type[Read]) -> Read:
    """The answer's JSON as a record.

    Raises:
        TenantUnexpected: not JSON, or not of that shape. The message names the place, never a value.

    """
    try:
        return msgspec.convert(answer.decoded(), kind)
    except msgspec.ValidationError as error:
        raise _unexpected(answer, str(error)) from None


def read_job_errors(answer: Answer) -> JobErrors:
    """A job's errors from any of the three forms of 2xx (Management API, `GET /jobs/{id}/errors`)."""
    if answer.status == NO_CONTENT or not answer.body.strip():
        return JobErrors(ErrorsShape.NONE)
    if isinstance(answer.decoded(), dict):
        return JobErrors(ErrorsShape.JOB, job=read(answer, JobState))
    return JobErrors(ErrorsShape.USERS, users=tuple(map(_user_error, read(answer, list[_FailedUser]))))


def read_connections(answer: Answer) -> list[Connection]:
    """Connections from a plain list or from a page with totals."""
    if isinstance(answer.decoded(), dict):
        return read(answer, _ConnectionPage).connections
    return read(answer, list[Connection])


def read_logged_import(answer: Answer, external_id: str) -> LoggedImport | None:
    """The line of the tenant's log that tells of an import job; None when there is none.

    Which of its parts hold the id of the job, if any does, is not documented; whatever looks like one is taken.
    """
    for line in read(answer, list[_LogLine]):
        if external_id in redaction.texts_in(line.details):
            ids = [text for text in redaction.texts_in(line.details) if _JOB_ID.fullmatch(text)]
            return LoggedImport(ids[0] if len(set(ids)) == 1 else "")
    return None


def is_api_error(answer: Answer) -> bool:
    """Whether this is an API's own error body, and not a page of something in between."""
    return not answer.described().keys().isdisjoint({"statusCode", "error", "message"})


def _user_error(failed: _FailedUser) -> UserError:
    identifiers = {
        name: value for name in IDENTIFIERS if isinstance(value := failed.user.get(name), str) and value != ""
    }
    secrets = redaction.secrets_of(failed.user)
    complaints = tuple(
        FieldError(
            complaint.code or "",
            redaction.without_secrets(complaint.message or "", path=complaint.path or "", secrets=secrets),
            complaint.path or "",
        )
        for complaint in failed.errors
    )
    return UserError(identifiers, complaints)


def _unexpected(answer: Answer, problem: str) -> errors.TenantUnexpected:
    return errors.TenantUnexpected(
        f"The tenant's answer is not of the documented shape (status {answer.status}): {problem}", status=answer.status
    )
