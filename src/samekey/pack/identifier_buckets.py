"""Identifiers spread over *buckets* by their checksum: those that are the same lie together, in pieces for the memory.

Adler-32 takes half the time of CRC-32 for so short a text, and fills buckets as evenly up to some hundreds of them; of
thousands, for a hundred million users, the fullest holds a few times as much as the others.

A spool's identifiers of one name are written once more beside it, and on request their places, too:

    0003-00.buckets-email        the emails, a line each: block by block, and in each block bucket by bucket
    0003-00.edges-email          where each bucket of each block begins, and where the last one ends, as 8 bytes each
    0003-00.places-email         where in the spool each of them stands, in the same order, as 4 bytes each
    0003-00.place-edges-email    where its buckets begin, likewise
"""

import os
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from struct import Struct
from zlib import adler32

from samekey.pack.files import open_private
from samekey.pack.spool import Spool

SPREAD_NAMES = 20_000
"""Identifiers in memory while they are spread."""
_EDGE, _EDGES = Struct("Q"), Struct("QQ")


def spread(name: str, buckets: int, spool: Spool) -> None:
    """Write a spool's identifiers once more, sorted into buckets block by block, and where each bucket begins."""
    waiting: list[list[bytes]] = [[] for _ in range(buckets)]
    put = [bucket.append for bucket in waiting]
    with open_private(spool.path(f"buckets-{name}")) as file, open_private(spool.path(f"edges-{name}")) as edges:
        edges.write(_EDGE.pack(0))
        for values in _gathered(spool.names(name)):
            for value in values:
                put[adler32(value) % buckets](value)
            for bucket in waiting:
                file.write(b"\n".join([*bucket, b""]))
                edges.write(_EDGE.pack(file.tell()))
                bucket.clear()


def spread_places(name: str, buckets: int, spool: Spool) -> None:
    """Write, bucket by bucket in the same order, where in the spool each identifier stands."""
    waiting = [array("I") for _ in range(buckets)]
    place = 0
    with (
        open_private(spool.path(f"places-{name}")) as file,
        open_private(spool.path(f"place-edges-{name}")) as edges,
    ):
        edges.write(_EDGE.pack(0))
        for block in chain(spool.names(name), [None]):
            for value in block or ():
                if value:
                    waiting[adler32(value) % buckets].append(place)
                place += 1
            if block is None or sum(map(len, waiting)) >= SPREAD_NAMES:
                for bucket in waiting:
                    bucket.tofile(file)
                    edges.write(_EDGE.pack(file.tell()))
                    del bucket[:]


def identifiers_in(spool: Spool, name: str, bucket: int, buckets: int) -> Iterator[list[bytes]]:
    """One bucket of a spool, block by block; an empty one at the end of each."""
    for part in _parts(spool, f"buckets-{name}", f"edges-{name}", bucket, buckets):
        yield part.split(b"\n")


def places_in(spool: Spool, name: str, bucket: int, buckets: int) -> Iterator["array[int]"]:
    """Where in the spool the identifiers of a bucket stand, in the same order, block by block."""
    for part in _parts(spool, f"places-{name}", f"place-edges-{name}", bucket, buckets):
        yield array("I", part)


def _gathered(blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Identifiers in larger blocks, without absent ones."""
    gathered: list[bytes] = []
    for block in blocks:
        gathered += filter(None, block)
        if len(gathered) >= SPREAD_NAMES:
            yield gathered
            gathered = []
    yield gathered


def _parts(spool: Spool, suffix: str, edges_suffix: str, bucket: int, buckets: int) -> Iterator[bytes]:
    with spool.path(suffix).open("rb") as file, spool.path(edges_suffix).open("rb") as edges:
        blocks = (os.fstat(edges.fileno()).st_size // _EDGE.size - 1) // buckets
        for block in range(blocks):
            edges.seek((block * buckets + bucket) * _EDGE.size)
            start, end = _EDGES.unpack(edges.read(_EDGES.size))
            file.seek(start)
            yield file.read(end - start)
