"""Some users of an import file, byte for byte as they were packed.

A chunk file never changes. Where one is too much at once (a canary, a tenant that answers 413), its row in the journal
is cut in two while it waits: each part is then a chunk of its own in everything but its file.
"""

import dataclasses
from collections.abc import Mapping

import msgspec

from samekey.deliver.lifecycle import State
from samekey.journal.rows import ChunkRow
from samekey.pack.manifest import ChunkPacked, read_chunk
from samekey.pack.run_folder import Round

_decode = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read_part(rounds: Mapping[str, Round], chunk: ChunkRow) -> bytes:
    """What is handed in for a chunk: its file, or the part of it that the row stands for.

    Raises:
        RunFolderChanged: the file is missing, or no longer what the manifest promises.

    """
    whole = read_chunk(rounds[chunk.round], ChunkPacked(chunk.file_name, chunk.users, 0, chunk.sha256))
    if not chunk.is_part:
        return whole
    users = _decode(whole)[chunk.first : chunk.first + chunk.users]
    return b"[" + b",".join(map(bytes, users)) + b"]"


def name_of_rest(chunk: ChunkRow, users: int) -> str:
    """The name of what stays of a chunk when so many users are cut off its beginning."""
    return f"{chunk.file_name}.{chunk.first + users:06d}"


def halves_of_tried(chunk: ChunkRow) -> tuple[ChunkRow, ChunkRow]:
    """The two chunks that take over the users of one that was handed in: named by their first and last place."""
    half = chunk.users // 2
    parts = ((chunk.first, half), (chunk.first + half, chunk.users - half))
    first, second = (
        ChunkRow(
            chunk.round,
            f"{chunk.file_name}.{begins:06d}-{begins + users - 1:06d}",
            users,
            chunk.sha256,
            State.WAITING,
            file=chunk.file_name,
            first=begins,
            is_part=True,
        )
        for begins, users in parts
    )
    return first, second


def cut_in_two(chunk: ChunkRow, users: int) -> tuple[ChunkRow, ChunkRow]:
    """The two chunks that a cut makes of one that waits, as the journal will show them.

    Args:
        chunk: the one that is cut.
        users: how many the first one keeps.

    """
    rest = dataclasses.replace(
        chunk,
        name=name_of_rest(chunk, users),
        users=chunk.users - users,
        file=chunk.file_name,
        first=chunk.first + users,
        is_part=True,
    )
    return dataclasses.replace(chunk, users=users, is_part=True), rest
