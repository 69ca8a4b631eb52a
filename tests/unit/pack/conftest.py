"""A run folder with a packed round in it, and spools of people."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from samekey.pack.manifest import ChunkPacked, Manifest, SourceRead
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.spool import Spool, SpoolWriter
from samekey.records import Position, User, UserColumns

PackRound = Callable[..., Round]
"""Packs chunks of users: `pack_round([[{"email": …}, …], …])`."""

Identifiers = dict[str, str]
SpoolsOf = Callable[..., list[Spool]]
"""Makes two spools of people: `spools_of([{"email": …}, …], middle)`."""


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["umask-000", "umask-022", "umask-077"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the shell takes away, from nothing to everything."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that nobody has written to."""
    return RunFolder(tmp_path / "run")


@pytest.fixture
def pack_round(folder: RunFolder) -> PackRound:
    """Writes a round as a pass would, each user's key being its email and its cluster `raw_sha1`."""

    def pack(chunks: Sequence[Sequence[dict[str, Any]]]) -> Round:
        making = folder.make_round()
        packed = []
        lines = b""
        for number, users in enumerate(chunks, start=1):
            content = msgspec.json.encode(users)
            making.chunk_path(f"{number:06d}").write_bytes(content)
            sha256 = hashlib.sha256(content).hexdigest()
            packed.append(ChunkPacked(f"{number:06d}", len(users), len(content), sha256))
            for user in users:
                verdict = "as-is" if "custom_password_hash" in user else "none"
                line = [user.get("email", ""), [0], "raw_sha1", verdict]
                lines += msgspec.json.encode(line) + b"\n"
        making.users_path.write_bytes(lines)
        making.manifest_path.write_bytes(manifest(tuple(packed)).encoded())
        return making.finish()

    return pack


@pytest.fixture
def spools_of(tmp_path: Path) -> SpoolsOf:
    """Makes spools of people told by their identifiers, who come in two that are divided at `middle`."""

    def spools(people: Sequence[Identifiers], middle: int = 1, *, claims: Sequence[float] = ()) -> list[Spool]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        finished = []
        claim = iter(claims or [0.0] * len(people))
        for number, each in enumerate((people[:middle], people[middle:])):
            with SpoolWriter(
                folder, f"{number:04d}-00", fingerprint_key=b"k" * 32, partitioned=False, claimed=True
            ) as writer:
                for some in (each[:1], each[1:]):
                    users = [User(Position(0), "", identifiers, b"{}", claim=next(claim)) for identifiers in some]
                    writer.add(UserColumns.of(users))
            finished.append(writer.finished())
        return finished

    return spools


def mode(path: Path) -> int:
    """Who may do what with it."""
    return stat.S_IMODE(path.stat().st_mode)


def manifest(chunks: tuple[ChunkPacked, ...] = ()) -> Manifest:
    """A manifest of these chunks and nobody else."""
    users = sum(chunk.users for chunk in chunks)
    return Manifest(
        samekey="0.1.0",
        packed_at="2026-11-23T09:00:00+00:00",
        source=SourceRead("users.json", "json", 1_000, "ab" * 32),
        rules_sha256="cd" * 32,
        read=users,
        packed=users,
        rejected=0,
        held=0,
        left_out=0,
        passwords={"as-is": users},
        rejections={},
        clusters=(),
        chunks=chunks,
    )
