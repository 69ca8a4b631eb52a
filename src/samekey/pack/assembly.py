"""Spools become the files of a round: duplicates leave, chunks are cut and written, everything is counted once more.

Every count is of something that was written: packed users are those in chunk files, rejected and held ones are lines of
their files.
"""

import hashlib
import heapq
import os
import threading
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from samekey.pack import duplicates
from samekey.pack.chunker import Plan, Run, fill
from samekey.pack.duplicates import Ordinals, Refused
from samekey.pack.fates import Decided, Fate
from samekey.pack.files import open_private
from samekey.pack.lists import rejection_line
from samekey.pack.manifest import ChunkPacked
from samekey.pack.ordering import Arranging, arranged
from samekey.pack.run_folder import RoundInMaking
from samekey.pack.slices import Slices, runs_between
from samekey.pack.spool import Spool
from samekey.pack.user_lines import UserLine
from samekey.records import Held, Position, Rejection

_WRITERS = 8
_UNWRITTEN_MAX = 16
"""Chunks in memory at once."""
NAMED_MAX = 20
"""Rejected records, and held ones, that a dry run names."""


@dataclass
class Assembled:
    """What stands in the round now."""

    packed: int = 0
    held: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Packed and held users by cluster and verdict."""
    chunks: list[ChunkPacked] = field(default_factory=list)
    named: list[Rejection | Held] = field(default_factory=list)
    """In a dry run, which leaves no lists: the first of those who are rejected, and of those who are held."""


_decode_user = msgspec.json.Decoder(UserLine).decode


class _Rejected(msgspec.Struct):
    position: Position
    reason: str


class _HeldBack(msgspec.Struct):
    cluster: str
    verdict: str


def assemble(
    making: RoundInMaking | None,
    spools: Sequence[Spool],
    refused: Collection[Refused],
    *,
    chunk_bytes: int,
    chunk_users: int,
    arranging: Arranging,
    keep: str = "first",
    decided: Decided | None = None,
) -> Assembled:
    """Write the round's files from the spools.

    Args:
        making: where; None to count and write nothing.
        spools: all of them, in the order of the source.
        refused: users who are duplicates of others, in order.
        chunk_bytes: the most a chunk may weigh.
        chunk_users: the most users a chunk may hold; 0 for no such limit.
        arranging: which users belong together, and in which order they go.
        keep: who of users with the same identifier was kept.
        decided: what becomes of everybody in a round that was held against earlier ones.

    Raises:
        UsageError: there are too many partitions.
        OSError: the disk does not let us.

    """
    done = Assembled()
    with Slices(spools) as slices:
        _write_lists(making, spools, _duplicates(slices, refused, keep, decided), decided, done)
        plans = (
            (plan, is_changed)
            for is_changed, leaving in _groups(refused, decided)
            for sequence, runs in arranged(spools, leaving, arranging)
            for plan in fill(slices.with_edges(runs), bytes_max=chunk_bytes, users_max=chunk_users, sequence=sequence)
        )
        with _list(making, "users_path") as users:
            if arranging.is_source_order:
                in_order = (run for _, leaving in _groups(refused, decided) for run in runs_between(spools, leaving))
                with _copying_lines(spools, in_order, users):
                    _write_chunks(making, slices, plans, done)
            else:
                _write_chunks(making, slices, plans, done, users)
        for _, leaving in _groups(refused, decided):
            for run in runs_between(spools, leaving):
                slices.count(run, done.kinds)
    return done


def _groups(refused: Collection[Refused], decided: Decided | None) -> Iterator[tuple[bool, Iterable[int]]]:
    """Who leaves: duplicates; or of those that are new, and then of those that changed, all the others."""
    if decided is None:
        yield False, Ordinals(refused)
        return
    yield False, decided.others_than(Fate.NEW)
    yield True, decided.others_than(Fate.CHANGED)


@contextmanager
def _list(making: RoundInMaking | None, name: str) -> Iterator[BinaryIO]:
    """One of the round's files, on disk when it is closed; a dry run writes to nowhere."""
    if making is None:
        with Path(os.devnull).open("wb") as nowhere:
            yield nowhere
        return
    with making.writing(getattr(making, name)) as file:
        yield file


# --- who is not packed -----------------------------------------------------------------------------------------------


def _write_lists(
    making: RoundInMaking | None,
    spools: Sequence[Spool],
    duplicates: Iterator[bytes],
    decided: Decided | None,
    done: Assembled,
) -> None:
    """Rejections in the order of the source, the mapping's and the duplicates', and who is held."""
    decode = msgspec.json.Decoder(_Rejected).decode
    lines: Iterator[bytes] = (line for spool in spools for line in spool.lines("rejections"))
    if decided:
        lines = filter(None, map(decided.rejection, count(), lines))
    by_mapping = ((decode(line), line) for line in lines)
    as_duplicates = ((decode(line), line) for line in duplicates)
    with _list(making, "rejections_path") as file:
        for rejected, line in heapq.merge(by_mapping, as_duplicates, key=lambda pair: pair[0].position.index):
            file.write(line)
            if making is None and done.rejections.total() < NAMED_MAX:
                done.named.append(msgspec.json.decode(line, type=Rejection))
            done.rejections[rejected.reason] += 1
    decode_held = msgspec.json.Decoder(_HeldBack).decode
    with _list(making, "held_path") as file:
        for number, line in enumerate(line for spool in spools for line in spool.lines("held")):
            if decided is None or decided.held[number] == Fate.LISTED:
                file.write(line)
                if making is None and done.held < NAMED_MAX:
                    done.named.append(msgspec.json.decode(line, type=Held))
                held = decode_held(line)
                done.kinds[held.cluster, held.verdict] += 1
                done.held += 1
    if decided:
        for name, found in (("changes_path", decided.changes), ("ended_path", decided.ended)):
            with _list(making, name) as file:
                file.writelines(line + b"\n" for line in found)


def _duplicates(slices: Slices, refused: Collection[Refused], keep: str, decided: Decided | None) -> Iterator[bytes]:
    """Lines of those who are refused, less those who keep the state they had."""
    lines = _duplicate_lines(slices, refused, keep)
    return filter(None, map(decided.refusal, Ordinals(refused), lines)) if decided else lines


def _duplicate_lines(slices: Slices, refused: Collection[Refused], keep: str) -> Iterator[bytes]:
    """Each looked up by itself, so that nothing of the refused is kept, however many they are."""
    for each in refused:
        user = _decode_user(slices.line(each.ordinal))
        remedy = duplicates.remedy(each, _decode_user(slices.line(each.holder)).position, keep)
        yield rejection_line(Rejection(user.position, "duplicate", each.name, remedy, user.key))


# --- chunks ----------------------------------------------------------------------------------------------------------


@contextmanager
def _copying_lines(spools: Sequence[Spool], runs: Iterable[Run], users: BinaryIO) -> Iterator[None]:
    """While something else is done, a thread copies the lines of users who come in the order of the source."""
    stopped = threading.Event()

    def copy() -> None:
        with Slices(spools) as slices:
            for block in chain.from_iterable(map(slices.lines, runs)):
                if stopped.is_set():
                    return
                users.write(block)

    with ThreadPoolExecutor(1) as beside:
        copied = beside.submit(copy)
        try:
            yield
        except BaseException:
            stopped.set()
            raise
        copied.result()


def _write_chunks(
    making: RoundInMaking | None,
    slices: Slices,
    plans: Iterator[tuple[Plan, bool]],
    done: Assembled,
    users: BinaryIO | None = None,
) -> None:
    """Chunks are hashed and brought to the disk by threads while the next ones are cut; lines of users go to a file."""
    unwritten: deque[Future[ChunkPacked]] = deque()

    def written() -> None:
        chunk = unwritten.popleft().result()
        done.chunks.append(chunk)
        done.packed += chunk.users

    with ThreadPoolExecutor(_WRITERS) as writers:
        for number, (plan, is_changed) in enumerate(plans, start=1):
            content = slices.content(plan.runs, plan.size_bytes)
            chunk = replace(_packed(number, plan), changed=is_changed)
            unwritten.append(writers.submit(_write_chunk, making, chunk, content))
            if users:
                users.write(slices.scattered_lines(plan.runs))
            if len(unwritten) == _UNWRITTEN_MAX:
                written()
        while unwritten:
            written()


def _packed(number: int, plan: Plan) -> ChunkPacked:
    """A chunk as the manifest names it, without what only its content says."""
    sequence = plan.sequence
    partitions = sequence.partitions(plan.users) if sequence.partitions else (sequence.partition,)
    alone = len(partitions) == 1
    return ChunkPacked(
        f"{number:06d}",
        plan.users,
        plan.size_bytes,
        "",
        partitions[0] if alone else "",
        () if alone else partitions,
        sequence.connection,
        sequence.organization,
    )


def _write_chunk(making: RoundInMaking | None, chunk: ChunkPacked, content: bytes | bytearray) -> ChunkPacked:
    if making is not None:
        content = making.sealed(content)
        with open_private(making.chunk_path(chunk.name)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return replace(chunk, sha256=hashlib.sha256(content).hexdigest())
