"""Fills a chunk to the byte; knows nothing of files.

A chunk is one Auth0 import file: a JSON array of users without a blank between tokens. Users keep their order within a
partition. A chunk takes users as long as the next one still fits, so that it is never above the limit and never smaller
than it has to be. Which chunk a user lands in depends on the users before it and on nothing else: the same users give
the same bytes, whoever packs them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from samekey.records import Rejection, User

OPEN_BYTES_MAX = 64 * 1024 * 1024
"""JSON held in open chunks of all partitions together; beyond it the fullest chunk is closed early."""

_BRACKETS_BYTES = 2
_COMMA_BYTES = 1


@dataclass
class Chunk:
    """Users on their way into one import file."""

    partition: str = ""
    """The partition they belong to; empty when the rules have none."""
    users: list[User] = field(default_factory=list)
    size_bytes: int = _BRACKETS_BYTES
    """What the file will weigh."""

    def encoded(self) -> bytes:
        """The import file."""
        return b"[" + b",".join(user.payload for user in self.users) + b"]"


@dataclass(frozen=True)
class TooLarge:
    """A user that no chunk can hold."""

    rejection: Rejection


def fill(users: Iterable[User], *, bytes_max: int, users_max: int = 0) -> Iterator[Chunk | TooLarge]:
    """Put users into chunks.

    Args:
        users: in the order in which they are to be delivered.
        bytes_max: the most a chunk may weigh, brackets included.
        users_max: the most users a chunk may hold; 0 for no such limit.

    Returns:
        Full chunks as they close, then what is left, partitions in the order in which they first appeared; between
        them the users that alone are too large.

    """
    open_chunks: dict[str, Chunk] = {}
    open_bytes = 0
    for user in users:
        weight = len(user.payload)
        if weight + _BRACKETS_BYTES > bytes_max:
            yield TooLarge(_too_large(user, bytes_max))
            continue
        chunk = open_chunks.get(user.partition)
        if chunk is None:
            chunk = open_chunks[user.partition] = Chunk(user.partition)
            open_bytes += chunk.size_bytes
        elif not _takes(chunk, weight, bytes_max, users_max):
            yield chunk
            open_bytes -= chunk.size_bytes
            chunk = open_chunks[user.partition] = Chunk(user.partition)
            open_bytes += chunk.size_bytes
        added = weight + (_COMMA_BYTES if chunk.users else 0)
        chunk.users.append(user)
        chunk.size_bytes += added
        open_bytes += added
        if open_bytes > OPEN_BYTES_MAX:
            fullest = max(open_chunks.values(), key=lambda candidate: candidate.size_bytes)
            del open_chunks[fullest.partition]
            open_bytes -= fullest.size_bytes
            yield fullest
    yield from open_chunks.values()


def _takes(chunk: Chunk, weight: int, bytes_max: int, users_max: int) -> bool:
    if users_max and len(chunk.users) >= users_max:
        return False
    return chunk.size_bytes + _COMMA_BYTES + weight <= bytes_max


def _too_large(user: User, bytes_max: int) -> Rejection:
    remedy = f"The user weighs {len(user.payload)} bytes and a chunk holds {bytes_max}: carry less metadata."
    return Rejection(user.position, "user-too-large", "", remedy, key=user.key)
