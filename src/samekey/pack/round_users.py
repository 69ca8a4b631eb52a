"""Users of an earlier round, spread over buckets with their fingerprints; several processes take some chunks each.

Fingerprints are made from chunks where the round has none yet, and come into its folder when they are complete. An
encrypted round is read by one process alone, which has the key to it: secret keys are handed to no other one, and
opening what is encrypted takes less than a microsecond a user.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, NamedTuple

import msgspec

from samekey.pack import fingerprints, users_by_key
from samekey.pack.files import open_private
from samekey.pack.manifest import ChunkPacked, Manifest, changed, read_chunk, read_manifest, unreadable
from samekey.pack.run_folder import Round
from samekey.pack.seal import Recipients
from samekey.pack.sharing import SideBySide
from samekey.pack.user_lines import UserLine

PART_USERS = 50_000
"""About how many users one process takes at a time."""


class _Part(NamedTuple):
    """Some chunks of a round, and what belongs to them."""

    chunks: Sequence[ChunkPacked]
    first: int
    """Place of their first user in the round."""
    lines_at: int
    """Where the line of the first user begins."""
    likenesses_at: int
    """Where its fingerprints do, if they are there."""
    is_last: bool

    @property
    def users(self) -> int:
        return sum(chunk.users for chunk in self.chunks)


_decode = msgspec.json.Decoder(UserLine).decode
_decode_chunk = msgspec.json.Decoder(list[msgspec.Raw]).decode


def spread_round(
    packed: Round, path: Path, buckets: int, *, key: bytes, keep: bool = True, side_by_side: SideBySide = map
) -> list[Path]:
    """Spread everybody whom a finished round packed.

    Args:
        packed: the round.
        path: what the buckets' files begin with.
        buckets: how many there are.
        key: the run folder's key for fingerprints; empty where nobody is compared.
        keep: whether fingerprints are to stay in the round's folder, if they are not there.
        side_by_side: works on several parts at once, where files of this machine are seen.

    Returns:
        Where they are spread, in order.

    Raises:
        RunFolderChanged: a file of the round is missing or was changed.
        UsageError: the round is encrypted, and not to an identity that is there.
        RunFolderError: the disk does not let us.

    """
    manifest = read_manifest(packed)
    has_likenesses = packed.fingerprints_path.exists()
    if manifest.encrypted_to:
        parts, readable, side_by_side = [_Part(manifest.chunks, 0, 0, 0, is_last=True)], packed, map
    else:
        parts, readable = list(_parts(packed, manifest, has_likenesses=has_likenesses)), Round(packed.path)
    paths = list(side_by_side(partial(_spread_part, readable, path, buckets, key), parts))
    if key and keep and not has_likenesses:
        recipients = Recipients.parse(manifest.encrypted_to) if manifest.encrypted_to else None
        with packed.adding_fingerprints(recipients) as file:
            for each in paths:
                with _made(each).open("rb") as made:
                    copyfileobj(made, file)
    return paths


def _parts(packed: Round, manifest: Manifest, *, has_likenesses: bool) -> Iterator[_Part]:
    """The round in parts, of whole chunks each."""
    path = packed.users_path
    try:
        with (
            packed.reading(path) as lines,
            packed.reading(packed.fingerprints_path) if has_likenesses else nullcontext() as likenesses,
        ):
            first = lines_at = likenesses_at = 0
            chunks: list[ChunkPacked] = []
            for number, chunk in enumerate(manifest.chunks, start=1):
                chunks.append(chunk)
                is_last = number == len(manifest.chunks)
                users = sum(each.users for each in chunks)
                if users < PART_USERS and not is_last:
                    continue
                yield _Part(tuple(chunks), first, lines_at, likenesses_at, is_last)
                first += users
                lines_at += sum(map(len, islice(lines, users)))
                likenesses_at += sum(map(len, islice(likenesses, users))) if likenesses else 0
                chunks.clear()
    except OSError as error:
        raise unreadable(packed, path, error) from error


# --- in a worker -----------------------------------------------------------------------------------------------------


def _spread_part(packed: Round, stem: Path, buckets: int, key: bytes, part: _Part) -> Path:
    """Spread the users of some chunks; where they are now."""
    path = stem.with_name(f"{stem.name}-{part.first}")
    try:
        with packed.reading(packed.users_path) as file:
            lines = _lines(file, part.lines_at, part, packed.users_path)
            entries: Iterable[tuple[bytes, bytes]]
            if not key:
                entries = zip(lines, repeat(b"\n"))
            elif packed.fingerprints_path.exists():
                entries = zip(lines, _likenesses(packed, part), strict=True)
            else:
                entries = _with_made(packed, part, lines, key, _made(path))
            users_by_key.spread(path, buckets, entries, part.first)
    except OSError as error:
        raise unreadable(packed, packed.users_path, error) from error
    except msgspec.DecodeError as error:
        raise changed(packed.users_path) from error
    return path


def _lines(file: BinaryIO, start: int, part: _Part, path: Path) -> Iterator[bytes]:
    """Lines of the users of a part: as many as they are."""
    if start:
        file.seek(start)
    read = 0
    for line in islice(file, part.users):
        yield line
        read += 1
    if read < part.users or (part.is_last and file.read(1)):
        raise changed(path)


def _likenesses(packed: Round, part: _Part) -> Iterator[bytes]:
    path = packed.fingerprints_path
    with packed.reading(path) as file:
        for line in _lines(file, part.likenesses_at, part, path):
            if not fingerprints.is_line(line):
                raise changed(path)
            yield line


def _with_made(
    packed: Round, part: _Part, lines: Iterator[bytes], key: bytes, path: Path
) -> Iterator[tuple[bytes, bytes]]:
    """Lines of users with their fingerprints, which are made, and are left in a file."""
    with open_private(path) as file:
        for chunk in part.chunks:
            users = _decode_chunk(read_chunk(packed, chunk))
            some = list(islice(lines, len(users)))
            if len(some) != len(users) or len(users) != chunk.users:
                raise changed(packed.users_path)
            verdicts = [_decode(line).verdict for line in some]
            made = list(fingerprints.lines_of(map(bytes, users), verdicts, key))
            file.writelines(made)
            yield from zip(some, made, strict=True)
        if next(lines, None) is not None:  # which also finds lines behind the last one
            raise changed(packed.users_path)


def _made(path: Path) -> Path:
    return path.with_name(f"{path.name}-fingerprints")
