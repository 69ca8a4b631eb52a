"""The Management API calls of a migration: import jobs, connections, users (Auth0 Management API v2)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from samekey import errors
from samekey.auth0 import limits
from samekey.client import exports, patience, refusals, wire
from samekey.client.answers import FilePart, Request
from samekey.client.tokens import TokenSeen
from samekey.client.transport import Transport

API = "/api/v2"

LOG_LINES = 100
"""How many lines of the tenant's log are looked through for a lost job; the most that one request gives."""

_LOG_MARGIN = timedelta(minutes=1)

_OR_NOT_FOUND = frozenset({refusals.NOT_FOUND})

CONNECTIONS_NAMED_MAX = 50
"""How many connections are asked for, to say which ones exist."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job the tenant accepted."""

    job: wire.JobState
    tenant_time: datetime | None
    """The tenant's clock at that moment; None when it did not tell."""


class Management:
    """A tenant, as an administrator sees it."""

    def __init__(self, transport: Transport) -> None:
        """Args:
        transport: the way to the tenant.

        """
        self._transport = transport

    def expect_patience(self, policy: patience.Patience) -> None:
        """From now on try what may be sent twice by this policy."""
        self._transport.reads = policy

    def tenant_now(self) -> datetime | None:
        """The present by the tenant's clock, to the second; None while no answer told."""
        return self._transport.tenant_now()

    def request_gap_seconds(self) -> float:
        """The pause between two questions that leaves room for a third request in the tenant's rate limit."""
        return self._transport.request_gap_seconds()

    def submit_import(
        self, chunk: bytes, *, connection_id: str, upsert: bool, external_id: str, send_completion_email: bool
    ) -> Submitted:
        """Hand in a chunk as an import job. Sent once, whatever happens on the way.

        All five parts are always sent: the tenant's own default for the mail is one to every owner for every job.

        Args:
            chunk: one Auth0 import file.
            connection_id: `con_…`.
            upsert: whether users that exist are updated.
            external_id: unique, for without it a job whose answer was lost cannot be found again.
            send_completion_email: whether the tenant's owners get a mail.

        Raises:
            TenantRefused: there is no job.
            TenantBusy: there is no job; `job_slots` tells a full queue from a rate limit.
            TenantUnreachable: there may be a job, unless `may_have_arrived` is false.
            TenantUnexpected: there may be a job.

        Source:
            Management API, `POST /jobs/users-imports`: scope create:users, answer 202.

        """
        request = Request(
            "POST",
            f"{API}/jobs/users-imports",
            fields={
                "connection_id": connection_id,
                "upsert": _boolean(upsert),
                "external_id": external_id,
                "send_completion_email": _boolean(send_completion_email),
            },
            file=FilePart("users", "users.json", chunk, "application/json"),
        )
        answer = self._transport.send(request)
        return Submitted(wire.read(answer, wire.JobState), answer.tenant_time)

    def job(self, job_id: str) -> wire.JobState:
        """How a job stands; one that the tenant no longer knows has the status `wire.GONE`."""
        answer = self._transport.send(Request("GET", f"{API}/jobs/{_escaped(job_id)}", read_too=_OR_NOT_FOUND))
        if answer.is_success:
            return wire.read(answer, wire.JobState)
        if wire.is_api_error(answer):
            return wire.JobState(id=job_id, status=wire.GONE)
        raise refusals.not_the_api(answer)

    def job_errors(self, job_id: str) -> wire.JobErrors:
        """A job's error list in any of its forms; see `wire.ErrorsShape`."""
        answer = self._transport.send(Request("GET", f"{API}/jobs/{_escaped(job_id)}/errors", read_too=_OR_NOT_FOUND))
        if answer.is_success:
            return wire.read_job_errors(answer)
        if wire.is_api_error(answer):
            return wire.JobErrors(wire.ErrorsShape.GONE)
        raise refusals.not_the_api(answer)

    def logged_import(self, external_id: str, *, since: datetime | None) -> wire.LoggedImport | None:
        """What the tenant's log says of an import job that was handed in under this id; None when it says nothing.

        Lines come late, and some never do: silence proves nothing.

        Args:
            external_id: as it was sent.
            since: the tenant's time when the request left; None where that is not known.

        Source:
            Management API, `GET /logs`: scope read:logs; log event type codes: `sapi`.

        """
        query = "type:sapi"
        if since is not None:
            query += f" AND date:[{(since - _LOG_MARGIN).strftime('%Y-%m-%dT%H:%M:%S.000Z')} TO *]"
        asked = {"q": query, "sort": "date:-1", "per_page": str(LOG_LINES), "fields": "details"}
        return wire.read_logged_import(self._transport.send(Request("GET", f"{API}/logs", query=asked)), external_id)

    def connection(self, name_or_id: str) -> wire.Connection:
        """A connection by its id (`con_…`) or else by its exact name.

        Raises:
            TenantRefused: there is none; the remedy names those that exist.

        """
        if re.fullmatch(limits.CONNECTION_ID_PATTERN, name_or_id):
            request = Request("GET", f"{API}/connections/{name_or_id}", read_too=_OR_NOT_FOUND)
            answer = self._transport.send(request)
            if answer.is_success:
                return wire.read(answer, wire.Connection)
        else:
            query = {"name": name_or_id, "include_totals": "true"}
            answer = self._transport.send(Request("GET", f"{API}/connections", query=query))
            for connection in wire.read_connections(answer):
                if connection.name == name_or_id:
                    return connection
        raise errors.TenantRefused(
            "The tenant has no such connection.", status=refusals.NOT_FOUND, remedy=self._connections_named()
        )

    def users_by_email(self, email: str) -> list[wire.Profile]:
        """The users with this address, in every connection; none is an empty list.

        Immediately consistent. The search knows case, the store keeps lower case (Management API, users-by-email).
        """
        answer = self._transport.send(Request("GET", f"{API}/users-by-email", query={"email": email.lower()}))
        return wire.read(answer, list[wire.Profile])

    def users_searched(self, name: str, value: str, *, connection: str) -> list[wire.Profile]:
        """The users of a connection that a search finds by one identifier.

        Not at once consistent: whoever is found is there, and whoever is not may be there all the same.

        Args:
            name: username or phone_number.
            value: in the form in which it is stored.
            connection: the connection's name.

        Source:
            Management API, `GET /users`; "User search query syntax".

        """
        query = f"{name}:{_quoted(value)} AND identities.connection:{_quoted(connection)}"
        asked = {"q": query, "search_engine": "v3", "per_page": "2"}
        return wire.read(self._transport.send(Request("GET", f"{API}/users", query=asked)), list[wire.Profile])

    def user(self, user_id: str) -> wire.Profile | None:
        """The user with this id, prefix included (`auth0|…`); None when there is none. Immediately consistent."""
        answer = self._transport.send(Request("GET", f"{API}/users/{_escaped(user_id)}", read_too=_OR_NOT_FOUND))
        if answer.is_success:
            return wire.read(answer, wire.Profile)
        if wire.is_api_error(answer):
            return None
        raise refusals.not_the_api(answer)

    def export_users(self, connection_id: str, fields: Sequence[str]) -> Iterator[wire.Profile]:
        """Everybody of a connection, streamed; see `samekey.client.exports`."""
        return exports.users(self._transport, connection_id, fields, clock=self._transport.clock)

    def set_blocked(self, user_id: str, *, blocked: bool) -> None:
        """Block a user, or let it in again; doing it twice does no more than doing it once.

        Args:
            user_id: prefix included, `auth0|…`.
            blocked: whether the user may not come in.

        Source:
            Management API, `PATCH /users/{id}`: scope update:users.

        """
        path = f"{API}/users/{_escaped(user_id)}"
        self._transport.send(Request("PATCH", path, json={"blocked": blocked}, safe=True))

    def token_seen(self) -> TokenSeen:
        """What our token says of itself, unverified."""
        return self._transport.token_seen()

    def applications_of(self, connection: wire.Connection) -> list[str]:
        """Client ids of the applications that may use a connection.

        Source:
            Management API, `GET /connections/{id}/clients`, which took the place of `enabled_clients`.

        """
        if connection.enabled_clients is not None:
            return connection.enabled_clients
        answer = self._transport.send(Request("GET", f"{API}/connections/{_escaped(connection.id)}/clients"))
        return [client.client_id for client in wire.read(answer, wire.ClientPage).clients]

    def has_users(self, connection: str) -> bool:
        """Whether a search finds anybody in a connection; a search knows of changes some seconds late.

        Source:
            Management API, `GET /users`; "User search query syntax".

        """
        query = {
            "q": f"identities.connection:{_quoted(connection)}",
            "per_page": "1",
            "search_engine": "v3",
            "fields": "user_id",
        }
        return bool(wire.read(self._transport.send(Request("GET", f"{API}/users", query=query)), list[wire.Profile]))

    def _connections_named(self) -> str:
        """A remedy: what exists, as far as we may see it."""
        query = {"strategy": "auth0", "include_totals": "true", "per_page": str(CONNECTIONS_NAMED_MAX)}
        try:
            found = wire.read_connections(self._transport.send(Request("GET", f"{API}/connections", query=query)))
        except errors.TenantError:
            return "Check the name or id in the Auth0 dashboard, Authentication, Database."
        names = ", ".join(f"{connection.name} ({connection.id})" for connection in found)
        return f"Name one of the tenant's database connections: {names}." if names else "Create a database connection."


def _boolean(value: bool) -> str:  # noqa: FBT001  # its text is the whole point
    """Booleans travel as words in a multipart body."""
    return "true" if value else "false"


def _escaped(identifier: str) -> str:
    return quote(identifier, safe="")


def _quoted(text: str) -> str:
    """A text as a phrase of the search's query language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
