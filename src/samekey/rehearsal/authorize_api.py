"""The authorization code flow: an application sends somebody here, and gets a code when they have signed in.

Source: authorization code flow with PKCE (`api/authentication/authorization-code-flow-with-pkce`), read on
2026-11-23; S256 only. The login page's own address is internal at Auth0, any will do.
"""

import secrets
import sqlite3
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from samekey.rehearsal import applications, browser, identifiers, one_use, pages
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant

REQUEST_SECONDS = 3600
_KEPT = (
    "client_id", "redirect_uri", "response_mode", "scope", "state", "nonce", "audience", "code_challenge",
    "connection", "organization", "login_hint",
)  # fmt: skip


def authorize(call: Call) -> Response:
    """`GET /authorize`."""
    asked = {name: call.query(name) for name in _KEPT if call.query(name)}
    client = call.tenant.store.row("read_client", {"client_id": asked.get("client_id", "")})
    if client is None:
        return pages.message("Unknown client", "No application with this client_id is registered here.", status=403)
    if not applications.is_callback(client, asked.get("redirect_uri", "")):
        sentence = "The provided redirect_uri is not in the list of allowed callback URLs."
        return pages.message("Callback URL mismatch", sentence, status=403)
    complaint = _complaint(call, client)
    if complaint:
        return respond(asked, {"error": complaint[0], "error_description": complaint[1]})
    session = None if call.query("prompt") == "login" else browser.signed_in(call.tenant, call.request)
    if session is not None:
        return respond(asked, {"code": new_code(call.tenant, asked, session)})
    if call.query("prompt") == "none":
        return respond(asked, {"error": "login_required", "error_description": "Login required"})
    return ask_to_sign_in(call.tenant, asked)


def _complaint(call: Call, client: sqlite3.Row) -> tuple[str, str] | None:
    """What is wrong with a request whose application is known; None when nothing is."""
    if call.query("response_type") != "code":
        return "unsupported_response_type", "Unsupported response type: " + call.query("response_type")[:50]
    method = call.query("code_challenge_method")
    if call.query("code_challenge") and method != "S256":
        return "invalid_request", "Only S256 is supported as code_challenge_method"
    if not client["client_secret"] and not call.query("code_challenge"):
        return "invalid_request", "Parameter 'code_challenge' is required"
    audience = call.query("audience")
    tenant = call.tenant
    if audience and not (tenant.is_management_audience(audience) or audience in tenant.settings.audiences):
        return "access_denied", f"Service not found: {audience[:200]}"
    return None


def ask_to_sign_in(tenant: Tenant, asked: Mapping[str, str]) -> Response:
    """Remember what somebody signs in for, and show the way to the page."""
    row = {"asked": msgspec.json.encode(asked).decode(), "csrf": identifiers.letters(43)}
    state = one_use.give(tenant, "insert_login_request", row, seconds=REQUEST_SECONDS)
    response = RedirectResponse(f"/u/login?{urlencode({'state': state})}", status_code=302)
    browser.keep(tenant, response, browser.FORM, row["csrf"])
    return response


def new_code(tenant: Tenant, asked: Mapping[str, str], session: sqlite3.Row) -> str:
    """A code for what was asked and whoever is signed in."""
    row = {
        "user_number": session["user_number"],
        "client_id": asked["client_id"],
        "asked": msgspec.json.encode(asked).decode(),
        "session_id": session["session_id"],
        "auth_ms": session["auth_ms"],
    }
    return one_use.give(tenant, "insert_code", row, seconds=one_use.CODE_SECONDS)


def respond(asked: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    """Send a browser back to the application, with code or error and its own `state`."""
    full = {**answer, **({"state": asked["state"]} if "state" in asked else {})}
    address = asked["redirect_uri"]
    if asked.get("response_mode") == "web_message":
        return pages.framed_answer(pages.origin(address), full, nonce=secrets.token_urlsafe(16))
    joint = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{joint}{urlencode(full)}", status_code=303)


def logout(call: Call) -> Response:
    """`GET /v2/logout` and `/oidc/logout`: end the session; go on only to an address that is registered."""
    back = call.query("returnTo") or call.query("post_logout_redirect_uri")
    rows = call.tenant.store.rows("read_clients")
    if back and not any(applications.is_callback(row, back) for row in rows):
        sentence = "The provided address is not in the list of allowed logout URLs."
        return pages.message("Logout URL mismatch", sentence, status=400)
    response: Response = (
        RedirectResponse(back, status_code=302)
        if back
        else pages.message("Signed out", "This browser is signed out.", link="/u/login", link_text="Log in")
    )
    browser.sign_out(call.tenant, call.request, response)
    return response


def is_tied(request: Request, row: sqlite3.Row, csrf: str) -> bool:
    """Whether a form was sent by the browser it was shown in."""
    carried = request.cookies.get(browser.FORM, "")
    return secrets.compare_digest(carried.encode(), row["csrf"].encode()) and secrets.compare_digest(
        csrf.encode("utf-8", "replace"), row["csrf"].encode()
    )
