"""People who come by import, as columns of the store.

What a profile gets that the import did not give is recorded behaviour of a real tenant: the name is the email, the
nickname its local part, the picture a gravatar address with Auth0's own initials as fallback.
Source: recorded import of an email alone (Auth0's Go SDK, test recordings of January 2023).

A whole file is turned column by column, and a column that nobody in it brings is left out (the store's own default
stands): most columns of most imports are empty, and giving SQLite each of them took half the time of an import.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any
from urllib.parse import quote

from samekey.auth0 import limits
from samekey.rehearsal import identifiers, profiles

Column = Iterable[str | int | None]
"""One value for each of some people, in their order."""

_INITIALS_QUOTED = quote("https://cdn.auth0.com/avatars/", safe="")
_OPTIONAL = {
    "phone_number": "phone_number",
    "phone_verified": "phone_verified",
    "given_name": "given_name",
    "family_name": "family_name",
    "password_hash": "bcrypt_hash",
}
"""Column by property: kept as they come."""
_OPTIONAL_JSON = {
    "custom_password_hash": "imported_hash",
    "app_metadata": "app_metadata",
    "user_metadata": "user_metadata",
    "mfa_factors": "mfa_factors",
}
"""Column by property: kept as JSON."""


def columns(users: Sequence[Mapping[str, Any]], *, connection_id: str, now_ms: int) -> dict[str, Column]:
    """What the store keeps of people who come by import: values by the name of their column."""
    brought = set().union(*users)
    found: dict[str, Column] = {
        "connection_id": repeat(connection_id, len(users)),
        "user_id": _user_ids(users, now_ms=now_ms),
        "email_verified": [1 if user.get("email_verified") else 0 for user in users],
        "blocked": [1 if user.get("blocked") else 0 for user in users],
        "created_ms": repeat(now_ms, len(users)),
        "updated_ms": repeat(now_ms, len(users)),
        "hash_kind": [_hash_kind(user) for user in users],
    }
    for name in ("email", "username"):
        if name in brought:
            found[name] = [profiles.lower(user.get(name)) for user in users]
    found |= {column: [user.get(name) for user in users] for name, column in _OPTIONAL.items() if name in brought}
    for name, column in _OPTIONAL_JSON.items():
        if name in brought:
            found[column] = [profiles.as_column(user.get(name)) for user in users]
    return found | _defaulted(users)


def _defaulted(users: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    known_as = [(user.get("email") or user.get("username") or user.get("phone_number") or "").lower() for user in users]
    named = list(zip(users, known_as, strict=True))
    return {
        "name": [user.get("name", name) for user, name in named],
        "nickname": [user["nickname"] if "nickname" in user else name.partition("@")[0] for user, name in named],
        "picture": [user["picture"] if "picture" in user else default_picture(name) for user, name in named],
    }


def _hash_kind(user: Mapping[str, Any]) -> str:
    """Which password the store keeps: the hash as it came, or a random one that nobody knows."""
    if "custom_password_hash" in user:
        return "imported"
    return "bcrypt" if "password_hash" in user else "random"


def _user_ids(users: Sequence[Mapping[str, Any]], *, now_ms: int) -> list[str]:
    made = identifiers.user_ids(len(users), now_ms=now_ms)
    if not any("user_id" in user for user in users):
        return made
    given = (user.get("user_id") for user in users)
    return [limits.USER_ID_PREFIX + name if name else new for name, new in zip(given, made, strict=True)]


def default_picture(known_as: str) -> str:
    """The picture of somebody who has none: gravatar, with initials behind it."""
    digest = hashlib.md5(known_as.encode(), usedforsecurity=False).hexdigest()
    return f"https://secure.gravatar.com/avatar/{digest}?s=480&r=pg&d={_initials_address(known_as[:2])}"


@lru_cache(maxsize=4096)
def _initials_address(letters: str) -> str:
    return f"{_INITIALS_QUOTED}{quote(letters, safe='')}.png"
