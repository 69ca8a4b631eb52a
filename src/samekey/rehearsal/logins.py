"""A person at the door: identifier and password against what is stored.

On a match with an imported hash the typed password is hashed with bcrypt and the imported hash is dropped, in one
transaction. Source: Auth0's community answer 106101 and the import schema.
"""

import hmac
import sqlite3
from dataclasses import dataclass
from enum import Enum

import msgspec

from samekey.rehearsal import brute_force, profiles
from samekey.rehearsal.tenant import Tenant

TOO_FAST_MESSAGE = "Too many logins with the same username or email."
"""What somebody is told who logs in more than 20 times a minute. Its wording is inferred."""


class LoginResult(Enum):
    """How a login ended."""

    WELCOME = "welcome"
    WRONG_PASSWORD = "wrong password"  # noqa: S105  # a result's name
    UNKNOWN_USER = "unknown user"
    BLOCKED = "blocked"
    TOO_MANY = "too many"
    TOO_FAST = "too fast"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a login comes in."""

    connection_id: str
    """The directory to look in."""
    connection: str
    """Its name."""
    identifier: str
    """Email, username or phone number as typed."""
    ip: str
    """Where the login comes from."""
    client: tuple[str, str] = ("", "")
    """Id and name of the application."""
    is_protected: bool = True
    """Whether wrong passwords are counted."""


@dataclass(frozen=True, slots=True)
class Login:
    """The end of one login."""

    result: LoginResult
    user: sqlite3.Row | None = None
    """Who it is; None for somebody unknown."""
    checked: str = ""
    """The kind of hash that was checked: an algorithm of the import, or `bcrypt`."""
    converted: bool = False
    """True when the imported hash became bcrypt just now."""


def attempt(tenant: Tenant, door: Door, *, password: str) -> Login:
    """Check a password; runs in the password desk's pool.

    Args:
        tenant: where.
        door: where the login comes in.
        password: as typed.

    """
    typed = (profiles.lower(door.identifier) or "").strip()
    user = tenant.store.row("read_user_for_login", {"connection_id": door.connection_id, "identifier": typed})
    identity = typed if user is None else user["user_id"]
    if not tenant.login_pace.take(tenant.clock.now().timestamp(), identity=identity, ip=door.ip):
        return Login(LoginResult.TOO_FAST, user)
    if door.is_protected and _is_closed(tenant, door, identity):
        return Login(LoginResult.TOO_MANY, user)
    login = _checked(tenant, door, user, typed=typed, password=password)
    is_wrong = login.result in {LoginResult.WRONG_PASSWORD, LoginResult.UNKNOWN_USER}
    if door.is_protected:
        place = {"connection_id": door.connection_id, "identity": identity, "ip": door.ip}
        brute_force.note(tenant.store, **place, now_ms=tenant.clock.now_ms(), is_right=not is_wrong)
    return login


def _is_closed(tenant: Tenant, door: Door, identity: str) -> bool:
    return brute_force.is_blocked(
        tenant.store,
        connection_id=door.connection_id,
        identity=identity,
        ip=door.ip,
        now_ms=tenant.clock.now_ms(),
    )


def _checked(tenant: Tenant, door: Door, user: sqlite3.Row | None, *, typed: str, password: str) -> Login:
    if user is None:
        _spend_as_for_somebody(tenant, door.connection_id, typed, password=password)
        return Login(LoginResult.UNKNOWN_USER)
    checked = _matching_kind(tenant, user, password)
    if not checked:
        return Login(LoginResult.WRONG_PASSWORD, user)
    if user["blocked"]:
        tenant.store.run("note_blocked_login", {"number": user["number"]})
        return Login(LoginResult.BLOCKED, user, checked)
    return _welcome(tenant, user, password=password, checked=checked, ip=door.ip)


def _spend_as_for_somebody(tenant: Tenant, connection_id: str, typed: str, *, password: str) -> None:
    """A stranger's password is held against the hash of somebody who is there, whatever comes of it.

    Always the same somebody for the same name: slow and fast hashes come as often among strangers as among people,
    and asking twice tells nothing. Who it is depends on a secret of this start.
    """
    draw = hmac.digest(tenant.control_token.encode(), typed.encode("utf-8", "replace"), "sha256")
    values = {"connection_id": connection_id, "draw": int.from_bytes(draw[:7])}
    somebody = tenant.store.row("read_somebody", values)
    if somebody is None:
        tenant.desk.spend(password)
    else:
        _matching_kind(tenant, somebody, password)


def _matching_kind(tenant: Tenant, user: sqlite3.Row, password: str) -> str:
    """The kind of hash that matched; empty when none did."""
    if user["hash_kind"] == "imported":
        stored = msgspec.json.decode(user["imported_hash"])
        is_match = tenant.desk.is_imported_match(stored, password=password)
        return str(stored["algorithm"]) if is_match else ""
    if user["hash_kind"] == "bcrypt":
        return "bcrypt" if tenant.desk.is_bcrypt_match(user["bcrypt_hash"], password=password) else ""
    tenant.desk.spend(password)
    return ""


def _welcome(tenant: Tenant, user: sqlite3.Row, *, password: str, checked: str, ip: str) -> Login:
    is_first = user["hash_kind"] == "imported"
    fresh = tenant.desk.new_hash(password) if is_first else None
    store = tenant.store
    with store.transaction():
        converted = 0
        if fresh is not None:
            change = {"number": user["number"], "imported_hash": user["imported_hash"], "bcrypt_hash": fresh}
            converted = store.run("convert_password", change)
        store.run("note_login", {"number": user["number"], "now_ms": tenant.clock.now_ms(), "ip": ip})
        now = store.row("read_user_by_number", {"number": user["number"]})
    return Login(LoginResult.WELCOME, now or user, checked, converted=bool(converted))
