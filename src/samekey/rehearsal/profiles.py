"""A person as stored and as shown.

What a profile gets that the import did not give is recorded behaviour of a real tenant: the name is the email, the
nickname its local part, the picture a gravatar address with Auth0's own initials as fallback.
Source: recorded import of an email alone (Auth0's Go SDK, test recordings of January 2023).
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from samekey.auth0 import limits
from samekey.rehearsal import identifiers, tenant_clock

_INITIALS_QUOTED = quote("https://cdn.auth0.com/avatars/", safe="")
_UPSERTABLE = ("given_name", "family_name", "name", "nickname", "picture")
_METADATA = ("app_metadata", "user_metadata", "mfa_factors")


def imported_row(user: Mapping[str, Any], *, connection_id: str, now_ms: int) -> dict[str, Any]:
    """The row of a person who comes by import."""
    email = lower(user.get("email"))
    known_as = email or lower(user.get("username")) or user.get("phone_number") or ""
    given_id = user.get("user_id")
    return {
        "connection_id": connection_id,
        "user_id": limits.USER_ID_PREFIX + given_id if given_id else identifiers.user_id(),
        "email": email,
        "email_verified": user.get("email_verified", False),
        "username": lower(user.get("username")),
        "phone_number": user.get("phone_number"),
        "phone_verified": user.get("phone_verified"),
        "given_name": user.get("given_name"),
        "family_name": user.get("family_name"),
        "name": user.get("name", known_as),
        "nickname": user.get("nickname", known_as.partition("@")[0]),
        "picture": user["picture"] if "picture" in user else default_picture(known_as),
        "blocked": user.get("blocked", False),
        **{name: as_column(user.get(name)) for name in _METADATA},
        "created_ms": now_ms,
        "updated_ms": now_ms,
        **password_columns(user),
    }


def password_columns(user: Mapping[str, Any]) -> dict[str, str | None]:
    """What the store keeps of the password a record brings: its hash as it came, or a random one nobody knows."""
    if "custom_password_hash" in user:
        stored = as_column(user["custom_password_hash"])
        return {"hash_kind": "imported", "imported_hash": stored, "bcrypt_hash": None}
    if "password_hash" in user:
        return {"hash_kind": "bcrypt", "imported_hash": None, "bcrypt_hash": user["password_hash"]}
    return {"hash_kind": "random", "imported_hash": None, "bcrypt_hash": None}


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


def default_picture(known_as: str) -> str:
    """The picture of somebody who has none: gravatar, with initials behind it."""
    digest = hashlib.md5(known_as.encode(), usedforsecurity=False).hexdigest()
    initials = quote(known_as[:2], safe="")
    return f"https://secure.gravatar.com/avatar/{digest}?s=480&r=pg&d={_INITIALS_QUOTED}{initials}.png"


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
