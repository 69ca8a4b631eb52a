"""A run with a delivery, written as pack and deliver write it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from samekey.deliver.lifecycle import State
from samekey.journal.journal import Journal
from samekey.journal.rows import OutcomeRow
from samekey.pack.manifest import ChunkPacked, ClusterPacked, Manifest, SourceRead
from samekey.pack.run_folder import Round, RunFolder

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Run:
    """A run folder and the journal of its one delivery, to be filled by a test."""

    def __init__(self, path: Path) -> None:
        self.folder = RunFolder(path)
        self.delivery_path = self.folder.delivery_path("tenant.example", "People")

    def pack(
        self,
        *sizes: int,
        rejected: int = 0,
        held: int = 0,
        left_out: int = 0,
        clusters: Sequence[ClusterPacked] = (),
        source: str = "users.json",
    ) -> Round:
        """A round with chunks of so many users, and so many who were not packed."""
        making = self.folder.make_round()
        chunks = []
        for number, size in enumerate(sizes, start=1):
            users = [{"email": f"{making.name}-{number}-{ordinal}@example.com"} for ordinal in range(size)]
            content = msgspec.json.encode(users)
            making.chunk_path(f"{number:06d}").write_bytes(content)
            chunks.append(ChunkPacked(f"{number:06d}", size, len(content), hashlib.sha256(content).hexdigest()))
        making.rejections_path.write_bytes(b"{}\n" * rejected)
        making.held_path.write_bytes(b"{}\n" * held)
        making.users_path.write_bytes(b"{}\n" * sum(sizes))
        manifest = Manifest(
            samekey="0.1.0",
            packed_at=NOW.isoformat(),
            source=SourceRead(source, "json", 1, "ab" * 32),
            rules_sha256="cd" * 32,
            read=sum(sizes) + rejected + held + left_out,
            packed=sum(sizes),
            rejected=rejected,
            held=held,
            left_out=left_out,
            passwords={"as-is": sum(sizes), "bridge": held},
            rejections={"bad-email": rejected} if rejected else {},
            clusters=tuple(clusters),
            chunks=tuple(chunks),
        )
        making.manifest_path.write_bytes(manifest.encoded())
        return making.finish()

    def journal(self) -> Journal:
        """The journal, made when it is not there."""
        self.delivery_path.mkdir(parents=True, exist_ok=True)
        return Journal(self.delivery_path / "journal.sqlite")

    def begin(self, *rounds: Round) -> None:
        """Begin the delivery and take the chunks of these rounds in."""
        with self.journal() as journal:
            journal.begin(
                tenant="tenant.example",
                connection_id="con_1",
                connection="People",
                upsert=False,
                completion_email=False,
                at=NOW,
            )
            for each in rounds:
                manifest = msgspec.json.decode(each.manifest_path.read_bytes(), type=Manifest)
                chunks = [(chunk.name, chunk.users, chunk.sha256) for chunk in manifest.chunks]
                journal.add_chunks(each.name, chunks, state=State.WAITING)

    def settle(
        self,
        chunk: str,
        *,
        summary: tuple[int, int, int, int] | None,
        outcomes: Sequence[OutcomeRow] = (),
        status: str = "completed",
    ) -> None:
        """Take a chunk of the first round through its job: total, inserted, updated, failed."""
        with self.journal() as journal:
            (row,) = [each for each in journal.chunks() if (each.round, each.name) == ("01", chunk)]
            external_id = f"external-{chunk}"
            journal.intend(row, external_id, state=State.SENDING, at=NOW, tenant_at=None)
            journal.accept(row, external_id, state=State.WORKING, job_id=f"job_{chunk}", status="pending", at=NOW)
            (row,) = [each for each in journal.chunks() if (each.round, each.name) == ("01", chunk)]
            journal.finish(row, state=State.FINISHED, status=status, summary=summary, at=NOW)
            journal.settle(row, outcomes, state=State.SETTLED)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run folder that nobody has written to."""
    return Run(tmp_path / "run")
