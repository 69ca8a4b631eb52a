"""The Management API of this tenant described in OpenAPI, from the table that also makes its routes."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.rehearsal import (
    answers,
    connections_api,
    exports,
    operations,
    organizations_api,
    paging,
    resets,
    roles_api,
    user_changes,
)
from samekey.rehearsal.endpoint import Call

_PLACE = re.compile(r"\{(\w+)(?::path)?\}")
_PAGING = ("page", "per_page", "include_totals")
_FIELDS = ("fields", "include_fields")
_QUERY: Mapping[str, tuple[str, ...]] = {
    "/connections": ("name", "strategy", "take", "from", *_PAGING),
    "/users-by-email": ("email", *_FIELDS),
    "/users": ("q", "sort", *_PAGING, *_FIELDS),
    "/users/{user_id:path}/logs": (*_PAGING, "sort"),
    "/logs": ("q", "sort", "from", "take", *_PAGING, *_FIELDS),
    "/user-blocks": ("identifier",),
    "/connections/{connection_id}/users": ("email",),
    "/roles": ("name_filter", *_PAGING),
    "/organizations": ("take", "from", *_PAGING),
    "/clients": ("app_type", "is_global", "is_first_party", "take", "from", *_PAGING),
    "/client-grants": ("client_id", "audience", "take", "from", *_PAGING),
    "/actions/actions": _PAGING[:2],
    "/organizations/{organization_id}/members": _PAGING,
}
_NEEDED = frozenset({("/users-by-email", "email"), ("/user-blocks", "identifier")})
_NUMBERS: Mapping[str, dict[str, Any]] = {
    "page": {"type": "integer", "minimum": 0},
    "per_page": {"type": "integer", "minimum": 1, "maximum": paging.PER_PAGE_MAX},
    "take": {"type": "integer", "minimum": 1, "maximum": paging.PER_PAGE_MAX},
    "include_totals": {"type": "boolean"},
    "include_fields": {"type": "boolean"},
}
_SHAPES: Mapping[tuple[str, str], type[msgspec.Struct]] = {
    ("POST", "/connections"): connections_api.NewConnection,
    ("PATCH", "/connections/{connection_id}"): connections_api.ConnectionChange,
    ("POST", "/jobs/users-exports"): exports.ExportRequest,
    ("POST", "/tickets/password-change"): resets.TicketRequest,
    ("POST", "/organizations"): organizations_api.NewOrganization,
    ("POST", "/organizations/{organization_id}/enabled_connections"): organizations_api.EnabledConnection,
    ("POST", "/organizations/{organization_id}/members"): organizations_api.Members,
    ("DELETE", "/organizations/{organization_id}/members"): organizations_api.Members,
    ("POST", "/organizations/{organization_id}/members/{user_id:path}/roles"): roles_api.RoleIds,
    ("DELETE", "/organizations/{organization_id}/members/{user_id:path}/roles"): roles_api.RoleIds,
    ("POST", "/users/{user_id:path}/roles"): roles_api.RoleIds,
    ("DELETE", "/users/{user_id:path}/roles"): roles_api.RoleIds,
    ("POST", "/roles"): roles_api.NewRole,
    ("POST", "/roles/{role_id}/users"): roles_api.UserIds,
}
_UPLOAD = {
    "type": "object",
    "required": ["users", "connection_id"],
    "properties": {
        "users": {"type": "string", "format": "binary", "description": "A JSON array of users."},
        "connection_id": {"type": "string", "pattern": "^con_[A-Za-z0-9]{16}$"},
        "upsert": {"type": "boolean", "default": False},
        "external_id": {"type": "string"},
        "send_completion_email": {"type": "boolean", "default": True},
    },
}
_ERROR = {
    "type": "object",
    "required": ["statusCode", "error", "message"],
    "properties": {
        "statusCode": {"type": "integer"},
        "error": {"type": "string"},
        "message": {"type": "string"},
        "errorCode": {"type": "string"},
    },
}
_STATUSES = (400, 401, 403, 404, 409, 413, 414, 429)


def show(call: Call) -> Response:
    """`GET /api/v2/openapi.json`; ours, Auth0 has no such address."""
    return answers.as_json(description(call.tenant.settings.url))


def description(url: str) -> dict[str, Any]:
    """The whole description.

    Args:
        url: the tenant's address.

    """
    _, shapes = msgspec.json.schema_components(_SHAPES.values(), ref_template="#/components/schemas/{name}")
    bodies = {"Error": _ERROR, "NewUser": user_changes.CREATED_SCHEMA, "UserChange": user_changes.CHANGED_SCHEMA}
    paths: dict[str, dict[str, Any]] = {}
    for row in operations.OPERATIONS:
        path = _PLACE.sub(r"{\1}", row.path)
        paths.setdefault(path, {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "samekey rehearsal tenant: Management API",
            "version": "2",
            "description": "A stand-in written from what Auth0 publishes. Nothing here is Auth0.",
        },
        "servers": [{"url": url + operations.BASE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**shapes, **bodies},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(row: operations.Operation) -> dict[str, Any]:
    body = _body(row)
    refused = {
        "description": "Refused.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    shown: dict[str, Any] = {
        "operationId": f"{row.method.lower()}_{re.sub(r'[^a-z]+', '_', row.path).strip('_')}",
        "summary": row.summary,
        "description": f"Scope: {' or '.join(row.scopes)}. {row.note[:1].upper()}{row.note[1:]}".strip(),
        "tags": [row.path.split("/")[1]],
        "parameters": [*_path_parameters(row.path), *_query_parameters(row)],
        "responses": {str(row.status): {"description": "Done."}, **{str(status): refused for status in _STATUSES}},
    }
    if row.path.endswith("/errors"):
        shown["responses"]["204"] = {"description": "No errors."}
    return {**shown, "requestBody": body} if body else shown


def _path_parameters(path: str) -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1}
    return [{"name": name, "in": "path", "required": True, "schema": text} for name in _PLACE.findall(path)]


def _query_parameters(row: operations.Operation) -> list[dict[str, Any]]:
    if row.method not in {"GET", "DELETE"}:
        return []
    return [
        {
            "name": name,
            "in": "query",
            "required": (row.path, name) in _NEEDED,
            "schema": _NUMBERS.get(name, {"type": "string"}),
        }
        for name in _QUERY.get(row.path, ())
        if row.method == "GET" or name in {"identifier", "email"}
    ]


def _body(row: operations.Operation) -> dict[str, Any] | None:
    if row.path == "/jobs/users-imports":
        return {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}}
    shape = _SHAPES.get((row.method, row.path))
    name = shape.__name__ if shape else {"POST": "NewUser", "PATCH": "UserChange"}.get(row.method, "")
    if not name or (shape is None and row.path not in {"/users", "/users/{user_id:path}"}):
        return None
    return {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
