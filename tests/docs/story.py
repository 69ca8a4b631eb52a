"""A page that tells a story in console blocks, read and played.

In a block fenced as `console`, a line that begins with `$ ` is a command, lines that begin with `> ` continue it, and
what follows is what it prints. A printed line of three dots stands for any lines, three dots inside a line for any
text. A comment above a block says what is special about it: `<!-- terminal: NAME -->`, its one command goes on running
in a terminal of its own (an older one of that name gets Ctrl-C first); `<!-- pasted from: NAME -->`, each command is
the line of that terminal that looks like it.

A command must end with exit code 0, unless the next command is `echo $?`.
"""

import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

SECONDS_MAX = 120.0
"""No command of a story takes longer."""

START_SECONDS_MAX = 45.0
"""No terminal takes longer to show what it should."""

ASK_EXIT_CODE = "echo $?"

_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>terminal|pasted from): (?P<name>\w+) -->\n)?```console\n(?P<body>.*?)```", re.DOTALL
)
_END = "--- the story goes on: "


@dataclass(frozen=True)
class Command:
    """What a person types, and what the page says comes of it."""

    line: int
    """Of the page, from 1."""
    text: str
    printed: tuple[str, ...]
    mark: str = ""
    """terminal, pasted from, or nothing."""
    name: str = ""
    """Of that terminal."""


@dataclass
class _Typed:
    line: int
    text: str
    printed: list[str] = field(default_factory=list)


def commands(page: str) -> Iterator[Command]:
    """Every command of a page, in order."""
    for block in _BLOCK.finditer(page):
        first = page.count("\n", 0, block.start("body")) + 1
        for typed in _typed(block["body"].splitlines(), first):
            yield Command(typed.line, typed.text, tuple(typed.printed), block["mark"] or "", block["name"] or "")


def _typed(lines: list[str], first: int) -> list[_Typed]:
    found: list[_Typed] = []
    for number, line in enumerate(lines, start=first):
        if line.startswith("$ "):
            found.append(_Typed(number, line[2:]))
        elif line.startswith("> ") and not found[-1].printed:
            found[-1].text += "\n" + line[2:]
        else:
            found[-1].printed.append(line)
    return found


def fits(printed: tuple[str, ...], output: str) -> bool:
    """Whether the output is what the page shows."""
    pattern = "".join("(?:.*\n)*?" if line.strip() == "..." else _line_pattern(line) for line in printed)
    return re.fullmatch(pattern, _tidy(output)) is not None


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.rstrip().split("...")) + "\n"


def _tidy(output: str) -> str:
    """Without blanks at the ends of lines, nor empty lines at the end."""
    lines = [line.rstrip() for line in output.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


class Shell:
    """The terminal in which the story happens: one bash, so that what is exported stays."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def type(self, text: str) -> tuple[str, int]:
        """What a command prints on both streams, and its exit code, which `$?` still holds afterwards."""
        assert self.process.stdin
        assert self.process.stdout
        limit = threading.Timer(SECONDS_MAX, self.process.kill)
        limit.start()
        after = f'printf \'\\n%s%s\\n\' "{_END}" "$code"; (exit "$code")'
        self.process.stdin.write(f"{{\n{text}\n}} </dev/null\ncode=$?; {after}\n")
        self.process.stdin.flush()
        output = ""
        for line in self.process.stdout:
            if line.startswith(_END):
                limit.cancel()
                return output, int(line.removeprefix(_END))
            output += line
        limit.cancel()
        raise AssertionError(f"the shell ended in: {text}\n{output}")


class Terminal:
    """Another terminal, in which one command goes on running."""

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            shlex.split(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        self.heard = threading.Condition()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.heard:
                self.output += line
                self.heard.notify_all()

    def shows(self, printed: tuple[str, ...]) -> bool:
        """Wait until the terminal shows what the page does."""
        with self.heard:
            return self.heard.wait_for(lambda: fits(printed, self.output), timeout=START_SECONDS_MAX)

    def line_like(self, text: str) -> str:
        """The line that looks like this one."""
        assert self.shows(("...", f"  {text}", "...")), f"nothing like {text}"
        pattern = _line_pattern(text).rstrip("\n")
        return next(line.strip() for line in self.output.splitlines() if re.fullmatch(pattern, line.strip()))

    def press_ctrl_c(self) -> int:
        """End it as a person does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=SECONDS_MAX)
        self.listener.join(timeout=SECONDS_MAX)
        if self.process.stdout:
            self.process.stdout.close()
        return code
