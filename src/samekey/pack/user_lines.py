"""A line of `users.ndjson`: how a packed user is known later, beside what Auth0 is told of it.

Nothing secret stands there. Identifiers are needed as they are (the key is one of them as a rule): whoever vanished
from the source has to be found at the tenant.
"""

from collections.abc import Iterable
from functools import cache
from itertools import repeat
from typing import Any

import msgspec

from samekey.records import Position, UserColumns


class UserLine(msgspec.Struct, gc=False, omit_defaults=True):
    """One packed user."""

    key: str
    position: Position
    cluster: str = ""
    verdict: str = "none"
    """What became of the password."""
    identifiers: dict[str, str] = {}
    """As `records.User` has them: in lower case, the user id as it came."""
    blocked: bool | None = None
    """As it was sent; None when nothing was."""


def lines_of(users: UserColumns) -> list[UserLine]:
    """One line a user."""
    kind = users.one_kind()
    clusters: Iterable[str] = repeat(kind[0]) if kind else [cluster for cluster, _ in users.kinds]
    verdicts: Iterable[str] = repeat(kind[1]) if kind else [verdict for _, verdict in users.kinds]
    return list(
        map(
            UserLine,
            users.keys,
            users.positions,
            clusters,
            verdicts,
            _identifiers(users),
            users.blocked or repeat(None),
        )
    )


def _identifiers(users: UserColumns) -> list[Any]:
    """Everybody's identifiers: reads like the dict that it becomes, absent ones left out."""
    make = _identifiers_type(tuple(users.identifiers))
    return list(map(make, *users.identifiers.values())) if users.identifiers else [make()] * len(users.keys)


@cache
def _identifiers_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Identifiers", [(name, str, "") for name in names], omit_defaults=True, gc=False)
