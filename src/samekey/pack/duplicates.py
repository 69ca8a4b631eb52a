"""Several records for one person: Auth0 takes the first that it sees inside a job, and samekey takes the one that the
rules say, before anything is sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, in memory that does
not grow with it:

1. identifiers that are whole numbers and only ever grow, as ids mostly do, cannot be the same;
2. all others are spread over *buckets* by their checksum, each small enough for memory;
3. what stands in a bucket twice is looked for among everybody, to learn who has it; mostly there is nothing.
"""

import os
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import merge
from itertools import compress, count, groupby
from struct import Struct
from typing import NamedTuple, Protocol, TypeVar
from zlib import crc32

from samekey.pack.run_folder import open_private
from samekey.pack.spool import Spool
from samekey.records import Position

BUCKET_NAMES = 50_000
"""Identifiers in one bucket, about: less than 10 MB in each worker."""
_SPREAD_NAMES = 50_000
"""Identifiers in memory while they are spread."""
_NUMBERS_TOLD_MAX = 20_000
"""Shared identifiers that are told to other processes."""
_NOBODY = 2**64 - 1
_EDGE, _EDGES = Struct("Q"), Struct("QQ")
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
    columns = list(_columns(spools, side_by_side))
    sharing = array("Q", (ordinal for ordinal, _ in groupby(merge(*(column.ordinals for column in columns)))))
    if keep == "refuse":
        return _everybody(columns, sharing)
    taken = array("Q", [_NOBODY]) * sum(column.values for column in columns)
    refused = []
    for ordinal in _by_precedence(spools, sharing, keep):
        mine = _shared_by(ordinal, columns)
        clash = next(((name, value) for name, value in mine if taken[value] != _NOBODY), None)
        if clash is None:
            for _, value in mine:
                taken[value] = ordinal
        else:
            refused.append(Refused(ordinal, clash[0], taken[clash[1]]))
    return sorted(refused)


def remedy(refused: Refused, holder: Position, keep: str) -> str:
    """What to do about a refused user, who shares an identifier with the one at that position."""
    place = str(holder).capitalize()
    if keep in {"first", "refuse"}:
        return f"{place} has the same {refused.name}: decide which of the two is the person and drop the other."
    return f"{place} has the same {refused.name} and is kept, as [duplicates] says; nothing to do if that is right."


def _by_precedence(spools: Sequence[Spool], ordinals: "array[int]", keep: str) -> Sequence[int]:
    """Users in the order in which they may take their identifiers."""
    if keep == "last":
        return ordinals[::-1]
    if keep == "newest":
        claims = array("d", _claims(spools, ordinals))
        return array("Q", map(ordinals.__getitem__, sorted(range(len(ordinals)), key=claims.__getitem__)))
    return ordinals


def _claims(spools: Sequence[Spool], ordinals: Sequence[int]) -> Iterator[float]:
    """The claims of some users, who come in order."""
    waiting = iter(ordinals)
    ordinal = next(waiting, None)
    first = 0
    for spool in spools:
        of_each = spool.claim_of_each()
        while ordinal is not None and ordinal < first + spool.users:
            yield of_each[ordinal - first]
            ordinal = next(waiting, None)
        first += spool.users


def _everybody(columns: Sequence["_Column"], sharing: Sequence[int]) -> list[Refused]:
    """All who share an identifier, each with the first other user that has it."""
    values = sum(column.values for column in columns)
    firsts, seconds = (array("Q", [_NOBODY]) * values for _ in range(2))
    for column in columns:
        for ordinal, value in zip(column.ordinals, column.numbers, strict=True):
            if firsts[value] == _NOBODY:
                firsts[value] = ordinal
            elif seconds[value] == _NOBODY:
                seconds[value] = ordinal
    refused = []
    for ordinal in sharing:
        name, value = _shared_by(ordinal, columns)[0]
        refused.append(Refused(ordinal, name, seconds[value] if firsts[value] == ordinal else firsts[value]))
    return refused


class _Column(NamedTuple):
    """Who has an identifier of one name that somebody else has, too: a few bytes for each of them."""

    name: str
    ordinals: "array[int]"
    """Users, counted over all spools, in order."""
    numbers: "array[int]"
    """The identifier of each, by a number that no other identifier has."""
    values: int
    """How many identifiers there are."""


def _shared_by(ordinal: int, columns: Sequence[_Column]) -> list[tuple[str, int]]:
    """The shared identifiers of a user, by name and number."""
    found = []
    for column in columns:
        place = bisect_left(column.ordinals, ordinal)
        if place < len(column.ordinals) and column.ordinals[place] == ordinal:
            found.append((column.name, column.numbers[place]))
    return found


def _columns(spools: Sequence[Spool], side_by_side: SideBySide) -> Iterator[_Column]:
    first = 0
    for name in _ORDER:
        having = [spool for spool in spools if spool.has_names(name)]
        if _all_ascend(having, name):
            continue
        buckets = -(-sum(spool.users for spool in having) // BUCKET_NAMES)
        if buckets > 1:
            deque(side_by_side(partial(_spread, name, buckets), having), maxlen=0)
        numbers: dict[bytes, int] = {}
        for repeated in side_by_side(partial(_repeated, having, name, buckets), range(buckets)):
            numbers.update(zip(repeated, count(first + len(numbers)), strict=False))
        if numbers:
            # Where nearly everybody comes twice, each process would hold all of that.
            apply = side_by_side if len(numbers) <= _NUMBERS_TOLD_MAX else map
            yield _column(spools, name, numbers, apply(partial(_holders, name, numbers), spools))
        first += len(numbers)


def _column(
    spools: Sequence[Spool],
    name: str,
    numbers: Mapping[bytes, int],
    holders: Iterable[tuple["array[int]", "array[int]"]],
) -> _Column:
    column = _Column(name, array("Q"), array("Q"), len(numbers))
    first = 0
    for spool, (places, values) in zip(spools, holders, strict=True):
        column.ordinals.extend(first + place for place in places)
        column.numbers.extend(values)
        first += spool.users
    return column


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


def _holders(name: str, numbers: Mapping[bytes, int], spool: Spool) -> tuple["array[int]", "array[int]"]:
    """Who has one of some identifiers, by place in the spool, and its number."""
    places, values = array("I"), array("Q")
    first = 0
    for block in spool.names(name):
        has_one = [value in numbers for value in block]
        places.extend(first + place for place in compress(count(), has_one))
        values.extend(map(numbers.__getitem__, compress(block, has_one)))
        first += len(block)
    return places, values


# --- buckets ---------------------------------------------------------------------------------------------------------


def _spread(name: str, buckets: int, spool: Spool) -> None:
    """Write a spool's identifiers once more, sorted into buckets block by block, and where each bucket begins."""
    waiting: list[list[bytes]] = [[] for _ in range(buckets)]
    put = [bucket.append for bucket in waiting]
    with open_private(spool.path(f"buckets-{name}")) as file, open_private(spool.path(f"edges-{name}")) as edges:
        edges.write(_EDGE.pack(0))
        for values in _gathered(spool.names(name)):
            for value in values:
                put[crc32(value) % buckets](value)
            for bucket in waiting:
                file.write(b"\n".join([*bucket, b""]))
                edges.write(_EDGE.pack(file.tell()))
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
    with spool.path(f"buckets-{name}").open("rb") as file, spool.path(f"edges-{name}").open("rb") as edges:
        blocks = (os.fstat(edges.fileno()).st_size // _EDGE.size - 1) // buckets
        for block in range(blocks):
            edges.seek((block * buckets + bucket) * _EDGE.size)
            start, end = _EDGES.unpack(edges.read(_EDGES.size))
            file.seek(start)
            yield file.read(end - start).split(b"\n")
