"""The pages where people sign in: password, second factor, and what happened when no application waits."""

import asyncio
import sqlite3
from collections.abc import Mapping

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from samekey.rehearsal import (
    answers,
    authorize_api,
    bodies,
    browser,
    brute_force,
    login_log,
    logins,
    one_use,
    pages,
    second_factor,
)
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant, tenant_of

_COMPLAINTS = {
    logins.LoginResult.WRONG_PASSWORD: "Wrong email or password.",
    logins.LoginResult.UNKNOWN_USER: "Wrong email or password.",
    logins.LoginResult.BLOCKED: "Your account has been blocked. Please contact your administrator.",
    logins.LoginResult.TOO_MANY: brute_force.MESSAGE,
    logins.LoginResult.TOO_FAST: logins.TOO_FAST_MESSAGE,
}


def show(call: Call) -> Response:
    """`GET /u/login`: with `state` for an application, without one just to try the door."""
    state = call.query("state")
    row = _waiting(call.tenant, state)
    if row is None:
        return authorize_api.ask_to_sign_in(call.tenant, {})
    response = _login_page(call.tenant, row, state)
    browser.keep(call.tenant, response, browser.FORM, row["csrf"])
    return response


async def submit(request: Request) -> Response:
    """`POST /u/login`: a password. Checked in the password desk's pool."""
    tenant = tenant_of(request)
    fields = await _form(request)
    row = await run_in_threadpool(_waiting, tenant, fields.get("state", ""))
    if row is None or not authorize_api.is_tied(request, row, fields.get("csrf", "")):
        return _stale()
    return await asyncio.wrap_future(tenant.desk.submit(lambda: _attempt(tenant, request, row, fields)))


async def submit_second_factor(request: Request) -> Response:
    """`POST /u/second-factor`: a one-time code."""
    tenant = tenant_of(request)
    fields = await _form(request)
    row = await run_in_threadpool(_waiting, tenant, fields.get("state", ""))
    if row is None or row["user_number"] is None or not authorize_api.is_tied(request, row, fields.get("csrf", "")):
        return _stale()
    return await run_in_threadpool(_second_factor, tenant, row, fields)


def _waiting(tenant: Tenant, state: str) -> sqlite3.Row | None:
    return one_use.read(tenant, "read_login_request", state)


async def _form(request: Request) -> Mapping[str, str]:
    try:
        body = await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX)
        return bodies.as_fields(body, request.headers.get("content-type", ""))
    except answers.Refusal:
        return {}


def _stale() -> Response:
    sentence = "This form was waiting too long, or was opened in another browser."
    return pages.message("Please begin again", sentence, status=400, link="/u/login", link_text="Log in")


def _asked(row: sqlite3.Row) -> dict[str, str]:
    found: dict[str, str] = msgspec.json.decode(row["asked"])
    return found


def _login_page(tenant: Tenant, row: sqlite3.Row, state: str, *, username: str = "", complaint: str = "") -> Response:
    asked = _asked(row)
    client = tenant.store.row("read_client", {"client_id": asked.get("client_id", "")})
    values = {
        "application": client["name"] if client else "the rehearsal tenant",
        "organization": asked.get("organization", ""),
        "state": state,
        "csrf": row["csrf"],
        "username": username or asked.get("login_hint", ""),
        "complaint": complaint,
    }
    status = 400 if complaint else 200
    return pages.page("login.html", values, status=status, sends_to=asked.get("redirect_uri", ""))


def _attempt(tenant: Tenant, request: Request, row: sqlite3.Row, fields: Mapping[str, str]) -> Response:
    asked, username = _asked(row), fields.get("username", "")
    connection = _directory(tenant, asked.get("connection", ""))
    if connection is None:
        return pages.message("Nobody can log in", "This tenant has no connection any more.", status=400)
    door = logins.Door(
        connection["id"],
        connection["name"],
        username,
        request.client.host if request.client else "",
        (asked.get("client_id", ""), ""),
        is_protected=bool(msgspec.json.decode(connection["options"]).get("brute_force_protection")),
    )
    login = logins.attempt(tenant, door, password=fields.get("password", ""))
    login_log.note(tenant, login, door, exchange=False)
    if login.user is None or login.result is not logins.LoginResult.WELCOME:
        complaint = _COMPLAINTS[login.result]
        return _login_page(tenant, row, fields["state"], username=username, complaint=complaint)
    told = {"checked": login.checked, "converted": login.converted}
    if second_factor.is_needed(tenant, login.user):
        note = {
            "digest": row["digest"],
            "user_number": login.user["number"],
            "told": msgspec.json.encode(told).decode(),
        }
        tenant.store.run("note_login_request", note)
        return _factor_page(row, fields["state"])
    return _finish(tenant, row, login.user, told)


def _directory(tenant: Tenant, name: str) -> sqlite3.Row | None:
    """The connection that a request names, or the default one; None when there is none at all."""
    named = tenant.store.row("read_connection_by_name", {"name": name})
    return named or tenant.store.row("read_connections")


def _factor_page(row: sqlite3.Row, state: str, *, complaint: str = "") -> Response:
    values = {"state": state, "csrf": row["csrf"], "complaint": complaint}
    sends_to = _asked(row).get("redirect_uri", "")
    return pages.page("second_factor.html", values, status=400 if complaint else 200, sends_to=sends_to)


def _second_factor(tenant: Tenant, row: sqlite3.Row, fields: Mapping[str, str]) -> Response:
    user = tenant.store.row("read_user_by_number", {"number": row["user_number"]})
    if user is None:
        return _stale()
    if not second_factor.is_right(tenant, user, fields.get("code", "")):
        return _factor_page(row, fields["state"], complaint="The code you entered is invalid")
    return _finish(tenant, row, user, msgspec.json.decode(row["told"]))


def _finish(tenant: Tenant, row: sqlite3.Row, user: sqlite3.Row, told: Mapping[str, object]) -> Response:
    """Sign the browser in, and go back to the application or tell what happened."""
    asked = _asked(row)
    tenant.store.run("delete_login_request", {"digest": row["digest"]})
    cookie, session = browser.sign_in(tenant, user)
    response: Response
    if "client_id" in asked:
        response = authorize_api.respond(asked, {"code": authorize_api.new_code(tenant, asked, session)})
    else:
        values = {"name": user["name"], "user_id": user["user_id"], "logins_count": user["logins_count"], **told}
        response = pages.page("told.html", values)
    browser.keep(tenant, response, browser.SESSION, cookie)
    return response


def home(_call: Call) -> Response:
    """`GET /`: the way in."""
    return RedirectResponse("/u/login", status_code=302)
