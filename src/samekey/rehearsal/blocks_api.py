"""Brute-force blocks: seen and lifted. An administrator's block is a property of the user and not meant here."""

from starlette.responses import Response

from samekey.rehearsal import answers, brute_force, users_api
from samekey.rehearsal.endpoint import Call


def show_by_identifier(call: Call) -> Response:
    """`GET /api/v2/user-blocks?identifier=`."""
    return _shown(call, _identity(call), identifier=call.query("identifier").strip().lower())


def show(call: Call) -> Response:
    """`GET /api/v2/user-blocks/{id}`."""
    user = users_api.known(call)
    return _shown(call, user["user_id"], identifier=user["email"] or user["username"] or user["phone_number"])


def lift_by_identifier(call: Call) -> Response:
    """`DELETE /api/v2/user-blocks?identifier=`."""
    call.tenant.store.run("unblock_identity", {"identity": _identity(call)})
    return Response(status_code=204)


def lift(call: Call) -> Response:
    """`DELETE /api/v2/user-blocks/{id}`."""
    call.tenant.store.run("unblock_identity", {"identity": users_api.known(call)["user_id"]})
    return Response(status_code=204)


def _identity(call: Call) -> str:
    """Who is meant by an identifier: a person's id, or the text itself where there is nobody."""
    identifier = call.query("identifier").strip().lower()
    if not identifier:
        message = "Query validation error: 'Missing required property: identifier'"
        raise answers.management_refusal(400, message, error_code="invalid_query_string")
    for connection in call.tenant.store.rows("read_connections"):
        wanted = {"connection_id": connection["id"], "identifier": identifier}
        user = call.tenant.store.row("read_user_for_login", wanted)
        if user is not None:
            return str(user["user_id"])
    return identifier


def _shown(call: Call, identity: str, *, identifier: str) -> Response:
    rows = brute_force.blocks(call.tenant.store, identity, now_ms=call.tenant.clock.now_ms())
    shown = [{"identifier": identifier, "ip": row["ip"], "connection": row["connection"]} for row in rows]
    return answers.as_json({"blocked_for": shown})
