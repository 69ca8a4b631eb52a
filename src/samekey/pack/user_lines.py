"""A line of `users.ndjson`: how a packed user is known later, beside what Auth0 is told of it.

Nothing secret stands there. Identifiers are needed as they are (the key is one of them as a rule): whoever vanished
from the source has to be found at the tenant.

A line is an array, since there is one for every user: names would make it twice as long, and cost twice the time.

    ["ann@example.com",[0,1,0],"raw_sha1","as-is","ann@example.com","7"]

What no user of a round has is left out at the end: which properties there are is for the rules to say, and how a
position is told for the source, so that the same user has the same line wherever it is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec

from samekey.records import Position, Positions, UserColumns


class Place(msgspec.Struct, array_like=True, gc=False):
    """A `Position`, as it stands in a line."""

    index: int
    line: int | None = None
    byte: int | None = None
    file: str = ""


class UserLine(msgspec.Struct, array_like=True, gc=False):
    """One packed user."""

    key: str
    place: Place
    cluster: str = ""
    verdict: str = "none"
    """What became of the password."""
    email: str = ""
    """This and the following as `records.User` has them: in lower case, the user id as it came; empty where absent."""
    user_id: str = ""
    username: str = ""
    phone_number: str = ""
    blocked: bool | None = None
    """As it was sent; None when nothing was."""

    @property
    def position(self) -> Position:
        """Where its record stands."""
        return Position(self.place.index, self.place.line, self.place.byte, self.place.file)

    @property
    def identifiers(self) -> dict[str, str]:
        """Those that it has, by name."""
        found = {name: getattr(self, name) for name in ("email", "username", "phone_number", "user_id")}
        return {name: value for name, value in found.items() if value}


_IDENTIFIERS = ("email", "user_id", "username", "phone_number")
"""In the order of a line: the commonest first."""


def lines_of(users: UserColumns) -> list[Sequence[Any]]:
    """One line a user, ready to be encoded: reads like a `UserLine`."""
    kind = users.one_kind()
    clusters: Iterable[str] = repeat(kind[0]) if kind else [cluster for cluster, _ in users.kinds]
    verdicts: Iterable[str] = repeat(kind[1]) if kind else [verdict for _, verdict in users.kinds]
    columns: list[Iterable[Any] | None] = [users.identifiers.get(name) for name in _IDENTIFIERS]
    columns.append(users.blocked or None)
    while columns and columns[-1] is None:
        columns.pop()
    there = [repeat("") if column is None else column for column in columns]
    return list(zip(users.keys, _places(users.positions), clusters, verdicts, *there, strict=False))


def _places(positions: Positions) -> Iterator[Sequence[Any]]:
    unknown = repeat(None)
    columns: list[Iterable[Any]] = [positions.indexes]
    if positions.lines or positions.starts or positions.files:
        columns.append(positions.lines or unknown)
    if positions.starts or positions.files:
        columns.append(positions.starts or unknown)
    if positions.files:
        columns.append(positions.files)
    return zip(*columns, strict=False)
