"""The pass over a source, in this process: read, map, check, put into chunks, write down everyone who is not packed.

What becomes of a record is decided by `mapping` and `pack`; here it is only moved along and counted. Every count is of
something that was written: packed users are those in chunk files, rejected and held ones are lines of their files.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from samekey.errors import RunFolderError, UsageError
from samekey.events import Listener, Progressed
from samekey.hashes import auth0_check
from samekey.mapping.compiled import MapRecord
from samekey.pack import chunker, run_folder
from samekey.pack.duplicates import Duplicates
from samekey.pack.manifest import ChunkPacked, ClusterPacked
from samekey.pack.run_folder import RoundInMaking
from samekey.records import Held, Rejection, SourceRecord, User
from samekey.secret import Secret
from samekey.sources.base import Source

_ANNOUNCE_EVERY = 1_000
_encode = msgspec.json.Encoder().encode


@dataclass
class Packed:
    """What a pass did."""

    read: int = 0
    packed: int = 0
    held: int = 0
    left_out: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    passwords: Counter[str] = field(default_factory=Counter)
    clusters: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Users by cluster and verdict."""
    proved: set[str] = field(default_factory=set)
    """Clusters of which a known login matched."""
    chunks: list[ChunkPacked] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Records not packed, for whatever reason."""
        return sum(self.rejections.values())

    def cluster_list(self) -> tuple[ClusterPacked, ...]:
        """The clusters, largest first."""
        return tuple(
            ClusterPacked(cluster, cluster.split(" ")[0], users, verdict, proved=cluster in self.proved)
            for (cluster, verdict), users in self.clusters.most_common()
        )


class Pass:
    """One pass over one source into one round."""

    def __init__(
        self,
        making: RoundInMaking | None,
        map_record: MapRecord,
        *,
        fingerprint_key: bytes,
        known_logins: Mapping[str, Secret] | None = None,
        listener: Listener,
    ) -> None:
        """Args:
        making: where everything is written.
        map_record: the compiled rules.
        fingerprint_key: the run folder's key for fingerprints.
        known_logins: passwords by identifier in lower case; each must match what is packed for that user.
        listener: hears how far it came.

        """
        self.making = making
        self.map_record = map_record
        self.fingerprint_key = fingerprint_key
        self.known_logins = known_logins or {}
        self.listener = listener
        self.done = Packed()
        self.duplicates = Duplicates()

    def run(self, source: Source, *, chunk_bytes: int, chunk_users: int, total: int | None = None) -> Packed:
        """Read the source to its end.

        Raises:
            SourceError: the source cannot be read further; the round in making holds what came before.
            UsageError: a known login does not match what would be packed for that user.
            RunFolderError: the disk does not let us.

        """
        try:
            with (
                self._open("rejections_path") as rejections,
                self._open("held_path") as held,
                self._open("fingerprints_path") as fingerprints,
            ):
                users = self._users(source, rejections, held, total)
                for item in chunker.fill(users, bytes_max=chunk_bytes, users_max=chunk_users):
                    if isinstance(item, chunker.TooLarge):
                        self._reject(item.rejection, rejections)
                    else:
                        self._write_chunk(item, fingerprints)
        except OSError as error:
            raise RunFolderError(
                f"The round cannot be written: {error.strerror}.",
                remedy="Make room or choose another folder, then run the same command again.",
            ) from error
        return self.done

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        """One of the round's files, on disk when it is closed; a dry run writes to nowhere."""
        if self.making is None:
            with Path(os.devnull).open("wb") as nowhere:
                yield nowhere
            return
        path: Path = getattr(self.making, name)
        with run_folder.open_private(path) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def _users(self, source: Source, rejections: BinaryIO, held: BinaryIO, total: int | None) -> Iterator[User]:
        for span in source.ranges(1):
            for record in source.read(span):
                self.done.read += 1
                if self.done.read % _ANNOUNCE_EVERY == 0:
                    self.listener.notice(Progressed("pack", self.done.read, total))
                mapped = self.map_record(record) if isinstance(record, SourceRecord) else record
                if isinstance(mapped, User):
                    mapped = self.duplicates.check(mapped) or mapped
                if isinstance(mapped, Rejection):
                    self._reject(mapped, rejections)
                elif isinstance(mapped, Held):
                    self._hold(mapped, held)
                else:
                    self._prove(mapped)
                    yield mapped
        self.listener.notice(Progressed("pack", self.done.read, self.done.read))

    def _reject(self, rejection: Rejection, file: BinaryIO) -> None:
        line = {
            "position": rejection.position.as_json(),
            "key": rejection.key,
            "reason": rejection.reason,
            "field": rejection.field,
            "remedy": rejection.remedy,
        }
        file.write(_encode(line) + b"\n")
        self.done.rejections[rejection.reason] += 1

    def _hold(self, held: Held, file: BinaryIO) -> None:
        line = {
            "position": held.position.as_json(),
            "key": held.key,
            "email": held.email,
            "verdict": held.verdict,
            "reason": held.reason,
            "explanation": held.explanation,
            "cluster": held.cluster,
        }
        file.write(_encode(line) + b"\n")
        self.done.held += 1
        self.done.passwords[held.verdict] += 1
        self.done.clusters[held.cluster, held.verdict] += 1

    def _write_chunk(self, chunk: chunker.Chunk, fingerprints: BinaryIO) -> None:
        name = f"{len(self.done.chunks) + 1:06d}"
        content = chunk.encoded()
        if self.making is not None:
            run_folder.write_whole(self.making.chunk_path(name), content)
        for user in chunk.users:
            line = {
                "key": user.key,
                "position": user.position.as_json(),
                "cluster": user.cluster,
                "fingerprint": run_folder.fingerprint(self.fingerprint_key, user.payload),
            }
            fingerprints.write(_encode(line) + b"\n")
            self.done.passwords[user.verdict] += 1
            if user.cluster:
                self.done.clusters[user.cluster, user.verdict] += 1
        sha256 = hashlib.sha256(content).hexdigest()
        self.done.chunks.append(ChunkPacked(name, len(chunk.users), len(content), sha256, chunk.partition))
        self.done.packed += len(chunk.users)

    def _prove(self, user: User) -> None:
        """Hold a known login against the payload that Auth0 will check."""
        for value in user.identifiers.values():
            password = self.known_logins.get(value)
            if password is None:
                continue
            payload = msgspec.json.decode(user.payload).get("custom_password_hash")
            if not payload or not auth0_check.check(payload, password=password.reveal()).match:
                raise UsageError(
                    f"The known login of {user.position} does not match its password as it would be packed.",
                    remedy="The reading in [password] format is wrong for this record, or the known password is. "
                    "Nothing was packed.",
                )
            self.done.proved.add(user.cluster)
            return
