"""Applications as the Management API shows them: read only, for tools that take stock of a tenant.

Secrets are never shown: at Auth0 they need the scope `read:client_keys`, which nobody has here.

Source: Auth0's OpenAPI description of the Management API of 25 June 2026.
"""

import sqlite3
from typing import Any

from starlette.responses import Response

from samekey.rehearsal import answers, applications, paging
from samekey.rehearsal.endpoint import Call

_APP_TYPES = {"machine": "non_interactive", "login": "regular_web"}
_APP_TYPE = "spa"
"""Of applications registered by their address."""


def show_all(call: Call) -> Response:
    """`GET /api/v2/clients`."""
    wanted = call.query("app_type")
    found = [_as_json(call, row) for row in call.tenant.store.rows("read_clients")]
    if call.query("is_global") == "true" or call.query("is_first_party") == "false":
        found = []
    return paging.listed(call, "clients", [one for one in found if wanted in {"", one["app_type"]}])


def show(call: Call) -> Response:
    """`GET /api/v2/clients/{client_id}`."""
    row = call.tenant.store.row("read_client", {"client_id": call.path("client_id")})
    if row is None:
        raise answers.management_refusal(404, "The client does not exist", error_code="inexistent_client")
    return answers.as_json(_as_json(call, row))


def show_grants(call: Call) -> Response:
    """`GET /api/v2/client-grants`: who may use the Management API, and with which scopes."""
    clients, audiences = call.query("client_id"), call.query("audience")
    grants = [
        {"id": f"cgr_{row['client_id'][:16]}", "client_id": row["client_id"], "audience": call.tenant.audience}
        | {"scope": applications.texts(row["scopes"]), "subject_type": "client"}
        for row in call.tenant.store.rows("read_clients")
        if applications.texts(row["scopes"])
    ]
    shown = [one for one in grants if clients in {"", one["client_id"]} and audiences in {"", one["audience"]}]
    return paging.listed(call, "client_grants", shown)


def _as_json(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    callbacks, origins = applications.texts(row["callbacks"]), applications.texts(row["origins"])
    return {
        "client_id": row["client_id"],
        "name": row["name"],
        "global": False,
        "is_first_party": True,
        "oidc_conformant": True,
        "app_type": _APP_TYPES.get(row["role"], _APP_TYPE),
        "token_endpoint_auth_method": "client_secret_post" if row["client_secret"] else "none",
        "grant_types": applications.texts(row["grants"]),
        "callbacks": callbacks,
        "allowed_logout_urls": callbacks,
        "web_origins": origins,
        "allowed_origins": origins,
        "cross_origin_authentication": False,
        "jwt_configuration": {
            "alg": "RS256",
            "lifetime_in_seconds": call.tenant.settings.id_token_seconds,
            "secret_encoded": False,
        },
    }
