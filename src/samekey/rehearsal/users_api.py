"""People: by id, by email, deleted."""

from typing import Any

from starlette.responses import Response

from samekey.rehearsal import answers, profiles
from samekey.rehearsal.endpoint import Call


def show(call: Call) -> Response:
    """`GET /api/v2/users/{id}`."""
    row = call.tenant.store.row("read_user", {"user_id": call.path("user_id")})
    if row is None:
        raise answers.management_refusal(404, "The user does not exist.", error_code="inexistent_user")
    return answers.as_json(chosen_fields(call, profiles.as_json(row)))


def show_by_email(call: Call) -> Response:
    """`GET /api/v2/users-by-email`: exact and case-sensitive, over all connections."""
    email = call.query("email")
    if not email:
        message = "Query validation error: 'Missing required property: email'"
        raise answers.management_refusal(400, message, error_code="invalid_query_string")
    rows = call.tenant.store.rows("read_users_by_email", {"email": email})
    return answers.as_json([chosen_fields(call, profiles.as_json(row)) for row in rows])


def delete(call: Call) -> Response:
    """`DELETE /api/v2/users/{id}`: 204, also for somebody who is not there (inferred: no 404 is listed)."""
    call.tenant.store.run("delete_user", {"user_id": call.path("user_id")})
    return Response(status_code=204)


def chosen_fields(call: Call, shown: dict[str, Any]) -> dict[str, Any]:
    """A body reduced to what `fields` and `include_fields` ask for."""
    fields = {name.strip() for name in call.query("fields").split(",") if name.strip()}
    if not fields:
        return shown
    wanted = call.query("include_fields") != "false"
    return {name: value for name, value in shown.items() if (name in fields) == wanted}
