"""Roles, and who has them.

Source: Auth0's OpenAPI description of the Management API of 25 June 2026.
"""

import sqlite3
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.rehearsal import answers, identifiers, json_bodies, paging, users_api
from samekey.rehearsal.endpoint import Call

_WHOLE_TENANT = 0


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/v2/roles`."""

    name: str
    description: str | None = None


class RoleIds(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request about roles."""

    roles: list[str]


class UserIds(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/v2/roles/{id}/users`."""

    users: list[str]


def create(call: Call) -> Response:
    """`POST /api/v2/roles`."""
    asked = json_bodies.decoded(call, NewRole)
    if not asked.name:
        raise json_bodies.invalid("Payload validation error: 'String is too short' on property name.")
    store = call.tenant.store
    row = {"id": f"rol_{identifiers.letters(16)}", "name": asked.name, "description": asked.description}
    with store.transaction():
        if store.row("read_role_by_name", {"name": asked.name}) is not None:
            raise answers.management_refusal(409, "A role with this name already exists.", error_code="role_conflict")
        store.run("insert_role", row)
    return answers.as_json({name: value for name, value in row.items() if value is not None})


def show_all(call: Call) -> Response:
    """`GET /api/v2/roles`."""
    wanted = call.query("name_filter").lower()
    rows = [_as_json(row) for row in call.tenant.store.rows("read_roles") if wanted in row["name"].lower()]
    return paging.sliced(call, "roles", rows)


def show(call: Call) -> Response:
    """`GET /api/v2/roles/{id}`."""
    return answers.as_json(_as_json(known(call, call.path("role_id"))))


def delete(call: Call) -> Response:
    """`DELETE /api/v2/roles/{id}`."""
    call.tenant.store.run("delete_role", {"id": call.path("role_id")})
    return Response(status_code=200)


def give_to_users(call: Call) -> Response:
    """`POST /api/v2/roles/{id}/users`: 200."""
    asked, store = json_bodies.decoded(call, UserIds), call.tenant.store
    role = known(call, call.path("role_id"))
    with store.transaction():
        for user_id in asked.users:
            user = store.row("read_user", {"user_id": user_id})
            if user is None:
                raise answers.management_refusal(404, "The user does not exist.", error_code="inexistent_user")
            values = {"role_number": role["number"], "user_number": user["number"]}
            store.run("give_role", {**values, "organization_number": _WHOLE_TENANT})
    return Response(status_code=200)


def show_users(call: Call) -> Response:
    """`GET /api/v2/roles/{id}/users`."""
    page = paging.page(call)
    values = {"role_number": known(call, call.path("role_id"))["number"], "limit": page.limit, "start": page.start}
    rows = call.tenant.store.rows("read_users_of_role", values)
    shown = [{name: row[name] for name in ("user_id", "email", "name", "picture")} for row in rows]
    return answers.as_json(page.of("users", shown, total=page.start + len(shown)))


def give_to_user(call: Call) -> Response:
    """`POST /api/v2/users/{id}/roles`: 204."""
    return change_roles(call, "give_role", organization=_WHOLE_TENANT)


def take_from_user(call: Call) -> Response:
    """`DELETE /api/v2/users/{id}/roles`: 204."""
    return change_roles(call, "take_role", organization=_WHOLE_TENANT)


def show_of_user(call: Call) -> Response:
    """`GET /api/v2/users/{id}/roles`."""
    return list_roles(call, organization=_WHOLE_TENANT)


def change_roles(call: Call, query: str, *, organization: int) -> Response:
    """Give or take roles of the person that a path names.

    Args:
        call: the request.
        query: `give_role` or `take_role`.
        organization: the organisation's number, 0 for the whole tenant.

    """
    asked, store = json_bodies.decoded(call, RoleIds), call.tenant.store
    user = users_api.known(call)
    with store.transaction():
        for role_id in asked.roles:
            values = {"role_number": known(call, role_id)["number"], "user_number": user["number"]}
            store.run(query, {**values, "organization_number": organization})
    return Response(status_code=204)


def list_roles(call: Call, *, organization: int) -> Response:
    """Roles of the person that a path names, in an organisation or in the whole tenant."""
    values = {"user_number": users_api.known(call)["number"], "organization_number": organization}
    rows = [_as_json(row) for row in call.tenant.store.rows("read_roles_of_user", values)]
    return paging.sliced(call, "roles", rows)


def known(call: Call, role_id: str) -> sqlite3.Row:
    """The role with an id.

    Raises:
        Refusal: 404 when there is none.

    """
    row = call.tenant.store.row("read_role", {"id": role_id})
    if row is None:
        raise answers.management_refusal(404, "Role not found.", error_code="inexistent_role")
    return row


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    shown = {"id": row["id"], "name": row["name"], "description": row["description"]}
    return {name: value for name, value in shown.items() if value is not None}
