"""Two records for one person: Auth0 refuses the second of them inside a job, and so does samekey, before anything is
sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, one bucket of
identifiers at a time.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samekey.pack.spool import BUCKETS, NAME_INITIALS, Spool

_NAMES = {initial.encode(): name for name, initial in NAME_INITIALS.items()}
_ORDER = list(_NAMES)


class Refused(NamedTuple):
    """A user whose identifier an earlier user holds."""

    ordinal: int
    """The user, counted over all spools, from 0."""
    name: str
    """Which identifier: email, username, phone_number or user_id."""
    first: int
    """The user that holds it."""


def find(spools: Sequence[Spool]) -> list[Refused]:
    """Everyone whose identifier is taken, in the order of the source.

    The first holder keeps an identifier. A refused user takes none, so that whoever shares only its other identifiers
    is not refused.

    Args:
        spools: all of them, in the order of the source.

    """
    shared: dict[int, list[bytes]] = {}
    for bucket in range(BUCKETS):
        for name, holders in _shared(spools, bucket):
            for ordinal in holders:
                shared.setdefault(ordinal, []).append(name)
    taken: dict[bytes, int] = {}
    refused = []
    for ordinal in sorted(shared):
        names = sorted(shared[ordinal], key=lambda name: _ORDER.index(name[:1]))
        clash = next((name for name in names if name in taken), None)
        if clash is None:
            taken.update(dict.fromkeys(names, ordinal))
        else:
            refused.append(Refused(ordinal, _NAMES[clash[:1]], taken[clash]))
    return refused


def _shared(spools: Sequence[Spool], bucket: int) -> list[tuple[bytes, list[int]]]:
    """Identifiers of a bucket that more than one user has, each with its holders."""
    names: list[bytes] = []
    for spool in spools:
        names += spool.names(bucket)
    if len(set(names)) == len(names):  # as nearly always
        return []
    by_name: dict[bytes, list[int]] = {}
    for name, ordinal in zip(names, _ordinals(spools, bucket), strict=True):
        by_name.setdefault(name, []).append(ordinal)
    return [(name, each) for name, each in by_name.items() if len(each) > 1]


def _ordinals(spools: Sequence[Spool], bucket: int) -> Iterator[int]:
    """The user behind each identifier of a bucket, counted over all spools."""
    first = 0
    for spool in spools:
        for holder in spool.holders(bucket):
            yield first + holder
        first += spool.users
