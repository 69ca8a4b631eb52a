"""What happens in a step as JSON, one object a line, for the log of a machine; and who listens to a command."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, TextIO

from samekey.cli.log_format import LogFormat
from samekey.cli.progress import Screen
from samekey.clock import Clock, SystemClock
from samekey.errors import UsageError
from samekey.events import Event, Listener, Noticed, Progressed, Reached, StepFinished, StepStarted


class LogLines:
    """A listener that writes every event as a line of JSON, at once."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        """Args:
        stream: where the lines go.
        clock: tells their time.

        """
        self._stream = stream
        self._clock = clock

    def notice(self, event: Event) -> None:
        """Write a line."""
        at = self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": at, **shape(event)}, ensure_ascii=False, default=str)
        self._stream.write(line + "\n")
        self._stream.flush()


def shape(event: Event) -> dict[str, Any]:
    """An event as it stands in the log; every one has `event`, `step`, `chunk` and `job`."""
    match event:
        case StepStarted(step, total, unit):
            return _line("started", step, total=total, unit=unit)
        case Progressed(step, done, total):
            return _line("progressed", step, done=done, total=total)
        case Noticed(step, text, level, chunk, job):
            return _line("noticed", step, chunk, job, level=level, text=text)
        case Reached(boundary, chunk, job):
            return _line("reached", "deliver", chunk, job, boundary=boundary)
        case StepFinished(step, figures):
            return _line("finished", step, figures=figures)


def _line(event: str, step: str, chunk: str = "", job: str = "", **more: Any) -> dict[str, Any]:
    return {"event": event, "step": step, "chunk": chunk or None, "job": job or None, **more}


class Everyone:
    """Several listeners as one."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        """Args:
        listeners: each hears everything.

        """
        self._listeners = listeners

    def notice(self, event: Event) -> None:
        """Pass it on."""
        for listener in self._listeners:
            listener.notice(event)


@contextmanager
def listening(log: LogFormat, log_file: Path | None, *, quiet: bool) -> Iterator[Listener]:
    """Whoever listens to a command: the terminal, a log for programs, or both.

    Args:
        log: what is said on stderr.
        log_file: where lines of JSON go in addition; added to what is there.
        quiet: say only what a person should read.

    Raises:
        UsageError: the file cannot be written.

    """
    with ExitStack() as stack:
        listeners: list[Listener] = []
        if log is LogFormat.JSON:
            listeners.append(LogLines(sys.stderr, SystemClock()))
        else:
            listeners.append(stack.enter_context(Screen(quiet=quiet)))
        if log_file is not None:
            listeners.append(LogLines(stack.enter_context(_opened(log_file)), SystemClock()))
        yield Everyone(listeners)


def _opened(path: Path) -> TextIO:
    try:
        path.touch(mode=0o600)
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The log {path} cannot be written: {error.strerror}.", remedy="Name another file.") from error
