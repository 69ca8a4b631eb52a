"""Export jobs over the Management API, and the address their file is fetched from."""

import hmac
import sqlite3
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from samekey.auth0 import vocabulary
from samekey.rehearsal import answers, exports, identifiers, jobs, json_bodies
from samekey.rehearsal.endpoint import Call

TYPE = "users_export"


def create(call: Call) -> Response:
    """`POST /api/v2/jobs/users-exports`: 200, as recorded, with what was asked echoed."""
    asked = _asked(call)
    connection = _connection(call, asked.connection_id)
    tenant, now_ms = call.tenant, call.tenant.clock.now_ms()
    row = {
        "id": identifiers.job_id(),
        "type": TYPE,
        "connection_id": connection["id"] if connection else None,
        "connection": connection["name"] if connection else None,
        "external_id": "",
        "upsert": 0,
        "send_completion_email": 0,
        "created_ms": now_ms,
        "due_ms": now_ms + int(tenant.levers.job_seconds * 1000),
        "fate": "work",
        "document": None,
    }
    with tenant.store.transaction():
        tenant.store.run("insert_job", row)
        stored = tenant.store.row("read_job", {"id": row["id"]})
        if stored is None:
            raise LookupError(row["id"])
        tenant.store.run(
            "insert_export", {"job_number": stored["number"], "asked": msgspec.json.encode(asked).decode()}
        )
    tenant.importer.wake()
    return answers.as_json(shown(call, stored, vocabulary.JOB_PENDING))


def shown(call: Call, row: sqlite3.Row, state: str) -> dict[str, Any]:
    """An export job: its echo, and an address for a minute once it is done."""
    body = {name: value for name, value in jobs.as_json(row, state).items() if value is not None and name != "summary"}
    export = call.tenant.store.row("read_export", {"job_number": row["number"]})
    if export is None:
        return body
    asked = msgspec.json.decode(export["asked"], type=exports.ExportRequest)
    body |= {"format": asked.format}
    if asked.limit is not None:
        body["limit"] = asked.limit
    if asked.fields is not None:
        body["fields"] = msgspec.to_builtins(asked.fields)
    if state == vocabulary.JOB_COMPLETED:
        body["location"] = _location(call, row["id"], export["location_token"])
    return body


def fetch(call: Call) -> Response:
    """`GET /exports/{name}`: the file, while the address is good."""
    token, expires = call.query("token"), call.query("expires")
    is_number = expires.isascii() and expires.isdigit() and len(expires) <= 12  # noqa: PLR2004  # digits of a moment
    is_good = is_number and hmac.compare_digest(
        exports.signature(_key(call), token, int(expires)).encode(), call.query("signature").encode("utf-8", "replace")
    )
    row = call.tenant.store.row("read_export_by_token", {"location_token": token}) if is_good else None
    if row is None or int(expires) <= call.tenant.clock.now().timestamp():
        raise answers.management_refusal(403, "The link has expired.")
    return Response(row["content"], media_type="application/gzip")


def _location(call: Call, job_id: str, token: str) -> str:
    expires_s = int(call.tenant.clock.now().timestamp()) + exports.LINK_SECONDS
    query = urlencode(
        {"token": token, "expires": expires_s, "signature": exports.signature(_key(call), token, expires_s)}
    )
    return f"{call.tenant.settings.url}/exports/{job_id}.gz?{query}"


def _key(call: Call) -> bytes:
    """What signs addresses: as random, as secret and as short-lived as the control token."""
    return b"export " + call.tenant.control_token.encode()


def _asked(call: Call) -> exports.ExportRequest:
    asked = json_bodies.decoded(call, exports.ExportRequest)
    complaint = asked.complaint()
    if complaint:
        raise json_bodies.invalid(complaint)
    return asked


def _connection(call: Call, connection_id: str | None) -> sqlite3.Row | None:
    if connection_id is None:
        return None
    connection = call.tenant.store.row("read_connection", {"id": connection_id})
    if connection is None:
        raise answers.management_refusal(400, "The connection does not exist.", error_code="inexistent_connection")
    return connection
