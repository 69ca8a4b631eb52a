"""Just before a chunk of a delta leaves, whoever is sent a password is read once more.

The chunk was made some time ago, perhaps from an export. Whoever has come in since then, or set a password over there,
keeps that one: the rest of the user is sent without the hash, which the tenant would refuse together with the user. It
is journalled first, so that every later attempt leaves the same hashes out, and the person is listed.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from samekey.deliver import delta, over_there
from samekey.deliver.assignment import Assignment
from samekey.journal.rows import ChunkRow
from samekey.pack.manifest import users_of
from samekey.pack.prepared import is_prepared

_encode = msgspec.json.Encoder().encode


def without_used_passwords(assignment: Assignment, chunk: ChunkRow, content: bytes) -> bytes:
    """What is to be handed in for a chunk.

    Args:
        assignment: what is delivered.
        chunk: whose turn it is.
        content: its users as they were prepared.

    Raises:
        TenantError: the tenant could not be asked; nothing was sent.

    """
    if not is_prepared(chunk.round):
        return content
    users = users_of(content)
    left_out = assignment.journal.without_hash(chunk.round)
    known = {place - chunk.first for file, place in left_out if file == chunk.file_name}
    asked = [place for place, user in enumerate(users) if delta.HASH in user and place not in known]
    used = [place for place in asked if _has_own_password(assignment, users[place])]
    if used:
        assignment.journal.leave_hashes_out(chunk, used)
        assignment.say(
            f"{len(used):,} users of chunk {chunk.name} have a password of their own over there by now, and keep it.",
            level="warning",
            about=chunk,
        )
    without = known.union(used)
    return content if not without else _encode(_without(users, without))


def _has_own_password(assignment: Assignment, user: dict[str, Any]) -> bool:
    connection = assignment.connection.name
    found = over_there.ask_for(user, assignment.tenant, connection)
    return any(delta.is_of(profile, connection) and delta.has_own_password(profile) for profile in found)


def _without(users: Sequence[dict[str, Any]], places: set[int]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in user.items() if name != delta.HASH} if place in places else user
        for place, user in enumerate(users)
    ]
