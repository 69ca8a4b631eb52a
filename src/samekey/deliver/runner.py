"""The loop that does what the scheduler says and writes it down: intent before a request, answer after it.

Kill it anywhere. What was journalled is known; an intent without an answer is treated as a job that may be at work.
"""

import dataclasses
from collections import deque
from datetime import datetime, timedelta
from typing import assert_never

from samekey.auth0 import vocabulary
from samekey.deliver import holding, scheduler, watching
from samekey.deliver.assignment import STEP, Assignment
from samekey.deliver.brake import CHUNKS_REMEMBERED, Brake, SettledChunk
from samekey.deliver.handing_in import HandingIn
from samekey.deliver.holding import Hold, Hours
from samekey.deliver.lifecycle import FINAL, State
from samekey.deliver.scheduler import Done, Poll, Seek, Settle, Submit, Wait
from samekey.deliver.under_way import UnderWay
from samekey.deliver.watching import Watching
from samekey.errors import DeliveryPaused
from samekey.events import Progressed
from samekey.journal import milestones
from samekey.journal.rows import ChunkRow
from samekey.pack.prepared import ASIDE

NO_BRAKE = Brake(share=None)
ALWAYS = Hours()


class Runner:
    """One process's work on one delivery."""

    def __init__(self, assignment: Assignment, *, brake: Brake = NO_BRAKE, hours: Hours = ALWAYS) -> None:
        """Args:
        assignment: what is delivered.
        brake: how much may fail before a person is asked.
        hours: when a person lets it hand in.

        """
        self.assignment = assignment
        self.brake = brake
        self.hours = hours
        self.under_way = UnderWay()
        self.handing_in = HandingIn(assignment, self.under_way)
        self.watching = Watching(assignment, self.under_way)
        self.settled: deque[SettledChunk] = deque(maxlen=CHUNKS_REMEMBERED)
        self.too_many_failed = ""
        self.is_canary = False
        self.told_of: Hold | None = None
        self.quiet_until: datetime | None = None
        self.users_total = 0
        self.users_settled = 0

    def run(self, *, wait: bool = True, only: ChunkRow | None = None) -> None:
        """Deliver until every chunk is settled.

        Args:
            only: hand in nothing but this chunk.
            wait: False to look at jobs once, hand in what finds a free slot now, and leave.

        Raises:
            TenantError: the tenant refused, or could not be reached for long; everything done is journalled.
            DeliveryPaused: too much failed, or the time is over; what was on its way is settled.

        """
        self.is_canary = only is not None
        self._load(only)
        while True:
            hold = self._hold()
            waiting = self.under_way.waiting
            action = scheduler.next_action(
                list(self.under_way.active.values()),
                waiting[0] if waiting and hold is None else None,
                now=self.assignment.clock.now(),
                pace=self.assignment.pace,
                job_seconds=self.under_way.job_seconds,
                seen=self.under_way.seen,
                slots_closed_until=self.handing_in.slots_closed_until,
                quiet_until=self.quiet_until,
            )
            match action:
                case Wait(seconds) if wait:
                    self.assignment.clock.sleep(seconds)
                case Done() if hold and hold.ends:
                    raise DeliveryPaused(hold.reason, remedy=hold.remedy, option=hold.option)
                case Done() if hold and wait:
                    self.assignment.clock.sleep(holding.LOOK_SECONDS)
                case Done() | Wait():
                    return
                case _:
                    self._do(action)

    def _do(self, action: Submit | Seek | Settle | Poll) -> None:
        if not isinstance(action, Submit):
            gap = timedelta(seconds=self.assignment.tenant.request_gap_seconds())
            self.quiet_until = self.assignment.clock.now() + gap
        match action:
            case Submit(chunk):
                self.handing_in.submit(chunk)
            case Seek(chunk):
                self.handing_in.seek(chunk)
            case Settle(chunk):
                self._settle(chunk)
            case Poll(chunk):
                if self.watching.poll(chunk):
                    self.handing_in.a_job_ended()
            case _:  # pragma: no cover  # the type checker shows that there is none
                assert_never(action)

    def _load(self, only: ChunkRow | None) -> None:
        """Take up what is journalled; an attempt that was on its way when a process was killed counts as lost."""
        journal = self.assignment.journal
        self.under_way.learn(journal)
        failures, went_on_at = journal.failures(), journal.last_milestone(milestones.WENT_ON)
        for chunk in journal.chunks():
            self.users_total += chunk.users
            if chunk.state in FINAL:
                self.users_settled += chunk.users
                if chunk.name == ASIDE:
                    continue  # nobody of it was handed in
                if went_on_at is None or (chunk.finished_at and chunk.finished_at > went_on_at):
                    self._count(chunk, failures.get((chunk.round, chunk.name), 0))
            elif chunk.state == State.WAITING:
                if only is None or (only.round, only.name) == (chunk.round, chunk.name):
                    self.under_way.waiting.append(chunk)
            elif chunk.state in {State.SENDING, State.RESENDING}:
                self.handing_in.lose(chunk, "The last run ended before the tenant's answer was written down")
            else:
                self.under_way.keep(chunk)
        self._look_at_failures()

    def _settle(self, chunk: ChunkRow) -> None:
        if watching.ran_out_of_time(chunk) and chunk.users > 1 and not self.is_canary:
            self.handing_in.halve(chunk)
            self._count(dataclasses.replace(chunk, users=0), 0)
            self._look_at_failures()
            return
        outcomes = self.watching.settle(chunk)
        self.users_settled += chunk.users
        self._count(chunk, sum(row.outcome == "failed" for row in outcomes))
        self._look_at_failures()
        self.assignment.reach("settled", chunk)
        self.assignment.listener.notice(Progressed(STEP, self.users_settled, self.users_total))

    # --- reasons to hand in nothing more -----------------------------------------------------------------------------

    def _hold(self) -> Hold | None:
        """Why no new chunk is handed in now; None when one may be, or there is none."""
        if not self.under_way.waiting:
            return None
        hold = self.hours.hold(self.assignment.clock.now())
        if self.too_many_failed:
            hold = Hold(
                self.too_many_failed, "See who failed and why with samekey report. To go on all the same:", "--go-on"
            )
        if hold and hold != self.told_of:
            self.assignment.say(f"{hold.reason} Nothing more is handed in.", level="warning")
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
        if self.too_many_failed and not before and self.under_way.waiting:
            self.assignment.journal.add_milestone(
                milestones.BRAKED, at=self.assignment.clock.now(), note=self.too_many_failed
            )
