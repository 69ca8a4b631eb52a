"""What one worker does: read a piece, map every record, leave the results in spools; it knows nothing of others."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from samekey.engine.unfound import Unfound
from samekey.mapping.compiled import compile_sheets
from samekey.mapping.rules import Rules, parse_rules
from samekey.pack import chunker
from samekey.pack.lists import held_line, rejection_line
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Held, LeftOut, Payloads, Rejection, UserColumns
from samekey.sources.base import Range, Source
from samekey.sources.sheets import sheets

if TYPE_CHECKING:
    from samekey.engine.known_logins import KnownLogins


class PieceTask(msgspec.Struct, frozen=True):
    """A piece of a source and everything needed to map it."""

    source: Source
    piece: Range
    number: int
    rules_text: str
    folder: Path
    """Where the spools go."""
    fingerprint_key: bytes
    known_logins: Mapping[str, str]
    """Passwords by identifier in lower case."""
    code_folder: Path | None = None
    """Where the Python functions of the rules lie; None where they may run none."""
    notes_left_out: bool = False
    """Whether the spools are to know who is left out."""

    def __repr__(self) -> str:
        return f"PieceTask({self.number}, {self.piece!r})"


class PieceDone(msgspec.Struct, frozen=True):
    """What became of a piece, in numbers."""

    number: int
    read: int
    spools: list[Spool]
    proved: list[str]
    """Clusters of which a known login matched."""
    left_out: int = 0
    """Records that the rules' `where` leaves out."""
    met: list[str] = []
    """Known people who were found."""
    unfound: list[str] = []
    """Parts of the rules that found nothing in any user."""


def map_piece(task: PieceTask, announce: Callable[[int], None]) -> PieceDone:
    """Map one piece into its spools.

    Args:
        task: the piece.
        announce: hears now and then how many more records were read; what it raises stops the work.

    Raises:
        SourceError: the source cannot be read to the end of the piece.
        UsageError: a known login does not match what would be packed for that user.
        RunFolderError, OSError: the disk does not let us.

    """
    rules = parse_rules(task.rules_text, code_folder=task.code_folder)
    map_sheet = compile_sheets(rules)
    known = _known_logins(task, rules)
    with _Worker(task, rules) as worker:
        for sheet in sheets(task.source, task.piece):
            users, others = map_sheet(sheet)
            if known:
                known.look(sheet, users, others)
            announce(worker.take(users, others))
            del users, others, sheet  # memory that is used at once costs a tenth less than memory that is fetched anew
    done = PieceDone(task.number, worker.read, worker.spools, [], worker.left_out, unfound=worker.unfound.parts())
    return msgspec.structs.replace(done, proved=sorted(known.proved), met=sorted(known.met)) if known else done


def _known_logins(task: PieceTask, rules: Rules) -> "KnownLogins | None":
    if not task.known_logins:
        return None
    from samekey.engine.known_logins import KnownLogins  # noqa: PLC0415  # every hash function there is, for a few people

    return KnownLogins(rules, task.known_logins)


class _Worker:
    """Sorts what the mapping made of the records into spools."""

    def __init__(self, task: PieceTask, rules: Rules) -> None:
        self.task = task
        self.payload_bytes_max = chunker.payload_bytes_max(rules.chunk_bytes)
        self.chunk_bytes = rules.chunk_bytes
        self.partitioned = rules.partition is not None
        self.combined = rules.partition is not None and rules.partition.combine_below > 0
        self.ordered = rules.order is not None
        self.claimed = rules.duplicates.by is not None
        self.spools: list[Spool] = []
        self.read = 0
        self.left_out = 0
        self.unfound = Unfound(rules)
        self.spool = self._new_spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the last spool."""
        self.spool.__exit__(kind, error, traceback)
        self.spools.append(self.spool.finished())

    def take(self, users: UserColumns, others: Sequence[Rejection | Held | LeftOut]) -> int:
        """Put away what a sheet has become; how many records it held."""
        records = len(users.payloads) + len(others)
        self.read += records
        payloads = users.payloads = Payloads.of(users.payloads)
        if max(payloads.sizes, default=0) > self.payload_bytes_max + 1:
            users, too_large = self._divided(users)
            others = sorted([*others, *too_large], key=lambda each: each.position.index)
        for other in others:
            self._put_away(other)
        if self.spool.is_full:
            self.__exit__(None, None, None)
            self.spool = self._new_spool()
        self.spool.add(users)
        self.unfound.look(users)
        return records

    def _new_spool(self) -> SpoolWriter:
        name = f"{self.task.number:04d}-{len(self.spools):02d}"
        return SpoolWriter(
            self.task.folder,
            name,
            fingerprint_key=self.task.fingerprint_key,
            partitioned=self.partitioned,
            ordered=self.ordered,
            claimed=self.claimed,
            combined=self.combined,
        )

    def _divided(self, users: UserColumns) -> tuple[UserColumns, list[Rejection]]:
        """Users that a chunk holds, and a rejection for each that none does."""
        fits = [len(payload) <= self.payload_bytes_max for payload in users.payloads]
        rejections = []
        for row, payload in enumerate(users.payloads):
            if not fits[row]:
                remedy = (
                    f"The user weighs {len(payload)} bytes and a chunk holds {self.chunk_bytes}: carry less metadata."
                )
                rejections.append(Rejection(users.positions[row], "user-too-large", "", remedy, users.keys[row]))
        return users.only(fits), rejections

    def _put_away(self, other: Rejection | Held | LeftOut) -> None:
        if type(other) is Held:
            self._hold(other)
        elif type(other) is Rejection:
            self._reject(other)
        elif type(other) is LeftOut:
            self.left_out += 1
            if self.task.notes_left_out:
                self.spool.leave_out(other.key)

    def _reject(self, rejection: Rejection) -> None:
        self.spool.reject(rejection_line(rejection))

    def _hold(self, held: Held) -> None:
        self.spool.hold(held_line(held))
