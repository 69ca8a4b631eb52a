"""A tenant that says what a test tells it to, and a clock that only moves when somebody sleeps."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from samekey.client import transport as transports
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.management import Management
from samekey.client.signin import SignIn
from samekey.client.transport import Transport
from samekey.secret import Secret

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class HandClock:
    """Time stands still but for sleeping and being moved."""

    def __init__(self) -> None:
        self.present = START
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """The present."""
        return self.present

    def sleep(self, seconds: float) -> None:
        """Note the wait and move past it."""
        self.sleeps.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.present += timedelta(seconds=seconds)


class ScriptedTenant:
    """Answers `/oauth/token` by itself and everything else from a list, in order."""

    def __init__(self) -> None:
        self.script: list[httpx2.Response | Exception] = []
        self.requests: list[httpx2.Request] = []
        self.tokens_given = 0
        self.token_life_seconds = 86_400
        self.scripts_tokens = False

    def say(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        """The next answer."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"content-type": "application/json"}
        self.script.append(httpx2.Response(status, content=content, headers={**kind, **(headers or {})}))

    def fail(self, error: Exception) -> None:
        """The next request ends in an exception of the HTTP library."""
        self.script.append(error)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as scripted, and remember the request."""
        request.read()
        self.requests.append(request)
        if request.url.path == "/oauth/token" and not self.scripts_tokens:
            self.tokens_given += 1
            grant = {"access_token": f"token-{self.tokens_given}", "expires_in": self.token_life_seconds}
            return httpx2.Response(200, json=grant)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def asked(self) -> list[str]:
        """Method and path of every request but those for a token."""
        return [f"{one.method} {one.url.path}" for one in self.requests if one.url.path != "/oauth/token"]

    @property
    def latest(self) -> httpx2.Request:
        """The latest request."""
        return self.requests[-1]


@pytest.fixture
def clock() -> HandClock:
    """A clock in the test's hand."""
    return HandClock()


@pytest.fixture
def tenant() -> ScriptedTenant:
    """A tenant in the test's hand."""
    return ScriptedTenant()


@pytest.fixture
def http(tenant: ScriptedTenant) -> Iterator[httpx2.Client]:
    """The HTTP library with the scripted tenant behind it instead of a socket."""
    with httpx2.Client(transport=httpx2.MockTransport(tenant)) as client:
        yield client


@pytest.fixture
def address() -> TenantAddress:
    """Where the scripted tenant seems to be."""
    return TenantAddress.parse("acme.eu.auth0.com")


@pytest.fixture
def transport(address: TenantAddress, clock: HandClock, http: httpx2.Client) -> Transport:
    """A transport to the scripted tenant, with no jitter."""
    credentials = ClientCredentials("client-1", Secret("client-secret-text", "client secret"))
    return transports.Transport(address, credentials, clock=clock, http=http, jitter=lambda: 0.0)


@pytest.fixture
def management(transport: Transport) -> Management:
    """The Management API of the scripted tenant."""
    return Management(transport)


@pytest.fixture
def signin(address: TenantAddress, clock: HandClock, http: httpx2.Client, tenant: ScriptedTenant) -> SignIn:
    """The front door of the scripted tenant, whose token answers then come from the script."""
    tenant.scripts_tokens = True
    return SignIn(address, "login-1", Secret("login-secret-text"), clock=clock, http=http, jitter=lambda: 0.0)
