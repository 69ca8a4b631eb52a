"""How often and how long a request is tried again."""

from typing import TYPE_CHECKING

import pytest

from samekey import errors
from samekey.client import patience
from samekey.client.patience import Patience

if TYPE_CHECKING:
    from tests.unit.client.conftest import HandClock

POLICY = Patience(tries_max=4, seconds_max=60.0, pause_seconds=1.0, pause_seconds_max=3.0)


class Flaky:
    """Raises what it is given, one after the other, and then answers."""

    def __init__(self, *failures: errors.TenantError) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        """One try."""
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


class TestPatiently:
    """Bounded twice, by count and by time."""

    def test_needs_no_second_try(self, clock: "HandClock") -> None:
        """An answer is an answer."""
        assert patience.patiently(Flaky(), POLICY, clock=clock, jitter=lambda: 0.0) == "answer"
        assert clock.sleeps == []

    def test_pauses_longer_each_time(self, clock: "HandClock") -> None:
        """Pauses double up to the longest, jittered between half and whole."""
        flaky = Flaky(*[errors.TenantUnreachable() for _ in range(3)])
        assert patience.patiently(flaky, POLICY, clock=clock, jitter=lambda: 1.0) == "answer"
        assert clock.sleeps == [1.0, 2.0, 3.0]

    def test_jitter_shortens_own_pauses(self, clock: "HandClock") -> None:
        """The least jitter halves them."""
        patience.patiently(Flaky(errors.TenantUnreachable()), POLICY, clock=clock, jitter=lambda: 0.0)
        assert clock.sleeps == [0.5]

    def test_waits_at_least_as_long_as_the_tenant_asks(self, clock: "HandClock") -> None:
        """Jitter only lengthens a wait that the tenant asked for."""
        flaky = Flaky(errors.TenantBusy(retry_after_seconds=10), errors.TenantBusy(retry_after_seconds=0))
        patience.patiently(flaky, POLICY, clock=clock, jitter=lambda: 0.5)
        assert clock.sleeps == pytest.approx([11.0, 1.1])

    def test_gives_up_after_so_many_tries(self, clock: "HandClock") -> None:
        """The last error is raised."""
        flaky = Flaky(*[errors.TenantUnexpected(status=503) for _ in range(9)])
        with pytest.raises(errors.TenantUnexpected):
            patience.patiently(flaky, POLICY, clock=clock, jitter=lambda: 0.0)
        assert flaky.calls == POLICY.tries_max

    def test_begins_no_wait_that_ends_too_late(self, clock: "HandClock") -> None:
        """A tenant that asks for an hour gets no hour."""
        with pytest.raises(errors.TenantBusy):
            patience.patiently(
                Flaky(errors.TenantBusy(retry_after_seconds=3600)), POLICY, clock=clock, jitter=lambda: 0.0
            )
        assert clock.sleeps == []

    @pytest.mark.parametrize(
        "error",
        [
            errors.TenantRefused(status=403),
            errors.TenantBusy(job_slots=True),
            errors.TenantUnexpected(status=200),
            errors.TenantUnexpected(),
        ],
        ids=["refused", "job-slots", "unreadable", "damaged"],
    )
    def test_does_not_repeat_what_no_wait_mends(self, error: errors.TenantError, clock: "HandClock") -> None:
        """These are raised at once."""
        flaky = Flaky(error)
        with pytest.raises(type(error)):
            patience.patiently(flaky, POLICY, clock=clock, jitter=lambda: 0.0)
        assert flaky.calls == 1

    def test_can_be_switched_off(self, clock: "HandClock") -> None:
        """Without patience there is one try."""
        flaky = Flaky(errors.TenantUnreachable(may_have_arrived=False))
        with pytest.raises(errors.TenantUnreachable):
            patience.patiently(flaky, patience.NONE, clock=clock, jitter=lambda: 0.0)
        assert flaky.calls == 1
