"""What a worker leaves of its part of a source: payloads in order, and beside them what the join needs to know.

A spool is a few private files in the round in making, gone when the round is finished:

    0003-00.payloads      each user's payload and a comma, so that any run of users is one slice of bytes
    0003-00.edges         where each payload begins, and where the last one ends, as 8 bytes each
    0003-00.lines         each user's line of `fingerprints`
    0003-00.line-edges    where each line begins, and where the last one ends
    0003-00.kinds         index into the spool's table of cluster and verdict, as 2 bytes a user
    0003-00.partitions    index into the spool's table of partitions, as 4 bytes a user; only where the rules have them
    0003-00.turns         when each user's turn is, as a double each; only where the rules have an order
    0003-00.claims        how good each user's claim to its identifiers is, likewise; only where that is asked
    0003-00.rejections    lines of `rejections.ndjson`
    0003-00.held          lines of `held.ndjson`
    0003-00.left-out      keys of records that the rules leave out, a JSON string a line; only where it was asked for
    0003-00.names         identifiers, a line each, sorted into buckets block by block
    0003-00.name-edges    where each bucket of each block begins, and where the last one ends
    0003-00.holders       the user behind each identifier, as 4 bytes each
    0003-00.holder-edges  where each bucket of each block begins, and where the last one ends

Identifiers are spread over buckets by their checksum, so that one bucket of all spools fits into memory. A spool takes
no more than `SPOOL_USERS_MAX`, so that what is known of its users fits, too: however long the source, memory is flat.
"""

from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar
from zlib import crc32

import msgspec

from samekey.errors import UsageError
from samekey.pack import fingerprints
from samekey.pack.run_folder import open_private
from samekey.records import User

SPOOL_USERS_MAX = 1_000_000
"""Users in one spool; the next one begins a new spool."""
BUCKETS = 128
"""Into how many parts identifiers are divided: of a hundred million users one part weighs some 200 MB."""
FLUSH_USERS = 8_000
"""Users that are kept in memory before they are written."""
NAME_INITIALS = {"email": "e", "username": "n", "phone_number": "p", "user_id": "i"}
"""How an identifier's line begins, so that an email and a user id that read alike are two things."""

PARTITIONS_MAX = 100_000
"""Partitions of one pass. Each is a sequence of chunks, and so of jobs, of which Auth0 does two at a time."""

_Thing = TypeVar("_Thing")
_SMALL = "I"
_LARGE = "Q"
_KIND = "H"
_REAL = "d"


def too_many_partitions() -> UsageError:
    """The error for rules that divide users too finely."""
    return UsageError(
        f"[partition] by divides the users into more than {PARTITIONS_MAX:,} partitions.",
        remedy="Divide them by something that many of them share: every partition is at least one job.",
    )


class Spool(msgspec.Struct, frozen=True):
    """A finished spool, for reading."""

    folder: Path
    name: str
    users: int
    kinds: tuple[tuple[str, str], ...]
    """Cluster and verdict by index."""
    partitions: tuple[str, ...]
    """Partition by index."""

    def path(self, suffix: str) -> Path:
        """One of its files; it need not exist."""
        return self.folder / f"{self.name}.{suffix}"

    def edges(self) -> "array[int]":
        """Where each payload begins, and where the last one ends."""
        return self._numbers("edges", _LARGE)

    def line_edges(self) -> "array[int]":
        """The same for lines of fingerprints."""
        return self._numbers("line-edges", _LARGE)

    def kind_of_each(self) -> "array[int]":
        """Index into `kinds` of each user."""
        return self._numbers("kinds", _KIND)

    def partition_of_each(self) -> "array[int]":
        """Index into `partitions` of each user."""
        return self._numbers("partitions", _SMALL)

    def turn_of_each(self) -> "array[float]":
        """When each user's turn is: lower ones go first."""
        return self._reals("turns")

    def claim_of_each(self) -> "array[float]":
        """How good each user's claim to its identifiers is: the lowest is the best."""
        return self._reals("claims")

    def lines(self, suffix: str) -> Iterator[bytes]:
        """The lines of one of its files."""
        path = self.path(suffix)
        if path.exists():
            with path.open("rb") as file:
                yield from file

    def names(self, bucket: int) -> list[bytes]:
        """Identifiers of a bucket."""
        return self._bucket("names", bucket).split(b"\n")[:-1]

    def holders(self, bucket: int) -> "array[int]":
        """The user, by place in the spool, behind each identifier of a bucket."""
        holders: array[int] = array(_SMALL)
        holders.frombytes(self._bucket("holders", bucket))
        return holders

    def _bucket(self, suffix: str, bucket: int) -> bytes:
        edges = self._numbers(f"{suffix[:-1]}-edges", _LARGE)
        if not edges:
            return b""
        found = []
        with self.path(suffix).open("rb") as file:
            for each in range(bucket, len(edges) - 1, BUCKETS):
                if edges[each + 1] > edges[each]:
                    file.seek(edges[each])
                    found.append(file.read(edges[each + 1] - edges[each]))
        return b"".join(found)

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


class SpoolWriter:
    """A spool while it is written.

    Users are only remembered at first. They are written a few thousand at a time, column by column, for a loop over
    one column costs a fraction of a call per user.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        fingerprint_key: bytes,
        partitioned: bool,
        ordered: bool = False,
        claimed: bool = False,
    ) -> None:
        """Args:
        folder: where spools are kept.
        name: what its files begin with.
        fingerprint_key: the run folder's key for fingerprints.
        partitioned: whether the rules divide users into partitions.
        ordered: whether they have an order.
        claimed: whether they ask whose claim to an identifier is better.

        """
        self._folder = folder
        self._name = name
        self._fingerprint_key = fingerprint_key
        self._partitioned = partitioned
        self._ordered = ordered
        self._claimed = claimed
        self._files: dict[str, BinaryIO] = {}
        self._open = ExitStack()
        self._ends: dict[str, int] = {}
        """How far each of the files with edges is written."""
        self._waiting: list[User] = []
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

    @property
    def room(self) -> int:
        """How many more users belong into this spool."""
        return max(0, SPOOL_USERS_MAX - self._users - len(self._waiting))

    def add(self, user: User) -> None:
        """Take a user in."""
        self._waiting.append(user)
        if len(self._waiting) == FLUSH_USERS:
            self._flush()

    def reject(self, line: bytes) -> None:
        """Take a rejection in, as a line of `rejections.ndjson`."""
        self._rejections.append(line)
        if len(self._rejections) == FLUSH_USERS:
            self._flush()

    def hold(self, line: bytes) -> None:
        """Take a held user in, as a line of `held.ndjson`."""
        self._held.append(line)
        if len(self._held) == FLUSH_USERS:
            self._flush()

    def leave_out(self, key: str) -> None:
        """Take the key of a record in that the rules leave out."""
        self._left_out.append(key)
        if len(self._left_out) == FLUSH_USERS:
            self._flush()

    def finished(self) -> Spool:
        """The same for reading; call it when the files are closed."""
        return Spool(self._folder, self._name, self._users, tuple(self._kinds), tuple(self._partitions))

    def _flush(self) -> None:
        """Write what is in memory."""
        users = self._waiting
        if users:
            payloads = [user.payload for user in users]
            self._write("payloads", b",".join([*payloads, b""]))
            self._write_edges("edges", [len(payload) + 1 for payload in payloads])
            lines = self._lines(users)
            self._write("lines", lines)
            self._write_edges("line-edges", map(len, lines.splitlines(keepends=True)))
            kinds = self._kinds
            self._write("kinds", array(_KIND, [kinds[user.cluster, user.verdict] for user in users]).tobytes())
            if self._partitioned:
                partitions = self._partitions
                self._write("partitions", array(_SMALL, [partitions[user.partition] for user in users]).tobytes())
                if len(partitions) > PARTITIONS_MAX:
                    raise too_many_partitions()
            if self._ordered:
                self._write("turns", array(_REAL, [user.turn for user in users]).tobytes())
            if self._claimed:
                self._write("claims", array(_REAL, [user.claim for user in users]).tobytes())
            self._write_identifiers(users)
            self._users += len(users)
        self._write("rejections", b"".join(self._rejections))
        self._write("held", b"".join(self._held))
        self._write("left-out", self._encode_lines(self._left_out))
        self._waiting.clear()
        self._rejections.clear()
        self._held.clear()
        self._left_out.clear()

    def _lines(self, users: list[User]) -> bytes:
        return self._encode_lines(fingerprints.lines_of(users, self._fingerprint_key))

    def _write_identifiers(self, users: list[User]) -> None:
        found: list[str] = []
        holders: list[int] = []
        for place, user in enumerate(users, start=self._users):
            for name, value in user.identifiers.items():
                found.append(NAME_INITIALS[name] + value)
                holders.append(place)
        if not found:
            return
        entries = "\n".join(found).encode().split(b"\n")
        names: list[list[bytes]] = [[] for _ in range(BUCKETS)]
        places: list[array[int]] = [array(_SMALL) for _ in range(BUCKETS)]
        for entry, checksum, holder in zip(entries, map(crc32, entries), holders, strict=True):
            names[checksum % BUCKETS].append(entry)
            places[checksum % BUCKETS].append(holder)
        self._write_buckets("names", "name-edges", [b"\n".join([*bucket, b""]) for bucket in names])
        self._write_buckets("holders", "holder-edges", [bucket.tobytes() for bucket in places])

    def _write_buckets(self, suffix: str, edges: str, buckets: list[bytes]) -> None:
        self._write(suffix, b"".join(buckets))
        self._write_edges(edges, map(len, buckets))

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
