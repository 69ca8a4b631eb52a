"""Where queued faults strike: around the whole application, the control address aside."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samekey.rehearsal import answers
from samekey.rehearsal.faults import Fault
from samekey.rehearsal.tenant import tenant_of

TRANSPORT = "samekey.transport"
"""Key of the scope under which the server puts the connection, so that it can be cut."""
_SPARED = "/control"
_RATE_LIMIT = 429


class Dropped(ConnectionResetError):
    """The connection is cut on purpose; raised where there is none to cut."""


class FaultGate:
    """ASGI middleware that lets queued faults happen."""

    def __init__(self, app: ASGIApp) -> None:
        """Args:
        app: the application behind.

        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or let it fail."""
        fault = self._fault(scope)
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.moment == "after":
            await self._app(scope, receive, _nowhere if fault.kind != "delay" else _late(send, fault))
        if fault.kind == "status":
            await _answer(fault, scope)(scope, receive, send)
        elif fault.kind == "drop":
            await _cut(scope, receive)
        elif fault.moment == "before":
            await asyncio.sleep(fault.delay_seconds)
            await self._app(scope, receive, send)

    @staticmethod
    def _fault(scope: Scope) -> Fault | None:
        if scope["type"] != "http" or scope["path"].startswith(_SPARED):
            return None
        return tenant_of(Request(scope)).faults.strike(scope["method"], scope["path"])


async def _nowhere(_message: Message) -> None:
    """Where an answer goes that nobody shall see."""


def _late(send: Send, fault: Fault) -> Send:
    async def wait_then_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(fault.delay_seconds)
        await send(message)

    return wait_then_send


def _answer(fault: Fault, scope: Scope) -> Response:
    tenant = tenant_of(Request(scope))
    grant = tenant.management_meter.take(tenant.clock.now().timestamp())
    headers = grant.headers(moved_seconds=tenant.clock.offset_seconds)
    if fault.retry_after_seconds is not None:
        headers["retry-after"] = str(fault.retry_after_seconds)
    if fault.status == _RATE_LIMIT:
        headers["x-ratelimit-remaining"] = "0"
        refusal = answers.management_refusal(429, "Global limit has been reached", error_code="too_many_requests")
    else:
        refusal = answers.management_refusal(fault.status, "A fault that was asked for.")
    response = refusal.answer()
    response.headers.update(headers)
    return response


async def _cut(scope: Scope, receive: Receive) -> None:
    transport: asyncio.Transport | None = scope.get(TRANSPORT)
    if transport is None:
        raise Dropped
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
