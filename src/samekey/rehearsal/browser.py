"""What a browser carries: the cookie of somebody signed in, and the one that ties a form to it."""

import sqlite3

from starlette.requests import Request
from starlette.responses import Response

from samekey.rehearsal import identifiers, one_use, tokens
from samekey.rehearsal.tenant import Tenant

SESSION = "samekey_session"
FORM = "samekey_form"
_SESSION_SECONDS = 3 * 86_400
_SESSION_ID_CHARS = 32


def signed_in(tenant: Tenant, request: Request) -> sqlite3.Row | None:
    """The session of a browser; None when nobody is signed in."""
    text = request.cookies.get(SESSION, "")
    return one_use.read(tenant, "read_browser_session", text) if text else None


def sign_in(tenant: Tenant, user: sqlite3.Row) -> tuple[str, sqlite3.Row]:
    """A new session.

    Returns:
        The cookie's text, and the session.

    """
    row = {
        "user_number": user["number"],
        "session_id": identifiers.letters(_SESSION_ID_CHARS),
        "auth_ms": tenant.clock.now_ms(),
    }
    text = one_use.give(tenant, "insert_browser_session", row, seconds=_SESSION_SECONDS)
    session = one_use.read(tenant, "read_browser_session", text)
    if session is None:
        raise LookupError("browser session")
    return text, session


def sign_out(tenant: Tenant, request: Request, response: Response) -> None:
    """End a browser's session."""
    text = request.cookies.get(SESSION, "")
    tenant.store.run("delete_browser_session", {"digest": tokens.digest(text)})
    response.delete_cookie(SESSION)


def keep(tenant: Tenant, response: Response, name: str, text: str) -> None:
    """Give a browser something to carry: out of reach of scripts and of other sites' forms."""
    is_tls = tenant.settings.url.startswith("https:")
    response.set_cookie(name, text, httponly=True, samesite="lax", secure=is_tls, path="/")
