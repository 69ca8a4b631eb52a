"""A person at a real terminal: a program runs at a pseudo-terminal, and what it shows is read as it comes."""

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS = 20.0
PRESSES_MAX = 10
AGAIN_SECONDS = 2.0


class Terminal:
    """The screen and the keyboard of one program."""

    def __init__(self, number: int, process: "subprocess.Popen[bytes]") -> None:
        """Args:
        number: the file descriptor of our end.
        process: the program.

        """
        self._number = number
        self.process = process
        self.shown = ""
        """Everything that stood on the screen so far."""
        self._read = 0

    def answer(self, question: str, line: str) -> None:
        """Wait for a question, and type a line."""
        self.expect(question)
        os.write(self._number, f"{line}\n".encode())

    def expect(self, text: str) -> None:
        """Wait until a text is on the screen, behind what was waited for before."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown[self._read :]:
            assert time.monotonic() < until, f"{text!r} was not shown, but {self.shown[self._read :]!r}"
            if not self._look():
                break
        place = self.shown.find(text, self._read)
        assert place >= 0, f"{text!r} was not shown, but {self.shown[self._read :]!r}"
        self._read = place + len(text)

    def interrupt(self) -> int:
        """Press Ctrl-C, and again where nothing comes of it; the exit code.

        Python sees a signal between two of its instructions. One that comes just before it waits for a line is seen
        when the line is there, or at the next signal.
        """
        is_open = True
        for _ in range(PRESSES_MAX):
            os.write(self._number, b"\x03")
            while is_open and select.select([self._number], [], [], AGAIN_SECONDS)[0]:
                is_open = self._look()
            if not is_open:
                break
        return self.process.wait(PATIENCE_SECONDS)

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._look():
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def _look(self) -> bool:
        """Read what is there; False when the program has closed its end."""
        if not select.select([self._number], [], [], PATIENCE_SECONDS)[0]:
            raise TimeoutError(self.shown[self._read :])
        try:
            block = os.read(self._number, 65536)
        except OSError:  # Linux's way of saying that nobody is at the other end
            return False
        self.shown += block.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(block)


@contextlib.contextmanager
def at_a_terminal(*words: str, folder: Path) -> Iterator[Terminal]:
    """`samekey …` in a folder, at a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "samekey", *words]
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200", "NO_COLOR": "1"}
    process = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
        preexec_fn=_take_the_terminal,  # noqa: PLW1509  # no thread is about
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _take_the_terminal() -> None:
    """Make standard input the terminal that a hidden question is asked at."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
