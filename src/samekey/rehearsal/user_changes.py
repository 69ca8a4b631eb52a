"""Creating and changing a single person through the Management API: what may be sent, and what becomes of it.

Unlike an import, an update merges metadata at its first level. Source: Auth0's OpenAPI description of the Management
API of 25 June 2026; sentences of refusals beyond it are inferred.
"""

import sqlite3
from collections.abc import Mapping
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec

from samekey.rehearsal import answers, arrivals, complaints, profiles
from samekey.rehearsal.endpoint import Call

PASSWORD_CHARS_MIN = 8
_KINDS_MIN = 3
_SHARED = (
    "email", "email_verified", "phone_number", "phone_verified", "username", "given_name", "family_name", "name",
    "nickname", "picture", "blocked", "app_metadata", "user_metadata",
)  # fmt: skip
_UNSETTABLE = frozenset({"given_name", "family_name", "name", "nickname", "picture"})
_NOT_TOGETHER = (
    ("password", ("email", "email_verified")),
    ("username", ("email", "email_verified", "password")),
)
_METADATA = ("app_metadata", "user_metadata")


def _schema(extra: Mapping[str, Any]) -> dict[str, Any]:
    text = resources.files("samekey.auth0").joinpath("user_schema.json").read_text(encoding="utf-8")
    published: dict[str, Any] = msgspec.json.decode(text)["properties"]
    properties = {name: published[name] for name in _SHARED}
    for name in _UNSETTABLE:
        properties[name] = {"anyOf": [{"type": "null"}, properties[name]]}
    return {"type": "object", "additionalProperties": False, "properties": {**properties, **extra}}


_TEXT = {"type": "string", "minLength": 1}
_FLAG = {"type": "boolean"}
CREATED_SCHEMA = _schema({
    "connection": _TEXT, "password": _TEXT, "user_id": {"type": "string", "maxLength": 255, "pattern": r"^\S+$"},
    "verify_email": _FLAG,
})  # fmt: skip
CHANGED_SCHEMA = _schema({
    "connection": _TEXT, "password": _TEXT, "client_id": _TEXT, "verify_email": _FLAG, "verify_password": _FLAG,
    "verify_phone_number": _FLAG,
})  # fmt: skip


_CREATED = jsonschema_rs.validator_for(CREATED_SCHEMA, validate_formats=True)
_CHANGED = jsonschema_rs.validator_for(CHANGED_SCHEMA, validate_formats=True)


def created(call: Call) -> dict[str, Any]:
    """The body of a create request, held against what it may hold.

    Raises:
        Refusal: 400 when it does not fit.

    """
    body = _fitting(call, _CREATED)
    for name in ("connection", "email", "password"):
        if name not in body:
            raise _invalid(f"Payload validation error: 'Missing required property: {name}'.")
    _require_strength(body["password"])
    return body


def changed(call: Call) -> dict[str, Any]:
    """The body of an update request, held against what it may hold.

    Raises:
        Refusal: 400 when it does not fit, and when it changes things that may not change together.

    """
    body = _fitting(call, _CHANGED)
    for first, others in _NOT_TOGETHER:
        clash = next((other for other in others if first in body and other in body), None)
        if clash is not None:
            raise _invalid(f"Cannot update {first} and {clash} simultaneously")
    if "password" in body:
        _require_strength(body["password"])
    return body


def new_row(call: Call, body: Mapping[str, Any], *, connection_id: str) -> dict[str, Any]:
    """The row of a person made by request: as by import, with the password as bcrypt."""
    by_import = arrivals.columns([body], connection_id=connection_id, now_ms=call.tenant.clock.now_ms())
    row = {column: value for column, values in by_import.items() for value in values}
    return {**row, "hash_kind": "bcrypt", "bcrypt_hash": call.tenant.desk.new_hash(body["password"])}


def changed_row(call: Call, known: sqlite3.Row, body: Mapping[str, Any]) -> dict[str, Any]:
    """What an update makes of a person. A new password lifts an administrator's block, as documented."""
    row = {name: known[name] for name in known.keys()}  # noqa: SIM118  # a Row iterates over its values
    row.update({name: body[name] for name in _SHARED if name in body and name not in _METADATA})
    for name in ("email", "username"):
        row[name] = profiles.lower(row[name])
    if "email" in body and "email_verified" not in body and row["email"] != known["email"]:
        row["email_verified"] = False
    for name in _METADATA:
        if name in body:
            row[name] = profiles.as_column(_merged(known[name], body[name]))
    if "password" in body:
        row |= {"hash_kind": "bcrypt", "imported_hash": None, "blocked": body.get("blocked", False)}
        row["bcrypt_hash"] = call.tenant.desk.new_hash(body["password"])
    row["updated_ms"] = call.tenant.clock.now_ms()
    return row


def require_free(call: Call, row: Mapping[str, Any], *, number: int | None, status: int, message: str) -> None:
    """Raises:
    Refusal: when somebody else in the connection has one of a row's identifiers.

    """
    wanted = {
        f"{name}s": msgspec.json.encode([row[name]] if row.get(name) else []).decode()
        for name in ("email", "username", "phone_number", "user_id")
    }
    for other in call.tenant.store.rows("read_known_users", {"connection_id": row["connection_id"], **wanted}):
        if other["number"] != number:
            raise answers.management_refusal(status, message, error_code="auth0_idp_error")


def is_strong(password: str) -> bool:
    """Whether a password meets the policy `good` of a new connection: 8 characters, three of four kinds."""
    kinds = (
        any(letter.islower() for letter in password),
        any(letter.isupper() for letter in password),
        any(letter.isdigit() for letter in password),
        any(not letter.isalnum() for letter in password),
    )
    return len(password) >= PASSWORD_CHARS_MIN and sum(kinds) >= _KINDS_MIN


def _require_strength(password: str) -> None:
    if not is_strong(password):
        raise _invalid("PasswordStrengthError: Password is too weak")


def _fitting(call: Call, validator: jsonschema_rs.Validator) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise _invalid("Payload validation error: 'Invalid JSON payload'.") from problem
    error = next(iter(validator.iter_errors(body)), None)
    if error is not None:
        found = complaints.from_schema(error)
        place = ".".join(str(step) for step in error.instance_path)
        sentence = found.message.rpartition(" property - ")[2]
        where = f" on property {place}" if place else ""
        raise _invalid(f"Payload validation error: '{sentence}'{where}.")
    fitting: dict[str, Any] = body
    return fitting


def _merged(known: str | None, change: Mapping[str, Any]) -> dict[str, Any] | None:
    """Metadata merged at its first level: null removes a key, an empty object removes all."""
    if not change:
        return None
    merged = {**(msgspec.json.decode(known) if known else {}), **change}
    return {name: value for name, value in merged.items() if value is not None}


def _invalid(message: str) -> answers.Refusal:
    return answers.management_refusal(400, message, error_code="invalid_body")
