"""Partitions in the order in which they are delivered, and which of them share chunks; in flat memory, however many.

Each spool says how many of its users are in which partition. That is sorted by name with the help of files, so that
what several spools say of one comes together, and then by where each first appears. In memory are the sequences of
chunks alone; who shares chunks is read off a file while the chunks are cut.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, repeat

import msgspec

from samekey.pack.chunker import ChunkSequence
from samekey.pack.partition_limits import PARTITIONS_MAX, SEQUENCES_MAX, too_many_partitions, too_many_sequences
from samekey.pack.slices import runs_between
from samekey.pack.spilling import Numbers, Sorter
from samekey.pack.spool import Spool

Destination = tuple[str, str]
"""Connection and organisation of a partition."""

_NTH_BITS = 32
_NTH_MASK = 2**_NTH_BITS - 1

_encode = msgspec.json.Encoder().encode


class _Said(msgspec.Struct, array_like=True, gc=False):
    """What a spool says of a partition. Lines begin with the name, and so sort by it."""

    name: str
    users: int
    appears: int
    """Lower for those that appear earlier."""
    place: int
    """Its index in the spool, counted over all spools."""


class _Partition(msgspec.Struct, array_like=True):
    """What all of them say together."""

    name: str
    users: int
    places: list[int]


class _Small(msgspec.Struct, array_like=True, gc=False):
    """A partition that shares chunks with others."""

    name: str
    users: int
    share: int


@dataclass
class _Share:
    """Small partitions that go to the same place."""

    number: int
    first: str
    """The name of the one that appears first."""
    partitions: int = 0


@dataclass
class _Names:
    """Names partitions that share chunks, users by users."""

    small: Iterator[_Small]
    current: str = ""
    users_left: int = 0

    def of_next(self, users: int) -> tuple[str, ...]:
        """The partitions of the next so many users."""
        found = []
        while users:
            if not self.users_left:
                following = next(self.small)
                self.current, self.users_left = following.name, following.users
            found.append(self.current)
            taken = min(users, self.users_left)
            self.users_left -= taken
            users -= taken
        return tuple(found)


@dataclass
class Ranks:
    """Partitions by rank: the lower, the earlier they are delivered."""

    sequences: list[ChunkSequence] = field(default_factory=list)
    """In the order in which they are delivered; those of several partitions come last."""
    alone: int = 0
    """How many of them have one partition, which is large enough for that."""
    shares_begin: list[int] = field(default_factory=list)
    """The lowest rank in each of the others."""
    codes: Sequence[int] = ()
    """By the place of a partition: its rank, or where it stands in which share."""
    firsts: Sequence[int] = ()
    """By the number of a spool: the place of its first partition; empty where the rules have no partitions."""

    def sequence_of(self, rank: int) -> int:
        """The index of the sequence that a rank belongs to."""
        return rank if rank < self.alone else self.alone + bisect_right(self.shares_begin, rank) - 1

    def of_each(self, number: int, spool: Spool) -> "array[int]":
        """The rank of each user of a spool, whose number is given."""
        if not self.firsts:
            return array("I", bytes(4 * spool.users))
        begin = self.firsts[number]
        ranks = [self._rank(code) for code in self.codes[begin : begin + spool.partitions]]
        return array("I", map(ranks.__getitem__, spool.partition_of_each()))

    def _rank(self, code: int) -> int:
        share = code >> _NTH_BITS
        return self.shares_begin[share - 1] + (code & _NTH_MASK) if share else code


UNDIVIDED = Ranks([ChunkSequence()], alone=1)
"""Where the rules have no partitions."""


def rank(
    spools: Sequence[Spool], refused: Iterable[int], *, combine_below: int, destination: Callable[[str], Destination]
) -> Ranks:
    """Put the partitions of everybody who stays in order.

    They come in the order in which they first appear in the source, those that share chunks last.

    Args:
        spools: all of them, in the order of the source; there is at least one.
        refused: users, counted over all spools, in order.
        combine_below: partitions of fewer users than this share chunks with others that go to the same place.
        destination: where a partition goes.

    Raises:
        UsageError: there are too many of them.
        OSError: the disk does not let us.

    """
    folder = spools[0].folder
    firsts = list(accumulate((spool.partitions for spool in spools), initial=0))
    codes = Numbers(folder, "partition-codes").kept(repeat(0, firsts[-1]))
    ranks = Ranks(codes=codes, firsts=firsts)
    small = Sorter(folder, "partitions-small")
    shares: dict[Destination, _Share] = {}
    decode = msgspec.json.Decoder(_Partition).decode
    for partition in map(decode, _by_appearance(spools, refused, firsts)):
        goes_to = destination(partition.name)
        if partition.users >= combine_below:
            code = len(ranks.sequences)
            ranks.sequences.append(ChunkSequence(partition.name, *goes_to))
            if len(ranks.sequences) > SEQUENCES_MAX:
                raise too_many_sequences(combine_below)
        else:
            share = shares.setdefault(goes_to, _Share(len(shares), partition.name))
            code = share.number + 1 << _NTH_BITS | share.partitions
            small.add(code, _encode(_Small(partition.name, partition.users, share.number)))
            share.partitions += 1
        for place in partition.places:
            codes[place] = code
    _add_shares(ranks, shares, small)
    return ranks


def _add_shares(ranks: Ranks, shares: dict[Destination, _Share], small: Sorter) -> None:
    """Those who share chunks with nobody, since no other goes to the same place, are called by their name."""
    several = {share.number for share in shares.values() if share.partitions > 1}
    decoded = map(msgspec.json.Decoder(_Small).decode, small)
    names = _Names(each for each in decoded if each.share in several)
    ranks.alone = begin = len(ranks.sequences)
    for goes_to, share in shares.items():
        ranks.shares_begin.append(begin)
        begin += share.partitions
        if share.number in several:
            ranks.sequences.append(ChunkSequence("", *goes_to, names.of_next))
        else:
            ranks.sequences.append(ChunkSequence(share.first, *goes_to))


def _by_appearance(spools: Sequence[Spool], refused: Iterable[int], firsts: Sequence[int]) -> Iterator[bytes]:
    """Every partition as a line, in the order in which they first appear among users who stay."""
    folder = spools[0].folder
    by_name = Sorter(folder, "partitions-by-name")
    for number, runs in groupby(runs_between(spools, refused), key=lambda run: run.spool):
        spool = spools[number]
        of_each = spool.partition_of_each()
        counted: Counter[int] = Counter()
        for run in runs:
            counted.update(of_each[run.start : run.end])
        names = spool.partition_names()
        for order, (index, users) in enumerate(counted.items()):
            appears = number << _NTH_BITS | order
            by_name.add(0, _encode(_Said(names[index], users, appears, firsts[number] + index)))
    by_appearance = Sorter(folder, "partitions-by-appearance")
    decode = msgspec.json.Decoder(_Said).decode
    grouped = groupby(map(decode, by_name), key=lambda each: each.name)
    for number, (name, said) in enumerate(grouped, start=1):
        of_spools = list(said)
        partition = _Partition(name, sum(each.users for each in of_spools), [each.place for each in of_spools])
        by_appearance.add(min(each.appears for each in of_spools), _encode(partition))
        if number > PARTITIONS_MAX:
            raise too_many_partitions()
    return iter(by_appearance)
