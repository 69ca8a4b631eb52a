"""The tutorial, done as it says."""

import os
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs import story
from tests.docs.story import Command, Shell, Terminal

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment() -> dict[str, str]:
    """A terminal of a fresh day: samekey on the path, no tenant known."""
    binaries = Path(sys.executable).parent
    return {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "."),
        "COLUMNS": "100",
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the examples are found as in a checkout."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.fixture
def terminals() -> Iterator[dict[str, Terminal]]:
    """Terminals beside the one in which the story happens; what still runs at the end is ended."""
    opened: dict[str, Terminal] = {}
    yield opened
    for terminal in opened.values():
        terminal.press_ctrl_c()


class TestTutorial:
    def test_happens_as_it_is_told(
        self, checkout: Path, environment: Mapping[str, str], terminals: dict[str, Terminal]
    ) -> None:
        """Every command of the tutorial can be typed, prints what the page shows, and ends as the page says."""
        told = list(story.commands((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")))
        with Shell(checkout, environment) as shell:
            for command, following in pairwise([*told, None]):
                assert command
                if command.mark == "terminal":
                    _open_terminal(command, terminals, checkout, environment)
                else:
                    _type(command, following, shell, terminals)


def _open_terminal(
    command: Command, terminals: dict[str, Terminal], folder: Path, environment: Mapping[str, str]
) -> None:
    before = terminals.pop(command.name, None)
    if before:
        assert before.press_ctrl_c() == 0
    terminals[command.name] = Terminal(command.text, folder, environment)
    opened = terminals[command.name]
    assert opened.shows(command.printed), f"line {command.line}: {command.text}\n{opened.output}"


def _type(command: Command, following: Command | None, shell: Shell, terminals: Mapping[str, Terminal]) -> None:
    text = command.text
    if command.mark == "pasted from":
        text = terminals[command.name].line_like(text)
    output, code = shell.type(text)
    told = f"line {command.line}: {command.text}\n{output}"
    assert story.fits(command.printed, output), told
    if following is None or following.text != story.ASK_EXIT_CODE:
        assert code == 0, told
