"""An uploaded file read: every entry with what is wrong with it. Pure; touches no store."""

from collections.abc import Sequence
from typing import Any

import msgspec

from samekey.rehearsal import complaints, import_rules
from samekey.rehearsal.settings import Settings

_STARS = "*****"


class Entry(msgspec.Struct, gc=False):
    """One entry of the file. The garbage collector need not look at it: nothing in it leads back to it."""

    position: int
    """Its place in the array, from 0."""
    user: dict[str, Any]
    """As it came; empty when it was not an object."""
    complaints: Sequence[complaints.Complaint]
    """Why it cannot be imported; empty when it can."""
    identifiers: dict[str, str]
    """email, username, phone_number and user_id as they are compared; empty when there is a complaint."""


def read(document: bytes, rules: import_rules.ImportRules) -> list[Entry] | None:
    """Every entry of the file, judged by itself and against those before it.

    Two entries for one person are an error, never an insert and an update: the first stands, the others fail.

    Returns:
        None when the file is not one JSON array in UTF-8 without a byte order mark: the job fails as a whole.

    """
    try:
        users = msgspec.json.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(users, list):
        return None
    judged = zip(users, rules.complaints_about_all(users), strict=True)
    entries = [_entry(position, user, found) for position, (user, found) in enumerate(judged)]
    _mark_twins(entries)
    return entries


def all_failing(document: bytes, complaint: complaints.Complaint) -> list[Entry] | None:
    """Every entry of the file with one complaint; None when the file cannot be read."""
    try:
        users = msgspec.json.decode(document, type=list)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    shown = (user if isinstance(user, dict) else {} for user in users)
    return [Entry(position, user, [complaint], {}) for position, user in enumerate(shown)]


def _entry(position: int, user: Any, found: Sequence[complaints.Complaint]) -> Entry:
    if found:
        return Entry(position, user if isinstance(user, dict) else {}, found, {})
    return Entry(position, user, found, _identifiers(user))


def _identifiers(user: dict[str, Any]) -> dict[str, str]:
    """Names as Auth0 stores them: in lower case, but for the user id."""
    # Written out, since it is asked of every user of every import.
    found: dict[str, str] = {}
    if "email" in user:
        found["email"] = user["email"].lower()
    if "username" in user:
        found["username"] = user["username"].lower()
    if "phone_number" in user:
        found["phone_number"] = user["phone_number"].lower()
    if "user_id" in user:
        found["user_id"] = user["user_id"]
    return found


def _mark_twins(entries: list[Entry]) -> None:
    named = [pair for entry in entries for pair in entry.identifiers.items()]
    if len(set(named)) == len(named):
        return  # the usual case, told at once
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        identifiers = entry.identifiers.items()
        twin = next((name for name, text in identifiers if (name, text) in seen), None)
        if twin is None:
            seen.update(identifiers)
        else:
            message = f"A user with this {twin} was already provided."
            entry.complaints = [*entry.complaints, complaints.Complaint("DUPLICATED_USER", message)]


def listed(entry: Entry, settings: Settings) -> dict[str, Any]:
    """An entry that failed, as an error list shows it."""
    user = redacted(entry.user)
    if settings.factor_secrets == "redacted" and "mfa_factors" in user:
        user["mfa_factors"] = _STARS
    names = complaints.DOCUMENTED_NAMES if settings.error_names == "documented" else {}
    errors = [complaint.as_json() for complaint in entry.complaints]
    return {"user": user, "errors": [{**error, "code": names.get(error["code"], error["code"])} for error in errors]}


def redacted(user: dict[str, Any]) -> dict[str, Any]:
    """A user as the error list shows it: hash value, key and `password_hash` as stars.

    Source: the import guide before 18 June 2026 (sensitive fields such as `hash.value` come back as `*****`); which
    others are covered is inferred. A damaged hash object is replaced whole, since its secret may stand anywhere.
    """
    shown = dict(user)
    if "password_hash" in shown:
        shown["password_hash"] = _STARS
    if "custom_password_hash" in shown:
        shown["custom_password_hash"] = _redacted_hash(shown["custom_password_hash"])
    return shown


def _redacted_hash(stored: Any) -> Any:
    hashed = stored.get("hash") if isinstance(stored, dict) else None
    if not isinstance(hashed, dict):
        return _STARS
    shown = dict(hashed)
    if "value" in shown:
        shown["value"] = _STARS
    if "key" in shown:
        key = shown["key"]
        shown["key"] = {**key, "value": _STARS} if isinstance(key, dict) else _STARS
    return {**stored, "hash": shown}
