"""A run folder that goes through rounds and deliveries, for tests of what is packed and how it is counted."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from samekey import steps
from samekey.deliver.lifecycle import State
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.changes import Change, changes_of
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.packed_users import PackedUser, packed_users
from samekey.pack.run_folder import RunFolder
from samekey.pack.seal import Recipients
from samekey.report import figures
from samekey.report.figures import Books, Figures

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOCKED = "!"
RULES = """
[user]
where = "active"
key = "id"
email = "mail"
name = "name"
blocked = "blocked"
[password]
stored = "hash"
format = "raw_sha1"
[pack]
users = 3
"""


def sha1(password: str) -> str:
    """A stored password."""
    return hashlib.sha1(password.encode()).hexdigest()


def person(number: int, **more: Any) -> dict[str, Any]:
    """A record of whom everything is right."""
    return {
        "id": number,
        "mail": f"p{number}@example.com",
        "name": f"Person {number}",
        "blocked": False,
        "active": True,
        "hash": sha1(f"pw{number}"),
        **more,
    }


class Rounds:
    """One run folder with one delivery."""

    def __init__(self, path: Path, rules: str = RULES) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.folder = RunFolder(path / "run")
        self.source = path / "users.json"
        self.rules = path / "rules.toml"
        self.rules.write_text(rules, encoding="utf-8")
        self.delivery = self.folder.delivery_path("tenant.example", "Users")
        self.settled_last: set[int] = set()
        """Whoever the last delivery settled, by key; not who waits in a later round, which is the one that counts."""

    def pack(
        self,
        records: Sequence[Any],
        *,
        since: str = "",
        workers: int = 1,
        dry_run: bool = False,
        recipients: Recipients | None = None,
    ) -> Manifest:
        """Write the source down and pack it."""
        self.source.write_text(json.dumps(records), encoding="utf-8")
        return steps.pack(
            str(self.source),
            rules_path=self.rules,
            run=self.folder.path,
            since=since,
            workers=workers,
            dry_run=dry_run,
            recipients=recipients,
        )

    def pack_lines(self, records: Sequence[Any], *, since: str = "", workers: int = 1) -> Manifest:
        """The same for a source that can be divided: a record a line."""
        path = self.source.with_suffix(".ndjson")
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        return steps.pack(str(path), rules_path=self.rules, run=self.folder.path, since=since, workers=workers)

    def retry(self, records: Sequence[Any] | None = None, *, rules: str | None = None) -> Manifest:
        """Pack again who failed or was rejected, after source or rules were mended."""
        if records is not None:
            self.source.write_text(json.dumps(records), encoding="utf-8")
        if rules is not None:
            self.rules.write_text(rules, encoding="utf-8")
        return steps.retry(self.folder.path, rules_path=self.rules if rules else None)

    def deliver(self, fate: Callable[[PackedUser], str] = lambda _: "created", *, chunks: int | None = None) -> None:
        """Settle chunks that wait, each user as told: created, updated or failed."""
        self.delivery.mkdir(parents=True, exist_ok=True)
        self.settled_last = set()
        with Journal(self.delivery / "journal.sqlite") as journal:
            if journal.delivery() is None:
                journal.begin(
                    tenant="tenant.example",
                    connection_id="con_1",
                    connection="Users",
                    upsert=False,
                    completion_email=False,
                    at=NOW,
                )
            for each in self.folder.rounds():
                packed = [(chunk.name, chunk.users, chunk.sha256) for chunk in read_manifest(each).chunks]
                journal.add_chunks(each.name, packed, state=State.WAITING)
            waiting = [chunk for chunk in journal.chunks() if chunk.state == State.WAITING]
            for chunk in waiting[:chunks]:
                self._settle(journal, chunk, fate)

    def books(self) -> Books:
        """The books with the delivery, if there is one."""
        return self.figures().books

    def figures(self) -> Figures:
        """All figures."""
        return figures.gather(self.folder, self.delivery if self.delivery.exists() else None)

    def packed(self, round_name: str | None = None) -> list[str]:
        """Keys of whoever a round packed; of the last one unless told otherwise."""
        name = round_name or self.folder.last_round().name
        return [each.key for each in packed_users(self.folder) if each.round == name]

    def changes(self) -> list[Change]:
        """Who changed in the last round."""
        return list(changes_of(self.folder.last_round()))

    def kinds(self) -> dict[str, list[str]]:
        """In which way, by key."""
        return {change.key: [str(kind) for kind in change.kinds] for change in self.changes()}

    def _settle(self, journal: Journal, chunk: ChunkRow, fate: Callable[[PackedUser], str]) -> None:
        users = list(packed_users(self.folder, chunks=[(chunk.round, chunk.name)]))
        last_rounds = {each.key: each.round for each in packed_users(self.folder)}
        self.settled_last |= {int(user.key) for user in users if last_rounds[user.key] == chunk.round}
        ends = [fate(user) for user in users]
        rows = [
            OutcomeRow(chunk.round, chunk.name, user.ordinal, "failed", "INVALID_FORMAT", "", user.user["email"])
            for user, end in zip(users, ends, strict=True)
            if end == "failed"
        ]
        external_id = f"external-{chunk.round}-{chunk.name}"
        journal.intend(chunk, external_id, state=State.SENDING, at=NOW, tenant_at=None)
        journal.accept(chunk, external_id, state=State.WORKING, job_id="job", status="pending", at=NOW)
        sent = next(each for each in journal.chunks() if (each.round, each.name) == (chunk.round, chunk.name))
        summary = (len(users), ends.count("created"), ends.count("updated"), ends.count("failed"))
        journal.finish(sent, state=State.FINISHED, status="completed", summary=summary, at=NOW)
        journal.settle(sent, rows, state=State.SETTLED)
