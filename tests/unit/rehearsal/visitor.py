"""Somebody who calls a rehearsal tenant without a socket, and the clock it lives by."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from samekey.auth0 import vocabulary
from samekey.rehearsal.tenant import Tenant

BEGINNING = datetime(2026, 11, 23, 12, tzinfo=UTC)


class MovableClock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self._now = BEGINNING

    def now(self) -> datetime:
        """The present."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self._now += timedelta(seconds=seconds)


class Visitor:
    """Calls one tenant, with whatever token it was given."""

    def __init__(self, http: TestClient, tenant: Tenant, clock: MovableClock) -> None:
        self.http = http
        self.tenant = tenant
        self.clock = clock
        self._bearer: dict[str, str] = {}

    def client(self, role: str) -> dict[str, str]:
        """Id and secret of the application that plays a role."""
        row = self.tenant.store.row("read_client_by_role", {"role": role})
        assert row is not None
        return {"client_id": row["client_id"], "client_secret": row["client_secret"]}

    @property
    def connection_id(self) -> str:
        """The connection of a fresh tenant."""
        row = self.tenant.store.row("read_connections")
        assert row is not None
        return str(row["id"])

    def token(self, scope: str | None = None) -> str:
        """A Management API token, with every scope or fewer."""
        asked = {
            "grant_type": "client_credentials",
            "audience": self.tenant.audience,
            "scope": scope,
            **self.client("machine"),
        }
        answer = self.http.post("/oauth/token", json=asked)
        assert answer.status_code == 200
        return str(answer.json()["access_token"])

    def headers(self) -> dict[str, str]:
        """A header with a token of every scope."""
        if not self._bearer:
            self._bearer = {"authorization": f"Bearer {self.token()}"}
        return self._bearer

    def get(self, path: str, **query: str) -> Response:
        """Ask the Management API."""
        return self.http.get(f"/api/v2/{path}", params=query, headers=self.headers())

    def send(self, method: str, path: str, body: object = None) -> Response:
        """Send JSON to the Management API."""
        return self.http.request(method, f"/api/v2/{path}", json=body, headers=self.headers())

    def control(self, method: str, path: str = "", body: object = None) -> Response:
        """Pull a lever."""
        headers = {"authorization": f"Bearer {self.tenant.control_token}"}
        return self.http.request(method, f"/control{path}", json=body, headers=headers)

    def submit(self, document: bytes | Sequence[Mapping[str, Any]], **fields: str) -> Response:
        """Hand in an import file."""
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        fields = {"connection_id": self.connection_id, **fields}
        return self.http.post(
            "/api/v2/jobs/users-imports",
            data={name: value for name, value in fields.items() if value != "LEFT OUT"},
            files={"users": ("users.json", content, "application/json")},
            headers=self.headers(),
        )

    def imported(self, users: bytes | Sequence[Mapping[str, Any]], **fields: str) -> dict[str, Any]:
        """Import users and look at the job when its work is done."""
        answer = self.submit(users, **fields)
        assert answer.status_code == 202
        job: dict[str, Any] = self.get(f"jobs/{answer.json()['id']}").json()
        return job

    def errors(self, job: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The error list of a job that has one."""
        answer = self.get(f"jobs/{job['id']}/errors")
        assert answer.status_code == 200
        entries: list[dict[str, Any]] = answer.json()
        return entries

    def codes(self, *users: Mapping[str, Any], **fields: str) -> list[list[str]]:
        """Import users; the error codes of those that failed."""
        job = self.imported(users, **fields)
        answer = self.get(f"jobs/{job['id']}/errors")
        entries = answer.json() if answer.content else []
        return [[error["code"] for error in entry["errors"]] for entry in entries]

    def user(self, email: str) -> dict[str, Any]:
        """The one person with an address."""
        (found,) = self.get("users-by-email", email=email).json()
        person: dict[str, Any] = found
        return person

    def login(self, username: str, password: str, /, **fields: str) -> Response:
        """Try the front door."""
        asked = {
            "grant_type": vocabulary.PASSWORD_REALM_GRANT,
            "realm": self.tenant.settings.connection,
            "username": username,
            "password": password,
            "scope": "openid",
            **self.client("login"),
            **fields,
        }
        return self.http.post("/oauth/token", data=asked)

    def password_kind(self, email: str) -> str:
        """Which kind of hash stands behind an address."""
        (found,) = self.control("GET", f"/passwords?email={email}").json()
        return str(found["kind"])
