"""Several records for one person: Auth0 takes the first that it sees inside a job, and samekey takes the one that the
rules say, before anything is sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, in memory that does
not grow with it:

1. identifiers that are whole numbers and only ever grow, as ids mostly do, cannot be the same;
2. all others are spread over *buckets* by their checksum, each small enough for memory;
3. what stands in a bucket twice is looked for among everybody, to learn who has it; mostly there is nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, count
from struct import Struct
from typing import NamedTuple, Protocol, TypeVar
from zlib import crc32

from samekey.pack.run_folder import open_private
from samekey.pack.spool import Spool
from samekey.records import Position

BUCKET_NAMES = 200_000
"""Identifiers in one bucket, about: some 30 MB in each worker."""
_SPREAD_NAMES = 100_000
"""Identifiers in memory while they are spread."""
_END = Struct("Q")
_ORDER = ("email", "username", "phone_number", "user_id")
"""Of two identifiers that are taken the first is named."""

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


class Refused(NamedTuple):
    """A user whose identifier another user holds."""

    ordinal: int
    """The user, counted over all spools, from 0."""
    name: str
    """Which identifier: email, username, phone_number or user_id."""
    holder: int
    """The user that keeps it; where nobody does, the first who has it."""


class SideBySide(Protocol):
    """As `map`: applies a function to every one of several things."""

    def __call__(self, function: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> Iterable[_Result]:
        """Apply it."""
        ...


def find(spools: Sequence[Spool], *, keep: str = "first", side_by_side: SideBySide = map) -> list[Refused]:
    """Everyone whose identifier is taken, in the order of the source.

    Users with shared identifiers are gone through in the order that `keep` says, and each takes its identifiers unless
    one of them is taken. A refused user takes none, so that whoever shares only its other identifiers is not refused.

    Args:
        spools: all of them, in the order of the source.
        keep: first, last, newest (the lowest claim) or refuse: nobody who shares an identifier is packed.
        side_by_side: looks into several buckets at once.

    """
    names_of: dict[int, list[tuple[str, bytes]]] = {}
    for name in _ORDER:
        for ordinal, value in _shared(spools, name, side_by_side):
            names_of.setdefault(ordinal, []).append((name, value))
    if keep == "refuse":
        return _everybody(names_of)
    taken: dict[tuple[str, bytes], int] = {}
    refused = []
    for ordinal in _by_precedence(spools, sorted(names_of), keep):
        names = names_of[ordinal]
        clash = next((name for name in names if name in taken), None)
        if clash is None:
            taken.update(dict.fromkeys(names, ordinal))
        else:
            refused.append(Refused(ordinal, clash[0], taken[clash]))
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


def _everybody(names_of: Mapping[int, Sequence[tuple[str, bytes]]]) -> list[Refused]:
    """All who share an identifier, each with the first other user that has it."""
    holders: dict[tuple[str, bytes], list[int]] = {}
    for ordinal in sorted(names_of):
        for name in names_of[ordinal]:
            holders.setdefault(name, []).append(ordinal)
    return [
        Refused(ordinal, names[0][0], next(each for each in holders[names[0]] if each != ordinal))
        for ordinal, names in sorted(names_of.items())
    ]


def _shared(spools: Sequence[Spool], name: str, side_by_side: SideBySide) -> Iterator[tuple[int, bytes]]:
    """Everybody, counted over all spools, who has an identifier that somebody else has as well."""
    having = [spool for spool in spools if spool.has_names(name)]
    if _all_ascend(having, name):
        return
    buckets = -(-sum(spool.users for spool in having) // BUCKET_NAMES)
    if buckets > 1:
        deque(side_by_side(partial(_spread, name, buckets), having), maxlen=0)
    repeated = frozenset().union(*side_by_side(partial(_repeated, having, name, buckets), range(buckets)))
    if not repeated:
        return
    first = 0
    for spool, holders in zip(spools, side_by_side(partial(_holders, name, repeated), spools), strict=True):
        yield from ((first + place, value) for place, value in holders)
        first += spool.users


def _all_ascend(spools: Sequence[Spool], name: str) -> bool:
    """Whether identifiers are numbers that ascend in each spool and from one to the next."""
    behind = None
    for spool in spools:
        if name not in spool.ascending:
            return False
        first, last = spool.ascending[name]
        if behind is not None and behind >= first:
            return False
        behind = last
    return True


def _repeated(spools: Sequence[Spool], name: str, buckets: int, bucket: int) -> set[bytes]:
    """Identifiers that stand in a bucket more than once."""
    found: list[bytes] = []
    for spool in spools:
        for values in _bucket(spool, name, bucket, buckets) if buckets > 1 else spool.names(name):
            found += filter(None, values)
    once = set(found)
    if len(once) == len(found):  # as nearly always
        return set()
    twice: set[bytes] = set()
    once.clear()
    for value in found:
        (twice if value in once else once).add(value)
    return twice


def _holders(name: str, values: frozenset[bytes], spool: Spool) -> list[tuple[int, bytes]]:
    """Who has one of some identifiers, by place in the spool."""
    found: list[tuple[int, bytes]] = []
    places = count()
    for block in spool.names(name):
        numbered = ((place, value) for value, place in zip(block, places, strict=False))
        found += compress(numbered, map(values.__contains__, block))
    return found


# --- buckets ---------------------------------------------------------------------------------------------------------


def _spread(name: str, buckets: int, spool: Spool) -> None:
    """Write a spool's identifiers once more, sorted into buckets block by block, and where each bucket ends."""
    waiting: list[list[bytes]] = [[] for _ in range(buckets)]
    put = [bucket.append for bucket in waiting]
    with open_private(spool.path(f"buckets-{name}")) as file, open_private(spool.path(f"ends-{name}")) as ends:
        for values in _gathered(spool.names(name)):
            for value in values:
                put[crc32(value) % buckets](value)
            for bucket in waiting:
                file.write(b"\n".join([*bucket, b""]))
                ends.write(_END.pack(file.tell()))
                bucket.clear()


def _gathered(blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Identifiers in larger blocks, without absent ones."""
    gathered: list[bytes] = []
    for block in blocks:
        gathered += filter(None, block)
        if len(gathered) >= _SPREAD_NAMES:
            yield gathered
            gathered = []
    yield gathered


def _bucket(spool: Spool, name: str, bucket: int, buckets: int) -> Iterator[list[bytes]]:
    """One bucket of a spool, block by block."""
    ends = [0, *(end for (end,) in _END.iter_unpack(spool.path(f"ends-{name}").read_bytes()))]
    with spool.path(f"buckets-{name}").open("rb") as file:
        for each in range(bucket, len(ends) - 1, buckets):
            file.seek(ends[each])
            yield file.read(ends[each + 1] - ends[each]).split(b"\n")
