"""What was done in a delivery, written down so that a kill at any instant loses nothing.

Each public method is one transaction, on disk when it returns. The journal knows no rules: which state follows which
is decided in `samekey.deliver.lifecycle`, and handed in.
"""

import dataclasses
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from samekey.journal import outcome_codes, times
from samekey.journal.journal_file import JournalFile
from samekey.journal.rows import (
    BlockRow,
    ChunkRow,
    DeliveryRow,
    DoubledRow,
    JobCounts,
    JobSeen,
    LoginRow,
    OutcomeRow,
    ReadingRow,
    UnheardRow,
)


class Journal(JournalFile):
    """The journal of one delivery."""

    # --- the delivery ------------------------------------------------------------------------------------------------

    def delivery(self) -> DeliveryRow | None:
        """Where this delivery goes; None before it began."""
        row = self._first("find_delivery")
        if row is None:
            return None
        return DeliveryRow(
            tenant=row["tenant"],
            connection_id=row["connection_id"],
            connection=row["connection"],
            upsert=bool(row["upsert"]),
            completion_email=bool(row["completion_email"]),
            started_at=times.as_time(row["started_at"]),
            confirmed_at=times.as_time_or_none(row["confirmed_at"]),
        )

    def begin(
        self, *, tenant: str, connection_id: str, connection: str, upsert: bool, completion_email: bool, at: datetime
    ) -> None:
        """Write down once where this delivery goes."""
        with self._transaction():
            self._do(
                "begin_delivery",
                tenant=tenant,
                connection_id=connection_id,
                connection=connection,
                upsert=int(upsert),
                completion_email=int(completion_email),
                started_at=times.as_text(at),
            )

    def confirm(self, *, at: datetime) -> None:
        """A person, or `--yes`, let the first job go."""
        with self._transaction():
            self._do("confirm", at=times.as_text(at))

    def add_chunks(self, round_name: str, chunks: Sequence[tuple[str, int, str]], *, state: str) -> None:
        """Take chunks (name, users, sha256) of a round in; known ones stay as they are."""
        with self._transaction():
            for name, users, sha256 in chunks:
                self._do("add_chunk", round=round_name, name=name, users=users, sha256=sha256, state=state)

    def add_settled(self, round_name: str, name: str, outcomes: Sequence[OutcomeRow], *, state: str) -> None:
        """Take users in who are not handed in: a chunk of their own, each with its outcome. A known one stays."""
        with self._transaction():
            self._do("add_chunk", round=round_name, name=name, users=len(outcomes), sha256="", state=state)
            for outcome in outcomes:
                self._do("add_outcome", **dataclasses.asdict(outcome))

    def chunks(self) -> list[ChunkRow]:
        """Every chunk with its latest submission, in the order of delivery."""
        return [_chunk_row(row) for row in self._all("list_chunks")]

    def cut(self, chunk: ChunkRow, users: int, *, rest: str) -> None:
        """Let a chunk keep its first users, and make a chunk of its own of the others.

        Args:
            chunk: one that has its users all together and was never handed in.
            users: how many it keeps.
            rest: the name of the other one.

        """
        with self._transaction():
            self._do("keep_beginning", round=chunk.round, name=chunk.name, users=users)
            self._do(
                "add_part",
                round=chunk.round,
                name=rest,
                users=chunk.users - users,
                sha256=chunk.sha256,
                state=chunk.state,
                file=chunk.file_name,
                first=chunk.first + users,
            )

    def halve(self, chunk: ChunkRow, halves: Sequence[ChunkRow], *, state: str) -> None:
        """Let parts take over the users of a chunk whose job ran out of time.

        Args:
            chunk: the one whose job it was; it keeps nobody.
            halves: its parts, which wait.
            state: what the chunk becomes.

        """
        tried_at, tried_tenant_at = self.first_intent(chunk)
        with self._transaction():
            self._do("halve", round=chunk.round, name=chunk.name)
            self._move(chunk, state)
            for half in halves:
                self._do(
                    "add_half",
                    round=half.round,
                    name=half.name,
                    users=half.users,
                    sha256=half.sha256,
                    state=half.state,
                    file=half.file,
                    first=half.first,
                    tried_at=times.as_text_or_none(tried_at),
                    tried_tenant_at=times.as_text_or_none(tried_tenant_at),
                )

    def is_looked_for(self, round_name: str) -> bool:
        """Whether it is written down who of a round was there before its first job."""
        return self._first("find_looked_for", round=round_name) is not None

    def add_existed(self, round_name: str, places: Sequence[tuple[str, int]], *, at: datetime) -> None:
        """Write down who of a round was there before its first job, as import file and place in it."""
        with self._transaction():
            for file, ordinal in places:
                self._do("add_existed", round=round_name, file=file, ordinal=ordinal)
            self._do("add_looked_for", round=round_name, at=times.as_text(at), found=len(places))

    def existed(self, chunk: ChunkRow) -> set[int] | None:
        """Places in a chunk of users that were there before; None when nobody looked."""
        if not self.is_looked_for(chunk.round):
            return None
        end = chunk.first + chunk.users
        rows = self._all("list_existed", round=chunk.round, file=chunk.file_name, first=chunk.first, end=end)
        return {int(row["ordinal"]) - chunk.first for row in rows}

    # --- deltas ------------------------------------------------------------------------------------------------------

    def leave_hashes_out(self, chunk: ChunkRow, ordinals: Sequence[int]) -> None:
        """Users of a chunk, by their place in it, are sent without the hash that its file holds."""
        with self._transaction():
            for ordinal in ordinals:
                self._do("leave_hash_out", round=chunk.round, file=chunk.file_name, ordinal=chunk.first + ordinal)

    def without_hash(self, round_name: str) -> set[tuple[str, int]]:
        """Users of a round who are sent without the hash: import file, and place in it."""
        return {(row["file"], row["ordinal"]) for row in self._all("list_without_hash", round=round_name)}

    # --- blocks ------------------------------------------------------------------------------------------------------

    def intend_block(self, round_name: str, key: str, *, blocked: bool, user_id: str, at: datetime) -> None:
        """A user is about to be blocked, or let in again; written before the request."""
        with self._transaction():
            self._do(
                "intend_block", round=round_name, key=key, blocked=int(blocked), user_id=user_id, at=times.as_text(at)
            )

    def end_block(self, round_name: str, key: str, outcome: str) -> None:
        """What became of it."""
        with self._transaction():
            self._do("end_block", round=round_name, key=key, outcome=outcome)

    def blocks(self) -> list[BlockRow]:
        """Users who were, or are about to be, blocked or let in again."""
        return [
            BlockRow(row["round"], row["key"], bool(row["blocked"]), row["user_id"], row["outcome"])
            for row in self._all("list_blocks")
        ]

    # --- submissions -------------------------------------------------------------------------------------------------

    def intend(
        self, chunk: ChunkRow, external_id: str, *, state: str, at: datetime, tenant_at: datetime | None
    ) -> None:
        """An attempt is about to leave; written before the request."""
        with self._transaction():
            self._do(
                "intend",
                external_id=external_id,
                round=chunk.round,
                chunk=chunk.name,
                at=times.as_text(at),
                tenant_at=times.as_text_or_none(tenant_at),
            )
            self._move(chunk, state)

    def accept(self, chunk: ChunkRow, external_id: str, *, state: str, job_id: str, status: str, at: datetime) -> None:
        """The tenant took the attempt and named a job."""
        with self._transaction():
            self._do("accept", external_id=external_id, job_id=job_id, job_status=status, at=times.as_text(at))
            self._move(chunk, state)

    def lose(self, chunk: ChunkRow, external_id: str, *, state: str, reason: str, at: datetime) -> None:
        """Nobody knows whether the tenant took the attempt."""
        with self._transaction():
            self._do("lose", external_id=external_id, reason=reason, at=times.as_text(at))
            self._move(chunk, state)

    def see(self, external_id: str, sign: str) -> None:
        """Something was seen of an attempt whose answer was lost: a word of `samekey.journal.signs`."""
        with self._transaction():
            self._do("see", external_id=external_id, sign=sign)

    def find(self, chunk: ChunkRow, external_id: str, *, state: str, job_id: str) -> None:
        """The tenant's log named the job of an attempt whose answer was lost."""
        with self._transaction():
            self._do("find", external_id=external_id, job_id=job_id)
            self._move(chunk, state)

    def withdraw(self, chunk: ChunkRow, external_id: str, *, state: str) -> None:
        """The tenant certainly did not take the attempt; it is as if it had never been made."""
        with self._transaction():
            self._do("withdraw", external_id=external_id)
            self._move(chunk, state)

    def poll(self, external_id: str, *, status: str, at: datetime) -> None:
        """The job was looked at and is not finished."""
        with self._transaction():
            self._do("poll", external_id=external_id, job_status=status, at=times.as_text(at))

    def finish(
        self, chunk: ChunkRow, *, state: str, status: str, summary: tuple[int, int, int, int] | None, at: datetime
    ) -> None:
        """The job was seen in a final state, or gone.

        Args:
            chunk: the chunk of the job.
            state: what the chunk becomes.
            status: the job's final state, or `gone`.
            summary: total, inserted, updated and failed as the job says; None when it says nothing.
            at: when it was seen.

        """
        total, inserted, updated, failed = summary or (None, None, None, None)
        with self._transaction():
            self._do(
                "finish",
                external_id=chunk.external_id,
                job_status=status,
                total=total,
                inserted=inserted,
                updated=updated,
                failed=failed,
                at=times.as_text(at),
            )
            self._move(chunk, state)

    def settle(self, chunk: ChunkRow, outcomes: Sequence[OutcomeRow], *, state: str) -> None:
        """Every user of the chunk has an outcome now: these, and for all others the job's rule."""
        with self._transaction():
            for outcome in outcomes:
                self._do("add_outcome", **dataclasses.asdict(outcome))
            self._move(chunk, state)

    def outcomes(self) -> list[OutcomeRow]:
        """Every user whose outcome is not the rule of its chunk."""
        return [OutcomeRow(**dict(row)) for row in self._all("list_outcomes")]

    def with_unplaced(self) -> dict[tuple[str, str], int]:
        """Users who failed, and nobody knows who they are, by round and chunk; chunks without any are left out."""
        rows = self._all("list_with_unplaced", untold=outcome_codes.UNTOLD)
        return {(row["round"], row["chunk"]): int(row["users"]) for row in rows}

    def place(self, chunk: ChunkRow, before: Sequence[OutcomeRow], after: Sequence[OutcomeRow]) -> None:
        """Some outcomes of a settled chunk turned out to be others."""
        with self._transaction():
            for outcome in before:
                self._do("forget_outcome", round=chunk.round, chunk=chunk.name, ordinal=outcome.ordinal)
            for outcome in after:
                self._do("add_outcome", **dataclasses.asdict(outcome))

    def first_intent(self, chunk: ChunkRow) -> tuple[datetime | None, datetime | None]:
        """When the chunk was first about to leave: by our clock, and by the tenant's where that was known."""
        row = self._first("find_first_intent", round=chunk.round, chunk=chunk.name)
        if row is None:
            return None, None
        return times.as_time_or_none(row["intended_at"]), times.as_time_or_none(row["tenant_at"])

    def was_tried(self, chunk: ChunkRow) -> bool:
        """Whether users of the chunk may have been made by an attempt that is not its latest."""
        row = self._first("was_tried", round=chunk.round, chunk=chunk.name)
        return bool(row and row["tried"])

    def unheard(self) -> list[UnheardRow]:
        """Every attempt beyond the one that settled its chunk, with what came after it; the oldest first."""
        return [
            UnheardRow(
                external_id=row["external_id"],
                round=row["round"],
                chunk=row["chunk"],
                attempt=row["attempt"],
                answer=row["answer"],
                reason=row["reason"] or "",
                seen=row["seen"] or "",
                intended_at=times.as_time(row["intended_at"]),
                sent_again_at=times.as_time_or_none(row["sent_again_at"]),
                recognised=row["recognised"],
                is_settled=row["state"] == "settled",
                is_halved=row["state"] == "halved",
            )
            for row in self._all("list_unheard", read_back=outcome_codes.READ_BACK, pre_read=outcome_codes.PRE_READ)
        ]

    def doubled(self) -> list[DoubledRow]:
        """Attempts whose answer came, and whose job found users that had been made since; the oldest first."""
        rows = self._all("list_doubled", read_back=outcome_codes.READ_BACK)
        return [
            DoubledRow(row["external_id"], row["round"], row["chunk"], row["attempt"], row["recognised"])
            for row in rows
        ]

    def job_counts(self) -> JobCounts:
        """Submissions by how they ended."""
        row = self._first("count_submissions")
        return JobCounts(**dict(row)) if row else JobCounts(0, 0, 0, 0)

    def recent_job_seconds(self) -> float | None:
        """How long a job took of late, at most; None when none completed.

        A job may have been over long before it was looked at (a run that was stopped overnight), so what counts is
        the shortest of the last few.
        """
        row = self._first("recent_job_seconds")
        return None if row is None or row["seconds"] is None else float(row["seconds"])

    def recent_jobs(self) -> list[JobSeen]:
        """Jobs that completed of late, the newest first."""
        return [JobSeen(row["users"], row["seconds"], row["at_work_seconds"]) for row in self._all("recent_jobs")]

    def failures(self) -> dict[tuple[str, str], int]:
        """Users that failed, by round and chunk; chunks without any are left out."""
        return {(row["round"], row["chunk"]): int(row["users"]) for row in self._all("count_failures")}

    # --- the delivery as a whole -------------------------------------------------------------------------------------

    def add_milestone(self, what: str, *, at: datetime, note: str = "") -> None:
        """Write down what happened; see `samekey.journal.milestones`."""
        with self._transaction():
            self._do("add_milestone", what=what, at=times.as_text(at), note=note)

    def last_milestone(self, what: str) -> datetime | None:
        """When that happened last; None when it never did."""
        row = self._first("last_milestone", what=what)
        return None if row is None else times.as_time_or_none(row["at"])

    def last_note(self, what: str) -> str | None:
        """What was noted when that happened last; None when it never did."""
        row = self._first("last_note", what=what)
        return None if row is None else str(row["note"])

    # --- verification ------------------------------------------------------------------------------------------------

    def put_login(self, username: str, *, outcome: str, cluster: str, at: datetime) -> None:
        """How a known person fared at the door; the latest try counts."""
        with self._transaction():
            self._do("put_login", username=username, outcome=outcome, cluster=cluster, at=times.as_text(at))

    def logins(self) -> list[LoginRow]:
        """Every known person that tried."""
        return [
            LoginRow(row["username"], row["outcome"], row["cluster"], times.as_time(row["tried_at"]))
            for row in self._all("list_logins")
        ]

    def add_reading(self, *, compared: int, equal: int, different: int, missing: int, at: datetime) -> None:
        """What reading back found."""
        with self._transaction():
            self._do(
                "add_reading",
                compared=compared,
                equal=equal,
                different=different,
                missing=missing,
                at=times.as_text(at),
            )

    def last_reading(self) -> ReadingRow | None:
        """The latest reading back."""
        row = self._first("last_reading")
        if row is None:
            return None
        return ReadingRow(
            times.as_time(row["read_at"]), row["compared"], row["equal"], row["different"], row["missing"]
        )

    # --- underneath --------------------------------------------------------------------------------------------------

    def _move(self, chunk: ChunkRow, state: str) -> None:
        self._do("set_state", round=chunk.round, chunk=chunk.name, state=state)


def _chunk_row(row: sqlite3.Row) -> ChunkRow:
    values = dict(row)
    for name in ("intended_at", "tenant_at", "answered_at", "polled_at", "finished_at"):
        values[name] = times.as_time_or_none(values[name])
    values["is_part"] = bool(values["is_part"])
    values["attempt"] = values["attempt"] or 0
    values["polls"] = values["polls"] or 0
    return ChunkRow(**values)
