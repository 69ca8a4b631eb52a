"""The README's first screen: its two commands and what the demonstration prints."""

import re
import subprocess
import sys
from pathlib import Path

from tests.docs import story

ROOT = Path(__file__).parents[2]

DEMONSTRATION = (
    "python3 -m venv .venv && .venv/bin/pip install -q uv && "
    ".venv/bin/uv pip install -q -r requirements.lock -e . && .venv/bin/samekey demo"
)
TESTS = ".venv/bin/pytest"


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _recipe(name: str) -> list[str]:
    """The commands of a Makefile target, its variables put in."""
    makefile = _read("Makefile")
    found = re.search(rf"^{re.escape(name)}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
    assert found, name
    variables = dict(re.findall(r"^([A-Z]+) [:?]= (.*)$", makefile, re.MULTILINE))
    lines = [line.strip() for line in found[1].splitlines()]
    return [re.sub(r"\$\(([A-Z]+)\)", lambda match: variables[match[1]], line) for line in lines]


class TestFirstScreen:
    def test_shows_the_two_commands_and_no_other(self) -> None:
        """Whoever copies the blocks of the README gets the demonstration and the tests."""
        blocks = re.findall(r"```sh\n(.*?)\n```", _read("README.md"), re.DOTALL)
        assert blocks == [DEMONSTRATION, TESTS]

    def test_installs_as_the_makefile_does(self) -> None:
        """There is one way to make the environment."""
        makes, *installs = _recipe("$(SETUP)")[:3]
        assert "python3 -m venv .venv" in makes
        assert DEMONSTRATION.split(" && ")[1:3] == installs

    def test_tests_as_the_makefile_and_ci_do(self) -> None:
        """What a newcomer runs is what CI runs."""
        assert _recipe("test") == [TESTS]
        assert "make test" in _read(".ci/run").splitlines()

    def test_demonstration_prints_what_is_shown(self, tmp_path: Path) -> None:
        """The output in the README is true."""
        shown = re.search(r"```text\n(.*?)\n```", _read("README.md"), re.DOTALL)
        assert shown
        samekey = Path(sys.executable).with_name("samekey")
        done = subprocess.run(
            [samekey, "demo"],
            cwd=tmp_path,
            env={"COLUMNS": "120", "PYTHONUTF8": "1", "PATH": str(samekey.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=story.SECONDS_MAX,
            check=True,
        )
        assert story.fits(("...", *shown[1].splitlines()), done.stdout), done.stdout
