"""Connections: as an array, as a page with totals, as a page of a checkpoint listing.

Both official SDKs ask for `include_totals=true&take=50`, so the object forms are not optional.
"""

import sqlite3
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.rehearsal import answers, paging
from samekey.rehearsal.endpoint import Call

_STRATEGY = "auth0"


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
    if "take" in call.request.query_params or "from" in call.request.query_params:
        return answers.as_json(_checkpoint_page(call, found))
    page = paging.page(call)
    return answers.as_json(page.of("connections", found[page.start : page.start + page.limit], total=len(found)))


def show(call: Call) -> Response:
    """`GET /api/v2/connections/{id}`."""
    row = call.tenant.store.row("read_connection", {"id": call.path("connection_id")})
    if row is None:
        raise answers.management_refusal(404, "The connection does not exist", error_code="inexistent_connection")
    return answers.as_json(_as_json(call, row))


def _checkpoint_page(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    take = paging.number(call, "take", default=50, maximum=100)
    start = paging.number(call, "from", default=0)
    shown: dict[str, Any] = {"connections": found[start : start + take]}
    if start + take < len(found):
        shown["next"] = str(start + take)
    return shown


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
