"""The loop that does what the scheduler says and writes it down: intent before a request, answer after it.

Kill it anywhere. What was journalled is known; an intent without an answer is treated as a job that may be at work.
"""

import dataclasses
import secrets
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from samekey.auth0 import limits, vocabulary
from samekey.client.wire import Connection, JobState
from samekey.clock import Clock
from samekey.deliver import holding, lifecycle, parts, scheduler, settle
from samekey.deliver.brake import CHUNKS_REMEMBERED, Brake, SettledChunk
from samekey.deliver.holding import Hold, Hours
from samekey.deliver.lifecycle import Event, State
from samekey.deliver.scheduler import Done, Pace, Poll, Settle, Submit, Wait
from samekey.deliver.tenant import Tenant
from samekey.errors import DeliveryPaused, TenantBusy, TenantError, TenantRefused, TenantUnexpected, TenantUnreachable
from samekey.events import Listener, Noticed, Progressed, Reached
from samekey.journal import milestones
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack.manifest import users_of
from samekey.pack.run_folder import Round

NO_BRAKE = Brake(share=None)
ALWAYS = Hours()

_BUSY_SECONDS = 5.0
"""How long to leave a tenant alone that says it is busy and not for how long."""
_UNREACHED_MAX = 5
"""Attempts to reach a tenant in a row before the delivery stops."""
_STEP = "deliver"
_TOO_LARGE = 413


class Runner:
    """One process's work on one delivery."""

    def __init__(
        self,
        journal: Journal,
        management: Tenant,
        *,
        connection: Connection,
        rounds: Mapping[str, Round],
        upsert: bool,
        completion_email: bool,
        pace: Pace,
        clock: Clock,
        listener: Listener,
        brake: Brake = NO_BRAKE,
        hours: Hours = ALWAYS,
    ) -> None:
        """Args:
        journal: of this delivery; chunks are in it.
        management: speaks to the tenant.
        connection: where users go.
        rounds: by name, where the chunk files are.
        upsert: whether the tenant may update users that are there.
        completion_email: whether the tenant may mail its administrators about each job.
        pace: limits.
        clock: time.
        listener: hears what happens.
        brake: how much may fail before a person is asked.
        hours: when a person lets it hand in.

        """
        self.journal = journal
        self.management = management
        self.connection = connection
        self.rounds = rounds
        self.upsert = upsert
        self.completion_email = completion_email
        self.pace = pace
        self.clock = clock
        self.listener = listener
        self.brake = brake
        self.hours = hours
        self.settled: deque[SettledChunk] = deque(maxlen=CHUNKS_REMEMBERED)
        self.too_many_failed = ""
        self.told_of: Hold | None = None
        self.slots_closed_until: datetime | None = None
        self.unreached = 0
        self.lost: Counter[tuple[str, str]] = Counter()
        self.queue_was_full = False
        self.told_of_full_queue = False
        self.job_seconds: float | None = None
        self.users_total = 0
        self.users_settled = 0
        self.active: dict[tuple[str, str], ChunkRow] = {}
        self.waiting: deque[ChunkRow] = deque()

    def run(self, *, wait: bool = True, only: ChunkRow | None = None) -> None:
        """Deliver until every chunk is settled.

        Args:
            only: hand in nothing but this chunk.
            wait: False to look at jobs once, hand in what finds a free slot now, and leave.

        Raises:
            TenantError: the tenant refused, or could not be reached for long; everything done is journalled.
            DeliveryPaused: too much failed, or the time is over; what was on its way is settled.

        """
        self._load(only)
        while True:
            hold = self._hold()
            action = scheduler.next_action(
                list(self.active.values()),
                self.waiting[0] if self.waiting and hold is None else None,
                now=self.clock.now(),
                pace=self.pace,
                job_seconds=self.job_seconds,
                slots_closed_until=self.slots_closed_until,
            )
            match action:
                case Submit(chunk):
                    self._submit(chunk)
                case Settle(chunk):
                    self._settle(chunk)
                case Poll(chunk):
                    self._poll(chunk)
                case Wait(seconds) if wait:
                    self.clock.sleep(seconds)
                case Done() if hold and hold.ends:
                    raise DeliveryPaused(hold.reason, remedy=hold.remedy, option=hold.option)
                case Done() if hold and wait:
                    self.clock.sleep(holding.LOOK_SECONDS)
                case Done() | Wait():
                    return
                case _:  # pragma: no cover  # the type checker shows that there is none
                    assert_never(action)

    def _load(self, only: ChunkRow | None) -> None:
        """Take up what is journalled; an attempt that was on its way when a process was killed counts as lost."""
        self.job_seconds = self.journal.recent_job_seconds()
        failures, went_on_at = self.journal.failures(), self.journal.last_milestone(milestones.WENT_ON)
        for chunk in self.journal.chunks():
            self.users_total += chunk.users
            if chunk.state == State.SETTLED:
                self.users_settled += chunk.users
                if went_on_at is None or (chunk.finished_at and chunk.finished_at > went_on_at):
                    self._count(chunk, failures.get((chunk.round, chunk.name), 0))
            elif chunk.state == State.WAITING:
                if only is None or (only.round, only.name) == (chunk.round, chunk.name):
                    self.waiting.append(chunk)
            elif chunk.state in {State.SENDING, State.RESENDING}:
                self._lose(chunk, "The last run ended before the tenant's answer was written down")
            else:
                self._keep(chunk)
        self._look_at_failures()

    def _hold(self) -> Hold | None:
        """Why no new chunk is handed in now; None when one may be, or there is none."""
        if not self.waiting:
            return None
        hold = self.hours.hold(self.clock.now())
        if self.too_many_failed:
            hold = Hold(
                self.too_many_failed, "See who failed and why with samekey report. To go on all the same:", "--go-on"
            )
        if hold and hold != self.told_of:
            self._say(f"{hold.reason} Nothing more is handed in.", level="warning")
        self.told_of = hold
        return hold

    def _count(self, chunk: ChunkRow, failed: int) -> None:
        """Let the brake know of a settled chunk."""
        self.settled.append(SettledChunk(chunk.users, failed, chunk.job_status == vocabulary.JOB_FAILED))

    def _look_at_failures(self) -> None:
        before, self.too_many_failed = (
            self.too_many_failed,
            self.brake.reason(self.settled, users_total=self.users_total),
        )
        if self.too_many_failed and not before and self.waiting:
            self.journal.add_milestone(milestones.BRAKED, at=self.clock.now(), note=self.too_many_failed)

    # --- handing in --------------------------------------------------------------------------------------------------

    def _submit(self, before: ChunkRow) -> None:
        content = parts.read_part(self.rounds, before)
        if self.lost[before.round, before.name] >= self.pace.attempts_max:
            raise TenantUnexpected(f"The tenant never answered for chunk {before.name}; it was tried too often.")
        chunk = self._intend(before)
        try:
            submitted = self.management.submit_import(
                content,
                connection_id=self.connection.id,
                upsert=self.upsert,
                external_id=chunk.external_id or "",
                send_completion_email=self.completion_email,
            )
        except TenantBusy as busy:
            self._withdraw(chunk, before)
            self._close_slots(busy)
        except TenantRefused as refusal:
            self._withdraw(chunk, before)
            if refusal.status != _TOO_LARGE or before.users == 1 or before.state != State.WAITING:
                raise
            self._halve(before)
        except TenantUnreachable as error:
            if error.may_have_arrived:
                self._lose(chunk, error.message)
            else:
                self._withdraw(chunk, before)
                self._back_off(error)
        except TenantUnexpected as error:
            self._lose(chunk, error.message)
        else:
            self._reach("answer-received", chunk)
            self.unreached = 0
            self._accept(chunk, submitted.job)

    def _halve(self, chunk: ChunkRow) -> None:
        """Something on the way allows less than Auth0 does: send the chunk in two parts."""
        half = chunk.users // 2
        self._say(f"Chunk {chunk.name} is too large for what is on the way to the tenant; it goes in two parts.")
        self._cut(chunk, half)

    def _cut(self, chunk: ChunkRow, users: int) -> None:
        """Make two chunks of the one that waits in front."""
        rest = parts.name_of_rest(chunk, users)
        self.journal.cut(chunk, users, rest=rest)
        self.waiting.popleft()
        self.waiting.appendleft(
            dataclasses.replace(
                chunk,
                name=rest,
                users=chunk.users - users,
                file=chunk.file_name,
                first=chunk.first + users,
                is_part=True,
            )
        )
        self.waiting.appendleft(dataclasses.replace(chunk, users=users, is_part=True))

    def _intend(self, chunk: ChunkRow) -> ChunkRow:
        external_id = f"samekey-{chunk.round}-{chunk.name}-{secrets.token_hex(8)}"
        state = lifecycle.follow(chunk.state, Event.INTEND)
        now, tenant_at = self.clock.now(), self.management.tenant_now()
        self.journal.intend(chunk, external_id, state=state, at=now, tenant_at=tenant_at)
        if chunk.state == State.WAITING:
            self.waiting.popleft()
        else:
            self._say(f"Chunk {chunk.name} is handed in again: its answer was lost and the waiting time is over.")
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
        self._keep(chunk)
        self._reach("intent-journalled", chunk)
        return chunk

    def _accept(self, chunk: ChunkRow, job: JobState) -> None:
        state, now = lifecycle.follow(chunk.state, Event.ACCEPT), self.clock.now()
        self.journal.accept(chunk, chunk.external_id or "", state=state, job_id=job.id, status=job.status, at=now)
        self._keep(dataclasses.replace(chunk, state=state, job_id=job.id, job_status=job.status, answered_at=now))
        self._reach("answer-journalled", chunk)

    def _withdraw(self, chunk: ChunkRow, before: ChunkRow) -> None:
        """The attempt was never made: everything is as it was before it."""
        state = lifecycle.follow(chunk.state, Event.WITHDRAW)
        self.journal.withdraw(chunk, chunk.external_id or "", state=state)
        if state == State.WAITING:
            self.active.pop((chunk.round, chunk.name), None)
            self.waiting.appendleft(before)
        else:
            self._keep(before)

    def _lose(self, chunk: ChunkRow, reason: str) -> None:
        state, now = lifecycle.follow(chunk.state, Event.LOSE), self.clock.now()
        self.journal.lose(chunk, chunk.external_id or "", state=state, at=now)
        self._keep(dataclasses.replace(chunk, state=state, answered_at=now, answer="lost"))
        self.lost[chunk.round, chunk.name] += 1
        wait = self.pace.unclear_wait(self.job_seconds)
        self._say(
            f"{reason.rstrip('.')}: chunk {chunk.name} may or may not be with the tenant. "
            f"It is handed in again when {wait:.0f} s have passed; doubles will be recognised.",
            level="warning",
        )

    def _close_slots(self, busy: TenantBusy) -> None:
        seconds = busy.retry_after_seconds if busy.retry_after_seconds is not None else _BUSY_SECONDS
        self.unreached = 0
        self.queue_was_full = busy.job_slots
        if busy.job_slots:
            seconds = min(seconds, _BUSY_SECONDS)
            if not self.told_of_full_queue:
                self._say("Another import uses the tenant's job slots; waiting for one whenever none is free.")
            self.told_of_full_queue = True
        # A tenant that says "now" while it is busy would be asked without a pause.
        seconds = max(seconds, self.pace.poll_seconds_min)
        self.slots_closed_until = self.clock.now() + timedelta(seconds=seconds)

    def _back_off(self, error: TenantError) -> None:
        self.unreached += 1
        if self.unreached >= _UNREACHED_MAX:
            raise error
        self.slots_closed_until = self.clock.now() + timedelta(seconds=float(2**self.unreached))

    # --- watching and settling ---------------------------------------------------------------------------------------

    def _poll(self, chunk: ChunkRow) -> None:
        job = self.management.job(chunk.job_id or "")
        if job.status not in vocabulary.JOB_STATES_FINAL and not job.is_gone:
            now = self.clock.now()
            self.journal.poll(chunk.external_id or "", status=job.status, at=now)
            self._keep(dataclasses.replace(chunk, polled_at=now, polls=chunk.polls + 1, job_status=job.status))
            self._reach("poll-journalled", chunk)
            return
        self._reach("end-seen", chunk)
        completed = job.status == vocabulary.JOB_COMPLETED
        state, now = lifecycle.follow(chunk.state, Event.FINISH if completed else Event.BREAK), self.clock.now()
        counts = job.summary
        summary = (counts.total, counts.inserted, counts.updated, counts.failed) if counts else None
        self.journal.finish(chunk, state=state, status=job.status, summary=summary, at=now)
        total, inserted, updated, failed = summary or (None, None, None, None)
        self._keep(
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
        self.job_seconds = self.journal.recent_job_seconds()
        if self.queue_was_full:
            self.slots_closed_until = None  # the slot of this job is free
        self._reach("end-journalled", chunk)

    def _settle(self, chunk: ChunkRow) -> None:
        users = users_of(parts.read_part(self.rounds, chunk))
        intended_at, tenant_at = self.journal.first_intent(chunk)
        since = settle.Since.first_intent(intended_at or self.clock.now(), tenant_at)
        errors = () if chunk.state == State.BROKEN else self.management.job_errors(chunk.job_id or "").users
        self._reach("errors-read", chunk)
        outcomes = settle.from_error_list(
            chunk,
            users,
            errors,
            connection=self.connection.name,
            since=since if self.journal.lost_attempts(chunk) else None,
            find=self._find,
        )
        if chunk.state == State.BROKEN or not settle.totals_agree(chunk, outcomes):
            self._say(f"The job of chunk {chunk.name} cannot say who failed: its users are read back.", level="warning")
            read_back = settle.by_reading_back(
                chunk, users, connection=self.connection.name, upsert=self.upsert, since=since, find=self._find
            )
            outcomes = settle.with_reasons(read_back, outcomes)
        self.journal.settle(chunk, outcomes, state=lifecycle.follow(chunk.state, Event.SETTLE))
        self.active.pop((chunk.round, chunk.name), None)
        self.users_settled += chunk.users
        self._count(chunk, sum(row.outcome == "failed" for row in outcomes))
        self._look_at_failures()
        self._reach("settled", chunk)
        self.listener.notice(Progressed(_STEP, self.users_settled, self.users_total))

    def _find(self, sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
        if sent.get("email"):
            return self.management.users_by_email(str(sent["email"]))
        if sent.get("user_id"):
            found = self.management.user(f"{limits.USER_ID_PREFIX}{sent['user_id']}")
            return [found] if found else []
        return None

    # --- underneath --------------------------------------------------------------------------------------------------

    def _keep(self, chunk: ChunkRow) -> None:
        self.active[chunk.round, chunk.name] = chunk

    def _reach(self, boundary: str, chunk: ChunkRow) -> None:
        self.listener.notice(Reached(boundary, chunk.name))

    def _say(self, text: str, *, level: str = "info") -> None:
        self.listener.notice(Noticed(_STEP, text, level))
