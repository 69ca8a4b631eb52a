"""Handing chunks in: the intent is journalled before the request leaves, and what became of it afterwards.

A request is sent once. When nobody can know whether the tenant took it, the chunk is UNCLEAR and the scheduler decides
when it goes again.
"""

import dataclasses
import secrets
from collections import Counter
from datetime import datetime, timedelta

from samekey.client.wire import JobState, LoggedImport
from samekey.deliver import last_look, lifecycle, parts
from samekey.deliver.assignment import Assignment
from samekey.deliver.lifecycle import Event, State
from samekey.deliver.under_way import UnderWay
from samekey.errors import TenantBusy, TenantError, TenantRefused, TenantUnexpected, TenantUnreachable
from samekey.journal import signs
from samekey.journal.rows import ChunkRow

_BUSY_SECONDS = 5.0
"""How long to leave a tenant alone that says it is busy and not for how long."""
_WORTH_SAYING_SECONDS = 10.0
"""A person wonders why nothing is handed in for so long."""
_UNREACHED_MAX = 5
"""Attempts to reach a tenant in a row before the delivery stops."""
_TOO_LARGE = 413


class HandingIn:
    """One process's attempts to hand chunks in."""

    def __init__(self, assignment: Assignment, under_way: UnderWay) -> None:
        """Args:
        assignment: what is delivered.
        under_way: where every chunk is.

        """
        self.assignment = assignment
        self.under_way = under_way
        self.slots_closed_until: datetime | None = None
        """The tenant takes no job before then; None when it may take one now."""
        self._unreached = 0
        self._lost: Counter[tuple[str, str]] = Counter()
        self._queue_was_full = False
        self._told_of_full_queue = False
        self._log_is_closed = False

    def submit(self, before: ChunkRow) -> None:
        """Make one attempt.

        Raises:
            TenantError: the tenant refused, or could not be reached for long; the chunk is where it was.
            RunFolderChanged: the chunk's file is not what was packed; nothing was sent.

        """
        content = parts.read_part(self.assignment.rounds, before)
        if self._lost[before.round, before.name] >= self.assignment.pace.attempts_max:
            raise TenantUnexpected(f"The tenant never answered for chunk {before.name}; it was tried too often.")
        content = last_look.without_used_passwords(self.assignment, before, content)
        chunk = self._intend(before)
        try:
            submitted = self.assignment.tenant.submit_import(
                content,
                connection_id=self.assignment.connection.id,
                upsert=self.assignment.upserts(chunk),
                external_id=chunk.external_id or "",
                send_completion_email=self.assignment.completion_email,
            )
        except TenantBusy as busy:
            self._withdraw(chunk, before)
            self._close_slots(busy)
        except TenantRefused as refusal:
            self._withdraw(chunk, before)
            if refusal.status != _TOO_LARGE or before.users == 1 or before.state != State.WAITING:
                raise
            self._cut(before)
        except TenantUnreachable as error:
            if error.may_have_arrived:
                self.lose(chunk, error.message)
            else:
                self._withdraw(chunk, before)
                self._back_off(error)
        except TenantUnexpected as error:
            self.lose(chunk, error.message)
        else:
            self.assignment.reach("answer-received", chunk)
            self._unreached = 0
            self._accept(chunk, submitted.job)

    def lose(self, chunk: ChunkRow, reason: str) -> None:
        """Nobody knows whether the tenant took the attempt."""
        state, now = lifecycle.follow(chunk.state, Event.LOSE), self.assignment.clock.now()
        self.assignment.journal.lose(chunk, chunk.external_id or "", state=state, reason=reason, at=now)
        self.under_way.keep(dataclasses.replace(chunk, state=state, answered_at=now, answer="lost"))
        self._lost[chunk.round, chunk.name] += 1
        wait = self.assignment.pace.unclear_wait(self.under_way.job_seconds)
        self.assignment.say(
            f"{reason.rstrip('.')}: chunk {chunk.name} may or may not be with the tenant. "
            f"It is handed in again when {wait:.0f} s have passed; doubles will be recognised.",
            level="warning",
            about=chunk,
        )

    def seek(self, chunk: ChunkRow) -> None:
        """Look into the tenant's log for the job of a chunk whose answer was lost.

        A job's id proves that the attempt was accepted and is used. Silence proves nothing: lines come late, and some
        never come.
        """
        external_id = chunk.external_id or ""
        logged = None if self._log_is_closed else self._logged(external_id, chunk)
        if logged is not None and logged.job_id:
            state = lifecycle.follow(chunk.state, Event.FIND)
            self.assignment.journal.find(chunk, external_id, state=state, job_id=logged.job_id)
            self.under_way.keep(
                dataclasses.replace(chunk, state=state, answer="found", job_id=logged.job_id, polled_at=None)
            )
            self.assignment.say(f"Chunk {chunk.name} is with the tenant after all: its log names the job.", about=chunk)
            return
        if not self._log_is_closed:
            self.assignment.journal.see(external_id, signs.IN_LOG if logged else signs.NOT_IN_LOG)
        self.under_way.keep(dataclasses.replace(chunk, polled_at=self.assignment.clock.now()))

    def halve(self, chunk: ChunkRow) -> None:
        """A job ran for longer than the tenant allows: its users go again in two parts.

        Users that it made all the same are recognised, as those of a lost attempt are.
        """
        halves = parts.halves_of_tried(chunk)
        self.assignment.journal.halve(chunk, halves, state=lifecycle.follow(chunk.state, Event.HALVE))
        self.under_way.drop(chunk)
        self.under_way.waiting.extendleft(reversed(halves))
        self.assignment.say(
            f"The job of chunk {chunk.name} ran out of time: its users go again in two parts; doubles will be "
            "recognised.",
            level="warning",
            about=chunk,
        )

    def a_job_ended(self) -> None:
        """One of our jobs is over: a queue that was full has a free slot."""
        if self._queue_was_full:
            self.slots_closed_until = None

    def _logged(self, external_id: str, chunk: ChunkRow) -> LoggedImport | None:
        try:
            return self.assignment.tenant.logged_import(external_id, since=chunk.tenant_at)
        except TenantRefused:
            self._log_is_closed = True  # no scope read:logs; the delivery goes on without
        except TenantError:
            pass  # another look comes
        return None

    def _intend(self, chunk: ChunkRow) -> ChunkRow:
        external_id = f"samekey-{chunk.round}-{chunk.name}-{secrets.token_hex(8)}"
        state = lifecycle.follow(chunk.state, Event.INTEND)
        now, tenant_at = self.assignment.clock.now(), self.assignment.tenant.tenant_now()
        self.assignment.journal.intend(chunk, external_id, state=state, at=now, tenant_at=tenant_at)
        if chunk.state == State.WAITING:
            self.under_way.waiting.popleft()
        else:
            self.assignment.say(
                f"Chunk {chunk.name} is handed in again: its answer was lost and the waiting time is over.", about=chunk
            )
        chunk = dataclasses.replace(
            chunk,
            state=state,
            external_id=external_id,
            attempt=chunk.attempt + 1,
            intended_at=now,
            tenant_at=tenant_at,
            answered_at=None,
            polled_at=None,
            polls=0,
        )
        self.under_way.keep(chunk)
        self.assignment.reach("intent-journalled", chunk)
        return chunk

    def _accept(self, chunk: ChunkRow, job: JobState) -> None:
        state, now = lifecycle.follow(chunk.state, Event.ACCEPT), self.assignment.clock.now()
        self.assignment.journal.accept(
            chunk, chunk.external_id or "", state=state, job_id=job.id, status=job.status, at=now
        )
        taken = dataclasses.replace(chunk, state=state, job_id=job.id, job_status=job.status, answered_at=now)
        self.under_way.keep(taken)
        self.assignment.reach("answer-journalled", taken)

    def _withdraw(self, chunk: ChunkRow, before: ChunkRow) -> None:
        """The attempt was never made: everything is as it was before it."""
        state = lifecycle.follow(chunk.state, Event.WITHDRAW)
        self.assignment.journal.withdraw(chunk, chunk.external_id or "", state=state)
        if state == State.WAITING:
            self.under_way.drop(chunk)
            self.under_way.waiting.appendleft(before)
        else:
            self.under_way.keep(before)

    def _cut(self, chunk: ChunkRow) -> None:
        """Something on the way allows less than Auth0 does: send the chunk in two parts."""
        self.assignment.say(
            f"Chunk {chunk.name} is too large for what is on the way to the tenant; it goes in two parts.", about=chunk
        )
        users = chunk.users // 2
        rest = parts.name_of_rest(chunk, users)
        self.assignment.journal.cut(chunk, users, rest=rest)
        self.under_way.waiting.popleft()
        self.under_way.waiting.extendleft(reversed(parts.cut_in_two(chunk, users)))

    def _close_slots(self, busy: TenantBusy) -> None:
        seconds = busy.retry_after_seconds if busy.retry_after_seconds is not None else _BUSY_SECONDS
        self._unreached = 0
        self._queue_was_full = busy.job_slots
        if busy.job_slots:
            seconds = min(seconds, _BUSY_SECONDS)
            self._take_as_a_hint()
            if not self._told_of_full_queue:
                self.assignment.say(
                    "Another import uses the tenant's job slots; waiting for one whenever none is free."
                )
            self._told_of_full_queue = True
        # A tenant that says "now" while it is busy would be asked without a pause.
        seconds = max(seconds, self.assignment.pace.poll_seconds_min)
        self.slots_closed_until = self.assignment.clock.now() + timedelta(seconds=seconds)
        if not busy.job_slots and seconds >= _WORTH_SAYING_SECONDS:
            self.assignment.say(
                f"The tenant takes no job for now (429): the next one goes at "
                f"{self.slots_closed_until.astimezone():%H:%M:%S}.",
                level="warning",
            )

    def _take_as_a_hint(self) -> None:
        """A queue that is full without our doing: a job whose answer was lost may be in it."""
        chunks = self.under_way.active.values()
        if sum(chunk.state == State.WORKING for chunk in chunks) < self.assignment.pace.slots:
            for chunk in chunks:
                if chunk.state == State.UNCLEAR:
                    self.assignment.journal.see(chunk.external_id or "", signs.QUEUE_FULL)

    def _back_off(self, error: TenantError) -> None:
        self._unreached += 1
        if self._unreached >= _UNREACHED_MAX:
            raise error
        self.slots_closed_until = self.assignment.clock.now() + timedelta(seconds=float(2**self._unreached))
