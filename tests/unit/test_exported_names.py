"""What programs may import, and what it costs to ask for help."""

import json
import subprocess
import sys

import pytest

import samekey

DOCUMENTED = ["__version__", "check", "convert", "identify", "solve"]
STEPS = ["deliver", "draft", "pack", "report", "survey", "verify"]
HEAVY = ["httpx2", "jinja2", "msgspec", "sqlite3", "starlette", "samekey.hashes", "samekey.steps", "samekey.rehearsal"]
"""What no command line needs to say what it can do."""


class TestPublicNames:
    """The names that are documented, and no others."""

    def test_are_the_documented_ones(self) -> None:
        """Adding one is a decision; removing one breaks programs."""
        assert DOCUMENTED == dir(samekey)

    @pytest.mark.parametrize("name", ["check", "convert", "identify", "solve"])
    def test_can_be_called(self, name: str) -> None:
        """Each leads to a function with a docstring."""
        assert getattr(samekey, name).__doc__

    def test_refuse_what_does_not_exist(self) -> None:
        """A typing mistake is an AttributeError, as of any module."""
        with pytest.raises(AttributeError, match="no attribute 'convret'"):
            samekey.convret  # noqa: B018

    @pytest.mark.parametrize("step", STEPS)
    def test_steps_stand_in_one_module(self, step: str) -> None:
        """A migration's steps are functions of `samekey.steps`."""
        from samekey import steps

        assert callable(getattr(steps, step))


class TestHelp:
    """`samekey --help` answers before anything heavy is loaded."""

    def test_loads_nothing_heavy(self) -> None:
        """Importing the command line leaves the libraries of the steps alone."""
        script = (
            "import json, sys, samekey.cli.main\n"
            f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert [] == json.loads(done.stdout)
