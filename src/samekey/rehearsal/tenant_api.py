"""The tenant about itself, and lists of what no rehearsal tenant has: a tool that takes stock finds them empty.

Source: Auth0's OpenAPI description of the Management API of 25 June 2026.
"""

from starlette.responses import Response

from samekey.rehearsal import answers, paging, roles_api
from samekey.rehearsal.endpoint import Call

_SESSION_HOURS = 168
_IDLE_SESSION_HOURS = 72


def show_settings(call: Call) -> Response:
    """`GET /api/v2/tenants/settings`: those that have a meaning here."""
    directory = call.tenant.store.row("read_connections")
    return answers.as_json(
        {
            "friendly_name": "Rehearsal tenant",
            "default_directory": directory["name"] if directory is not None else "",
            "enabled_locales": ["en"],
            "flags": {},
            "session_lifetime": _SESSION_HOURS,
            "idle_session_lifetime": _IDLE_SESSION_HOURS,
            "sandbox_versions_available": [],
        }
    )


def show_actions(call: Call) -> Response:
    """`GET /api/v2/actions/actions`: none. The list has a form of its own."""
    page = paging.page(call)
    return answers.as_json(
        {"actions": [], "total": 0, "page": page.start // max(page.limit, 1), "per_page": page.limit}
    )


def show_role_permissions(call: Call) -> Response:
    """`GET /api/v2/roles/{id}/permissions`: none, since no API is registered here."""
    roles_api.known(call, call.path("role_id"))
    return paging.sliced(call, "permissions", [])


def show_organization_grants(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}/client-grants`: none."""
    return paging.listed(call, "client_grants", [])


def show_provisionings(call: Call) -> Response:
    """`GET /api/v2/connections-directory-provisionings`: none."""
    return paging.listed(call, "directory_provisionings", [])
