"""Users of a delta who were deleted over there in the moment before it: an update then makes a user without a password.

A profile that changed is sent without its hash, since the password stays as it was. Where nobody is left to be updated,
the import makes somebody, who gets a random password for good. The job's totals tell that it happened; whom, reading
back does.
"""

from collections.abc import Mapping
from typing import Any

from samekey.client.wire import Connection
from samekey.deliver import delta, over_there, parts
from samekey.deliver.lifecycle import State
from samekey.deliver.over_there import Singly
from samekey.deliver.settle import Since, created_at
from samekey.journal.journal import Journal
from samekey.journal.outcome_codes import MADE_BARE, READ_BACK
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.manifest import users_of
from samekey.pack.run_folder import Round

_SAID = "Read back: the job made more users than were missing before."


def find(journal: Journal, rounds: Mapping[str, Round], directory: Singly, connection: Connection) -> int:
    """Write down who of some prepared rounds was made anew, and without a password; how many they are.

    Args:
        journal: of the delivery.
        rounds: prepared rounds, by what the journal calls them.
        directory: the tenant.
        connection: where the users went.

    Raises:
        TenantError: the tenant could not be asked; what was found is journalled.

    """
    count = 0
    for chunk in journal.chunks():
        if chunk.round not in rounds or chunk.state != State.SETTLED:
            continue
        existed = journal.existed(chunk) or set()
        known = {row.ordinal: row for row in journal.outcomes() if (row.round, row.chunk) == (chunk.round, chunk.name)}
        if len(known) >= chunk.users or (chunk.inserted or 0) <= len(set(range(chunk.users)) - existed - known.keys()):
            continue
        intended_at, tenant_at = journal.first_intent(chunk)
        if intended_at is None:
            continue
        since = Since(tenant_at) if tenant_at else Since.first_intent(intended_at, None)
        without = {place - chunk.first for file, place in journal.without_hash(chunk.round) if file == chunk.file_name}
        rows = []
        for ordinal, user in enumerate(users_of(parts.read_part(rounds, chunk))):
            if ordinal in known:
                continue
            is_new = ordinal not in existed or _is_new(user, directory, connection, since)
            bare = is_new and ordinal in existed and (delta.HASH not in user or ordinal in without)
            rows.append(_row(chunk, ordinal, user, is_new=is_new, code=MADE_BARE if bare else READ_BACK))
            count += bare
        journal.place(chunk, [], rows)
    return count


def _is_new(user: Mapping[str, Any], directory: Singly, connection: Connection, since: Since) -> bool:
    found = over_there.ask_for(user, directory, connection.name)
    moments = [created_at(profile) for profile in found if delta.is_of(profile, connection.name)]
    return any(moment is not None and moment >= since.at for moment in moments)


def _row(chunk: ChunkRow, ordinal: int, user: Mapping[str, Any], *, is_new: bool, code: str) -> OutcomeRow:
    identifier = str(user.get("email") or user.get("user_id") or "")
    return OutcomeRow(chunk.round, chunk.name, ordinal, "created" if is_new else "updated", code, _SAID, identifier)
