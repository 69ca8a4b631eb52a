"""A step that nobody listens to runs just as well."""

import pytest

from samekey import events


class TestNobody:
    """The listener of a step that runs alone."""

    @pytest.mark.parametrize(
        "event",
        [
            events.StepStarted("pack", 3),
            events.Progressed("pack", 1, 3),
            events.Noticed("pack", "A word."),
            events.Reached("intended", "000001"),
            events.StepFinished("pack", {"read": 3}),
        ],
        ids=lambda event: type(event).__name__,
    )
    def test_takes_every_event(self, event: events.Event) -> None:
        """And keeps none."""
        nobody: events.Listener = events.Nobody()
        nobody.notice(event)
        assert {} == vars(nobody)
