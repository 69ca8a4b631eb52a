"""What the rounds of a run folder know of a record: its last state, and what it was like when it was packed last.

A record is known by its key. Within a round one record bears a key: the packed one, else the held, else the first that
was rejected. Any other rejection with the same key, and every one without, is *nameless*: its round alone knows of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from samekey.pack.changes import Kind, State, changes_of
from samekey.pack.fingerprints import Fingerprints
from samekey.pack.manifest import changed, unreadable
from samekey.pack.run_folder import Round
from samekey.pack.user_lines import UserLine
from samekey.pack.users_by_key import Entries

T = TypeVar("T")
_STATES = {str(state): state for state in State}


class Statement(msgspec.Struct, array_like=True, gc=False):
    """What one round says of one record."""

    key: str
    round: int
    """Which of the rounds, from 0."""
    state: str
    """A `State`; empty for a change without a new state."""
    place: int
    """Line of the round's file, from 0."""
    line: UserLine | None = None
    """Of a packed record."""
    email: str = ""
    """Of a held one."""
    cluster: str = ""
    """Of a packed or held one."""
    word: str = ""
    """The verdict of a packed or held one, the reason of a rejected one."""
    blocked: bool | None = None
    """What a change says of it."""
    is_gone: bool | None = None
    """Whether a change says that it vanished, or returned."""
    was: Fingerprints | None = None
    """Of a packed record in a round that is compared."""


class _Line(msgspec.Struct):
    key: str
    email: str = ""
    cluster: str = ""
    verdict: str = ""
    reason: str = ""


@dataclass
class Known:
    """What several rounds together say of one record."""

    state: State | None = None
    round: int = -1
    place: int = -1
    line: UserLine | None = None
    """Of the last round that packed it."""
    was: Fingerprints | None = None
    """Of the same round, if it is compared."""
    email: str = ""
    cluster: str = ""
    word: str = ""
    blocked: bool = False
    is_gone: bool = False
    repeated: list[UserLine] = field(default_factory=list)
    """Further packed records of the same round with the same key, which nothing tells apart."""

    @property
    def identifiers(self) -> dict[str, str]:
        """By what the person is known over there."""
        if self.line:
            return self.line.identifiers
        return {"email": self.email} if self.email else {}

    def hear(self, said: Statement) -> bool:
        """Take a statement in; they come round by round. False when it is about a nameless record."""
        if said.state == "":
            self.blocked = bool(said.blocked)
            self.is_gone = self.is_gone if said.is_gone is None else said.is_gone
            return True
        if said.round == self.round:  # statements of a round come with the packed ones first
            if said.state == State.PACKED and said.line:
                self.repeated.append(said.line)
                return True
            return False
        self.state, self.round, self.place = _STATES[said.state], said.round, said.place
        self.repeated, self.is_gone = [], False
        if said.state == State.PACKED and said.line:
            self.line, self.was, self.blocked = said.line, said.was, bool(said.line.blocked)
        self.email, self.cluster, self.word = said.email, said.cluster, said.word
        return True


def users_of(packed: Round, number: int, users: Entries) -> Iterator[Statement]:
    """What a round says of those whom it packed.

    Args:
        packed: the round.
        number: which of the rounds, from 0.
        users: some of them.

    Raises:
        RunFolderChanged: a line is not one of a user.

    """
    try:
        for user in range(len(users.heads)):
            line, was = users.line(user), users.fingerprints(user)
            place, cluster, verdict = users.place(user), line.cluster, line.verdict
            yield Statement(line.key, number, State.PACKED, place, line, "", cluster, verdict, was=was)
    except msgspec.DecodeError as error:
        raise changed(packed.users_path) from error


def others_of(rounds: Sequence[Round]) -> Iterator[Statement]:
    """Everything else that rounds say of records, round by round; within one first held, then rejected, then changes.

    Args:
        rounds: finished ones.

    Raises:
        RunFolderChanged: a file cannot be read.

    """
    for number, each in enumerate(rounds):
        for state, path in ((State.HELD, each.held_path), (State.REJECTED, each.rejections_path)):
            for place, other in _read(each, path, _Line):
                word = other.verdict or other.reason
                yield Statement(other.key, number, state, place, None, other.email, other.cluster, word)
        for change in changes_of(each):
            if not change.packed:
                gone = Kind.VANISHED in change.kinds or Kind.REKEYED in change.kinds
                returned = Kind.RETURNED in change.kinds
                yield Statement(
                    change.key,
                    number,
                    "",
                    -1,
                    blocked=change.blocked,
                    is_gone=gone if gone or returned else None,
                )


def _read(packed: Round, path: Path, kind: type[T]) -> Iterator[tuple[int, T]]:
    decode = msgspec.json.Decoder(kind).decode
    try:
        with packed.reading(path) as file:
            for place, line in enumerate(file):
                yield place, decode(line)
    except OSError as error:
        raise unreadable(packed, path, error) from error
    except msgspec.DecodeError as error:
        raise changed(path) from error
