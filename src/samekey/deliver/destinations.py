"""What of a run is meant for which connection, where the rules say so in `[partition.to]`."""

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from samekey.client.wire import Connection
from samekey.errors import UsageError
from samekey.pack.manifest import Manifest


def meant_for(manifests: Mapping[str, Manifest], goal: Connection) -> dict[str, Manifest]:
    """The rounds as this connection gets them: chunks that name it, by name or id, and those that name none.

    Args:
        manifests: of every round, by its name.
        goal: where the delivery goes.

    Raises:
        UsageError: nothing of the run is meant for it.

    """
    elsewhere = users_elsewhere(manifests, goal)
    mine = {}
    for name, manifest in manifests.items():
        chunks = tuple(chunk for chunk in manifest.chunks if chunk.connection in {"", goal.name, goal.id})
        users = sum(chunk.users for chunk in chunks) if len(chunks) < len(manifest.chunks) else manifest.packed
        mine[name] = replace(manifest, chunks=chunks, packed=users)
    if elsewhere and not any(manifest.chunks for manifest in mine.values()):
        raise UsageError(
            f"Nothing in this run is meant for {goal.name}: {_named(elsewhere)}.",
            remedy="Name one of these with --connection, or change [partition.to] and pack again.",
        )
    return mine


def users_elsewhere(manifests: Mapping[str, Manifest], goal: Connection) -> Counter[str]:
    """Users that are meant for other connections, by these."""
    users: Counter[str] = Counter()
    for manifest in manifests.values():
        for chunk in manifest.chunks:
            if chunk.connection not in {"", goal.name, goal.id}:
                users[chunk.connection] += chunk.users
    return users


def said(elsewhere: Counter[str]) -> str:
    """The same for whoever delivers one of them."""
    return f"Not part of this delivery: {_named(elsewhere)}. Each has a delivery of its own, with --connection."


def _named(users: Counter[str]) -> str:
    return ", ".join(f"{count:,} users are for {connection}" for connection, count in users.most_common())
