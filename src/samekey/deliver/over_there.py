"""Changed users as they are at the tenant: asked for one by one, or, where they are many, taken from an export.

An export is a snapshot. Whoever it does not show is asked for, and whoever is sent a password is read again just before
(`samekey.deliver.last_look`); so the snapshot decides nothing that could lock a person out.

What may be named in an export: "User profile attribute schema" marks user_id, email, app_metadata, user_metadata,
logins_count, last_login and last_password_reset as exported, and "Bulk user exports" says that the JSON form holds
metadata whole (both read on 2026-11-25). A few users are asked for by id as well, and where the export says something
else of any of them it is put away.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from samekey.auth0 import limits
from samekey.client.wire import Connection, Profile
from samekey.deliver import delta
from samekey.errors import TenantError
from samekey.events import Listener, Noticed

QUESTIONS_A_SECOND = 10
"""What a production tenant lets through; a small one lets through less, and then an export gains the more."""

EXPORT_SECONDS = 60
"""How long an export of next to nobody is taken to take."""

EXPORTED_A_SECOND = 1_000
"""How many users a second an export is taken to go through: a cautious guess, since nothing is published."""

FIELDS = ("user_id", "email", *delta.METADATA, *delta.SIGNS_OF_USE)
"""What is asked for in an export."""

PROBED = 10
"""Users who are asked for by id as well, to see whether the export tells of everything."""

_STEP = "deliver"
_BATCH = 1_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Profile).decode


class Directory(Protocol):
    """Where users are looked up; `samekey.client.management.Management` is one."""

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def user(self, user_id: str) -> Profile | None:
        """The user with this id, prefix included; None when there is none."""
        ...

    def export_users(self, connection_id: str, fields: Sequence[str]) -> Iterator[Profile]:
        """Everybody of a connection."""
        ...


class Singly(Protocol):
    """Where users are asked for one by one."""

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def user(self, user_id: str) -> Profile | None:
        """The user with this id, prefix included; None when there is none."""
        ...


def is_better_exported(questions: int, users: int) -> bool:
    """Whether an export is quicker than asking for each.

    Args:
        questions: users to be asked for.
        users: about how many the connection holds.

    """
    return questions / QUESTIONS_A_SECOND > EXPORT_SECONDS + users / EXPORTED_A_SECOND


def ask_for(user: Mapping[str, Any], directory: Singly, connection: str) -> list[Profile]:
    """Whoever has the user's address, in any connection, and where nobody of this connection has it, its id."""
    found: list[Profile] = []
    if user.get("email"):
        found = directory.users_by_email(str(user["email"]))
    if not any(delta.is_of(profile, connection) for profile in found) and user.get("user_id"):
        by_id = directory.user(f"{limits.USER_ID_PREFIX}{user['user_id']}")
        found = [by_id] if by_id else []
    return found


class OverThere:
    """Changed users as they are at the tenant. On disk where they are many, and gone when closed."""

    def __init__(self, directory: Directory, connection: Connection, listener: Listener) -> None:
        """Args:
        directory: the tenant.
        connection: where the users go.
        listener: hears of an export.

        """
        self._directory = directory
        self._connection = connection
        self._listener = listener
        self._database: sqlite3.Connection | None = None

    def export(self, wanted: Iterable[Mapping[str, Any]]) -> None:
        """Keep what an export of the connection says of these users; where there is none, each will be asked for."""
        self._database = sqlite3.connect("")  # private, temporary
        self._database.executescript(
            "create table wanted (name text primary key) without rowid;"
            "create table there (user_id text primary key, email text, profile blob) without rowid;"
            "create index there_by_email on there (email);"
        )
        names = ((name,) for user in wanted for name in _names_of(user))
        self._database.executemany("insert or ignore into wanted values (?)", names)
        try:
            self._say("Many changed: the connection is exported, which is quicker than asking for each of them.")
            self._fill(self._database)
            if self._tells_all(self._database):
                return
            self._say("The export does not tell what the tenant tells of single users: each is asked for.", "warning")
        except TenantError as error:
            self._say(f"{error.message.rstrip('.')}: each changed user is asked for instead.", "warning")
        self.close()

    def find(self, user: Mapping[str, Any]) -> list[Profile]:
        """Everybody over there who has the user's address or id, of this connection at least.

        Raises:
            TenantError: the tenant refused, or is out of reach.

        """
        found = self._exported(user)
        return found or ask_for(user, self._directory, self._connection.name)

    def close(self) -> None:
        """Forget everybody."""
        if self._database:
            self._database.close()
        self._database = None

    def _exported(self, user: Mapping[str, Any]) -> list[Profile]:
        if self._database is None:
            return []
        email, user_id = str(user.get("email") or "").lower(), user.get("user_id")
        rows = self._database.execute("select profile from there where email = ?", (email,)).fetchall() if email else []
        if not rows and user_id:
            asked = (f"{limits.USER_ID_PREFIX}{user_id}",)
            rows = self._database.execute("select profile from there where user_id = ?", asked).fetchall()
        return [_decode(row[0]) for row in rows]

    def _fill(self, database: sqlite3.Connection) -> None:
        sql = (
            "insert or replace into there select :user_id, :email, :profile "
            "where exists (select 1 from wanted where name in (:user_id, :email))"
        )
        rows = (
            {"user_id": profile["user_id"], "email": str(profile.get("email") or "").lower(), "profile": profile}
            for profile in self._directory.export_users(self._connection.id, FIELDS)
            if profile.get("user_id")
        )
        here = [{"connection": self._connection.name}]
        database.executemany(sql, ({**row, "profile": _encode({**row["profile"], "identities": here})} for row in rows))

    def _tells_all(self, database: sqlite3.Connection) -> bool:
        """Whether the export says of a few users what the tenant says of them by id."""
        telling = "order by length(profile) desc limit ?"  # the longest have most to lose
        rows = database.execute(f"select user_id, profile from there {telling}", (PROBED,)).fetchall()  # noqa: S608
        return all(self._is_told(user_id, _decode(profile)) for user_id, profile in rows)

    def _is_told(self, user_id: str, exported: Profile) -> bool:
        shown = self._directory.user(user_id)
        if shown is None:
            return True  # deleted in between
        names = [name for name in delta.METADATA if shown.get(name)]
        if any(name not in exported for name in names):
            return False
        return delta.has_own_password(exported) or not delta.has_own_password(shown)

    def _say(self, text: str, level: str = "info") -> None:
        self._listener.notice(Noticed(_STEP, text, level))


def _names_of(user: Mapping[str, Any]) -> Iterator[str]:
    if user.get("email"):
        yield str(user["email"]).lower()
    if user.get("user_id"):
        yield f"{limits.USER_ID_PREFIX}{user['user_id']}"
