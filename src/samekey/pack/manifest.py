"""What a round promises: what was read, by which rules, how many became what, and the sha256 of every chunk."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from samekey.errors import RunFolderChanged, RunFolderError
from samekey.pack.files import unread
from samekey.pack.run_folder import Round
from samekey.sources.options import SourceOptions

VERSION = 1
"""Of the manifest's shape; adding a key does not change it."""

PACK_AGAIN = "Chunks are never edited: change the rules or the source and pack into a new run folder."
"""What to do about a run folder that was changed."""


class JoinRead(msgspec.Struct, frozen=True):
    """A second source that was joined, and who found no partner."""

    address: str
    format: str
    on: str
    """The expressions that find the key on both sides."""
    rows: int
    """Rows of it, whatever became of them."""
    rows_without_record: int
    """Rows that belong to no record of the source."""
    rows_unread: int
    """Rows that are damaged."""
    records_without_rows: int
    """Records of the source that no row belongs to."""


class SourceRead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The source as it was when it was read."""

    address: str
    format: str
    size_bytes: int | None
    sha256: str
    """Of its bytes, or of its records where it is a database; of both sources where two were joined."""
    joined: JoinRead | None = None
    options: SourceOptions | None = None
    """What a person said about how to read it."""


class ClusterPacked(msgspec.Struct, frozen=True):
    """All passwords of one format with the same parameters."""

    cluster: str
    format: str
    users: int
    verdict: str
    proved: bool = False
    """Whether a known login matched."""
    warnings: tuple[str, ...] = ()


class ChunkPacked(msgspec.Struct, frozen=True):
    """One import file."""

    name: str
    """`000001` …"""
    users: int
    size_bytes: int
    """Of the import file as it is sent."""
    sha256: str
    """Of the file as it lies in the round: where it is encrypted, of the encrypted file. A fingerprint of what is in
    it could be held against guessed passwords."""
    partition: str = ""
    """The partition of its users; empty when there is none, or when several share the chunk."""
    partitions: tuple[str, ...] = ()
    """The partitions that share the chunk, where several do."""
    connection: str = ""
    """The connection it is for, by name or id, where the rules say."""
    organization: str = ""
    """The organisation its users belong to, where the rules say."""
    changed: bool = False
    """Whether its users were packed in an earlier round and changed since; the others are new."""


class Manifest(msgspec.Struct, frozen=True):
    """The manifest of one round."""

    samekey: str
    """The version that packed."""
    packed_at: str
    source: SourceRead
    rules_sha256: str
    read: int
    packed: int
    rejected: int
    held: int
    left_out: int
    passwords: dict[str, int]
    """Records by what became of their password."""
    rejections: dict[str, int]
    """Rejected records by reason."""
    clusters: tuple[ClusterPacked, ...]
    chunks: tuple[ChunkPacked, ...]
    encrypted_to: tuple[str, ...] = ()
    """The age recipients that can open chunks, lists and fingerprints; empty when everybody can."""
    since: str = ""
    """The round that this one was held against; empty for a pack of everything, and for a retry."""
    retry: str = ""
    """The delivery whose failures are packed again; empty unless it is a retry."""
    changes: dict[str, int] = {}
    """Records by what changed, and how many are new or unchanged; only of a round that was held against others."""
    known: int = 0
    """Records that this round and those before it know of, each counted once; 0 in the first round."""
    unstated: int = 0
    """Of those left out, records that no round packed, rejected or held; 0 in the first round, where all are."""
    version: int = VERSION

    @property
    def is_later(self) -> bool:
        """Whether the round was held against earlier ones."""
        return bool(self.since or self.retry)

    def encoded(self) -> bytes:
        """As it stands on disk: JSON for people, too."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


class _Writer(msgspec.Struct):
    """What tells who wrote a manifest, whatever else is in it."""

    samekey: str = "of unknown version"
    version: int = VERSION


def read_manifest(packed: Round) -> Manifest:
    """Read the manifest of a round.

    Raises:
        RunFolderError: it is missing or damaged, or a newer samekey wrote it.

    """
    try:
        text = packed.manifest_path.read_bytes()
        written = msgspec.json.decode(text, type=_Writer)
        if written.version > VERSION:
            raise RunFolderError(
                f"{packed.manifest_path} was written by a newer samekey ({written.samekey}).",
                remedy="Use that version, or pack into a new run folder.",
            )
        return msgspec.json.decode(text, type=Manifest)
    except OSError as error:
        raise unread(packed.manifest_path, error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunFolderError(
            f"{packed.manifest_path} is damaged: {error}.", remedy="Pack into a new run folder."
        ) from error


def read_chunk(packed: Round, chunk: ChunkPacked) -> bytes:
    """An import file as it was packed.

    Raises:
        RunFolderChanged: it is missing, or no longer what the manifest promises.
        UsageError: it is encrypted, and not to an identity that is there.

    """
    path = packed.chunk_path(chunk.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(packed, path, error) from error
    if hashlib.sha256(content).hexdigest() != chunk.sha256:
        raise changed(path)
    return packed.opened(content, path)


def unreadable(packed: Round, path: Path, error: OSError) -> RunFolderError:
    """The error for a file of a round that the operating system does not let us read, or that was purged."""
    if isinstance(error, FileNotFoundError) and packed.purged_path.exists():
        return RunFolderError(f"{path} was purged.", remedy="Pack again, into a new run folder.")
    if isinstance(error, PermissionError):
        return unread(path, error)
    return RunFolderChanged(f"{path} cannot be read: {error.strerror}.", remedy=PACK_AGAIN)


def changed(path: Path) -> RunFolderChanged:
    """The error for a file of a round that is not what was packed."""
    return RunFolderChanged(f"{path} was changed after it was packed.", remedy=PACK_AGAIN)


def users_of(content: bytes) -> list[dict[str, Any]]:
    """The users of an import file, in order."""
    users: list[dict[str, Any]] = msgspec.json.decode(content, type=list[dict[str, Any]])
    return users


def file_sha256(path: Path) -> str:
    """sha256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
