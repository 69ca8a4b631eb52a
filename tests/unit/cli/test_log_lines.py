"""The log for programs: one JSON object a line, of documented shapes."""

import io
import json
import stat
from pathlib import Path

import pytest

from samekey import events
from samekey.cli.log_format import LogFormat
from samekey.cli.log_lines import LogLines, listening, shape
from samekey.errors import UsageError
from samekey.testing.manual_clock import ManualClock

EVENTS: list[events.Event] = [
    events.StepStarted("deliver", 120),
    events.Progressed("deliver", 20, 120),
    events.Noticed("deliver", "An answer was lost.", "warning", "01/000001", ""),
    events.Reached("answer-journalled", "01/000001", "job_1"),
    events.StepFinished("deliver", {"read": 120, "closed": True}),
]
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "log.md"


def lines_of(page: str) -> list[dict[str, object]]:
    """The lines that a page shows as an example."""
    return [json.loads(line) for line in page.splitlines() if line.startswith('{"time"')]


class TestLogLines:
    def test_are_those_of_the_documentation(self) -> None:
        """What the page shows is what is written, to the letter."""
        stream, clock = io.StringIO(), ManualClock()
        log = LogLines(stream, clock)
        for event in EVENTS:
            log.notice(event)
        written = [json.loads(line) for line in stream.getvalue().splitlines()]
        documented = lines_of(PAGE.read_text())
        assert [line.keys() for line in documented] == [line.keys() for line in written]
        assert [line | {"time": ""} for line in documented] == [line | {"time": ""} for line in written]

    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
    def test_say_what_they_are_about(self, event: events.Event) -> None:
        """Every line has an event, a step, a chunk and a job, known or not."""
        assert ["event", "step", "chunk", "job"] == list(shape(event))[:4]

    def test_are_there_at_once(self, tmp_path: Path) -> None:
        """Whoever follows the file sees a line when it happened; the file is its owner's alone and is added to."""
        path = tmp_path / "deliver.log"
        for count in (1, 2):
            with listening(LogFormat.JSON, path, quiet=False) as listener:
                listener.notice(events.Reached("settled", "01/000001", "job_1"))
                assert count == len(path.read_text().splitlines())
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)

    def test_are_refused_where_they_cannot_be_written(self, tmp_path: Path) -> None:
        """A log in a folder that is not there is one clear error."""
        with (
            pytest.raises(UsageError, match="cannot be written"),
            listening(LogFormat.TEXT, tmp_path / "nowhere" / "log", quiet=True),
        ):
            pass
