"""Lines of packed users spread over *buckets* by the checksum of their key, so that what two passes say of the same
person lies together, in pieces for the memory.

Nearly everybody is as before, which shows without reading a line: all of it but the position is the same text.

    0003-00.by-key          entries, block by block, and in each block bucket by bucket
    0003-00.by-key-edges    where each bucket of each block begins, and where the last one ends, as 8 bytes each

An entry is four lines: the user's line up to its position; the position; its place among all lines, as a number; and
the rest of the line, with the user's fingerprints behind it.
"""

import os
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from zlib import crc32

import msgspec

from samekey.pack.files import open_private
from samekey.pack.fingerprints import Fingerprints
from samekey.pack.user_lines import UserLine

SPREAD_USERS = 20_000
"""Users in memory while they are spread."""
_EDGE = "Q"
_HEAD = b'["'
_PLACE = b'",['
"""Stands behind a key: in a text, quotes have a backslash before them."""
_BEHIND = b"],"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(UserLine).decode


def head_of(key: str) -> bytes:
    """How the line of a user with that key begins."""
    return _HEAD + _encode(key)[1:-1]


def bucket_of(head: bytes, buckets: int) -> int:
    """Where everything lies that is said of a key."""
    return crc32(head) % buckets


def spread(path: Path, buckets: int, entries: Iterable[tuple[bytes, bytes]], first: int = 0) -> None:
    """Write users into buckets.

    Args:
        path: where the entries go; where they begin stands beside it.
        buckets: how many there are.
        entries: the users' lines and their lines of fingerprints, which are empty where nobody is compared.
        first: place of the first of them.

    Raises:
        msgspec.DecodeError: a line is not one of a user.

    """
    waiting: list[list[bytes]] = [[] for _ in range(buckets)]
    put = [bucket.append for bucket in waiting]
    place, rest_of_entries = first, iter(entries)
    with open_private(path) as file, open_private(_edges(path)) as edges:
        array(_EDGE, [0]).tofile(edges)
        while block := list(islice(rest_of_entries, SPREAD_USERS)):
            for line, likeness in block:
                head, position, rest = _divided(line)
                put[crc32(head) % buckets](b"%b\n%b\n%d\n%b%b" % (head, position, place, rest.rstrip(b"\n"), likeness))
                place += 1
            for bucket in waiting:
                file.write(b"".join(bucket))
                array(_EDGE, [file.tell()]).tofile(edges)
                bucket.clear()


def _divided(line: bytes) -> tuple[bytes, bytes, bytes]:
    """A line up to its position, the position, and the rest."""
    head, found, behind = line.partition(_PLACE)
    position, found_too, rest = behind.partition(_BEHIND)
    if found and found_too and head.startswith(_HEAD) and not head.endswith(b"\\") and b'"' not in position:
        return head, position, rest
    user = _decode(line)  # there is a quote in its key, or a file in its position, or somebody has had it in hand
    head, position = head_of(user.key), _encode(user.place)[1:-1]
    return head, position, _encode(user).removeprefix(head + _PLACE + position + _BEHIND)


def read(paths: Iterable[Path], bucket: int, buckets: int) -> bytes:
    """The entries of a bucket.

    Args:
        paths: what was spread, in order.
        bucket: which bucket.
        buckets: how many there are.

    """
    return b"".join(chain.from_iterable(_parts(path, bucket, buckets) for path in paths))


class Entries:
    """Users of one bucket, in their order."""

    def __init__(self, content: bytes) -> None:
        lines = content.split(b"\n")
        self.heads = lines[:-1:4]
        """How the line of each begins."""
        self.texts = lines[3::4]
        """What of each is compared."""
        self._positions = lines[1::4]
        self._places = lines[2::4]

    def place(self, number: int) -> int:
        """Where one of them stands among all."""
        return int(self._places[number])

    def line(self, number: int) -> UserLine:
        """The line of one of them."""
        rest, _, _ = self.texts[number].rpartition(b"]")
        return _decode(b"%b%b%b%b%b]" % (self.heads[number], _PLACE, self._positions[number], _BEHIND, rest))

    def fingerprints(self, number: int) -> Fingerprints | None:
        """What one of them was like; None where nobody compares."""
        _, _, likeness = self.texts[number].rpartition(b"]")
        return Fingerprints.of_line(likeness) if likeness else None

    def others_than(self, heads: Collection[bytes]) -> bytes:
        """The entries of those whose lines begin in another way."""
        columns = self.heads, self._positions, self._places, self.texts
        others = [number for number, head in enumerate(self.heads) if head not in heads]
        return b"".join(b"%b\n%b\n%b\n%b\n" % tuple(column[number] for column in columns) for number in others)

    def repeated(self) -> set[bytes]:
        """Heads that several of them have."""
        if len(set(self.heads)) == len(self.heads):
            return set()
        return {head for head, times in Counter(self.heads).items() if times > 1}


def unchanged(now: Entries, before: Sequence[Entries]) -> set[bytes]:
    """Heads of those who are as they were said to be last, in all that is told of them.

    Args:
        now: users who are there.
        before: those of earlier rounds, the oldest first.

    """
    was: dict[bytes, bytes] = {}
    for each in before:
        was.update(zip(each.heads, each.texts, strict=True))
    return {head for head, text in zip(now.heads, now.texts, strict=True) if was.get(head) == text}


def _parts(path: Path, bucket: int, buckets: int) -> Iterator[bytes]:
    with path.open("rb") as file, _edges(path).open("rb") as edges:
        size = array(_EDGE).itemsize
        for block in range((os.fstat(edges.fileno()).st_size // size - 1) // buckets):
            edges.seek((block * buckets + bucket) * size)
            start, end = array(_EDGE, edges.read(2 * size))
            file.seek(start)
            yield file.read(end - start)


def _edges(path: Path) -> Path:
    return path.with_name(f"{path.name}-edges")
