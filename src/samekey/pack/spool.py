"""What a worker leaves of its part of a source: payloads in order, and beside them what the join needs to know.

A spool is a few private files in the round in making, gone when the round is finished:

    0003-00.payloads      each user's payload and a comma, so that any run of users is one slice of bytes
    0003-00.edges         where each payload begins, and where the last one ends, as 8 bytes each
    0003-00.lines         each user's line of `fingerprints`
    0003-00.line-edges    where each line begins, and where the last one ends
    0003-00.kinds         index into the spool's table of cluster and verdict, as 2 bytes a user
    0003-00.partitions    index into the spool's table of partitions, as 4 bytes a user; only where the rules have them
    0003-00.rejections    lines of `rejections.ndjson`
    0003-00.held          lines of `held.ndjson`
    0003-00.names         identifiers, a line each, sorted into buckets block by block
    0003-00.name-edges    where each bucket of each block begins, and where the last one ends
    0003-00.holders       the user behind each identifier, as 4 bytes each
    0003-00.holder-edges  where each bucket of each block begins, and where the last one ends

Identifiers are spread over buckets by their checksum, so that one bucket of all spools fits into memory. A spool takes
no more than `SPOOL_USERS_MAX`, so that what is known of its users fits, too: however long the source, memory is flat.
"""

from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from zlib import crc32

import msgspec

from samekey.pack.run_folder import open_private
from samekey.records import User

SPOOL_USERS_MAX = 1_000_000
"""Users in one spool; the next one begins a new spool."""
BUCKETS = 128
"""Into how many parts identifiers are divided: of a hundred million users one part weighs some 200 MB."""
FLUSH_USERS = 8_000
"""Users that are kept in memory before they are written."""
NAME_INITIALS = {"email": b"e", "username": b"n", "phone_number": b"p", "user_id": b"i"}
"""How an identifier's line begins, so that an email and a user id that read alike are two things."""

_SMALL = "I"
_LARGE = "Q"
_KIND = "H"


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

    def lines(self, suffix: str) -> Iterator[bytes]:
        """The lines of one of its files."""
        path = self.path(suffix)
        if path.exists():
            with path.open("rb") as file:
                yield from file

    def identifiers(self, bucket: int) -> tuple[list[bytes], "array[int]"]:
        """Identifiers of a bucket, and the user behind each, by place in the spool."""
        holders: array[int] = array(_SMALL)
        holders.frombytes(self._bucket("holders", bucket))
        return self._bucket("names", bucket).split(b"\n")[:-1], holders

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

    def _numbers(self, suffix: str, code: str) -> "array[int]":
        numbers: array[int] = array(code)
        path = self.path(suffix)
        if path.exists():
            numbers.frombytes(path.read_bytes())
        return numbers


class SpoolWriter:
    """A spool while it is written."""

    def __init__(self, folder: Path, name: str, *, partitioned: bool) -> None:
        """Args:
        folder: where spools are kept.
        name: what its files begin with.
        partitioned: whether the rules divide users into partitions.

        """
        self._folder = folder
        self._name = name
        self._partitioned = partitioned
        self._files: dict[str, BinaryIO] = {}
        self._open = ExitStack()
        self._ends: dict[str, int] = {}
        """How far each of the files with edges is written."""
        self._payloads: list[bytes] = []
        self._lines: list[bytes] = []
        self._kind_of_each = array(_KIND)
        self._partition_of_each = array(_SMALL)
        self._names: list[list[bytes]] = [[] for _ in range(BUCKETS)]
        self._holders: list[array[int]] = [array(_SMALL) for _ in range(BUCKETS)]
        self._rejections: list[bytes] = []
        self._held: list[bytes] = []
        self._users = 0
        self._kinds: dict[tuple[str, str], int] = {}
        self._partitions: dict[str, int] = {}

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
    def is_full(self) -> bool:
        """Whether the next user belongs into another spool."""
        return self._users >= SPOOL_USERS_MAX

    def add(self, user: User, line: bytes) -> None:
        """Take a user in, with its line of the fingerprints file."""
        self._payloads.append(user.payload)
        self._lines.append(line)
        kind = (user.cluster, user.verdict)
        self._kind_of_each.append(self._kinds.setdefault(kind, len(self._kinds)))
        if self._partitioned:
            self._partition_of_each.append(self._partitions.setdefault(user.partition, len(self._partitions)))
        for name, value in user.identifiers.items():
            entry = NAME_INITIALS[name] + value.encode()
            bucket = crc32(entry) % BUCKETS
            self._names[bucket].append(entry)
            self._holders[bucket].append(self._users)
        self._users += 1
        if len(self._payloads) == FLUSH_USERS:
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

    def finished(self) -> Spool:
        """The same for reading; call it when the files are closed."""
        return Spool(self._folder, self._name, self._users, tuple(self._kinds), tuple(self._partitions))

    def _flush(self) -> None:
        """Write what is in memory."""
        if self._payloads:
            self._write("payloads", b",".join(self._payloads) + b",")
            self._write_edges("edges", (len(payload) + 1 for payload in self._payloads))
            self._write("lines", b"".join(self._lines))
            self._write_edges("line-edges", map(len, self._lines))
            self._write("kinds", self._kind_of_each.tobytes())
            self._write("partitions", self._partition_of_each.tobytes())
            self._flush_identifiers()
        self._write("rejections", b"".join(self._rejections))
        self._write("held", b"".join(self._held))
        for kept in (self._payloads, self._lines, self._rejections, self._held):
            kept.clear()
        for numbers in (self._kind_of_each, self._partition_of_each):
            del numbers[:]

    def _flush_identifiers(self) -> None:
        if not any(self._names):
            return
        names = [b"\n".join([*bucket, b""]) for bucket in self._names]
        self._write("names", b"".join(names))
        self._write_edges("name-edges", map(len, names))
        holders = [bucket.tobytes() for bucket in self._holders]
        self._write("holders", b"".join(holders))
        self._write_edges("holder-edges", map(len, holders))
        for bucket, places in zip(self._names, self._holders, strict=True):
            bucket.clear()
            del places[:]

    def _write_edges(self, suffix: str, sizes: Iterator[int]) -> None:
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
