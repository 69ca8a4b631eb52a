"""Which users go into chunks, and in which order: partition by partition, and in each those first whose turn it is.

However many users there are, memory is flat: a block of them is sorted at a time and written beside the spools, and
the blocks are merged. What is kept in memory is a little for each partition. With each entry goes where its bytes lie
in the spool, so that whoever stands alone is read at once, without a look at the spool's edges.
"""

import heapq
import os
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import BinaryIO, NamedTuple

from samekey.pack.chunker import ChunkSequence, Run
from samekey.pack.files import open_private
from samekey.pack.partitions import UNDIVIDED, Ranks, rank
from samekey.pack.slices import runs_between
from samekey.pack.spool import Spool

BLOCK_USERS = 250_000
"""Users that are sorted in memory at once."""
_READ_ENTRIES = 4_096
"""Entries of a block that are read at once, while there are few blocks."""
_READ_ENTRIES_MAX = 150_000
"""The same for all blocks together: about 8 MB."""
_ENTRY = struct.Struct("<IdIIIQQQQ")


_Entry = tuple[int, float, int, int, int, int, int, int, int]
"""Neighbouring users of a spool whose turn is the same: the rank of their partition, their turn, and a `Run`. Entries
compare as users are to be delivered."""


class _Block(NamedTuple):
    """Where a sorted block stands in the file."""

    start: int
    end: int


def _anywhere(_partition: str) -> tuple[str, str]:
    return "", ""


@dataclass(frozen=True)
class Arranging:
    """What the rules say about the order of users."""

    partitioned: bool = False
    ordered: bool = False
    """Whether users have turns."""
    combine_below: int = 0
    """Partitions of fewer users than this share chunks with others that go to the same place."""
    destination: Callable[[str], tuple[str, str]] = _anywhere
    """Connection and organisation of a partition."""

    @property
    def is_source_order(self) -> bool:
        """Whether users go in the order of the source."""
        return not (self.partitioned or self.ordered)


def arranged(
    spools: Sequence[Spool], refused: Iterable[int], arranging: Arranging
) -> Iterator[tuple[ChunkSequence, Iterator[Run]]]:
    """Everybody who stays, one sequence of chunks after the other; each is to be read to its end before the next.

    Partitions come in the order in which they first appear in the source, those that share chunks last. In a partition
    users come by their turns, and those with the same turn in the order of the source.

    Args:
        spools: all of them, in the order of the source.
        refused: users, counted over all spools, in order.
        arranging: what the rules say.

    Raises:
        UsageError: there are too many partitions.
        OSError: the disk does not let us.

    """
    if not spools or arranging.is_source_order:
        yield ChunkSequence(), runs_between(spools, refused)
        return
    ranks = UNDIVIDED
    if arranging.partitioned:
        below, destination = arranging.combine_below, arranging.destination
        ranks = rank(spools, refused, combine_below=below, destination=destination)
    path = spools[0].folder / "arrangement"
    with open_private(path) as file:
        blocks = list(_write_blocks(file, spools, refused, ranks, ordered=arranging.ordered))
    with path.open("rb") as file:
        at_once = max(1, min(_READ_ENTRIES, _READ_ENTRIES_MAX // max(1, len(blocks))))
        entries = heapq.merge(*(_entries(file, block, at_once) for block in blocks))
        for sequence, found in groupby(entries, key=lambda entry: ranks.sequence_of(entry[0])):
            yield ranks.sequences[sequence], (Run._make(entry[2:]) for entry in found)


def _write_blocks(
    file: BinaryIO, spools: Sequence[Spool], refused: Iterable[int], ranks: Ranks, *, ordered: bool
) -> Iterator[_Block]:
    """Sort users block by block into a file."""
    written = 0
    for number, runs in groupby(runs_between(spools, refused), key=lambda run: run.spool):
        spool = spools[number]
        turns = spool.turn_of_each() if ordered else array("d", bytes(8 * spool.users))
        ranked = ranks.of_each(number, spool)
        edges, line_edges = spool.edges(), spool.line_edges()
        staying = chain.from_iterable(range(run.start, run.end) for run in runs)
        while places := list(islice(staying, BLOCK_USERS)):
            places.sort(key=turns.__getitem__)
            places.sort(key=ranked.__getitem__)  # keeps the order of equals, which is that of their turns
            content = b"".join(
                _ENTRY.pack(
                    ranked[start],
                    turns[start],
                    number,
                    start,
                    end,
                    edges[start],
                    edges[end],
                    line_edges[start],
                    line_edges[end],
                )
                for start, end in _neighbours(places, ranked, turns)
            )
            file.write(content)
            yield _Block(written, written + len(content))
            written += len(content)


def _neighbours(places: Sequence[int], ranks: "array[int]", turns: "array[float]") -> Iterator[tuple[int, int]]:
    """Users who come in order, from the first to behind the last of neighbours whose turn is the same."""
    start, end = places[0], places[0] + 1
    for place in places[1:]:
        if place != end or turns[place] != turns[start] or ranks[place] != ranks[start]:
            yield start, end
            start = place
        end = place + 1
    yield start, end


def _entries(file: BinaryIO, block: _Block, at_once: int) -> Iterator[_Entry]:
    size = at_once * _ENTRY.size
    for start in range(block.start, block.end, size):
        yield from _ENTRY.iter_unpack(os.pread(file.fileno(), min(size, block.end - start), start))
