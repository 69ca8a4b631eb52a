"""How often and how long a request is tried again."""

from dataclasses import replace
from datetime import datetime, timedelta
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


class TestABusyTenant:
    """One that refuses for its rate limit is there, and says when to come back."""

    WAITS = replace(POLICY, seconds_max=5.0, busy_seconds_max=3600.0)

    def test_is_waited_for_longer_than_one_in_trouble(self, clock: "HandClock") -> None:
        """Neither the tries nor the seconds for trouble bound the wait."""
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=100) for _ in range(9)])
        assert patience.patiently(flaky, self.WAITS, clock=clock, jitter=lambda: 0.0) == "answer"
        assert 900.0 == sum(clock.sleeps)

    def test_is_not_waited_for_for_ever(self, clock: "HandClock") -> None:
        """The wait has a bound of its own."""
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=100) for _ in range(99)])
        with pytest.raises(errors.TenantBusy):
            patience.patiently(flaky, self.WAITS, clock=clock, jitter=lambda: 0.0)
        assert 3600.0 == sum(clock.sleeps)

    @pytest.mark.parametrize(("minutes", "calls"), [(0.5, 1), (3, 3)])
    def test_is_waited_for_up_to_a_moment(self, clock: "HandClock", minutes: float, calls: int) -> None:
        """No wait is begun that ends after it."""
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=60) for _ in range(9)])
        policy = replace(self.WAITS, busy_until=clock.now() + timedelta(minutes=minutes - 0.1))
        with pytest.raises(errors.TenantBusy):
            patience.patiently(flaky, policy, clock=clock, jitter=lambda: 0.0)
        assert calls == flaky.calls

    def test_is_asked_ever_more_rarely_when_it_says_now_and_refuses(self, clock: "HandClock") -> None:
        """A tenant that names a time in the past is not asked twice a second for an hour."""
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=0) for _ in range(9)])
        patience.patiently(flaky, self.WAITS, clock=clock, jitter=lambda: 0.0)
        assert [1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0] == clock.sleeps

    def test_is_told_about_once_a_minute(self, clock: "HandClock") -> None:
        """Somebody hears until when it is waited for; short waits are not worth a word."""
        told: list[datetime] = []
        began = clock.now()
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=seconds) for seconds in (1, 20, 20, 20, 20, 20)])
        patience.patiently(flaky, self.WAITS, clock=clock, jitter=lambda: 0.0, told=told.append)
        assert [began + timedelta(seconds=21), began + timedelta(seconds=81)] == told

    def test_in_trouble_is_left_as_soon_as_before(self, clock: "HandClock") -> None:
        """A wrong address is not waited for."""
        flaky = Flaky(*[errors.TenantUnreachable() for _ in range(99)])
        with pytest.raises(errors.TenantUnreachable):
            patience.patiently(flaky, self.WAITS, clock=clock, jitter=lambda: 1.0)
        assert sum(clock.sleeps) <= 5.0

    def test_is_waited_for_in_pieces(self, clock: "HandClock") -> None:
        """A machine that slept meanwhile goes on when the time has passed, and not when it has been awake so long."""
        patience.patiently(
            Flaky(errors.TenantBusy(retry_after_seconds=600)), self.WAITS, clock=clock, jitter=lambda: 0.0
        )
        assert [60.0] * 10 == clock.sleeps


class TestFirstContact:
    def test_waits_up_to_the_end_of_the_step(self, clock: "HandClock") -> None:
        """A step that ends at six waits for a busy tenant until six, however long that is."""
        six = clock.now() + timedelta(hours=5)
        flaky = Flaky(*[errors.TenantBusy(retry_after_seconds=3000) for _ in range(99)])
        with pytest.raises(errors.TenantBusy):
            patience.patiently(flaky, patience.first_contact(until=six), clock=clock, jitter=lambda: 0.0)
        assert six - timedelta(seconds=3000) <= clock.now() <= six

    def test_waits_for_an_hour_in_a_step_without_end(self) -> None:
        """Then a person is needed."""
        assert patience.FIRST_CONTACT == patience.first_contact(until=None)
        assert 3600.0 == patience.FIRST_CONTACT.busy_seconds_max
