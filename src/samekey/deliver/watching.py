"""Watching jobs to their end, and settling what became of everybody in them."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from samekey.auth0 import limits, vocabulary
from samekey.deliver import lifecycle, parts, settle
from samekey.deliver.assignment import Assignment
from samekey.deliver.lifecycle import Event, State
from samekey.deliver.under_way import UnderWay
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.manifest import users_of

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
        journal, tenant = self.assignment.journal, self.assignment.tenant
        connection = self.assignment.connection.name
        users = users_of(parts.read_part(self.assignment.rounds, chunk))
        intended_at, tenant_at = journal.first_intent(chunk)
        since = settle.Since.first_intent(intended_at or self.assignment.clock.now(), tenant_at)
        existed = journal.existed(chunk) if self.assignment.upsert else None
        errors = () if chunk.state == State.BROKEN else tenant.job_errors(chunk.job_id or "").users
        self.assignment.reach("errors-read", chunk)
        is_doubled = journal.was_tried(chunk) or settle.arrived_twice(
            users, errors, connection=connection, intended_at=tenant_at, find=self._find
        )
        outcomes = settle.from_error_list(
            chunk,
            users,
            errors,
            connection=connection,
            since=since if is_doubled else None,
            find=self._find,
        )
        if chunk.state == State.BROKEN or not settle.totals_agree(chunk, outcomes):
            self.assignment.say(
                f"The job of chunk {chunk.name} cannot say who failed: its users are read back.",
                level="warning",
                about=chunk,
            )
            read_back = settle.by_reading_back(
                chunk,
                users,
                connection=connection,
                upsert=self.assignment.upsert,
                since=since,
                find=self._find,
                existed=existed,
            )
            outcomes = settle.with_reasons(read_back, outcomes)
        elif existed is not None and not settle.split_agrees(chunk, outcomes, existed):
            if journal.was_tried(chunk):
                outcomes += settle.told_apart(chunk, users, outcomes, existed)
            else:
                self.assignment.say(
                    f"The job of chunk {chunk.name} updated {chunk.updated:,} users where {len(existed):,} were there "
                    "before: somebody else makes or removes users.",
                    level="warning",
                    about=chunk,
                )
        journal.settle(chunk, outcomes, state=lifecycle.follow(chunk.state, Event.SETTLE))
        self.under_way.drop(chunk)
        return outcomes

    def _find(self, sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
        tenant = self.assignment.tenant
        if sent.get("email"):
            return tenant.users_by_email(str(sent["email"]))
        if sent.get("user_id"):
            found = tenant.user(f"{limits.USER_ID_PREFIX}{sent['user_id']}")
            return [found] if found else []
        return None
