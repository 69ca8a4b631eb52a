"""Several records for one person: Auth0 takes the first that it sees inside a job, and samekey takes the one that the
rules say, before anything is sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Duplicates are found exactly, over the whole source, in memory that does
not grow with it:

1. identifiers that are whole numbers and only ever grow, as ids mostly do, cannot be the same;
2. all others are spread over *buckets* by their checksum, each small enough for memory;
3. what stands in a bucket twice is looked for among everybody, to learn who has it; mostly there is nothing. Where it
   is much, places are spread over buckets, too, and each bucket says who has what.

Who shares what, and who was refused, are columns of numbers that go to the disk when they become long.
"""

import os
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import accumulate, chain, compress, count, groupby, islice, pairwise, repeat, starmap
from pathlib import Path
from struct import Struct
from typing import BinaryIO, NamedTuple, Protocol, TypeVar
from zlib import crc32

from samekey.pack.run_folder import open_private
from samekey.pack.spilling import Numbers
from samekey.pack.spool import Spool
from samekey.records import Position

BUCKET_NAMES = 50_000
"""Identifiers in one bucket, about: less than 10 MB in each worker."""
SPREAD_NAMES = 50_000
"""Identifiers in memory while they are spread."""
_NUMBERS_TOLD_MAX = 20_000
"""Shared identifiers that are told to other processes."""
REPEATED_IN_MEMORY = 100_000
"""Shared identifiers of one name that are kept in memory, as they are."""
CLAIMS_IN_MEMORY = 100_000
"""Claims that are sorted at once."""
_LET_GO_USERS = 50_000
_READ_CLAIMS = 1_024
_READ_ENTRIES = 512
_NOBODY = 2**64 - 1
_NUMBER_BITS = 32
_NUMBER_MASK = 2**_NUMBER_BITS - 1
_CLAIM = Struct("dQ")
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


@dataclass(frozen=True)
class Leaving(Collection[Refused]):
    """Everyone who is refused, in the order of the source; in memory only as far as somebody looks."""

    numbers: Numbers
    sharing: "memoryview[int]"
    """Who shares an identifier."""
    verdicts: "memoryview[int]"
    """For each of them who holds it, and its name in the lowest bits; `_NOBODY` for who is not refused."""

    def __iter__(self) -> Iterator[Refused]:
        """Each with who holds what."""
        names = len(_ORDER)
        for ordinal, verdict in self._refused():
            yield Refused(ordinal, _ORDER[verdict % names], verdict // names)

    def __len__(self) -> int:
        """How many they are."""
        return sum(1 for _ in self._refused())

    def __contains__(self, each: object) -> bool:
        """Whether this is one of them."""
        return any(each == other for other in self)

    def _refused(self) -> Iterator[tuple[int, int]]:
        for place, (ordinal, verdict) in enumerate(zip(self.sharing, self.verdicts, strict=True)):
            if verdict != _NOBODY:
                yield ordinal, verdict
            if place % _LET_GO_USERS == 0:
                self.numbers.let_go()


@dataclass(frozen=True)
class Ordinals(Iterable[int]):
    """The same, by no more than who they are."""

    refused: Collection[Refused]

    def __iter__(self) -> Iterator[int]:
        """The ordinal of each."""
        return (each.ordinal for each in self.refused)


def find(spools: Sequence[Spool], *, keep: str = "first", side_by_side: SideBySide = map) -> Collection[Refused]:
    """Everyone whose identifier is taken, in the order of the source.

    Users with shared identifiers are gone through in the order that `keep` says, and each takes its identifiers unless
    one of them is taken. A refused user takes none, so that whoever shares only its other identifiers is not refused.

    Args:
        spools: all of them, in the order of the source.
        keep: first, last, newest (the lowest claim) or refuse: nobody who shares an identifier is packed.
        side_by_side: looks into several buckets at once.

    """
    if not spools:
        return []
    numbers = Numbers(spools[0].folder)
    columns = list(_columns(spools, numbers, side_by_side))
    sharing = numbers.kept(ordinal for ordinal, _ in groupby(merge(*(column.ordinals for column in columns))))
    if keep == "refuse":
        return _everybody(columns, numbers, sharing)
    taken = numbers.kept(repeat(_NOBODY, sum(column.values for column in columns)))
    verdicts = numbers.kept(repeat(_NOBODY, len(sharing)))
    for done, ordinal in enumerate(_by_precedence(spools, sharing, keep)):
        mine = _shared_by(ordinal, columns)
        clash = next(((name, value) for name, value in mine if taken[value] != _NOBODY), None)
        if clash is None:
            for _, value in mine:
                taken[value] = ordinal
        else:
            verdicts[bisect_left(sharing, ordinal)] = _verdict(clash[0], taken[clash[1]])
        if done % _LET_GO_USERS == 0:
            numbers.let_go()
    return Leaving(numbers, sharing, verdicts)


def _verdict(name: str, holder: int) -> int:
    return holder * len(_ORDER) + _ORDER.index(name)


def remedy(refused: Refused, holder: Position, keep: str) -> str:
    """What to do about a refused user, who shares an identifier with the one at that position."""
    place = str(holder).capitalize()
    if keep in {"first", "refuse"}:
        return f"{place} has the same {refused.name}: decide which of the two is the person and drop the other."
    return f"{place} has the same {refused.name} and is kept, as [duplicates] says; nothing to do if that is right."


def _by_precedence(spools: Sequence[Spool], ordinals: "memoryview[int]", keep: str) -> Iterable[int]:
    """Users in the order in which they may take their identifiers."""
    if keep == "last":
        return ordinals[::-1]
    if keep == "newest":
        return _by_claim(spools[0].path("claims-sorted"), zip(_claims(spools, ordinals), ordinals, strict=True))
    return ordinals


def _by_claim(path: Path, claims: Iterator[tuple[float, int]]) -> Iterator[int]:
    """Users by claim, those with the same in order; sorted with the help of a file."""
    ends = [0]
    with open_private(path) as file:
        while block := sorted(islice(claims, CLAIMS_IN_MEMORY)):
            file.write(b"".join(starmap(_CLAIM.pack, block)))
            ends.append(file.tell())
    with path.open("rb") as sorted_claims:
        blocks = (_read_claims(sorted_claims, start, end) for start, end in pairwise(ends))
        yield from (ordinal for _, ordinal in merge(*blocks))


def _read_claims(file: BinaryIO, start: int, end: int) -> Iterator[tuple[float, int]]:
    size = _READ_CLAIMS * _CLAIM.size
    for place in range(start, end, size):
        yield from _CLAIM.iter_unpack(os.pread(file.fileno(), min(size, end - place), place))


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


def _everybody(columns: Sequence["_Column"], numbers: Numbers, sharing: "memoryview[int]") -> Leaving:
    """All who share an identifier, each with the first other user that has it."""
    values = sum(column.values for column in columns)
    firsts, seconds = (numbers.kept(repeat(_NOBODY, values)) for _ in range(2))
    for column in columns:
        for done, (ordinal, value) in enumerate(zip(column.ordinals, column.numbers, strict=True)):
            if firsts[value] == _NOBODY:
                firsts[value] = ordinal
            elif seconds[value] == _NOBODY:
                seconds[value] = ordinal
            if done % _LET_GO_USERS == 0:
                numbers.let_go()

    def verdicts() -> Iterator[int]:
        for done, ordinal in enumerate(sharing):
            name, value = _shared_by(ordinal, columns)[0]
            yield _verdict(name, seconds[value] if firsts[value] == ordinal else firsts[value])
            if done % _LET_GO_USERS == 0:
                numbers.let_go()

    return Leaving(numbers, sharing, numbers.kept(verdicts()))


class _Column(NamedTuple):
    """Who has an identifier of one name that somebody else has, too: a few bytes for each of them."""

    name: str
    ordinals: "memoryview[int]"
    """Users, counted over all spools, in order."""
    numbers: "memoryview[int]"
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


def _columns(spools: Sequence[Spool], kept: Numbers, side_by_side: SideBySide) -> Iterator[_Column]:
    first = 0
    for name in _ORDER:
        having = [spool for spool in spools if spool.has_names(name)]
        if _all_ascend(having, name):
            continue
        buckets = -(-sum(spool.users for spool in having) // BUCKET_NAMES)
        if buckets > 1:
            deque(side_by_side(partial(_spread, name, buckets), having), maxlen=0)
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
) -> _Column:
    ordinals, values = array("Q"), array("Q")
    first = 0
    for spool, (places, some) in zip(spools, holders, strict=True):
        ordinals.extend(first + place for place in places)
        values.extend(some)
        first += spool.users
    return _Column(name, kept.kept(ordinals), kept.kept(values), len(numbers))


def _spilled_column(
    spools: Sequence[Spool], name: str, buckets: int, first: int, kept: Numbers, side_by_side: SideBySide
) -> _Column:
    """The same where it is much: each bucket says who has what, and the buckets are merged on the disk."""
    deque(side_by_side(partial(_spread_places, name, buckets), [s for s in spools if s.has_names(name)]), maxlen=0)
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
        return _Column(name, ordinals, kept.kept(entry & _NUMBER_MASK for entry in merged()), values)


def _entries(file: BinaryIO, start: int, end: int) -> Iterator[int]:
    size = _READ_ENTRIES * _EDGE.size
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


def _shared_in(spools: Sequence[Spool], name: str, buckets: int, bucket: int) -> tuple["array[int]", int]:
    """Who has what of a bucket that stands in it more than once, in order; and how many such identifiers there are.

    An entry is the user, counted over all spools, and in its lower bits the identifier by a number from 0.
    """
    found: list[bytes] = []
    ordinals = array("Q")
    for spool, first in zip(spools, accumulate((spool.users for spool in spools), initial=0), strict=False):
        if spool.has_names(name):
            for values in _bucket(spool, name, bucket, buckets):
                found += filter(None, values)
            for places in _bucket_parts(spool, f"places-{name}", f"place-edges-{name}", bucket, buckets):
                ordinals.extend(first + place for place in array("I", places))
    of_each = Counter(found)
    numbers = dict(zip((value for value, times in of_each.items() if times > 1), count(), strict=False))
    shared = (
        ordinal << _NUMBER_BITS | numbers[value]
        for value, ordinal in zip(found, ordinals, strict=True)
        if value in numbers
    )
    return array("Q", shared), len(numbers)


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


def _spread_places(name: str, buckets: int, spool: Spool) -> None:
    """Write, bucket by bucket in the same order, where in the spool each identifier stands."""
    waiting = [array("I") for _ in range(buckets)]
    place = 0
    with (
        open_private(spool.path(f"places-{name}")) as file,
        open_private(spool.path(f"place-edges-{name}")) as edges,
    ):
        edges.write(_EDGE.pack(0))
        for block in chain(spool.names(name), [None]):
            for value in block or ():
                if value:
                    waiting[crc32(value) % buckets].append(place)
                place += 1
            if block is None or sum(map(len, waiting)) >= SPREAD_NAMES:
                for bucket in waiting:
                    bucket.tofile(file)
                    edges.write(_EDGE.pack(file.tell()))
                    del bucket[:]


def _gathered(blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Identifiers in larger blocks, without absent ones."""
    gathered: list[bytes] = []
    for block in blocks:
        gathered += filter(None, block)
        if len(gathered) >= SPREAD_NAMES:
            yield gathered
            gathered = []
    yield gathered


def _bucket(spool: Spool, name: str, bucket: int, buckets: int) -> Iterator[list[bytes]]:
    """One bucket of a spool, block by block."""
    for part in _bucket_parts(spool, f"buckets-{name}", f"edges-{name}", bucket, buckets):
        yield part.split(b"\n")


def _bucket_parts(spool: Spool, suffix: str, edges_suffix: str, bucket: int, buckets: int) -> Iterator[bytes]:
    with spool.path(suffix).open("rb") as file, spool.path(edges_suffix).open("rb") as edges:
        blocks = (os.fstat(edges.fileno()).st_size // _EDGE.size - 1) // buckets
        for block in range(blocks):
            edges.seek((block * buckets + bucket) * _EDGE.size)
            start, end = _EDGES.unpack(edges.read(_EDGES.size))
            file.seek(start)
            yield file.read(end - start)
