"""With upsert: who was in the connection before the first job, so that created and updated are told apart.

A job's own totals cannot say who was updated, and a chunk that went twice updates those it had created. Asked are
single users for a small run, and an export of the whole connection for a larger one.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Protocol

from samekey.auth0 import upsert
from samekey.client.wire import Connection, Profile
from samekey.events import Listener, Noticed
from samekey.journal.journal import Journal
from samekey.pack.manifest import Manifest, read_chunk, users_of
from samekey.pack.run_folder import Round

ASKED_SINGLY_MAX = 200
"""A run with more users than that is held against an export."""

_STEP = "deliver"
_BATCH = 10_000


class Directory(Protocol):
    """Where users are looked up; `samekey.client.management.Management` is one."""

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def export_users(self, connection_id: str, fields: Sequence[str]) -> Iterator[Profile]:
        """Everybody of a connection."""
        ...


def look_for(
    journal: Journal,
    rounds: Iterable[Round],
    manifests: Mapping[str, Manifest],
    directory: Directory,
    connection: Connection,
    *,
    listener: Listener,
    at: datetime,
) -> None:
    """Write down which packed users are there, once for each round.

    Args:
        journal: of the delivery.
        rounds: what was packed.
        manifests: of the rounds, by name.
        directory: where users are looked up.
        connection: where the users go.
        listener: hears what was found.
        at: the time.

    A round that has begun is left alone: who is there now may have been made by it.

    Raises:
        TenantError: the tenant could not be asked; nothing is written down for that round.

    """
    begun = {chunk.round for chunk in journal.chunks() if chunk.attempt}  # what is there now may be ours
    missing = [each for each in rounds if each.name not in begun and not journal.is_looked_for(each.name)]
    if not missing:
        return
    users = sum(manifests[each.name].packed for each in missing)
    with closing(_There(directory, connection, exports=users > ASKED_SINGLY_MAX)) as there:
        for each in missing:
            found = [
                (chunk.name, ordinal)
                for chunk in manifests[each.name].chunks
                for ordinal, user in enumerate(users_of(read_chunk(each, chunk)))
                if there.holds(user)
            ]
            journal.add_existed(each.name, found, at=at)
            listener.notice(
                Noticed(_STEP, f"{len(found):,} of {manifests[each.name].packed:,} users are there and are updated.")
            )


class _There:
    """Everybody of a connection by address; on disk, since there may be millions."""

    def __init__(self, directory: Directory, connection: Connection, *, exports: bool) -> None:
        self._directory = directory
        self._connection = connection
        self._database = sqlite3.connect("") if exports else None  # private, temporary, gone when closed
        if self._database:
            self._database.execute("create table there (email text primary key) without rowid")
            self._fill(self._database)

    def holds(self, user: Mapping[str, Any]) -> bool:
        """Whether an import with upsert finds this user."""
        email = str(user.get(upsert.MATCHED_BY) or "").lower()
        if not email:
            return False
        if self._database is None:
            found = self._directory.users_by_email(email)
            return any(_is_of(profile, self._connection.name) for profile in found)
        row = self._database.execute("select 1 from there where email = ?", (email,)).fetchone()
        return row is not None

    def close(self) -> None:
        """Forget everybody."""
        if self._database:
            self._database.close()

    def _fill(self, database: sqlite3.Connection) -> None:
        batch: list[tuple[str]] = []
        for profile in self._directory.export_users(self._connection.id, (upsert.MATCHED_BY,)):
            if email := str(profile.get(upsert.MATCHED_BY) or "").lower():
                batch.append((email,))
            if len(batch) >= _BATCH:
                database.executemany("insert or ignore into there values (?)", batch)
                batch.clear()
        database.executemany("insert or ignore into there values (?)", batch)


def _is_of(profile: Profile, connection: str) -> bool:
    return any(identity.get("connection") == connection for identity in profile.get("identities") or ())
