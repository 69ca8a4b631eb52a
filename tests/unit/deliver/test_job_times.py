"""When a job is likely to end, from those that were seen to end."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.deliver import job_times
from samekey.deliver.job_times import LikelyEnd
from samekey.journal.rows import JobSeen

USERS = 1_000


@st.composite
def jobs_seen(draw: st.DrawFn) -> list[JobSeen]:
    """Any jobs that were seen to end."""
    found = []
    for users, seconds, share in draw(
        st.lists(st.tuples(st.integers(1, 5_000), st.floats(0.01, 100_000), st.floats(0, 1)), max_size=20)
    ):
        found.append(JobSeen(users, seconds, share * seconds))
    return found


class TestLikelyEnd:
    def test_is_wide_around_a_single_job(self) -> None:
        """One job leaves room for shorter and for longer ones."""
        likely = job_times.likely_end([JobSeen(USERS, 31.0, 29.0)], USERS)
        assert likely is not None
        assert likely.earliest < 0.7 * 30
        assert likely.latest > 1.3 * 30

    def test_comes_close_to_what_was_seen(self) -> None:
        """Twenty jobs show how long one takes, and not much more is allowed for."""
        draw = random.Random(20)
        ends = [draw.uniform(24.0, 36.0) for _ in range(20)]
        likely = job_times.likely_end([JobSeen(USERS, end + 0.4, end - 0.4) for end in ends], USERS)
        assert likely is not None
        assert 22.5 < likely.earliest < min(ends)
        assert max(ends) < likely.latest < 37.5

    def test_learns_nothing_from_a_canary(self) -> None:
        """A job of few users says nothing of a full one, nor the other way round."""
        seen = [JobSeen(USERS // 3, 2.0, 1.5), JobSeen(3 * USERS, 90.0, 85.0)]
        assert job_times.likely_end(seen, USERS) is None
        assert job_times.shortest_alike(seen, USERS) is None

    def test_learns_nothing_from_a_job_that_nobody_looked_at(self) -> None:
        """A run that was stopped overnight sees a job of half a minute end in the morning."""
        others = [JobSeen(USERS, 31.0, 30.0), JobSeen(USERS, 29.0, 28.0)]
        overnight = JobSeen(USERS, 28_800.0, 20.0)
        assert job_times.likely_end(others, USERS) == job_times.likely_end([overnight, *others], USERS)
        assert job_times.likely_end([overnight], USERS) is None

    def test_knows_no_end_while_every_job_was_over_at_its_first_look(self) -> None:
        """Only that a job can be so short."""
        seen = [JobSeen(USERS, 2.0), JobSeen(USERS, 3.0)]
        assert job_times.likely_end(seen, USERS) is None
        assert 2.0 == job_times.shortest_alike(seen, USERS)

    def test_goes_down_when_a_job_is_over_at_its_first_look(self) -> None:
        """It may have ended long before."""
        before = job_times.likely_end([JobSeen(USERS, 31.0, 30.0)] * 10, USERS)
        after = job_times.likely_end([JobSeen(USERS, 20.0), *[JobSeen(USERS, 31.0, 30.0)] * 10], USERS)
        assert before is not None
        assert after is not None
        assert after.earliest < 20.0 < before.earliest

    @given(seen=jobs_seen(), users=st.integers(1, 5_000))
    def test_is_a_time_in_order(self, seen: list[JobSeen], users: int) -> None:
        """Whatever was seen, it begins at nothing at the earliest and never ends before it begins."""
        likely = job_times.likely_end(seen, users)
        assert likely is None or 0 <= likely.earliest <= likely.latest

    @pytest.mark.parametrize("seconds", [0.5, 30.0, 3_600.0])
    def test_scales_with_the_jobs(self, seconds: float) -> None:
        """Jobs of seconds and jobs of hours are treated alike."""
        likely = job_times.likely_end([JobSeen(USERS, seconds, 0.9 * seconds)] * 5, USERS)
        unit = job_times.likely_end([JobSeen(USERS, 1.0, 0.9)] * 5, USERS)
        assert unit is not None
        assert likely is not None
        expected = LikelyEnd(seconds * unit.earliest, seconds * unit.latest)
        assert (expected.earliest, expected.latest) == pytest.approx((likely.earliest, likely.latest))
