"""Fills a chunk to the byte, by arithmetic over what users weigh; knows nothing of files.

A chunk is one Auth0 import file: a JSON array of users without a blank between tokens. A chunk takes users as long as
the next one still fits, so that it is never above the limit and never smaller than it has to be. Which chunk a user
lands in depends on the users before it and on nothing else: the same users give the same bytes, whoever packs them.

A user weighs its payload and one comma; a chunk of users weighs one byte more than they do together, since of the two
brackets one stands in the place of the last comma.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

CHUNK_OVERHEAD_BYTES = 1


UNKNOWN = -1


class Run(NamedTuple):
    """Neighbouring users of one spool."""

    spool: int
    start: int
    """The first of them, by place in the spool."""
    end: int
    """The place behind the last of them."""
    payloads_begin: int = UNKNOWN
    """Where their payloads begin in the spool, where that was looked up before; likewise the following."""
    payloads_end: int = UNKNOWN
    lines_begin: int = UNKNOWN
    lines_end: int = UNKNOWN


@dataclass(frozen=True, slots=True)
class ChunkSequence:
    """Chunks of users that belong together: one after the other, and no others between them."""

    partition: str = ""
    """The partition of all of them; empty when there is none, or when several share the chunks."""
    connection: str = ""
    """The database connection they are for; empty when the rules do not say."""
    organization: str = ""
    """The organisation they belong to; empty when the rules do not say."""
    partitions: Callable[[int], tuple[str, ...]] | None = field(default=None, compare=False)
    """Where several partitions share the chunks: those of the next so many users; None otherwise."""

    @property
    def combined(self) -> bool:
        """Whether several partitions share the chunks."""
        return self.partitions is not None


NO_SEQUENCE = ChunkSequence()


@dataclass(slots=True)
class Plan:
    """Users on their way into one import file."""

    sequence: ChunkSequence = NO_SEQUENCE
    runs: list[Run] = field(default_factory=list)
    users: int = 0
    size_bytes: int = CHUNK_OVERHEAD_BYTES
    """What the file will weigh."""

    def add(self, run: Run, size_bytes: int) -> None:
        """Take neighbouring users in."""
        last = self.runs[-1] if self.runs else None
        if last is not None and last.spool == run.spool and last.end == run.start:
            self.runs[-1] = joined(last, run)
        else:
            self.runs.append(run)
        self.users += run.end - run.start
        self.size_bytes += size_bytes


def joined(run: Run, behind: Run) -> Run:
    """A run and its neighbour as one."""
    if UNKNOWN in {run.payloads_begin, behind.payloads_begin}:
        return Run(run.spool, run.start, behind.end)
    return Run(
        run.spool,
        run.start,
        behind.end,
        run.payloads_begin,
        behind.payloads_end,
        run.lines_begin,
        behind.lines_end,
    )


def payload_bytes_max(bytes_max: int) -> int:
    """The largest user that a chunk of so many bytes can hold."""
    return bytes_max - 1 - CHUNK_OVERHEAD_BYTES


def fill(
    runs: Iterable[tuple[Run, Sequence[int]]],
    *,
    bytes_max: int,
    users_max: int = 0,
    sequence: ChunkSequence = NO_SEQUENCE,
) -> Iterator[Plan]:
    """Put users into chunks.

    Args:
        runs: neighbouring users in the order in which they are to be delivered. With each run come its edges: where
            each of its users begins, and where the last one ends, a comma behind each. No user is too large.
        bytes_max: the most a chunk may weigh.
        users_max: the most users a chunk may hold; 0 for no such limit.
        sequence: what they have in common.

    Returns:
        Chunks as they close, then what is left.

    """
    plan = Plan(sequence)
    for run, edges in runs:
        start, last = 0, run.end - run.start
        whole_bytes = edges[-1] - edges[0]
        if plan.size_bytes + whole_bytes <= bytes_max and not (users_max and plan.users + last > users_max):
            plan.add(run, whole_bytes)
            continue
        while start < last:
            end = bisect_right(edges, edges[start] + bytes_max - plan.size_bytes, lo=start) - 1
            if users_max:
                end = min(end, start + users_max - plan.users)
            if end > start:
                plan.add(Run(run.spool, run.start + start, run.start + end), edges[end] - edges[start])
                start = end
            elif plan.users:
                yield plan
                plan = Plan(sequence)
            else:
                raise ValueError("a user is too large for any chunk")
    if plan.users:
        yield plan
