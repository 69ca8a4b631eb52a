"""What every endpoint goes through before it does its own work, in the stated order.

Management API: token (401), scope (403), rate limit (429), size (413), then the endpoint, on a worker thread. The
order is inferred; the bodies are documented or recorded. Every answer carries the rate headers.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from samekey.rehearsal import access, answers, bodies, pacing
from samekey.rehearsal.tenant import Tenant, tenant_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an endpoint, past every gate."""

    tenant: Tenant
    request: Request
    body: bytes
    claims: Mapping[str, Any]
    """Of the token it came with; empty where none is asked for."""
    noted: dict[str, Any] = field(default_factory=dict)
    """What the tenant log shall say of the request's body; never a secret."""

    def query(self, name: str) -> str:
        """A query parameter; empty when it is absent."""
        return self.request.query_params.get(name, "")

    def path(self, name: str) -> str:
        """A piece of the path."""
        return str(self.request.path_params[name])


Work = Callable[[Call], Response]
Answering = Callable[[Request], Awaitable[Response]]


def management(
    work: Work, *scope: str, bytes_max: int = bodies.JSON_BYTES_MAX, logged: str = "", group: str = ""
) -> Answering:
    """An endpoint of the Management API.

    Args:
        work: what it does.
        scope: any of these is enough.
        bytes_max: the longest body it takes.
        logged: what the tenant log calls it; empty for what only reads.
        group: which limit of the plan it counts for, beside the global one.

    """

    def work_and_log(call: Call) -> Response:
        response = work(call)
        if logged:
            _log_write(call, logged, response)
        return response

    async def answer(request: Request) -> Response:
        tenant = tenant_of(request)
        grant: pacing.Grant | None = None
        try:
            claims = access.management_claims(tenant, request)
            access.require_scope(claims, scope)
            grant = tenant.management_meter.take(tenant.clock.now().timestamp(), group=group)
            if not grant.is_allowed:
                await run_in_threadpool(tenant.log.write_limit, "Management API", request=request)
                raise answers.management_refusal(429, "Global limit has been reached", error_code="too_many_requests")
            body = await bodies.read(request, bytes_max=bytes_max)
            response = await run_in_threadpool(work_and_log, Call(tenant, request, body, claims))
        except answers.Refusal as refusal:
            response = refusal.answer()
        grant = grant or tenant.management_meter.take(tenant.clock.now().timestamp(), group=group)
        response.headers.update(grant.headers(moved_seconds=tenant.clock.offset_seconds))
        return response

    return answer


def _log_write(call: Call, logged: str, response: Response) -> None:
    """A successful write in the tenant log: type `sapi`, with the parts of the body that the endpoint noted."""
    request = call.request
    details = {
        "request": {"method": request.method.lower(), "path": request.url.path, "body": call.noted},
        "response": {"statusCode": response.status_code},
    }
    client = (str(call.claims.get("azp", "")), "")
    call.tenant.log.write("sapi", logged, client=client, request=request, details=details)


def open_to_all(work: Work) -> Answering:
    """An endpoint that asks for nothing."""

    async def answer(request: Request) -> Response:
        try:
            return await run_in_threadpool(work, Call(tenant_of(request), request, b"", {}))
        except answers.Refusal as refusal:
            return refusal.answer()

    return answer


def control(work: Work, *, bytes_max: int = bodies.JSON_BYTES_MAX) -> Answering:
    """A lever: `Host` first, so that no page from elsewhere reaches it, then the bearer token printed at start."""

    async def answer(request: Request) -> Response:
        tenant = tenant_of(request)
        try:
            access.require_host(tenant, request)
            access.require_control_token(tenant, request)
            body = await bodies.read(request, bytes_max=bytes_max)
            return await run_in_threadpool(work, Call(tenant, request, body, {}))
        except answers.Refusal as refusal:
            return refusal.answer()

    return answer


async def not_found(_request: Request, _problem: Exception) -> Response:
    """An address that nothing answers at."""
    return answers.management_refusal(404, "Not Found").answer()


async def wrong_method(_request: Request, _problem: Exception) -> Response:
    """An address that does not take this method."""
    return answers.management_refusal(405, "Method Not Allowed").answer()


async def broken(_request: Request, problem: Exception) -> Response:
    """A fault of this program. The exception's text may hold what was sent, so only its kind is logged."""
    _log.error("an endpoint failed: %s", type(problem).__name__)
    return answers.management_refusal(500, "Internal error.").answer()
