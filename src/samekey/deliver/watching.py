"""Watching jobs to their end, and settling what became of everybody in them."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from samekey.auth0 import limits, vocabulary
from samekey.deliver import lifecycle, parts, settle
from samekey.deliver.assignment import Assignment
from samekey.deliver.lifecycle import Event, State
from samekey.deliver.settle import Since
from samekey.deliver.under_way import UnderWay
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.manifest import users_of

_SEARCHED = ("username", "phone_number")
"""Identifiers by which the tenant can only be searched."""

_TIMEOUT_TOLERANCE = timedelta(minutes=1)
"""The tenant's clock and ours need not agree to the second on two hours."""


def ran_out_of_time(chunk: ChunkRow) -> bool:
    """Whether a chunk's job was marked as failed because it ran for longer than the tenant allows (import guide)."""
    if chunk.job_status != vocabulary.JOB_FAILED or chunk.finished_at is None or chunk.intended_at is None:
        return False
    allowed = timedelta(seconds=limits.JOB_SECONDS_MAX)
    return chunk.finished_at - chunk.intended_at >= allowed - _TIMEOUT_TOLERANCE


class Watching:
    """One process's look at jobs."""

    def __init__(self, assignment: Assignment, under_way: UnderWay) -> None:
        """Args:
        assignment: what is delivered.
        under_way: where every chunk is.

        """
        self.assignment = assignment
        self.under_way = under_way

    def poll(self, chunk: ChunkRow) -> bool:
        """Look at a chunk's job once.

        Returns:
            Whether the job is over.

        """
        journal, clock = self.assignment.journal, self.assignment.clock
        job = self.assignment.tenant.job(chunk.job_id or "")
        if job.status not in vocabulary.JOB_STATES_FINAL and not job.is_gone:
            now = clock.now()
            journal.poll(chunk.external_id or "", status=job.status, at=now)
            seen = dataclasses.replace(chunk, polled_at=now, polls=chunk.polls + 1, job_status=job.status)
            self.under_way.keep(seen)
            self.assignment.reach("poll-journalled", chunk)
            return False
        self.assignment.reach("end-seen", chunk)
        completed = job.status == vocabulary.JOB_COMPLETED
        state, now = lifecycle.follow(chunk.state, Event.FINISH if completed else Event.BREAK), clock.now()
        counts = job.summary
        summary = (counts.total, counts.inserted, counts.updated, counts.failed) if counts else None
        journal.finish(chunk, state=state, status=job.status, summary=summary, at=now)
        total, inserted, updated, failed = summary or (None, None, None, None)
        self.under_way.keep(
            dataclasses.replace(
                chunk,
                state=state,
                job_status=job.status,
                finished_at=now,
                total=total,
                inserted=inserted,
                updated=updated,
                failed=failed,
            )
        )
        self.under_way.learn(journal)
        self.assignment.reach("end-journalled", chunk)
        return True

    def settle(self, chunk: ChunkRow) -> list[OutcomeRow]:
        """Find the outcome of every user of a chunk whose job is over, and write it down.

        Returns:
            Those whose outcome is not the chunk's rule.

        """
        users = users_of(parts.read_part(self.assignment.rounds, chunk))
        outcomes = self._listed(chunk, users)
        if chunk.state == State.BROKEN or not settle.totals_agree(chunk, outcomes):
            outcomes = settle.with_reasons(self.read_back(chunk, users), outcomes)
        elif self.assignment.upserts(chunk):
            outcomes += self._told_apart(chunk, users, outcomes)
        self.assignment.journal.settle(chunk, outcomes, state=lifecycle.follow(chunk.state, Event.SETTLE))
        self.under_way.drop(chunk)
        return outcomes

    def _listed(self, chunk: ChunkRow, users: Sequence[Mapping[str, Any]]) -> list[OutcomeRow]:
        """What the job's error list says; nothing where there is none."""
        journal, connection = self.assignment.journal, self.assignment.connection.name
        errors = () if chunk.state == State.BROKEN else self.assignment.tenant.job_errors(chunk.job_id or "").users
        self.assignment.reach("errors-read", chunk)
        _, tenant_at = journal.first_intent(chunk)
        may_be_ours = journal.was_tried(chunk) or settle.arrived_twice(
            users, errors, connection=connection, intended_at=tenant_at, find=self._find
        )
        since = self._since(chunk) if may_be_ours else None
        return settle.from_error_list(chunk, users, errors, connection=connection, since=since, find=self._find)

    def read_back(self, chunk: ChunkRow, users: Sequence[Mapping[str, Any]]) -> list[OutcomeRow]:
        """What looking everybody up says."""
        self.assignment.say(
            f"The job of chunk {chunk.name} cannot say who failed: its users are read back.",
            level="warning",
            about=chunk,
        )
        upsert = self.assignment.upserts(chunk)
        return settle.by_reading_back(
            chunk,
            users,
            connection=self.assignment.connection.name,
            upsert=upsert,
            since=self._since(chunk),
            find=self._find,
            existed=self.assignment.journal.existed(chunk) if upsert else None,
        )

    def _told_apart(
        self, chunk: ChunkRow, users: Sequence[Mapping[str, Any]], failed: Sequence[OutcomeRow]
    ) -> list[OutcomeRow]:
        """Who was created and who updated, where the job's totals mix them up: it ran after an attempt nobody heard of.

        Where there was none, the totals are believed, and a person is told.
        """
        existed = self.assignment.journal.existed(chunk)
        if existed is None or settle.split_agrees(chunk, failed, existed):
            return []
        if self.assignment.journal.was_tried(chunk):
            return settle.told_apart(chunk, users, failed, existed)
        self.assignment.say(
            f"The job of chunk {chunk.name} updated {chunk.updated:,} users where {len(existed):,} were there before: "
            "somebody else makes or removes users.",
            level="warning",
            about=chunk,
        )
        return []

    def _since(self, chunk: ChunkRow) -> Since:
        intended_at, tenant_at = self.assignment.journal.first_intent(chunk)
        return Since.first_intent(intended_at or self.assignment.clock.now(), tenant_at)

    def _find(self, sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
        tenant = self.assignment.tenant
        if sent.get("email"):
            return tenant.users_by_email(str(sent["email"]))
        if sent.get("user_id"):
            found = tenant.user(f"{limits.USER_ID_PREFIX}{sent['user_id']}")
            return [found] if found else []
        for name in _SEARCHED:
            if value := str(sent.get(name) or ""):
                # A search lags behind: finding somebody proves something, and finding nobody nothing.
                connection = self.assignment.connection.name
                return tenant.users_searched(name, value.lower(), connection=connection) or None
        return None
