"""What a worker leaves of its part of a source: payloads in order, and beside them what the join needs to know.

A spool is a few private files in the round in making, gone when the round is finished:

    0003-00.payloads      each user's payload and a comma, so that any run of users is one slice of bytes
    0003-00.edges         where each payload begins, and where the last one ends, as 8 bytes each
    0003-00.lines         each user's line of `users.ndjson`
    0003-00.fingerprints  each user's line of `fingerprints`; only where the round is held against earlier ones
    0003-00.kinds         index into the spool's table of cluster and verdict, as 2 bytes a user
    0003-00.partitions    index into the spool's table of partitions, as 4 bytes a user; only where the rules have them
    0003-00.partition-names    that table, a JSON string a line
    0003-00.turns         when each user's turn is, as a double each; only where the rules have an order
    0003-00.claims        how good each user's claim to its identifiers is, likewise; only where that is asked
    0003-00.rejections    lines of `rejections.ndjson`
    0003-00.held          lines of `held.ndjson`
    0003-00.left-out      keys of records that the rules leave out, a JSON string a line; only where it was asked for
    0003-00.names-email   each user's email as it is compared, a line each; likewise every other identifier

A spool takes no more than about `SPOOL_USERS_MAX` users and `SPOOL_PARTITIONS_MAX` partitions, so that what is known of
them fits into memory: however long the source, memory is flat.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import accumulate, islice, repeat
from operator import lt
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

import msgspec

from samekey.pack import fingerprints, user_lines
from samekey.pack.files import open_private
from samekey.pack.partition_limits import SEQUENCES_MAX, too_many_sequences
from samekey.records import Payloads, UserColumns

SPOOL_USERS_MAX = 1_000_000
"""Users in one spool; the next one begins a new spool."""
SPOOL_PARTITIONS_MAX = 100_000
"""Partitions in one spool, about: a new one begins behind them. They take less than 20 MB in each worker."""
LIST_LINES = 8_000
"""Lines of rejections, or of held users, that are kept in memory before they are written."""
_READ_BYTES = 1024 * 1024

_Thing = TypeVar("_Thing")
_SMALL = "I"
_LARGE = "Q"
_KIND = "H"
_REAL = "d"


class Spool(msgspec.Struct, frozen=True):
    """A finished spool, for reading."""

    folder: Path
    name: str
    users: int
    kinds: tuple[tuple[str, str], ...]
    """Cluster and verdict by index."""
    partitions: int
    """How many there are."""
    ascending: dict[str, tuple[int, int]] = {}
    """By name: the first and the last of identifiers that are whole numbers, each above the one before."""

    def path(self, suffix: str) -> Path:
        """One of its files; it need not exist."""
        return self.folder / f"{self.name}.{suffix}"

    def edges(self) -> "array[int]":
        """Where each payload begins, and where the last one ends."""
        return self._numbers("edges", _LARGE)

    def line_edges(self) -> "array[int]":
        """The same for lines of users; counted when they are asked for, which is seldom."""
        return array(_LARGE, accumulate(map(len, self.lines("lines")), initial=0))

    def kind_of_each(self) -> "array[int]":
        """Index into `kinds` of each user."""
        return self._numbers("kinds", _KIND)

    def partition_of_each(self) -> "array[int]":
        """Index into `partition_names` of each user."""
        return self._numbers("partitions", _SMALL)

    def partition_names(self) -> list[str]:
        """Partition by index; read when it is asked for."""
        return list(map(msgspec.json.decode, self.lines("partition-names")))

    def turn_of_each(self) -> "array[float]":
        """When each user's turn is: lower ones go first."""
        return self._reals("turns")

    def claim_of_each(self) -> "array[float]":
        """How good each user's claim to its identifiers is: the lowest is the best."""
        return self._reals("claims")

    def payload(self, place: int) -> bytes:
        """What is sent for one of its users, who is looked up by itself."""
        with self.path("edges").open("rb") as file:
            file.seek(place * array(_LARGE).itemsize)
            start, end = array(_LARGE, file.read(2 * array(_LARGE).itemsize))
        with self.path("payloads").open("rb") as file:
            file.seek(start)
            return file.read(end - start - 1)

    def lines(self, suffix: str) -> Iterator[bytes]:
        """The lines of one of its files."""
        path = self.path(suffix)
        if path.exists():
            with path.open("rb") as file:
                yield from file

    def has_names(self, name: str) -> bool:
        """Whether anybody in it has an identifier of this name."""
        return self._names_path(name).exists()

    def names(self, name: str) -> Iterator[list[bytes]]:
        """Everybody's identifier of this name, empty where absent; users at the end who have none are left out."""
        if not self.has_names(name):
            return
        tail = b""
        with self._names_path(name).open("rb") as file:
            while block := file.read(_READ_BYTES):
                names = (tail + block).split(b"\n")
                tail = names.pop()
                yield names

    def _names_path(self, name: str) -> Path:
        return self.path(f"names-{name}")

    def _reals(self, suffix: str) -> "array[float]":
        reals: array[float] = array(_REAL)
        reals.frombytes(self.path(suffix).read_bytes() if self.users else b"")
        return reals

    def _numbers(self, suffix: str, code: str) -> "array[int]":
        numbers: array[int] = array(code)
        path = self.path(suffix)
        if path.exists():
            numbers.frombytes(path.read_bytes())
        return numbers


class _Table(dict[_Thing, int], Generic[_Thing]):
    """Numbers things in the order in which they are first met."""

    def __missing__(self, thing: _Thing) -> int:
        number = self[thing] = len(self)
        return number


class _Names:
    """Identifiers of one name. Whole numbers, each above the one before, are plainly unique."""

    def __init__(self) -> None:
        self.lines = 0
        """How many are written."""
        self.ends: tuple[int, int] | None = None
        """The first and the last, when they ascend."""
        self._so_far = True

    def take(self, column: Sequence[str]) -> None:
        """Look at the next ones."""
        if not self._so_far:
            return
        try:
            numbers = list(map(int, column))
        except ValueError:
            self._stop()
            return
        begin, behind = self.ends or (numbers[0], numbers[0] - 1)
        if behind < numbers[0] and all(map(lt, numbers, islice(numbers, 1, None))):
            self.ends = begin, numbers[-1]
        else:
            self._stop()

    def _stop(self) -> None:
        self.ends = None
        self._so_far = False


class SpoolWriter:
    """A spool while it is written: a loop over one column costs a fraction of a call per user."""

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        fingerprint_key: bytes,
        partitioned: bool,
        ordered: bool = False,
        claimed: bool = False,
        combined: bool = False,
    ) -> None:
        """Args:
        folder: where spools are kept.
        name: what its files begin with.
        fingerprint_key: the run folder's key for fingerprints; empty when nobody asks for any.
        partitioned: whether the rules divide users into partitions.
        ordered: whether they have an order.
        claimed: whether they ask whose claim to an identifier is better.
        combined: whether they let small partitions share chunks, so that there may be any number of these.

        """
        self._folder = folder
        self._name = name
        self._fingerprint_key = fingerprint_key
        self._partitioned = partitioned
        self._ordered = ordered
        self._claimed = claimed
        self._combined = combined
        self._files: dict[str, BinaryIO] = {}
        self._open = ExitStack()
        self._ends: dict[str, int] = {}
        """How far each of the files with edges is written."""
        self._names: dict[str, _Names] = {}
        self._rejections: list[bytes] = []
        self._held: list[bytes] = []
        self._left_out: list[str] = []
        self._users = 0
        """Users that are written."""
        self._kinds: _Table[tuple[str, str]] = _Table()
        self._partitions: _Table[str] = _Table()
        self._encode_lines = msgspec.json.Encoder().encode_lines

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Write what is left, unless something went wrong, and close the files."""
        with self._open:
            if error is None:
                self._flush()
                self._write("partition-names", self._encode_lines(list(self._partitions)))

    @property
    def is_full(self) -> bool:
        """Whether the next user begins a new spool."""
        return self._users >= SPOOL_USERS_MAX or len(self._partitions) > SPOOL_PARTITIONS_MAX

    def add(self, users: UserColumns) -> None:
        """Take users in."""
        payloads = Payloads.of(users.payloads)
        if not payloads:
            return
        self._write("payloads", payloads.joined)
        self._write_edges("edges", payloads.sizes)
        self._write("lines", self._encode_lines(user_lines.lines_of(users)))
        if self._fingerprint_key:
            verdicts = (verdict for _, verdict in users.kinds)
            made = fingerprints.lines_of(payloads, verdicts, self._fingerprint_key)
            self._write("fingerprints", b"".join(made))
        kind = users.one_kind()
        kinds = repeat(self._kinds[kind], len(users.kinds)) if kind else map(self._kinds.__getitem__, users.kinds)
        self._write("kinds", array(_KIND, kinds).tobytes())
        if self._partitioned:
            self._write("partitions", array(_SMALL, map(self._partitions.__getitem__, users.partitions)).tobytes())
            if len(self._partitions) > SEQUENCES_MAX and not self._combined:
                raise too_many_sequences(0)
        if self._ordered:
            self._write("turns", array(_REAL, users.turns).tobytes())
        if self._claimed:
            self._write("claims", array(_REAL, users.claims).tobytes())
        for name, column in users.identifiers.items():
            self._write_names(name, column)
        self._users += len(payloads)

    def reject(self, line: bytes) -> None:
        """Take a rejection in, as a line of `rejections.ndjson`."""
        self._rejections.append(line)
        if len(self._rejections) == LIST_LINES:
            self._flush()

    def hold(self, line: bytes) -> None:
        """Take a held user in, as a line of `held.ndjson`."""
        self._held.append(line)
        if len(self._held) == LIST_LINES:
            self._flush()

    def leave_out(self, key: str) -> None:
        """Take the key of a record in that the rules leave out."""
        self._left_out.append(key)
        if len(self._left_out) == LIST_LINES:
            self._flush()

    def finished(self) -> Spool:
        """The same for reading; call it when the files are closed."""
        ascending = {name: each.ends for name, each in self._names.items() if each.ends}
        return Spool(self._folder, self._name, self._users, tuple(self._kinds), len(self._partitions), ascending)

    def _flush(self) -> None:
        """Write the lists that are in memory."""
        self._write("rejections", b"".join(self._rejections))
        self._write("held", b"".join(self._held))
        self._write("left-out", self._encode_lines(self._left_out))
        self._rejections.clear()
        self._held.clear()
        self._left_out.clear()

    def _write_names(self, name: str, column: Sequence[str]) -> None:
        known = self._names.setdefault(name, _Names())
        absent = self._users - known.lines
        self._write(f"names-{name}", ("\n" * absent + "\n".join([*column, ""])).encode())
        known.take(column)
        known.lines = self._users + len(column)

    def _write_edges(self, suffix: str, sizes: Iterable[int]) -> None:
        """Go on with the edges where the last block ended."""
        before = self._ends.get(suffix)
        edges = array(_LARGE, accumulate(sizes, initial=before or 0))
        self._ends[suffix] = edges[-1]
        self._write(suffix, (edges if before is None else edges[1:]).tobytes())

    def _write(self, suffix: str, content: bytes) -> None:
        if not content:
            return
        file = self._files.get(suffix)
        if file is None:
            path = self._folder / f"{self._name}.{suffix}"
            file = self._files[suffix] = self._open.enter_context(open_private(path))
        file.write(content)
