"""What becomes of everybody in a pass that is held against earlier rounds: one byte a record, and lists in order."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import msgspec

from samekey.pack.spilling import Sorter

_encode = msgspec.json.Encoder().encode


class Fate(IntEnum):
    """What becomes of a record in this round."""

    LEFT = 0
    """Nothing: it keeps its state."""
    NEW = 1
    """Packed, as one that is not over there."""
    CHANGED = 2
    """Packed, as one that is."""
    LISTED = 3
    """Rejected or held, under its key."""
    NAMELESS = 4
    """Rejected, without a key of its own."""


@dataclass(frozen=True)
class Others(Collection[int]):
    """Users of whom something else becomes, in order; in no more memory than what it says of everybody."""

    marks: bytearray
    fate: Fate

    def __iter__(self) -> Iterator[int]:
        """Their places."""
        return (place for place, mark in enumerate(self.marks) if mark != self.fate)

    def __len__(self) -> int:
        """How many they are."""
        return len(self.marks) - self.marks.count(self.fate)

    def __contains__(self, place: object) -> bool:
        """Whether the user of that place is one of them."""
        return isinstance(place, int) and self.marks[place] != self.fate


@dataclass
class Decided:
    """What becomes of everybody."""

    users: bytearray
    """A `Fate` by the user's place in all spools."""
    rejections: bytearray
    held: bytearray
    changes: Sorter
    """Lines of `changes.ndjson`."""
    ended: Sorter
    """Lines of `ended.ndjson`."""
    left_out: int = 0
    unstated: int = 0
    """Of these, records that no round says anything of."""
    met: int = 0
    """Records that were packed, rejected or held for the first time."""
    nameless: int = 0
    """Rejections without a key of their own."""
    nameless_before: int = 0
    """The same in the round before."""
    counts: Counter[str] = field(default_factory=Counter)
    """What changed, by kind, and how many are new or unchanged."""

    def others_than(self, fate: Fate) -> "Others":
        """Everybody of whom something else becomes."""
        return Others(self.users, fate)

    def rejection(self, number: int, line: bytes) -> bytes | None:
        """A line of the list as it is to be written; None for a record that keeps its state."""
        return _listed(self.rejections[number], line)

    def refusal(self, ordinal: int, line: bytes) -> bytes | None:
        """The same for a user who is refused as a duplicate."""
        return _listed(self.users[ordinal], line)


def _listed(fate: int, line: bytes) -> bytes | None:
    if fate == Fate.NAMELESS:
        return _encode({**msgspec.json.decode(line), "key": ""}) + b"\n"
    return line if fate == Fate.LISTED else None
