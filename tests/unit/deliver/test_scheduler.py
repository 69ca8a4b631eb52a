"""The next action, from journal, limits and time."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.deliver import scheduler
from samekey.deliver.lifecycle import OCCUPYING, State
from samekey.deliver.pace import Pace
from samekey.deliver.scheduler import Action, Done, Poll, Seek, Settle, Submit, Wait
from samekey.journal.rows import ChunkRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PACE = Pace()


def ago(seconds: float) -> datetime:
    """A moment in the past."""
    return NOW - timedelta(seconds=seconds)


def a_chunk(state: State, *, name: str = "000001", since: float = 0.5, polled: float | None = None) -> ChunkRow:
    """A chunk that was handed in some seconds ago, and perhaps looked at since."""
    if state is State.WAITING:
        return ChunkRow("01", name, 20, "", state)
    answered_at = None if state in {State.SENDING, State.RESENDING} else ago(since)
    polled_at = None if polled is None else ago(polled)
    return ChunkRow("01", name, 20, "", state, f"id-{name}", 1, ago(since), None, answered_at, polled_at=polled_at)


WAITING = a_chunk(State.WAITING, name="000009")
WORKING = a_chunk(State.WORKING)
WORKING_TOO = a_chunk(State.WORKING, name="000002")
DUE = a_chunk(State.WORKING, since=30, polled=10)
UNCLEAR = a_chunk(State.UNCLEAR, since=10, polled=2)
UNSOUGHT = a_chunk(State.UNCLEAR, since=4)
UNCLEAR_OVER = a_chunk(State.UNCLEAR, name="000003", since=61, polled=0.5)
OVER_UNSOUGHT = a_chunk(State.UNCLEAR, name="000003", since=61, polled=20)
FINISHED = dataclasses.replace(a_chunk(State.FINISHED, name="000004"), finished_at=ago(5))
JUST_FINISHED = dataclasses.replace(FINISHED, finished_at=ago(1))
BROKEN = a_chunk(State.BROKEN, name="000005")


def next_action(
    active: Sequence[ChunkRow],
    waiting: ChunkRow | None = None,
    *,
    closed_for: float | None = None,
    job_seconds: float | None = None,
) -> Action:
    """The next action at NOW."""
    closed_until = None if closed_for is None else NOW + timedelta(seconds=closed_for)
    return scheduler.next_action(
        active, waiting, now=NOW, pace=PACE, job_seconds=job_seconds, slots_closed_until=closed_until
    )


SITUATIONS: dict[str, tuple[list[ChunkRow], ChunkRow | None, float | None, Action]] = {
    "nothing at all": ([], None, None, Done()),
    "first chunk": ([], WAITING, None, Submit(WAITING)),
    "second slot free": ([WORKING], WAITING, None, Submit(WAITING)),
    "both slots taken": ([WORKING, WORKING_TOO], WAITING, None, Wait(1.5)),
    "an unclear attempt keeps its slot": ([WORKING, UNCLEAR], WAITING, None, Wait(1.5)),
    "an unclear attempt alone": ([UNCLEAR], None, None, Wait(6.0)),
    "the log may tell of an unclear attempt": ([UNSOUGHT], None, None, Seek(UNSOUGHT)),
    "the log is asked once more before a resend": ([OVER_UNSOUGHT], WAITING, None, Seek(OVER_UNSOUGHT)),
    "unclear and over goes before waiting": ([WORKING, UNCLEAR_OVER], WAITING, None, Submit(UNCLEAR_OVER)),
    "handing in goes before settling": ([FINISHED], WAITING, None, Submit(WAITING)),
    "settling goes before looking when nothing waits": ([DUE, FINISHED], None, None, Settle(FINISHED)),
    "a look that may free a slot goes before settling": ([DUE, UNCLEAR, JUST_FINISHED], WAITING, None, Poll(DUE)),
    "settling does not give way for long": ([DUE, UNCLEAR, FINISHED], WAITING, None, Settle(FINISHED)),
    "settling gives way to nothing that is not due": (
        [WORKING, WORKING_TOO, JUST_FINISHED],
        WAITING,
        None,
        Settle(JUST_FINISHED),
    ),
    "a broken job is settled": ([WORKING, WORKING_TOO, BROKEN], WAITING, None, Settle(BROKEN)),
    "a look is due": ([DUE, WORKING_TOO], WAITING, None, Poll(DUE)),
    "slots closed, nothing else": ([], WAITING, 12.0, Wait(12.0)),
    "slots closed for long": ([], WAITING, 3600.0, Wait(30.0)),
    "slots closed, a resend waits": ([UNCLEAR_OVER], None, 4.0, Wait(4.0)),
    "slots closed, a look is due": ([DUE], WAITING, 12.0, Poll(DUE)),
    "slots open again": ([], WAITING, 0.0, Submit(WAITING)),
}


@st.composite
def chunks_with_the_tenant(draw: st.DrawFn) -> list[ChunkRow]:
    """Any chunks that may be active at once: at most two of them occupy a slot."""
    states = draw(st.lists(st.sampled_from([State.FINISHED, State.BROKEN]), max_size=3))
    states += draw(st.lists(st.sampled_from([State.WORKING, State.UNCLEAR]), max_size=PACE.slots))
    found = []
    for number, state in enumerate(states):
        since = draw(st.floats(-100, 10_000))
        share = draw(st.none() | st.floats(0, 1))
        polled = None if share is None else share * since
        found.append(a_chunk(state, name=f"{number:06d}", since=since, polled=polled))
    return found


situations = {
    "active": chunks_with_the_tenant(),
    "waiting": st.sampled_from([None, WAITING]),
    "closed_for": st.none() | st.integers(-100, 100_000),
    "job_seconds": st.none() | st.floats(0, 100_000),
}


class TestNextAction:
    @pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS.keys())
    def test_is_the_one_of_the_table(
        self, situation: tuple[list[ChunkRow], ChunkRow | None, float | None, Action]
    ) -> None:
        """Each situation has one next action."""
        active, waiting, closed_for, expected = situation
        assert expected == next_action(active, waiting, closed_for=closed_for)

    @given(**situations)
    def test_never_takes_a_third_slot(
        self,
        active: list[ChunkRow],
        waiting: ChunkRow | None,
        closed_for: float | None,
        job_seconds: float | None,
    ) -> None:
        """After any submission no more chunks occupy a slot than there are, and none goes while slots are closed."""
        action = next_action(active, waiting, closed_for=closed_for, job_seconds=job_seconds)
        if isinstance(action, Submit):
            assert closed_for is None or closed_for <= 0
            after = {chunk.name: chunk for chunk in active}
            after[action.chunk.name] = dataclasses.replace(action.chunk, state=State.SENDING)
            assert sum(chunk.state in OCCUPYING for chunk in after.values()) <= PACE.slots

    @given(**situations)
    def test_leaves_an_unclear_attempt_its_time(
        self,
        active: list[ChunkRow],
        waiting: ChunkRow | None,
        closed_for: float | None,
        job_seconds: float | None,
    ) -> None:
        """A chunk whose answer was lost is handed in again only when its waiting time is over."""
        action = next_action(active, waiting, closed_for=closed_for, job_seconds=job_seconds)
        if isinstance(action, Submit) and action.chunk.state == State.UNCLEAR:
            assert action.chunk.intended_at is not None
            assert NOW - action.chunk.intended_at >= timedelta(seconds=PACE.unclear_wait(job_seconds) - 0.001)

    @given(**situations)
    def test_ends_only_when_nothing_is_left(
        self,
        active: list[ChunkRow],
        waiting: ChunkRow | None,
        closed_for: float | None,
        job_seconds: float | None,
    ) -> None:
        """Done means that nobody is on the way."""
        action = next_action(active, waiting, closed_for=closed_for, job_seconds=job_seconds)
        assert isinstance(action, Done) == (not active and waiting is None)

    @given(**situations)
    def test_waits_a_bounded_time(
        self,
        active: list[ChunkRow],
        waiting: ChunkRow | None,
        closed_for: float | None,
        job_seconds: float | None,
    ) -> None:
        """A wait is never nothing and never long at a stretch, even after the machine's clock was set back."""
        action = next_action(active, waiting, closed_for=closed_for, job_seconds=job_seconds)
        if isinstance(action, Wait):
            assert 0 < action.seconds <= PACE.poll_seconds_max

    @pytest.mark.parametrize(
        ("active", "waiting", "expected"),
        [
            ([DUE], None, Wait(0.25)),
            ([FINISHED], None, Wait(0.25)),
            ([DUE], WAITING, Submit(WAITING)),
            ([], None, Done()),
        ],
        ids=["a look", "settling", "handing in", "the end"],
    )
    def test_leaves_the_rate_limit_to_handing_in(
        self, active: list[ChunkRow], waiting: ChunkRow | None, expected: Action
    ) -> None:
        """While it is quiet nothing is asked; a job that finds a free slot goes all the same."""
        action = scheduler.next_action(active, waiting, now=NOW, pace=PACE, quiet_until=NOW + timedelta(seconds=0.25))
        assert expected == action

    def test_is_not_quiet_for_long_when_the_clock_is_set_back(self) -> None:
        """A quiet time that lies hours ahead is a clock that was set."""
        action = scheduler.next_action([DUE], None, now=NOW, pace=PACE, quiet_until=NOW + timedelta(hours=1))
        assert Poll(DUE) == action

    def test_refuses_an_unclear_chunk_that_never_left(self) -> None:
        """A lost answer without an intent is a mistake of ours."""
        with pytest.raises(ValueError, match="000009"):
            next_action([dataclasses.replace(WAITING, state=State.UNCLEAR)])


class TestUnclearWait:
    def test_is_long_while_nothing_is_known(self) -> None:
        """Before a job was seen to end, a fixed time is waited."""
        assert PACE.unclear_seconds == PACE.unclear_wait(None)

    def test_follows_the_jobs_seen(self) -> None:
        """A lost job is given twice the time of a known one."""
        assert 60.0 == PACE.unclear_wait(30.0)

    def test_never_outlasts_the_longest_job(self) -> None:
        """A job that was looked at days late does not make anybody wait for days: Auth0 ends one after two hours."""
        assert limits.JOB_SECONDS_MAX == PACE.unclear_wait(86_400.0)
