"""Who has an identifier that somebody else has, too: found exactly, over the whole source, in flat memory.

1. Identifiers that are whole numbers and only ever grow, as ids mostly do, cannot be the same.
2. All others are spread over buckets, each small enough for memory.
3. What stands in a bucket twice is looked for among everybody, to learn who has it; mostly there is nothing. Where it
   is much, places are spread over buckets, too, and each bucket says who has what.

What is found are columns of numbers, which go to the disk when they become long.
"""

import os
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import merge
from itertools import accumulate, compress, count, pairwise
from typing import BinaryIO, NamedTuple, Protocol, TypeVar

from samekey.pack.files import open_private
from samekey.pack.identifier_buckets import identifiers_in, places_in, spread, spread_places
from samekey.pack.spilling import Numbers
from samekey.pack.spool import Spool

BUCKET_NAMES = 50_000
"""Identifiers in one bucket, about: less than 10 MB in each worker."""
REPEATED_IN_MEMORY = 100_000
"""Shared identifiers of one name that are kept in memory, as they are."""
_NUMBERS_TOLD_MAX = 20_000
"""Shared identifiers that are told to other processes."""
_READ_ENTRIES = 512
_ENTRY_BYTES = 8
_NUMBER_BITS = 32
_NUMBER_MASK = 2**_NUMBER_BITS - 1

NAMES = ("email", "username", "phone_number", "user_id")
"""Identifiers that have to be unique; of two that are taken the first is named."""

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


class SideBySide(Protocol):
    """As `map`: applies a function to every one of several things."""

    def __call__(self, function: Callable[[_Thing], _Result], things: Iterable[_Thing], /) -> Iterable[_Result]:
        """Apply it."""
        ...


class Column(NamedTuple):
    """Who has an identifier of one name that somebody else has, too: a few bytes for each of them."""

    name: str
    ordinals: "memoryview[int]"
    """Users, counted over all spools, in order."""
    numbers: "memoryview[int]"
    """The identifier of each, by a number that no other identifier has."""
    values: int
    """How many identifiers there are."""


def shared_by(ordinal: int, columns: Sequence[Column]) -> list[tuple[str, int]]:
    """The shared identifiers of a user, by name and number."""
    found = []
    for column in columns:
        place = bisect_left(column.ordinals, ordinal)
        if place < len(column.ordinals) and column.ordinals[place] == ordinal:
            found.append((column.name, column.numbers[place]))
    return found


def columns_of(spools: Sequence[Spool], kept: Numbers, side_by_side: SideBySide) -> Iterator[Column]:
    """A column for each name of identifiers that somebody shares.

    Args:
        spools: all of them, in the order of the source.
        kept: where columns stand when they are long.
        side_by_side: looks into several buckets at once.

    """
    first = 0
    for name in NAMES:
        having = [spool for spool in spools if spool.has_names(name)]
        if _all_ascend(having, name):
            continue
        buckets = -(-sum(spool.users for spool in having) // BUCKET_NAMES)
        if buckets > 1:
            deque(side_by_side(partial(spread, name, buckets), having), maxlen=0)
        numbers: dict[bytes, int] = {}
        is_much = False
        for repeated in side_by_side(partial(_repeated, having, name, buckets), range(buckets)):
            if not is_much:
                numbers.update(zip(repeated, count(first + len(numbers)), strict=False))
                is_much = buckets > 1 and len(numbers) > REPEATED_IN_MEMORY
        if is_much:
            numbers.clear()
            column = _spilled_column(spools, name, buckets, first, kept, side_by_side)
        elif numbers:
            # Where nearly everybody comes twice, each process would hold all of that.
            apply = side_by_side if len(numbers) <= _NUMBERS_TOLD_MAX else map
            column = _column(spools, name, numbers, kept, apply(partial(_holders, name, numbers), spools))
        else:
            continue
        yield column
        first += column.values


def _column(
    spools: Sequence[Spool],
    name: str,
    numbers: Mapping[bytes, int],
    kept: Numbers,
    holders: Iterable[tuple["array[int]", "array[int]"]],
) -> Column:
    ordinals, values = array("Q"), array("Q")
    first = 0
    for spool, (places, some) in zip(spools, holders, strict=True):
        ordinals.extend(first + place for place in places)
        values.extend(some)
        first += spool.users
    return Column(name, kept.kept(ordinals), kept.kept(values), len(numbers))


def _spilled_column(
    spools: Sequence[Spool], name: str, buckets: int, first: int, kept: Numbers, side_by_side: SideBySide
) -> Column:
    """The same where it is much: each bucket says who has what, and the buckets are merged on the disk."""
    deque(side_by_side(partial(spread_places, name, buckets), [s for s in spools if s.has_names(name)]), maxlen=0)
    path = spools[0].path(f"shared-{name}")
    ends = [0]
    values = 0
    with open_private(path) as file:
        for entries, found in side_by_side(partial(_shared_in, spools, name, buckets), range(buckets)):
            array("Q", (entry + first + values for entry in entries)).tofile(file)
            ends.append(file.tell())
            values += found
    with path.open("rb") as shared:

        def merged() -> Iterator[int]:
            return merge(*(_entries(shared, start, end) for start, end in pairwise(ends)))

        ordinals = kept.kept(entry >> _NUMBER_BITS for entry in merged())
        return Column(name, ordinals, kept.kept(entry & _NUMBER_MASK for entry in merged()), values)


def _entries(file: BinaryIO, start: int, end: int) -> Iterator[int]:
    size = _READ_ENTRIES * _ENTRY_BYTES
    for place in range(start, end, size):
        yield from array("Q", os.pread(file.fileno(), min(size, end - place), place))


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
        for values in identifiers_in(spool, name, bucket, buckets) if buckets > 1 else spool.names(name):
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


def _shared_in(spools: Sequence[Spool], name: str, buckets: int, bucket: int) -> tuple["array[int]", int]:
    """Who has what of a bucket that stands in it more than once, in order; and how many such identifiers there are.

    An entry is the user, counted over all spools, and in its lower bits the identifier by a number from 0.
    """
    found: list[bytes] = []
    ordinals = array("Q")
    for spool, first in zip(spools, accumulate((spool.users for spool in spools), initial=0), strict=False):
        if spool.has_names(name):
            for values in identifiers_in(spool, name, bucket, buckets):
                found += filter(None, values)
            for places in places_in(spool, name, bucket, buckets):
                ordinals.extend(first + place for place in places)
    of_each = Counter(found)
    numbers = dict(zip((value for value, times in of_each.items() if times > 1), count(), strict=False))
    shared = (
        ordinal << _NUMBER_BITS | numbers[value]
        for value, ordinal in zip(found, ordinals, strict=True)
        if value in numbers
    )
    return array("Q", shared), len(numbers)
