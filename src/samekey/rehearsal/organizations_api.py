"""Organisations and who belongs to them.

Source: assign members (`manage-users/organizations/configure-organizations/assign-members`): ten members a request;
Auth0's OpenAPI description of the Management API of 25 June 2026.
"""

import re
import sqlite3
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.rehearsal import answers, identifiers, json_bodies, paging, roles_api, users_api
from samekey.rehearsal.endpoint import Call

MEMBERS_PER_REQUEST_MAX = 10
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_DISPLAY_CHARS_MAX = 255
_METADATA_MAX = 25
_CONNECTIONS_MAX = 10


class EnabledConnection(msgspec.Struct):
    """A connection that an organisation lets in."""

    connection_id: str
    assign_membership_on_login: bool = False
    show_as_button: bool = True
    is_signup_enabled: bool = False


class NewOrganization(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/v2/organizations`."""

    name: str
    display_name: str | None = None
    metadata: dict[str, str] | None = None
    enabled_connections: list[EnabledConnection] = []
    branding: dict[str, Any] | None = None


class Members(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request about members."""

    members: list[str]


def create(call: Call) -> Response:
    """`POST /api/v2/organizations`."""
    asked = json_bodies.decoded(call, NewOrganization)
    if (
        not _NAME.fullmatch(asked.name)
        or len(asked.display_name or "") > _DISPLAY_CHARS_MAX
        or len(asked.metadata or {}) > _METADATA_MAX
        or any(len(text) > _DISPLAY_CHARS_MAX for pair in (asked.metadata or {}).items() for text in pair)
        or len(asked.enabled_connections) > _CONNECTIONS_MAX
    ):
        raise json_bodies.invalid("Payload validation error: the organization does not fit.")
    store = call.tenant.store
    row = {
        "id": f"org_{identifiers.letters(16)}",
        "name": asked.name,
        "display_name": asked.display_name,
        "metadata": msgspec.json.encode(asked.metadata).decode() if asked.metadata is not None else None,
    }
    with store.transaction():
        if store.row("read_organization_by_name", {"name": asked.name}) is not None:
            raise answers.management_refusal(
                409, "An organization with this name already exists.", error_code="conflict"
            )
        store.run("insert_organization", row)
        made = _known(call, str(row["id"]))
        for connection in asked.enabled_connections:
            _enable(call, made, connection)
    return answers.as_json(_as_json(made), status=201)


def show_all(call: Call) -> Response:
    """`GET /api/v2/organizations`."""
    rows = [_as_json(row) for row in call.tenant.store.rows("read_organizations")]
    return paging.listed(call, "organizations", rows)


def show(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}`."""
    return answers.as_json(_as_json(_known(call, call.path("organization_id"))))


def show_by_name(call: Call) -> Response:
    """`GET /api/v2/organizations/name/{name}`."""
    row = call.tenant.store.row("read_organization_by_name", {"name": call.path("name")})
    if row is None:
        raise _unknown()
    return answers.as_json(_as_json(row))


def delete(call: Call) -> Response:
    """`DELETE /api/v2/organizations/{id}`."""
    call.tenant.store.run("delete_organization", {"id": call.path("organization_id")})
    return Response(status_code=204)


def show_connections(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}/enabled_connections`."""
    row = _known(call, call.path("organization_id"))
    found = call.tenant.store.rows("read_organization_connections", {"organization_number": row["number"]})
    return paging.sliced(call, "enabled_connections", [_connection_as_json(one) for one in found])


def show_all_connections(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}/connections`: the newer list, which says of each that it is enabled."""
    row = _known(call, call.path("organization_id"))
    found = call.tenant.store.rows("read_organization_connections", {"organization_number": row["number"]})
    shown = [{**_connection_as_json(one), "is_enabled": True} for one in found]
    return paging.sliced(call, "connections", shown)


def enable_connection(call: Call) -> Response:
    """`POST /api/v2/organizations/{id}/enabled_connections`."""
    asked = json_bodies.decoded(call, EnabledConnection)
    row = _known(call, call.path("organization_id"))
    with call.tenant.store.transaction():
        _enable(call, row, asked)
    found = call.tenant.store.rows("read_organization_connections", {"organization_number": row["number"]})
    shown = next(one for one in found if one["connection_id"] == asked.connection_id)
    return answers.as_json(_connection_as_json(shown), status=201)


def add_members(call: Call) -> Response:
    """`POST /api/v2/organizations/{id}/members`: at most ten, all of them or none."""
    return _for_members(call, "add_organization_member")


def remove_members(call: Call) -> Response:
    """`DELETE /api/v2/organizations/{id}/members`."""
    return _for_members(call, "remove_organization_member")


def show_members(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}/members`."""
    number = _known(call, call.path("organization_id"))["number"]
    page = paging.page(call)
    values = {"organization_number": number, "limit": page.limit, "start": page.start}
    rows = call.tenant.store.rows("read_organization_members", values)
    total = call.tenant.store.row("count_organization_members", values)
    shown = [{name: row[name] for name in ("user_id", "email", "name", "picture")} for row in rows]
    return answers.as_json(page.of("members", shown, total=total["total"] if total else 0))


def give_member_roles(call: Call) -> Response:
    """`POST /api/v2/organizations/{id}/members/{user_id}/roles`."""
    return roles_api.change_roles(call, "give_role", organization=_known(call, call.path("organization_id"))["number"])


def take_member_roles(call: Call) -> Response:
    """`DELETE /api/v2/organizations/{id}/members/{user_id}/roles`."""
    return roles_api.change_roles(call, "take_role", organization=_known(call, call.path("organization_id"))["number"])


def show_member_roles(call: Call) -> Response:
    """`GET /api/v2/organizations/{id}/members/{user_id}/roles`."""
    return roles_api.list_roles(call, organization=_known(call, call.path("organization_id"))["number"])


def show_of_user(call: Call) -> Response:
    """`GET /api/v2/users/{id}/organizations`."""
    user = users_api.known(call)
    rows = call.tenant.store.rows("read_organizations_of_user", {"user_number": user["number"]})
    return paging.sliced(call, "organizations", [_as_json(row) for row in rows])


def _for_members(call: Call, query: str) -> Response:
    asked = json_bodies.decoded(call, Members)
    if not 1 <= len(asked.members) <= MEMBERS_PER_REQUEST_MAX:
        message = (
            f"Payload validation error: 'Array is too long ({len(asked.members)}), maximum 10' on property members."
        )
        raise json_bodies.invalid(message)
    store = call.tenant.store
    row = _known(call, call.path("organization_id"))
    with store.transaction():
        for user_id in asked.members:
            user = store.row("read_user", {"user_id": user_id})
            if user is None:
                raise answers.management_refusal(404, "The user does not exist.", error_code="inexistent_user")
            store.run(query, {"organization_number": row["number"], "user_number": user["number"]})
    return Response(status_code=204)


def _known(call: Call, organization_id: str) -> sqlite3.Row:
    row = call.tenant.store.row("read_organization", {"id": organization_id})
    if row is None:
        raise _unknown()
    return row


def _unknown() -> answers.Refusal:
    return answers.management_refusal(
        404, "No organization found by that id or name", error_code="inexistent_organization"
    )


def _enable(call: Call, organization: sqlite3.Row, asked: EnabledConnection) -> None:
    if call.tenant.store.row("read_connection", {"id": asked.connection_id}) is None:
        raise answers.management_refusal(400, "The connection does not exist.", error_code="inexistent_connection")
    values = {"organization_number": organization["number"], "connection_id": asked.connection_id}
    flag = {"assign_membership_on_login": asked.assign_membership_on_login}
    call.tenant.store.run("enable_organization_connection", {**values, **flag})


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    shown = {"id": row["id"], "name": row["name"], "display_name": row["display_name"]}
    metadata = {"metadata": msgspec.json.decode(row["metadata"])} if row["metadata"] else {}
    return {name: value for name, value in {**shown, **metadata}.items() if value is not None}


def _connection_as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "connection_id": row["connection_id"],
        "assign_membership_on_login": bool(row["assign_membership_on_login"]),
        "connection": {"name": row["connection"], "strategy": "auth0"},
    }
