"""A listener drawn in the terminal: a bar with rate and time left where people watch, quiet lines in a log."""

import sys
import time
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from samekey.events import Event, Noticed, Progressed, StepFinished, StepStarted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

LOG_EVERY_SECONDS = 10.0
"""How often a line is written where nobody watches."""


class Screen:
    """Draws on stderr; stdout stays free for data."""

    def __init__(self, *, quiet: bool = False, keeps_bars: bool = True) -> None:
        """Take the terminal as it is.

        Args:
            quiet: say only what a person should read, and draw nothing.
            keeps_bars: whether the bar of a finished step stays.

        """
        self.keeps_bars = keeps_bars
        self.quiet = quiet
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._logged_at = 0.0
        self.draws = not quiet and sys.stderr.isatty()

    @cached_property
    def console(self) -> "Console":
        """The terminal; a quiet step that has nothing to say does not even load what draws on it."""
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    @cached_property
    def _progress(self) -> "Progress":
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self.console,
            transient=False,
        )

    def __enter__(self) -> Self:
        if self.draws:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.draws:
            self._progress.stop()

    def notice(self, event: Event) -> None:
        """Draw, or log, what happened."""
        match event:
            case Noticed(step, text, level):
                style = "yellow" if level == "warning" else ""
                if level == "warning" or not self.quiet:
                    self.console.print(f"{step}: {text}", style=style, markup=False, soft_wrap=True)
            case StepStarted(step, total):
                self._start(step, total)
            case Progressed(step, done, total):
                self._move(step, done, total)
            case StepFinished(step):
                self._finish(step)

    def _start(self, step: str, total: int | None) -> None:
        self._began[step] = time.monotonic()
        if self.draws:
            self._tasks[step] = self._progress.add_task(step, total=total, rate="")

    def _move(self, step: str, done: int, total: int | None) -> None:
        if step not in self._began:
            self._start(step, total)
        seconds = max(time.monotonic() - self._began[step], 0.001)
        rate = f"{done / seconds:,.0f}/s"
        if self.draws:
            self._progress.update(self._tasks[step], completed=done, total=total, rate=rate)
        elif done and not self.quiet and time.monotonic() - self._logged_at > LOG_EVERY_SECONDS:
            self._logged_at = time.monotonic()
            of = f" of {total:,}" if total else ""
            left = f", {_duration((total - done) * seconds / done)} left" if total and done else ""
            self.console.print(f"{step}: {done:,}{of}, {rate}{left}")

    def _finish(self, step: str) -> None:
        task_id = self._tasks.pop(step, None)
        self._began.pop(step, None)
        if task_id is None:
            return
        if self.keeps_bars:
            done = next(task.completed for task in self._progress.tasks if task.id == task_id)
            self._progress.update(task_id, completed=done, total=done)
        else:
            self._progress.remove_task(task_id)


def _duration(seconds: float) -> str:
    """A time that is left, as people say it."""
    minutes = round(seconds / 60)
    if not minutes:
        return "less than a minute"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004  # an hour
