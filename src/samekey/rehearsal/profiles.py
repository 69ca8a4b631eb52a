"""A person as stored and as shown."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.rehearsal import tenant_clock

_UPSERTABLE = ("given_name", "family_name", "name", "nickname", "picture")
_METADATA = ("app_metadata", "user_metadata", "mfa_factors")


def updated_row(known: sqlite3.Row, user: Mapping[str, Any], *, now_ms: int) -> dict[str, Any]:
    """What an import with upsert makes of a person who is there: metadata replaced whole, the rest kept if absent.

    Source: import guide and import schema, read on 2026-11-23.
    """
    row: dict[str, Any] = {"number": known["number"], "updated_ms": now_ms}
    row["email_verified"] = user.get("email_verified", known["email_verified"])
    row.update({name: user.get(name, known[name]) for name in _UPSERTABLE})
    row.update({name: as_column(user[name]) if name in user else known[name] for name in _METADATA})
    row["imported_hash"] = known["imported_hash"]
    if "custom_password_hash" in user:
        row["imported_hash"] = as_column(user["custom_password_hash"])
    return row


def as_column(value: Any) -> str | None:
    """A JSON value as it is stored; None stays None."""
    return None if value is None else msgspec.json.encode(value).decode()


def lower(text: str | None) -> str | None:
    """Lower case, as Auth0 stores emails and usernames."""
    return None if text is None else text.lower()


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A person as the Management API shows one: recorded keys in their order, absent ones left out."""
    shown: dict[str, Any] = {
        "created_at": tenant_clock.as_text(row["created_ms"]),
        "email": row["email"],
        "email_verified": bool(row["email_verified"]),
        "identities": [
            {
                "connection": row["connection"],
                "user_id": row["user_id"].removeprefix(limits.USER_ID_PREFIX),
                "provider": "auth0",
                "isSocial": False,
            }
        ],
        "name": row["name"],
        "nickname": row["nickname"],
        "picture": row["picture"],
        "updated_at": tenant_clock.as_text(row["updated_ms"]),
        "user_id": row["user_id"],
        "username": row["username"],
        "phone_number": row["phone_number"],
        "phone_verified": None if row["phone_verified"] is None else bool(row["phone_verified"]),
        "given_name": row["given_name"],
        "family_name": row["family_name"],
        "user_metadata": _from_column(row["user_metadata"]),
        "app_metadata": _from_column(row["app_metadata"]),
        "blocked": True if row["blocked"] else None,
        "last_ip": row["last_ip"],
        "last_login": None if row["last_login_ms"] is None else tenant_clock.as_text(row["last_login_ms"]),
        "logins_count": row["logins_count"] or None,
    }
    if row["email"] is None:
        del shown["email_verified"]
    return {name: value for name, value in shown.items() if value is not None}


def _from_column(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)
