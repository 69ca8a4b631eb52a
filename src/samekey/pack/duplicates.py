"""Two records for one person: Auth0 refuses the second of them inside a job, and so does samekey, before anything is
sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, one bucket of
identifiers at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from samekey.pack.spool import BUCKETS, NAME_INITIALS, Spool

_NAMES = {initial.encode(): name for name, initial in NAME_INITIALS.items()}
_ORDER = list(_NAMES)
_GROUPS = 8
"""Of buckets; each is looked into by one worker."""


class Refused(NamedTuple):
    """A user whose identifier an earlier user holds."""

    ordinal: int
    """The user, counted over all spools, from 0."""
    name: str
    """Which identifier: email, username, phone_number or user_id."""
    first: int
    """The user that holds it."""


Shared = dict[bytes, list[int]]
"""Identifiers that more than one user has, each with its holders."""
SideBySide = Callable[[Callable[[range], Shared], Iterable[range]], Iterable[Shared]]
"""As `map`: applies a function to every one of several things."""


def find(spools: Sequence[Spool], *, side_by_side: SideBySide = map) -> list[Refused]:
    """Everyone whose identifier is taken, in the order of the source.

    The first holder keeps an identifier. A refused user takes none, so that whoever shares only its other identifiers
    is not refused.

    Args:
        spools: all of them, in the order of the source.
        side_by_side: looks into several buckets at once.

    """
    names_of: dict[int, list[bytes]] = {}
    groups = [range(first, BUCKETS, _GROUPS) for first in range(_GROUPS)]
    for shared in side_by_side(partial(shared_in, spools), groups):
        for name, holders in shared.items():
            for ordinal in holders:
                names_of.setdefault(ordinal, []).append(name)
    taken: dict[bytes, int] = {}
    refused = []
    for ordinal in sorted(names_of):
        names = sorted(names_of[ordinal], key=lambda name: _ORDER.index(name[:1]))
        clash = next((name for name in names if name in taken), None)
        if clash is None:
            taken.update(dict.fromkeys(names, ordinal))
        else:
            refused.append(Refused(ordinal, _NAMES[clash[:1]], taken[clash]))
    return refused


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
