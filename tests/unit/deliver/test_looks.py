"""When a job is looked at: a pure function, tried out on whole deliveries that take no time."""

import dataclasses
import itertools
import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.deliver import looks, scheduler
from samekey.deliver.lifecycle import State
from samekey.deliver.pace import Pace
from samekey.deliver.scheduler import Done, Poll, Settle, Submit, Wait
from samekey.journal.rows import ChunkRow, JobSeen

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
PACE = Pace()
WAITING = ChunkRow("01", "000009", 20, "", State.WAITING)
TAKEN = ChunkRow("01", "000001", 20, "", State.WORKING, "id-1", 1, NOW, None, NOW)

LOOKS_MAX = 15
"""At one job of about half a minute."""


def after(seconds: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(seconds=seconds)


def looks_until(end: float, seen: Sequence[JobSeen]) -> list[float]:
    """When a job that takes so long is looked at, in seconds from its beginning."""
    chunk, found = TAKEN, [0.0]
    while found[-1] < end:
        at = looks.poll_at(chunk, PACE, seen)
        found.append((at - NOW).total_seconds())
        chunk = dataclasses.replace(chunk, polled_at=at, polls=chunk.polls + 1)
    return found[1:]


@dataclasses.dataclass
class Story:
    """A delivery to a tenant that exists only on paper."""

    lengths: Sequence[float]
    """How long each job takes."""
    gap: float = 0.0
    """The pause between two questions that the tenant's rate limit suggests."""
    latency: float = 0.1
    """How long a request takes."""
    now: float = 0.0
    polls: list[int] = dataclasses.field(default_factory=list)

    def optimum(self) -> float:
        """What no schedule on two slots beats."""
        return sum(self.lengths) / 2

    def run(self) -> float:
        """Deliver; the time that it takes beside the optimum."""
        waiting = [ChunkRow("01", f"{n:06d}", 20, "", State.WAITING) for n in range(len(self.lengths))]
        active: dict[str, ChunkRow] = {}
        ends: dict[str, float] = {}
        seen: list[JobSeen] = []
        quiet_until = NOW
        while True:
            action = scheduler.next_action(
                list(active.values()),
                waiting[0] if waiting else None,
                now=after(self.now),
                pace=PACE,
                seen=seen[:20],
                quiet_until=quiet_until,
            )
            if not isinstance(action, Submit):
                quiet_until = after(self.now + self.gap)
            match action:
                case Done():
                    return self.now / self.optimum()
                case Wait(seconds):
                    self.now += seconds
                    quiet_until = min(quiet_until, after(self.now))
                case Submit(chunk):
                    self.now += self.latency
                    ends[chunk.name] = self.now + self.lengths[int(waiting.pop(0).name)]
                    active[chunk.name] = dataclasses.replace(
                        chunk, state=State.WORKING, intended_at=after(self.now), answered_at=after(self.now)
                    )
                case Poll(chunk):
                    self.now += self.latency
                    active[chunk.name] = self._looked_at(chunk, seen, over=self.now >= ends[chunk.name])
                case Settle(chunk):
                    self.now += self.latency
                    del active[chunk.name]
                case _:
                    raise AssertionError(action)

    def _looked_at(self, chunk: ChunkRow, seen: list[JobSeen], *, over: bool) -> ChunkRow:
        if not over:
            return dataclasses.replace(chunk, polled_at=after(self.now), polls=chunk.polls + 1)
        began = chunk.answered_at or NOW
        at_work = (chunk.polled_at - began).total_seconds() if chunk.polled_at else 0.0
        seen.insert(0, JobSeen(chunk.users, (after(self.now) - began).total_seconds(), at_work))
        self.polls.append(chunk.polls + 1)
        return dataclasses.replace(chunk, state=State.FINISHED, finished_at=after(self.now))


def a_story(seed: int, *, chunks: int = 30, around: float = 30.0, gap: float = 0.0) -> Story:
    """Jobs of about half a minute, more or less a fifth."""
    draw = random.Random(seed)
    return Story([draw.uniform(0.8 * around, 1.2 * around) for _ in range(chunks)], gap)


class TestPollAt:
    def test_looks_soon_at_the_first_job_of_all(self) -> None:
        """While nobody knows how long a job takes, the first look comes at once."""
        assert after(2) == looks.poll_at(TAKEN, PACE, ())

    def test_looks_ever_more_rarely_at_first_and_then_at_every_ninth_part(self) -> None:
        """Few looks go to a job of seconds; one of minutes is seen to end within a ninth of its time."""
        found = looks_until(300.0, ())
        assert [2.0, 4.0, 8.0, 16.0] == found[:4]
        assert all(later <= 1.111 * earlier for earlier, later in itertools.pairwise(found[3:]))

    def test_spreads_its_looks_over_the_likely_end(self) -> None:
        """The distance between two looks is the same from the earliest to the latest likely moment."""
        found = looks_until(35.0, [JobSeen(20, 24.5, 23.5), JobSeen(20, 36.5, 35.5)] * 10)
        gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
        assert 24.0 < found[0] < 25.0
        assert max(gaps) == pytest.approx(min(gaps))
        assert max(gaps) < 1.1

    def test_halves_its_first_look_while_every_job_is_over_at_it(self) -> None:
        """Jobs shorter than the first look are approached from above."""
        assert after(0.75) == looks.poll_at(TAKEN, PACE, [JobSeen(20, 1.5)])
        assert after(PACE.poll_seconds_min) == looks.poll_at(TAKEN, PACE, [JobSeen(20, 0.6)])

    def test_does_not_lose_sight_of_a_job_that_takes_ten_times_as_long(self) -> None:
        """Looks become rarer, and never rarer than the pace allows."""
        found = looks_until(300.0, [JobSeen(20, 30.5, 29.5)] * 20)
        gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
        assert max(gaps) <= PACE.poll_seconds_max

    @given(
        seen=st.lists(st.tuples(st.floats(0.01, 10_000), st.floats(0, 1)), max_size=20),
        taken=st.floats(0, 10_000),
        polls=st.integers(1, 500),
    )
    def test_never_looks_without_a_pause(self, seen: list[tuple[float, float]], taken: float, polls: int) -> None:
        """Whatever was seen, two looks at one job keep the shortest pause."""
        jobs = [JobSeen(20, seconds, share * seconds) for seconds, share in seen]
        chunk = dataclasses.replace(TAKEN, polled_at=after(taken), polls=polls)
        wait = (looks.poll_at(chunk, PACE, jobs) - after(taken)).total_seconds()
        assert wait >= PACE.poll_seconds_min - 0.001

    def test_refuses_a_chunk_that_never_left(self) -> None:
        """A chunk without an intent has no job; that is a mistake of ours."""
        with pytest.raises(ValueError, match="000009"):
            looks.poll_at(WAITING, PACE, ())


class TestADelivery:
    @given(lengths=st.lists(st.floats(24.0, 36.0), min_size=1, max_size=30), gap=st.sampled_from([0.0, 0.5]))
    def test_looks_at_a_job_of_half_a_minute_at_most_15_times(self, lengths: list[float], gap: float) -> None:
        """Whatever came before it, and whoever else is looked at."""
        story = Story(lengths, gap)
        story.run()
        assert max(story.polls) <= LOOKS_MAX

    @pytest.mark.parametrize("gap", [0.0, 0.5])
    def test_keeps_two_slots_busy(self, gap: float) -> None:
        """Half a minute a job, more or less a fifth: within a twentieth of what no schedule beats, looks included."""
        ratios = [a_story(seed, gap=gap).run() for seed in range(30)]
        assert statistics.mean(ratios) <= 1.045
        assert max(ratios) <= 1.07

    @pytest.mark.parametrize("around", [6.0, 300.0, 1_800.0])
    def test_keeps_two_slots_busy_with_jobs_of_any_length(self, around: float) -> None:
        """Short jobs are dear because a request takes its time; long ones are no worse than those of half a minute."""
        ratios = [a_story(seed, around=around).run() for seed in range(10)]
        assert statistics.mean(ratios) <= (1.045 if around > 30 else 1.12)

    def test_finds_its_pace_again_when_the_tenant_becomes_faster(self) -> None:
        """Jobs that take a third of the time from the middle on are soon expected earlier."""
        story = Story([30.0] * 30 + [10.0] * 60)
        assert story.run() <= 1.2

    def test_finds_its_pace_again_when_the_tenant_becomes_slower(self) -> None:
        """Jobs that take three times as long from the middle on are soon expected later."""
        story = Story([10.0] * 30 + [30.0] * 60)
        assert story.run() <= 1.1
