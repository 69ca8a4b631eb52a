"""Connections: as an array, as a page with totals, as a page of a checkpoint listing.

Both official SDKs ask for `include_totals=true&take=50`, so the object forms are not optional.
"""

import re
import sqlite3
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.rehearsal import answers, connection_options, identifiers, json_bodies, paging
from samekey.rehearsal.endpoint import Call

_STRATEGY = "auth0"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,126}[A-Za-z0-9])?")


class NewConnection(msgspec.Struct):
    """The body of `POST /api/v2/connections`."""

    name: str
    strategy: str = _STRATEGY
    options: dict[str, Any] = {}
    enabled_clients: list[str] | None = None
    """An empty list means nobody. Left out it is everybody here; at Auth0 nobody."""


class ConnectionChange(msgspec.Struct):
    """The body of `PATCH /api/v2/connections/{id}`."""

    options: dict[str, Any] | None = None
    enabled_clients: list[str] | None = None


def show_all(call: Call) -> Response:
    """`GET /api/v2/connections`."""
    found = [_as_json(call, row) for row in call.tenant.store.rows("read_connections")]
    names = call.request.query_params.getlist("name")
    strategies = call.request.query_params.getlist("strategy")
    found = [
        one
        for one in found
        if (not names or one["name"] in names) and (not strategies or one["strategy"] in strategies)
    ]
    return paging.listed(call, "connections", found)


def show(call: Call) -> Response:
    """`GET /api/v2/connections/{id}`."""
    return answers.as_json(_as_json(call, _known(call, call.path("connection_id"))))


def create(call: Call) -> Response:
    """`POST /api/v2/connections`: database connections only."""
    asked = json_bodies.decoded(call, NewConnection)
    if asked.strategy != _STRATEGY:
        raise json_bodies.invalid("This tenant has database connections only: strategy auth0.")
    if not _NAME.fullmatch(asked.name):
        raise json_bodies.invalid(f"Payload validation error: 'String does not match pattern {_NAME.pattern}' on name.")
    store = call.tenant.store
    row = {
        "id": identifiers.connection_id(),
        "name": asked.name,
        "options": msgspec.json.encode({**connection_options.classic(), **asked.options}).decode(),
        "enabled": asked.enabled_clients is None or bool(asked.enabled_clients),
    }
    with store.transaction():
        if store.row("read_connection_by_name", {"name": asked.name}) is not None:
            message = "A connection with the same name already exists"
            raise answers.management_refusal(409, message, error_code="connection_conflict")
        store.run("insert_connection", row)
    return answers.as_json(_as_json(call, _known(call, str(row["id"]))), status=201)


def change(call: Call) -> Response:
    """`PATCH /api/v2/connections/{id}`: options are replaced whole."""
    asked = json_bodies.decoded(call, ConnectionChange)
    with call.tenant.store.transaction():
        known = _known(call, call.path("connection_id"))
        options = known["options"] if asked.options is None else msgspec.json.encode(asked.options).decode()
        enabled = known["enabled"] if asked.enabled_clients is None else bool(asked.enabled_clients)
        call.tenant.store.run("change_connection", {"id": known["id"], "options": options, "enabled": enabled})
    return answers.as_json(_as_json(call, _known(call, known["id"])))


def delete(call: Call) -> Response:
    """`DELETE /api/v2/connections/{id}`: with everybody in it."""
    values = {"id": call.path("connection_id")}
    with call.tenant.store.transaction():
        call.tenant.store.run("delete_users_of_connection", values)
        call.tenant.store.run("delete_connection", values)
    return Response(status_code=204)


def show_clients(call: Call) -> Response:
    """`GET /api/v2/connections/{id}/clients`: applications that may use it."""
    clients = _as_json(call, _known(call, call.path("connection_id")))["enabled_clients"]
    return answers.as_json({"clients": [{"client_id": client_id} for client_id in clients]})


def _known(call: Call, connection_id: str) -> sqlite3.Row:
    row = call.tenant.store.row("read_connection", {"id": connection_id})
    if row is None:
        raise answers.management_refusal(404, "The connection does not exist", error_code="inexistent_connection")
    return row


def _as_json(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    clients = [client["client_id"] for client in call.tenant.store.rows("read_client_ids")]
    return {
        "id": row["id"],
        "name": row["name"],
        "strategy": _STRATEGY,
        "options": msgspec.json.decode(row["options"]),
        "realms": [row["name"]],
        "is_domain_connection": False,
        "enabled_clients": clients if row["enabled"] else [],
    }
