"""New passwords by their owners: tickets, the mail that carries one, and the page behind it.

Source: password change (`authenticate/database-connections/password-change`) and recorded exchanges.
"""

import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from samekey.rehearsal import (
    answers,
    bodies,
    browser,
    identifiers,
    json_bodies,
    one_use,
    outbox,
    pages,
    profiles,
    tokens,
    user_changes,
)
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant, tenant_of

TICKET_SECONDS = 432_000
_TICKET_SECONDS_MAX = 10 * 365 * 86_400
_TICKET_CHARS = 32
_SENT = "We've just sent you an email to reset your password."


class TicketRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/v2/tickets/password-change`."""

    user_id: str | None = None
    connection_id: str | None = None
    email: str | None = None
    result_url: str = ""
    client_id: str | None = None
    organization_id: str | None = None
    ttl_sec: int = 0
    mark_email_as_verified: bool = False
    include_email_in_redirect: bool = msgspec.field(name="includeEmailInRedirect", default=False)

    def complaint(self) -> str:
        """What cannot be asked for together; empty when nothing is wrong."""
        if self.user_id and self.connection_id:
            return "user_id cannot be specified when using connection_id"
        if self.result_url and (self.client_id or self.organization_id):
            return "result_url cannot be specified when using client_id or organization_id"
        return "" if 0 <= self.ttl_sec <= _TICKET_SECONDS_MAX else "'ttl_sec' is out of range"


def create_ticket(call: Call) -> Response:
    """`POST /api/v2/tickets/password-change`: 201 with the address; no mail is sent."""
    asked = json_bodies.decoded(call, TicketRequest)
    if asked.complaint():
        raise json_bodies.invalid(f"Payload validation error: {asked.complaint()}.")
    user = _meant(call, asked)
    back = asked.result_url
    if back and asked.include_email_in_redirect and user["email"]:
        back += f"{'&' if '?' in back else '?'}{urlencode({'email': user['email']})}"
    address = _ticket_address(
        call.tenant,
        user,
        seconds=asked.ttl_sec or TICKET_SECONDS,
        result_url=back,
        verifies_email=asked.mark_email_as_verified,
    )
    return answers.as_json({"ticket": address}, status=201)


async def change_password(request: Request) -> Response:
    """`POST /dbconnections/change_password`: the same words for everybody, there or not."""
    tenant = tenant_of(request)
    try:
        fields = bodies.as_fields(
            await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX), request.headers.get("content-type", "")
        )
    except answers.Refusal as refusal:
        return refusal.answer()
    for name in ("email", "connection"):
        if not fields.get(name):
            return answers.oauth_refusal(400, "invalid_request", f"{name} is required").answer()
    await run_in_threadpool(_send_reset, tenant, fields["email"], fields["connection"])
    return PlainTextResponse(_SENT)


def show_reset(call: Call) -> Response:
    """`GET /lo/reset?ticket=`: choose a new password."""
    ticket = call.query("ticket")
    if one_use.read(call.tenant, "read_ticket", ticket) is None:
        return _spent()
    return _reset_page(call.tenant, ticket)


async def submit_reset(request: Request) -> Response:
    """`POST /lo/reset`: the new password."""
    fields = await _form(request)
    carried = request.cookies.get(browser.FORM, "")
    if not carried or not secrets.compare_digest(carried.encode(), fields.get("csrf", "").encode("utf-8", "replace")):
        return _spent()
    return await run_in_threadpool(_set_password, tenant_of(request), fields)


def show_request(call: Call) -> Response:
    """`GET /u/reset-password`: ask for a reset mail."""
    return _request_page(call.tenant)


async def submit_request(request: Request) -> Response:
    """`POST /u/reset-password`: the mail goes to the outbox."""
    tenant, fields = tenant_of(request), await _form(request)
    carried = request.cookies.get(browser.FORM, "")
    if not carried or not secrets.compare_digest(carried.encode(), fields.get("csrf", "").encode("utf-8", "replace")):
        return _spent()
    await run_in_threadpool(_send_reset, tenant, fields.get("username", ""), tenant.settings.connection)
    return pages.message(
        "Check your email", _SENT + " In a rehearsal it lies in the outbox.", link="/u/outbox", link_text="Outbox"
    )


async def _form(request: Request) -> Mapping[str, str]:
    try:
        body = await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX)
        return bodies.as_fields(body, request.headers.get("content-type", ""))
    except answers.Refusal:
        return {}


def _meant(call: Call, asked: TicketRequest) -> sqlite3.Row:
    store = call.tenant.store
    if asked.user_id:
        user = store.row("read_user", {"user_id": asked.user_id})
    elif asked.connection_id and asked.email:
        wanted = {"connection_id": asked.connection_id, "identifier": profiles.lower(asked.email)}
        user = store.row("read_user_for_login", wanted)
    else:
        message = "Payload validation error: 'Missing required property: user_id'."
        raise answers.management_refusal(400, message, error_code="invalid_body")
    if user is None:
        raise answers.management_refusal(404, "The user does not exist.", error_code="inexistent_user")
    return user


def _ticket_address(
    tenant: Tenant, user: sqlite3.Row, *, seconds: int, result_url: str = "", verifies_email: bool
) -> str:
    text = identifiers.letters(_TICKET_CHARS)
    row: dict[str, Any] = {
        "digest": tokens.digest(text),
        "user_number": user["number"],
        "result_url": result_url,
        "verifies_email": verifies_email,
        "expires_ms": tenant.clock.now_ms() + seconds * 1000,
    }
    tenant.store.run("insert_ticket", row)
    return f"{tenant.settings.url}/lo/reset?ticket={text}#"


def _send_reset(tenant: Tenant, email: str, connection: str) -> None:
    directory = tenant.store.row("read_connection_by_name", {"name": connection})
    if directory is None:
        return
    wanted = {"connection_id": directory["id"], "identifier": (profiles.lower(email) or "").strip()}
    user = tenant.store.row("read_user_for_login", wanted)
    if user is None or not user["email"]:
        return
    address = _ticket_address(tenant, user, seconds=TICKET_SECONDS, verifies_email=True)
    outbox.put(
        tenant.store,
        now_ms=tenant.clock.now_ms(),
        recipient=user["email"],
        kind="password-reset",
        subject="Reset your password",
        body=f"Choose a new password: {address}",
    )


def _set_password(tenant: Tenant, fields: Mapping[str, str]) -> Response:
    ticket, password = fields.get("ticket", ""), fields.get("password", "")
    row = one_use.read(tenant, "read_ticket", ticket)
    if row is None:
        return _spent()
    if not user_changes.is_strong(password):
        complaint = "Use 8 characters or more, of three kinds: lower case, upper case, digits, others."
        return _reset_page(tenant, ticket, complaint=complaint)
    change = {
        "number": row["user_number"],
        "bcrypt_hash": tenant.desk.new_hash(password),
        "now_ms": tenant.clock.now_ms(),
        "verifies_email": row["verifies_email"],
    }
    with tenant.store.transaction():
        tenant.store.run("delete_ticket", {"digest": row["digest"]})
        tenant.store.run("set_password", change)
        user = tenant.store.row("read_user_by_number", {"number": row["user_number"]})
        tenant.store.run("unblock_identity", {"identity": user["user_id"] if user else ""})
    if row["result_url"].startswith(("http://", "https://")):
        return RedirectResponse(row["result_url"], status_code=303)
    return pages.message("Password changed", "The new password works from now on.", link="/u/login", link_text="Log in")


def _reset_page(tenant: Tenant, ticket: str, *, complaint: str = "") -> Response:
    csrf = identifiers.letters(43)
    values = {"ticket": ticket, "csrf": csrf, "complaint": complaint}
    response = pages.page("reset.html", values, status=400 if complaint else 200, sends_to=_result_url(tenant, ticket))
    browser.keep(tenant, response, browser.FORM, csrf)
    return response


def _result_url(tenant: Tenant, ticket: str) -> str:
    row = one_use.read(tenant, "read_ticket", ticket)
    return str(row["result_url"]) if row else ""


def _request_page(tenant: Tenant) -> Response:
    csrf = identifiers.letters(43)
    response = pages.page("reset_request.html", {"csrf": csrf})
    browser.keep(tenant, response, browser.FORM, csrf)
    return response


def _spent() -> Response:
    sentence = "To reset your password, return to the login page and ask for a new mail."
    return pages.message("This link works no more", sentence, status=400, link="/u/login", link_text="Log in")
