"""What one worker does: read a piece, map every record, leave the results in spools; it knows nothing of others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec

from samekey.errors import UsageError
from samekey.hashes import auth0_check
from samekey.mapping.compiled import Mapped, MapRecord, compile_rules
from samekey.mapping.rules import Rules, parse_rules
from samekey.pack import chunker
from samekey.pack.lists import held_line, rejection_line
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Held, LeftOut, Rejection, SourceRecord, User
from samekey.sources.base import Range, Source

ANNOUNCE_EVERY = 1_000
"""Records between two announcements of progress."""


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

    def __repr__(self) -> str:
        return f"PieceTask({self.number}, {self.piece!r})"


class PieceDone(msgspec.Struct, frozen=True):
    """What became of a piece, in numbers."""

    number: int
    read: int
    spools: list[Spool]
    held: Counter[tuple[str, str]]
    """Held users by cluster and verdict."""
    proved: list[str]
    """Clusters of which a known login matched."""
    left_out: int = 0
    """Records that the rules' `where` leaves out."""


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
    map_record = compile_rules(rules)
    records = task.source.read(task.piece)
    worker = _Worker(task, rules)
    while worker.fill_spool(records, map_record, announce):
        pass
    return PieceDone(task.number, worker.read, worker.spools, worker.held, sorted(worker.proved), worker.left_out)


class _Worker:
    """Sorts what the mapping made of the records into spools."""

    spool: SpoolWriter

    def __init__(self, task: PieceTask, rules: Rules) -> None:
        self.task = task
        self.chunk_bytes = rules.chunk_bytes
        self.partitioned = rules.partition is not None
        self.ordered = rules.order is not None
        self.claimed = rules.duplicates.by is not None
        self.spools: list[Spool] = []
        self.read = 0
        self.held: Counter[tuple[str, str]] = Counter()
        self.proved: set[str] = set()
        self.left_out = 0

    def fill_spool(
        self, records: Iterator[SourceRecord | Rejection], map_record: MapRecord, announce: Callable[[int], None]
    ) -> bool:
        """Fill one spool; whether there may be more records."""
        name = f"{self.task.number:04d}-{len(self.spools):02d}"
        with SpoolWriter(
            self.task.folder,
            name,
            fingerprint_key=self.task.fingerprint_key,
            partitioned=self.partitioned,
            ordered=self.ordered,
            claimed=self.claimed,
        ) as self.spool:
            while self.spool.room and self._take_some(records, map_record, min(self.spool.room, ANNOUNCE_EVERY)):
                announce(ANNOUNCE_EVERY)
        self.spools.append(self.spool.finished())
        return not self.spool.room

    def _take_some(self, records: Iterator[SourceRecord | Rejection], map_record: MapRecord, some: int) -> bool:
        """Map a few records; whether there may be more. What most of them become is taken without a detour."""
        add = self.spool.add
        payload_bytes_max = -1 if self.task.known_logins else chunker.payload_bytes_max(self.chunk_bytes)
        before = self.read
        for record in islice(records, some):
            self.read += 1
            mapped = map_record(record) if isinstance(record, SourceRecord) else record
            if type(mapped) is User and len(mapped.payload) <= payload_bytes_max:
                add(mapped)
            else:
                self._take(mapped)
        return self.read - before == some

    def _take(self, mapped: Mapped) -> None:
        if type(mapped) is User:
            self._user(mapped)
        elif type(mapped) is Held:
            self._hold(mapped)
        elif type(mapped) is Rejection:
            self._reject(mapped)
        elif type(mapped) is LeftOut:
            self.left_out += 1

    def _user(self, user: User) -> None:
        if len(user.payload) > chunker.payload_bytes_max(self.chunk_bytes):
            remedy = (
                f"The user weighs {len(user.payload)} bytes and a chunk holds {self.chunk_bytes}: carry less metadata."
            )
            self._reject(Rejection(user.position, "user-too-large", "", remedy, user.key))
            return
        if self.task.known_logins:
            self._prove(user)
        self.spool.add(user)

    def _reject(self, rejection: Rejection) -> None:
        self.spool.reject(rejection_line(rejection))

    def _hold(self, held: Held) -> None:
        self.spool.hold(held_line(held))
        self.held[held.cluster, held.verdict] += 1

    def _prove(self, user: User) -> None:
        """Hold a known login against the payload that Auth0 will check."""
        for value in user.identifiers.values():
            password = self.task.known_logins.get(value)
            if password is None:
                continue
            payload = msgspec.json.decode(user.payload).get("custom_password_hash")
            if not payload or not auth0_check.check(payload, password=password).match:
                raise UsageError(
                    f"The known login of {user.position} does not match its password as it would be packed.",
                    remedy="The reading in [password] format is wrong for this record, or the known password is. "
                    "Nothing was packed.",
                )
            self.proved.add(user.cluster)
            return
