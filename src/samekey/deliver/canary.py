"""The canary: a few users go first and are proved before anybody else follows.

It is a part of a chunk (see `samekey.deliver.parts`), so the books count its users like all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from samekey.deliver import parts
from samekey.deliver.lifecycle import State
from samekey.journal import milestones
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow

USERS = 10
"""How many go first unless told otherwise."""


@dataclass(frozen=True)
class Place:
    """Where a packed user stands."""

    round: str
    file: str
    ordinal: int


@dataclass(frozen=True)
class Flown:
    """What became of the canary."""

    users: int
    failed: int
    logins: int
    """Known people among them that tried the door."""
    logins_ok: int

    @property
    def is_well(self) -> bool:
        """Whether everybody arrived and whoever tried got in."""
        return self.failed == 0 and self.logins == self.logins_ok

    def said(self) -> str:
        """In one sentence."""
        door = f"{self.logins_ok:,} of {self.logins:,} known people got in" if self.logins else "nobody tried the door"
        return f"Canary: {self.users - self.failed:,} of {self.users:,} users arrived, {door}."


def choose(journal: Journal, users: int, *, near: Place | None, at: datetime) -> ChunkRow | None:
    """The chunk that goes first; cut out of a larger one when it is chosen, and the same in every later run.

    Args:
        journal: of the delivery; its chunks are in it.
        users: how many go first.
        near: somebody who must be among them; None for whoever comes first.
        at: the time.

    Returns:
        None when the delivery has begun without one, or is hardly larger than one.

    """
    chunks = journal.chunks()
    chosen = journal.last_note(milestones.CANARY_CHOSEN)
    if chosen is not None:
        return next((chunk for chunk in chunks if f"{chunk.round}/{chunk.name}" == chosen), None)
    if any(chunk.state != State.WAITING for chunk in chunks) or sum(chunk.users for chunk in chunks) <= users:
        return None
    whole = next((chunk for chunk in chunks if near is None or _holds(chunk, near)), chunks[0])
    begins = near.ordinal - whole.first if near and _holds(whole, near) else 0
    found = _cut_out(journal, whole, max(0, min(begins, whole.users - users)), users)
    journal.add_milestone(milestones.CANARY_CHOSEN, at=at, note=f"{found.round}/{found.name}")
    return found


def _cut_out(journal: Journal, whole: ChunkRow, begins: int, users: int) -> ChunkRow:
    """Some users of a chunk as a chunk of their own."""
    name = whole.name
    if begins:
        name = parts.name_of_rest(whole, begins)
        journal.cut(whole, begins, rest=name)
    canary = _named(journal.chunks(), whole.round, name)
    if canary.users > users:
        journal.cut(canary, users, rest=parts.name_of_rest(canary, users))
    return _named(journal.chunks(), whole.round, name)


def _named(chunks: Sequence[ChunkRow], round_name: str, name: str) -> ChunkRow:
    return next(chunk for chunk in chunks if (chunk.round, chunk.name) == (round_name, name))


def _holds(chunk: ChunkRow, place: Place) -> bool:
    is_file = (chunk.round, chunk.file_name) == (place.round, place.file)
    return is_file and chunk.first <= place.ordinal < chunk.first + chunk.users
