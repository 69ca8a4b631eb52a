"""Import jobs: create, look at, read the errors of.

Source: Auth0's OpenAPI description of the Management API of 25 June 2026, the import guide, and recorded exchanges of
the official SDKs. The order of the checks before a job exists is inferred.
"""

import re
import sqlite3

import msgspec
from starlette.responses import Response

from samekey.auth0 import limits, vocabulary
from samekey.rehearsal import answers, exports_api, identifiers, jobs, upload
from samekey.rehearsal.endpoint import Call

_CONNECTION_ID = re.compile(limits.CONNECTION_ID_PATTERN)
_TYPE = "users_import"
_BOOLEANS = {"true": True, "false": False}
_PATIENCE_SECONDS = 60.0


def create_import(call: Call) -> Response:
    """`POST /api/v2/jobs/users-imports`."""
    form = _form(call)
    connection_id = _connection_id(form)
    document = _users(form)
    flags = {name: _flag(form, name, default=default) for name, default in _FLAGS.items()}
    connection = _connection(call, connection_id)
    call.noted.update({"connection_id": connection_id, "external_id": form.texts.get("external_id", ""), **flags})
    row = _insert(call, connection, form, flags, document)
    call.tenant.importer.wake()
    return answers.as_json(jobs.as_json(row, vocabulary.JOB_PENDING), status=202)


def show(call: Call) -> Response:
    """`GET /api/v2/jobs/{id}`."""
    row = _job(call)
    if row is None:
        raise answers.management_refusal(404, "Job not found.", error_code="inexistent_job")
    state = _state(call, row)
    is_export = row["type"] == exports_api.TYPE
    return answers.as_json(exports_api.shown(call, row, state) if is_export else jobs.as_json(row, state))


def show_errors(call: Call) -> Response:
    """`GET /api/v2/jobs/{id}/errors`: a list of users, nothing at all, or one object.

    An unreadable file gives nothing (Auth0's extension and .NET SDK know it so); an object stands for a job that
    still runs or ran out of time (inferred: documented is only that an object can come).
    """
    row = _job(call)
    if row is None:
        raise answers.management_refusal(404, "The job does not exist", error_code="inexistent_job")
    state = _state(call, row)
    if state == vocabulary.JOB_PENDING and call.tenant.settings.errors_while_pending == "object":
        return answers.as_json(jobs.as_json(row, state))
    if state == vocabulary.JOB_FAILED and row["applied_ms"] is None:
        return answers.as_json({**jobs.as_json(row, state), "status_details": "The job could not be completed."})
    entries = call.tenant.store.rows("read_job_errors", {"job_number": row["number"]})
    if not entries or state == vocabulary.JOB_PENDING:
        return Response(status_code=204)
    body = b"[" + b",".join(entry["entry"].encode() for entry in entries) + b"]"
    return Response(body, headers={"content-type": answers.JSON_TYPE_BARE})


_FLAGS = {"upsert": False, "send_completion_email": True}


def _form(call: Call) -> upload.Upload:
    try:
        return upload.parse(call.body, call.request.headers.get("content-type", ""))
    except upload.UploadUnreadable as problem:
        raise _invalid("Payload validation error: 'Invalid multipart payload format'.") from problem


def _invalid(message: str) -> answers.Refusal:
    return answers.management_refusal(400, message, error_code="invalid_body")


def _connection_id(form: upload.Upload) -> str:
    connection_id = form.texts.get("connection_id")
    if connection_id is None:
        raise _invalid("Must provide 'connection_id' as multipart part.")
    if not _CONNECTION_ID.fullmatch(connection_id):
        pattern = limits.CONNECTION_ID_PATTERN
        raise _invalid(f"Payload validation error: 'String does not match pattern {pattern}' on property connection_id")
    return connection_id


def _users(form: upload.Upload) -> bytes:
    document = form.files.get("users")
    if document is None:
        raise _invalid("Must provide 'users' file as multipart part.")
    if not document:
        raise _invalid("Users file must not be empty.")
    return document


def _flag(form: upload.Upload, name: str, *, default: bool) -> bool:
    text = form.texts.get(name)
    if text is None:
        return default
    if text not in _BOOLEANS:
        raise _invalid(f"Payload validation error: 'Expected type boolean but found type string' on property {name}")
    return _BOOLEANS[text]


def _connection(call: Call, connection_id: str) -> sqlite3.Row:
    connection = call.tenant.store.row("read_connection", {"id": connection_id})
    if connection is None:
        raise answers.management_refusal(400, "The connection does not exist.", error_code="inexistent_connection")
    if not connection["enabled"]:
        raise answers.management_refusal(400, "Connection must be enabled.", error_code="connection_is_disabled")
    options = msgspec.json.decode(connection["options"])
    if options.get("enabledDatabaseCustomization") and not options.get("import_mode"):
        raise answers.management_refusal(400, "Custom Database Connections without import mode are not allowed.")
    return connection


def _insert(
    call: Call, connection: sqlite3.Row, form: upload.Upload, flags: dict[str, bool], document: bytes
) -> sqlite3.Row:
    tenant = call.tenant
    now_ms = tenant.clock.now_ms()
    fate = tenant.levers.job_fate
    row = {
        "id": identifiers.job_id(),
        "type": _TYPE,
        "connection_id": connection["id"],
        "connection": connection["name"],
        "external_id": form.texts.get("external_id", ""),
        "created_ms": now_ms,
        "due_ms": None if fate == "hang" else now_ms + int(tenant.levers.job_seconds * 1000),
        "fate": fate,
        "document": document,
        **flags,
    }
    with tenant.store.transaction():
        active = tenant.store.row("count_active_imports", {"now_ms": now_ms, "timeout_ms": jobs.TIMEOUT_MS})
        if active is not None and active["active"] >= limits.ACTIVE_IMPORT_JOBS_MAX:
            raise answers.management_refusal(429, vocabulary.TWO_JOBS_MESSAGE)
        tenant.store.run("insert_job", row)
        stored = tenant.store.row("read_job", {"id": row["id"]})
    if stored is None:
        raise LookupError(row["id"])
    return stored


def _job(call: Call) -> sqlite3.Row | None:
    """The job that a call names; None when there is none or it is gone."""
    if call.tenant.settings.polls_wait_for_work:
        call.tenant.importer.wait_until_idle(seconds=_PATIENCE_SECONDS)
    row = call.tenant.store.row("read_job", {"id": call.path("job_id")})
    return None if row is None or _state(call, row) == jobs.GONE else row


def _state(call: Call, row: sqlite3.Row) -> str:
    return jobs.state(jobs.times_of(row), now_ms=call.tenant.clock.now_ms())
