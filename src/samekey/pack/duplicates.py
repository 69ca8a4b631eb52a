"""Several records for one person: Auth0 takes the first that it sees inside a job, and samekey takes the one that the
rules say, before anything is sent.

Auth0 wants email, username, phone number and user id each to be unique in a connection; the first three without regard
to case, and so they come here in lower case. Who shares one of them with whom is for `sharing` to find; here it is
decided who keeps it. Who was refused is a column of numbers that goes to the disk when it becomes long.
"""

import os
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice, pairwise, repeat, starmap
from pathlib import Path
from struct import Struct
from typing import BinaryIO, NamedTuple

from samekey.pack.files import open_private
from samekey.pack.sharing import NAMES, Column, SideBySide, columns_of, shared_by
from samekey.pack.spilling import Numbers
from samekey.pack.spool import Spool
from samekey.records import Position

CLAIMS_IN_MEMORY = 100_000
"""Claims that are sorted at once."""
_READ_CLAIMS = 1_024
_CLAIM = Struct("dQ")
_LET_GO_USERS = 50_000
_NOBODY = 2**64 - 1


class Refused(NamedTuple):
    """A user whose identifier another user holds."""

    ordinal: int
    """The user, counted over all spools, from 0."""
    name: str
    """Which identifier: email, username, phone_number or user_id."""
    holder: int
    """The user that keeps it; where nobody does, the first who has it."""


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
        names = len(NAMES)
        for ordinal, verdict in self._refused():
            yield Refused(ordinal, NAMES[verdict % names], verdict // names)

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
    columns = list(columns_of(spools, numbers, side_by_side))
    sharing = numbers.kept(ordinal for ordinal, _ in groupby(merge(*(column.ordinals for column in columns))))
    if keep == "refuse":
        return _everybody(columns, numbers, sharing)
    taken = numbers.kept(repeat(_NOBODY, sum(column.values for column in columns)))
    verdicts = numbers.kept(repeat(_NOBODY, len(sharing)))
    for done, ordinal in enumerate(_by_precedence(spools, sharing, keep)):
        mine = shared_by(ordinal, columns)
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
    return holder * len(NAMES) + NAMES.index(name)


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


def _everybody(columns: Sequence[Column], numbers: Numbers, sharing: "memoryview[int]") -> Leaving:
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
            name, value = shared_by(ordinal, columns)[0]
            yield _verdict(name, seconds[value] if firsts[value] == ordinal else firsts[value])
            if done % _LET_GO_USERS == 0:
                numbers.let_go()

    return Leaving(numbers, sharing, numbers.kept(verdicts()))
