"""What of a run folder holds hashes, or could be held against guessed passwords; and taking it away.

Chunks hold hashes. Fingerprints are computed from them, and their key lies beside them. A pack that was killed may have
left spools. Manifests, rules, lists, journals and reports hold none of it and stay, so that what was done can be looked
up for as long as anybody wants to.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from samekey.errors import RunFolderError
from samekey.pack.files import sync_folder, write_whole
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.run_folder import Round, RunFolder


class Purge(msgspec.Struct, frozen=True):
    """`purged.json`: what a round held before it was purged."""

    purged_at: str
    chunks: int
    users: int


def read_purge(packed: Round) -> Purge | None:
    """What a round held before it was purged; None for one that was not.

    Raises:
        RunFolderError: the file is damaged.

    """
    try:
        return msgspec.json.decode(packed.purged_path.read_bytes(), type=Purge)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunFolderError(f"{packed.purged_path} cannot be read.", remedy="Restore it from a copy.") from error


def what_holds_hashes(folder: RunFolder) -> Iterator[Path]:
    """Files and folders that go."""
    for packed in folder.rounds():
        yield from sorted((packed.path / "chunks").glob("*"))
        yield from (path for path in (packed.users_path, packed.fingerprints_path) if path.exists())
        yield from sorted(packed.path.glob(".fingerprints*"))
    for delivery in folder.deliveries():  # changed users of a delta, as they were prepared for a tenant
        yield from sorted(delivery.glob("rounds/*/chunks/*"))
    if folder.rounds_path.is_dir():
        yield from sorted(folder.rounds_path.glob(".*.making"))
    if folder.fingerprint_key_path.exists():
        yield folder.fingerprint_key_path


def take_away(folder: RunFolder, *, at: datetime) -> None:
    """Remove it; what was removed is written down first, and a second call finishes what a killed one began.

    Raises:
        RunFolderError: the disk does not let us.

    """
    for packed in folder.rounds():
        if read_purge(packed) is None:
            write_whole(packed.purged_path, _purge(read_manifest(packed), at))
    try:
        for path in list(what_holds_hashes(folder)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            sync_folder(path.parent)
    except OSError as error:
        raise RunFolderError(
            f"{error.filename} cannot be removed: {error.strerror}.",
            remedy="Change its permissions and run the same command again.",
        ) from error


def _purge(manifest: Manifest, at: datetime) -> bytes:
    purge = Purge(at.isoformat(timespec="seconds"), len(manifest.chunks), manifest.packed)
    return msgspec.json.encode(purge) + b"\n"
