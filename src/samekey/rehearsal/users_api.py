"""People: searched, by id, by email, made, changed, deleted.

Source: Auth0's OpenAPI description of the Management API of 25 June 2026; user search.
"""

import sqlite3
from typing import Any

from starlette.responses import Response

from samekey.rehearsal import answers, listing, paging, profiles, search, user_changes
from samekey.rehearsal.endpoint import Call


def show_all(call: Call) -> Response:
    """`GET /api/v2/users`: at most a thousand for any query; eventually consistent when a lever says so."""
    page = paging.page(call)
    asked = listing.asked(call, search.USER_FIELDS, search.USER_FIELDS_SEARCHED, order="users.number", page=page)
    tenant = call.tenant
    indexed_ms = tenant.clock.now_ms() - int(tenant.levers.search_delay_seconds * 1000)
    values = {"indexed_ms": indexed_ms}
    rows, total = listing.found(call, asked, query="search_users", count="count_found_users", values=values)
    shown = [chosen_fields(call, profiles.as_json(row)) for row in rows]
    return answers.as_json(page.of("users", shown, total=total))


def show(call: Call) -> Response:
    """`GET /api/v2/users/{id}`."""
    return answers.as_json(chosen_fields(call, profiles.as_json(known(call))))


def show_by_email(call: Call) -> Response:
    """`GET /api/v2/users-by-email`: exact and case-sensitive, over all connections."""
    email = call.query("email")
    if not email:
        message = "Query validation error: 'Missing required property: email'"
        raise answers.management_refusal(400, message, error_code="invalid_query_string")
    rows = call.tenant.store.rows("read_users_by_email", {"email": email})
    return answers.as_json([chosen_fields(call, profiles.as_json(row)) for row in rows])


def create(call: Call) -> Response:
    """`POST /api/v2/users`."""
    body = user_changes.created(call)
    store = call.tenant.store
    connection = store.row("read_connection_by_name", {"name": body["connection"]})
    if connection is None:
        raise answers.management_refusal(400, "The connection does not exist.", error_code="inexistent_connection")
    row = user_changes.new_row(call, body, connection_id=connection["id"])
    with store.transaction():
        user_changes.require_free(call, row, number=None, status=409, message="The user already exists.")
        store.insert_columns("insert_users", {column: [value] for column, value in row.items()})
        made = store.row("read_user", {"user_id": row["user_id"]})
    if made is None:
        raise LookupError(row["user_id"])
    return answers.as_json(profiles.as_json(made), status=201)


def change(call: Call) -> Response:
    """`PATCH /api/v2/users/{id}`."""
    body = user_changes.changed(call)
    store = call.tenant.store
    with store.transaction():
        person = known(call)
        row = user_changes.changed_row(call, person, body)
        message = "The specified new identifier already exists"
        user_changes.require_free(call, row, number=person["number"], status=400, message=message)
        store.run("change_user", row)
        if "password" in body:
            store.run("unblock_identity", {"identity": person["user_id"]})
        now = known(call)
    return answers.as_json(profiles.as_json(now))


def delete(call: Call) -> Response:
    """`DELETE /api/v2/users/{id}`: 204, also for somebody who is not there (inferred: no 404 is listed)."""
    call.tenant.store.run("delete_user", {"user_id": call.path("user_id")})
    return Response(status_code=204)


def delete_by_email(call: Call) -> Response:
    """`DELETE /api/v2/connections/{id}/users?email=`: what clears a half-made user."""
    values = {"connection_id": call.path("connection_id"), "email": call.query("email").lower()}
    call.tenant.store.run("delete_users_by_email", values)
    return Response(status_code=204)


def known(call: Call) -> sqlite3.Row:
    """The person that a path names.

    Raises:
        Refusal: 404 when there is none.

    """
    row = call.tenant.store.row("read_user", {"user_id": call.path("user_id")})
    if row is None:
        raise answers.management_refusal(404, "The user does not exist.", error_code="inexistent_user")
    return row


def chosen_fields(call: Call, shown: dict[str, Any]) -> dict[str, Any]:
    """A body reduced to what `fields` and `include_fields` ask for."""
    fields = {name.strip() for name in call.query("fields").split(",") if name.strip()}
    if not fields:
        return shown
    wanted = call.query("include_fields") != "false"
    return {name: value for name, value in shown.items() if (name in fields) == wanted}
