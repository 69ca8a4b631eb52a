"""Several records for one person: Auth0 takes the first that it sees inside a job, and samekey takes the one that the
rules say, before anything is sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, one bucket of
identifiers at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from samekey.pack.spool import BUCKETS, NAME_INITIALS, Spool
from samekey.records import Position

_NAMES = {initial.encode(): name for name, initial in NAME_INITIALS.items()}
_ORDER = list(_NAMES)
_GROUPS = 8
"""Of buckets; each is looked into by one worker."""


class Refused(NamedTuple):
    """A user whose identifier another user holds."""

    ordinal: int
    """The user, counted over all spools, from 0."""
    name: str
    """Which identifier: email, username, phone_number or user_id."""
    holder: int
    """The user that keeps it; where nobody does, the first who has it."""


Shared = dict[bytes, list[int]]
"""Identifiers that more than one user has, each with its holders."""
SideBySide = Callable[[Callable[[range], Shared], Iterable[range]], Iterable[Shared]]
"""As `map`: applies a function to every one of several things."""


def find(spools: Sequence[Spool], *, keep: str = "first", side_by_side: SideBySide = map) -> list[Refused]:
    """Everyone whose identifier is taken, in the order of the source.

    Users with shared identifiers are gone through in the order that `keep` says, and each takes its identifiers unless
    one of them is taken. A refused user takes none, so that whoever shares only its other identifiers is not refused.

    Args:
        spools: all of them, in the order of the source.
        keep: first, last, newest (the lowest claim) or refuse: nobody who shares an identifier is packed.
        side_by_side: looks into several buckets at once.

    """
    names_of: dict[int, list[bytes]] = {}
    groups = [range(first, BUCKETS, _GROUPS) for first in range(_GROUPS)]
    for shared in side_by_side(partial(shared_in, spools), groups):
        for name, holders in shared.items():
            for ordinal in holders:
                names_of.setdefault(ordinal, []).append(name)
    for names in names_of.values():
        names.sort(key=lambda name: _ORDER.index(name[:1]))
    if keep == "refuse":
        return _everybody(names_of)
    taken: dict[bytes, int] = {}
    refused = []
    for ordinal in _by_precedence(spools, sorted(names_of), keep):
        names = names_of[ordinal]
        clash = next((name for name in names if name in taken), None)
        if clash is None:
            taken.update(dict.fromkeys(names, ordinal))
        else:
            refused.append(Refused(ordinal, _NAMES[clash[:1]], taken[clash]))
    return sorted(refused)


def remedy(refused: Refused, holder: Position, keep: str) -> str:
    """What to do about a refused user, who shares an identifier with the one at that position."""
    place = str(holder).capitalize()
    if keep in {"first", "refuse"}:
        return f"{place} has the same {refused.name}: decide which of the two is the person and drop the other."
    return f"{place} has the same {refused.name} and is kept, as [duplicates] says; nothing to do if that is right."


def _by_precedence(spools: Sequence[Spool], ordinals: list[int], keep: str) -> list[int]:
    """Users in the order in which they may take their identifiers."""
    if keep == "last":
        return ordinals[::-1]
    if keep == "newest":
        claims = _claims(spools, ordinals)
        return sorted(ordinals, key=claims.__getitem__)
    return ordinals


def _claims(spools: Sequence[Spool], ordinals: Sequence[int]) -> dict[int, float]:
    """The claims of some users, who come in order."""
    claims: dict[int, float] = {}
    waiting = iter(ordinals)
    ordinal = next(waiting, None)
    first = 0
    for spool in spools:
        of_each = spool.claim_of_each()
        while ordinal is not None and ordinal < first + spool.users:
            claims[ordinal] = of_each[ordinal - first]
            ordinal = next(waiting, None)
        first += spool.users
    return claims


def _everybody(names_of: Mapping[int, Sequence[bytes]]) -> list[Refused]:
    """All who share an identifier, each with the first other user that has it."""
    holders: dict[bytes, list[int]] = {}
    for ordinal in sorted(names_of):
        for name in names_of[ordinal]:
            holders.setdefault(name, []).append(ordinal)
    return [
        Refused(ordinal, _NAMES[names[0][:1]], next(each for each in holders[names[0]] if each != ordinal))
        for ordinal, names in sorted(names_of.items())
    ]


def shared_in(spools: Sequence[Spool], buckets: Iterable[int]) -> Shared:
    """Identifiers of some buckets that more than one user has."""
    shared: Shared = {}
    for bucket in buckets:
        names: list[bytes] = []
        for spool in spools:
            names += spool.names(bucket)
        if len(set(names)) == len(names):  # as nearly always
            continue
        holders: Shared = {}
        for name, ordinal in zip(names, _ordinals(spools, bucket), strict=True):
            holders.setdefault(name, []).append(ordinal)
        shared.update((name, each) for name, each in holders.items() if len(each) > 1)
    return shared


def _ordinals(spools: Sequence[Spool], bucket: int) -> Iterator[int]:
    """The user behind each identifier of a bucket, counted over all spools."""
    first = 0
    for spool in spools:
        for holder in spool.holders(bucket):
            yield first + holder
        first += spool.users
