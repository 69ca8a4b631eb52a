"""The users of a run as they were packed, each with what samekey knows of it and Auth0 is not told."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import msgspec

from samekey.pack.manifest import changed, read_chunk, read_manifest, unreadable, users_of
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.user_lines import UserLine


@dataclass(frozen=True, slots=True)
class PackedUser:
    """One entry of a chunk."""

    round: str
    chunk: str
    ordinal: int
    """Place in the chunk, from 0."""
    user: dict[str, Any] = field(repr=False)
    """As it stands in the import file; may hold a hash, and so is not shown."""
    key: str
    cluster: str


_decode = msgspec.json.Decoder(UserLine).decode


def packed_users(folder: RunFolder, *, chunks: Collection[tuple[str, str]] | None = None) -> Iterator[PackedUser]:
    """Every packed user, in the order of rounds and chunks.

    Args:
        folder: the run folder.
        chunks: read only these, as round and chunk name; None for all.

    Raises:
        RunFolderChanged: a file is missing or not what the manifest promises.

    """
    for each in folder.rounds():
        yield from _users_of_round(each, chunks)


def clusters_of_logins(folder: RunFolder, usernames: Collection[str]) -> dict[str, str]:
    """The hash cluster of known people, by what they log in with, in lower case; unknown ones are left out."""
    wanted = {username.lower() for username in usernames if username}
    found: dict[str, str] = {}
    if not wanted:
        return found
    for packed in packed_users(folder):
        for name in ("email", "username", "phone_number"):
            value = str(packed.user.get(name, "")).lower()
            if value in wanted:
                found[value] = packed.cluster
    return found


def _users_of_round(packed: Round, chunks: Collection[tuple[str, str]] | None) -> Iterator[PackedUser]:
    manifest = read_manifest(packed)
    with _opened(packed) as lines:
        for chunk in manifest.chunks:
            mine = [lines.readline() for _ in range(chunk.users)]
            if chunks is not None and (packed.name, chunk.name) not in chunks:
                continue
            users = users_of(read_chunk(packed, chunk))
            try:
                known = [_decode(line) for line in mine]
            except msgspec.DecodeError as error:
                raise changed(packed.users_path) from error
            if len(users) != len(known):
                raise changed(packed.manifest_path)
            for ordinal, (user, line) in enumerate(zip(users, known, strict=True)):
                yield PackedUser(packed.name, chunk.name, ordinal, user, line.key, line.cluster)


@contextmanager
def _opened(packed: Round) -> Iterator[BinaryIO]:
    path = packed.users_path
    try:
        with packed.reading(path) as lines:
            yield lines
    except OSError as error:
        raise unreadable(packed, path, error) from error
