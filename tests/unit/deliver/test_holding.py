"""When a person lets a delivery hand in, and when not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samekey.deliver import holding
from samekey.deliver.brake import Brake
from samekey.deliver.holding import Hours
from samekey.errors import DeliveryPaused, UsageError
from samekey.journal import milestones
from tests.unit.deliver import fake_tenant
from tests.unit.deliver.conftest import ImpatientClock, Story


class TestNextTime:
    @pytest.mark.parametrize("hour", range(0, 24, 5))
    def test_is_ahead_by_less_than_a_day_and_shows_that_time(self, hour: int) -> None:
        """Whatever the time zone of the machine, its clocks show the wanted time at that moment."""
        now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
        found = holding.next_time("06:00", now)
        assert timedelta() < found - now <= timedelta(days=1)
        assert "06:00" == f"{found.astimezone():%H:%M}"

    def test_of_the_present_minute_is_tomorrow(self) -> None:
        """Who says six at six means the next morning."""
        now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert now + timedelta(days=1) == holding.next_time(f"{now.astimezone():%H:%M}", now)

    @pytest.mark.parametrize("text", ["", "6", "25:00", "six", "06:00:00"])
    def test_refuses_what_is_no_time(self, text: str) -> None:
        """Nothing is guessed."""
        with pytest.raises(UsageError):
            holding.next_time(text, datetime(2026, 11, 23, tzinfo=UTC))


class TestUntil:
    def test_ends_with_everything_settled_that_was_handed_in(self, tmp_path: Path) -> None:
        """After the time nothing more goes out; the jobs on their way are seen to their end; the next night goes on."""
        story = Story(tmp_path / "run", chunks=6)
        story.hours = Hours(until=story.clock.now() + timedelta(seconds=40))
        with pytest.raises(DeliveryPaused, match="It is"):
            story.run()
        assert ["settled"] * 4 + ["waiting"] * 2 == story.states()
        story.hours = Hours()
        story.run()
        story.settled_once()

    def test_does_not_matter_to_a_delivery_that_is_done(self, story: Story) -> None:
        """When all was handed in before, there is nothing to stop."""
        story.run()
        story.hours = Hours(until=story.clock.now())
        story.run()
        story.settled_once()


class TestPauseFile:
    def test_holds_the_delivery_until_it_is_removed(self, tmp_path: Path) -> None:
        """While the file is there nothing is handed in; when it goes, the same process goes on."""
        story = Story(tmp_path / "run")
        path = story.folder / holding.PAUSE_FILE
        path.touch()
        story.hours = Hours(pause_path=path)
        clock = _Remover(path)
        story.clock = story.tenant.clock = clock
        story.run()
        story.settled_once()
        began = min(chunk.intended_at for chunk in story.chunks() if chunk.intended_at)
        assert _Remover.AFTER <= len([at for at in clock.slept_at if at <= began])
        assert 1 == story.notes.said().count("remove it to go on")

    def test_ends_a_run_that_does_not_wait(self, tmp_path: Path) -> None:
        """With --no-wait a paused delivery is left as it is."""
        story = Story(tmp_path / "run")
        path = story.folder / holding.PAUSE_FILE
        path.touch()
        story.hours = Hours(pause_path=path)
        story.run(wait=False)
        assert ["waiting"] * 4 == story.states()


class TestBrake:
    def test_pauses_when_too_many_fail_and_goes_on_when_told(self, tmp_path: Path) -> None:
        """Two failed jobs stop a delivery; run again it stops at once; told to go on, it forgives what failed."""
        story = Story(tmp_path / "run", chunks=8, brake=Brake())
        story.tenant.shape = fake_tenant.failed
        with pytest.raises(DeliveryPaused, match="jobs failed as a whole") as caught:
            story.run()
        assert "--go-on" == caught.value.option
        assert {"settled", "waiting"} == set(story.states())
        handed_in = len(story.tenant.jobs)
        assert handed_in <= 4
        story.tenant.shape = lambda _: None
        with pytest.raises(DeliveryPaused):
            story.run()
        assert handed_in == len(story.tenant.jobs)
        with story.journal() as journal:
            assert journal.last_milestone(milestones.BRAKED) is not None
            journal.add_milestone(milestones.WENT_ON, at=story.clock.now())
        story.run()
        assert {"settled"} == set(story.states())

    def test_lets_the_last_chunks_be(self, tmp_path: Path) -> None:
        """Where nothing waits any more, nothing is held back and nobody is asked."""
        story = Story(tmp_path / "run", chunks=2, brake=Brake())
        story.tenant.shape = fake_tenant.failed
        story.run()
        assert ["settled"] * 2 == story.states()


class _Remover(ImpatientClock):
    """Somebody removes the file after a while."""

    AFTER = 5

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.slept_at: list[datetime] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass, and the file with it."""
        self.slept_at.append(self.now())
        if len(self.slept_at) == self.AFTER:
            self.path.unlink()
        super().sleep(seconds)
