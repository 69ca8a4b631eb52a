"""Tokens, tries and errors of one request."""

import base64
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx2
import pytest

from samekey import errors
from samekey.client import exchange, patience, tokens
from samekey.client.address import TenantAddress
from samekey.client.answers import Request
from samekey.client.credentials import ClientCredentials, StaticToken
from samekey.client.transport import Transport
from samekey.secret import Secret

if TYPE_CHECKING:
    from tests.unit.client.conftest import HandClock, ScriptedTenant

READ = Request("GET", "/api/v2/jobs/job_1")
WRITE = Request("POST", "/api/v2/jobs/users-imports", json={})


def bearers(tenant: "ScriptedTenant") -> list[str]:
    """The tokens that were shown, in order."""
    shown = [one.headers.get("authorization", "") for one in tenant.requests if one.url.path != "/oauth/token"]
    return [header.removeprefix("Bearer ") for header in shown]


class TestToken:
    """A bearer token is always fresh and never asked for twice without need."""

    def test_is_fetched_by_client_credentials(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """The audience is the tenant's own API."""
        tenant.say(200, {})
        transport.send(READ)
        assert json.loads(tenant.requests[0].content) == {
            "grant_type": "client_credentials",
            "client_id": "client-1",
            "client_secret": "client-secret-text",
            "audience": "https://acme.eu.auth0.com/api/v2/",
        }
        assert bearers(tenant) == ["token-1"]

    def test_is_used_again(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """Two requests, one token."""
        for _ in range(2):
            tenant.say(200, {})
            transport.send(READ)
        assert tenant.tokens_given == 1

    @pytest.mark.parametrize(("life_seconds", "seconds"), [(86_400, 86_100), (100, 90)])
    def test_is_renewed_before_it_expires(
        self, life_seconds: int, seconds: int, transport: Transport, tenant: "ScriptedTenant", clock: "HandClock"
    ) -> None:
        """Five minutes before its end, or in the last tenth of a short life."""
        tenant.token_life_seconds = life_seconds
        for pause in (0, seconds - 1, 1):
            clock.move(pause)
            tenant.say(200, {})
            transport.send(READ)
        assert bearers(tenant) == ["token-1", "token-1", "token-2"]

    @pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
    def test_is_renewed_once_after_401(self, request_: Request, transport: Transport, tenant: "ScriptedTenant") -> None:
        """A 401 proves that nothing was done, so even a write goes out again."""
        tenant.say(401, {"statusCode": 401, "message": "Expired token"})
        tenant.say(200, {})
        transport.send(request_)
        assert bearers(tenant) == ["token-1", "token-2"]

    def test_second_401_is_a_refusal(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """There is no loop of fresh tokens."""
        for _ in range(2):
            tenant.say(401, {"statusCode": 401, "message": "Invalid token."})
        with pytest.raises(errors.TenantRefused) as caught:
            transport.send(READ)
        assert caught.value.status == 401

    def test_from_elsewhere_is_not_renewed(
        self, address: TenantAddress, clock: "HandClock", http: httpx2.Client, tenant: "ScriptedTenant"
    ) -> None:
        """A static token's 401 is final."""
        transport = Transport(address, StaticToken(Secret("static")), clock=clock, http=http)
        tenant.say(401, {"statusCode": 401, "message": "Expired token"})
        with pytest.raises(errors.TenantRefused):
            transport.send(READ)
        assert bearers(tenant) == ["static"]

    def test_refused_credentials_are_a_refusal(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """A wrong client secret stops at once, and the error holds no secret."""
        tenant.scripts_tokens = True
        tenant.say(401, {"error": "access_denied", "error_description": "Unauthorized"})
        with pytest.raises(errors.TenantRefused) as caught:
            transport.send(READ)
        assert caught.value.error_code == "access_denied"
        assert "client-secret-text" not in str(caught.value)

    @pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"access_token":7}'], ids=["html", "empty", "number"])
    def test_missing_means_that_a_write_was_not_sent(
        self, body: bytes, transport: Transport, tenant: "ScriptedTenant"
    ) -> None:
        """Trouble with the token is never mistaken for trouble with the write."""
        tenant.scripts_tokens = True
        tenant.say(200, body)
        with pytest.raises(errors.TenantUnreachable) as caught:
            transport.send(WRITE)
        assert not caught.value.may_have_arrived
        assert tenant.asked == []

    def test_lost_means_that_a_write_was_not_sent(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """A token request without an answer says nothing about the write behind it."""
        tenant.scripts_tokens = True
        for _ in range(patience.READS.tries_max):
            tenant.fail(httpx2.ReadTimeout("late"))
        with pytest.raises(errors.TenantUnreachable) as caught:
            transport.send(WRITE)
        assert not caught.value.may_have_arrived

    def test_request_is_tried_again(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """Asking for a token twice does no harm."""
        tenant.scripts_tokens = True
        tenant.say(503)
        tenant.say(200, {"access_token": "late"})
        tenant.say(200, {})
        transport.send(READ)
        assert bearers(tenant) == ["late"]


class TestScopesOf:
    """A token's scopes, when it is a JWT."""

    def test_reads_a_payload(self) -> None:
        """Unpadded base64 is understood."""
        payload = base64.urlsafe_b64encode(json.dumps({"scope": "create:users read:users"}).encode()).rstrip(b"=")
        token = Secret(f"e30.{payload.decode()}.c2ln", "token")
        assert tokens.scopes_of(token) == {"create:users", "read:users"}

    @pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "e30.e30.c2ln", "e30.W10.c2ln", "e30.é.c2ln"])
    def test_has_none_otherwise(self, text: str) -> None:
        """An opaque token names no scopes."""
        assert tokens.scopes_of(Secret(text, "token")) == frozenset()


class TestSend:
    """Reads are tried again, writes are not."""

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_reads_again(self, status: int, transport: Transport, tenant: "ScriptedTenant") -> None:
        """A passing trouble passes."""
        tenant.say(status)
        tenant.say(200, {"id": "job_1"})
        assert transport.send(READ).status == 200

    def test_reads_again_after_silence(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """A lost answer to a read is asked for again."""
        tenant.fail(httpx2.ReadTimeout("late"))
        tenant.say(200, {})
        assert transport.send(READ).status == 200

    def test_waits_as_the_tenant_asks(self, transport: Transport, tenant: "ScriptedTenant", clock: "HandClock") -> None:
        """Retry-After is honoured."""
        tenant.say(429, headers={"retry-after": "9"})
        tenant.say(200, {})
        transport.send(READ)
        assert clock.sleeps == [9.0]

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_writes_once(self, status: int, transport: Transport, tenant: "ScriptedTenant") -> None:
        """Whatever the tenant answers, a write is sent once."""
        tenant.say(status)
        with pytest.raises(errors.TenantError):
            transport.send(WRITE)
        assert len(tenant.asked) == 1

    @pytest.mark.parametrize(
        ("error", "may_have_arrived"), [(httpx2.ConnectError("refused"), False), (httpx2.ReadTimeout("late"), True)]
    )
    def test_writes_once_into_silence(
        self, *, error: Exception, may_have_arrived: bool, transport: Transport, tenant: "ScriptedTenant"
    ) -> None:
        """The error says whether the write may have arrived."""
        tenant.fail(error)
        with pytest.raises(errors.TenantUnreachable) as caught:
            transport.send(WRITE)
        assert may_have_arrived is caught.value.may_have_arrived
        assert len(tenant.asked) == 1

    def test_repeats_a_write_that_is_called_safe(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """The caller may vouch for a write."""
        tenant.say(503)
        tenant.say(204)
        assert transport.send(Request("DELETE", "/api/v2/users/1", safe=True)).status == 204

    def test_remembers_the_rate_limits(self, transport: Transport, tenant: "ScriptedTenant") -> None:
        """An answer without limits does not make the last ones forgotten."""
        tenant.say(200, {}, {"x-ratelimit-remaining": "1"})
        tenant.say(200, {})
        transport.send(READ)
        transport.send(READ)
        assert transport.rate_limits is not None
        assert transport.rate_limits.remaining == 1

    def test_leaves_a_borrowed_client_open(self, transport: Transport, http: httpx2.Client) -> None:
        """Whoever passes a client in closes it."""
        with transport:
            pass
        assert not http.is_closed


class TestRenewed:
    """Many threads share one token."""

    def test_serves_a_token_that_another_thread_fetched(
        self, address: TenantAddress, clock: "HandClock", http: httpx2.Client, tenant: "ScriptedTenant"
    ) -> None:
        """Two requests refused with the same token lead to one new one."""
        way = exchange.Exchange(address, clock=clock, timeout_seconds=5, http=http)
        store = tokens.Tokens(way, address, ClientCredentials("id", Secret("text")), clock=clock, jitter=lambda: 0.0)
        refused = store.current()
        assert [store.renewed(refused) for _ in range(2)] == [Secret("token-2"), Secret("token-2")]
        assert tenant.tokens_given == 2


class TestEmptyBucket:
    """When the tenant says that no request is left, the next one waits instead of being refused."""

    def said(self, tenant: "ScriptedTenant", clock: "HandClock", *, limit: int, remaining: int, reset: float) -> None:
        """The next answer, with its rate limit."""
        headers = {
            "date": format_datetime(clock.now(), usegmt=True),
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(int(clock.now().timestamp() + reset)),
        }
        tenant.say(200, {}, headers)

    @pytest.mark.parametrize(
        ("limit", "remaining", "reset", "waits"),
        [(2, 0, 1, [0.5]), (50, 0, 1, [1.0]), (2, 1, 1, []), (50, 0, 30, []), (2, 0, -5, [])],
        ids=["small bucket", "large bucket", "one left", "another's bucket, perhaps", "past"],
    )
    def test_is_let_fill(
        self,
        limit: int,
        remaining: int,
        reset: float,
        waits: list[float],
        transport: Transport,
        tenant: "ScriptedTenant",
        clock: "HandClock",
    ) -> None:
        """No longer than it takes, and never long."""
        self.said(tenant, clock, limit=limit, remaining=remaining, reset=reset)
        tenant.say(200, {})
        transport.send(READ)
        transport.send(READ)
        assert waits == clock.sleeps

    @pytest.mark.parametrize(("limit", "gap"), [(2, 0.5), (10, 0.1), (50, 0.0)])
    def test_tells_the_pause_between_questions(
        self, limit: int, gap: float, transport: Transport, tenant: "ScriptedTenant", clock: "HandClock"
    ) -> None:
        """A small bucket is one for each second."""
        assert 0.0 == transport.request_gap_seconds()
        self.said(tenant, clock, limit=limit, remaining=1, reset=1)
        transport.send(READ)
        assert gap == transport.request_gap_seconds()
