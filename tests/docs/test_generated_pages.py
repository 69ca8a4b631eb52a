"""Pages that are made from the code say what the code says today."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from samekey import errors, records
from samekey.deliver import lifecycle
from tests.docs import pages

DOCS = pages.ROOT / "docs"


def _generate(docs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, docs / "generate.py", *arguments],
        env={"PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        check=False,
    )


def _error_codes() -> set[str]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return {kind.code for kind in kinds if issubclass(kind, errors.SamekeyError)}


class TestGenerate:
    def test_would_change_nothing(self) -> None:
        """Whoever changes the code makes its pages again."""
        done = _generate(DOCS, "--check")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_names_a_page_that_is_stale_and_mends_it(self, tmp_path: Path) -> None:
        """The check fails for a page that says something else, and making it again is the way out."""
        copy = tmp_path / "docs"
        shutil.copytree(DOCS, copy, ignore=shutil.ignore_patterns("__pycache__"))
        page = copy / "reference" / "rejections.md"
        fresh = page.read_text(encoding="utf-8")
        page.write_text(fresh.replace("duplicate", "double"), encoding="utf-8")
        stale = _generate(copy, "--check")
        assert stale.returncode == 1
        assert "docs/reference/rejections.md" in stale.stdout
        assert _generate(copy).returncode == 0
        assert fresh == page.read_text(encoding="utf-8")


class TestReference:
    @pytest.mark.parametrize("code", sorted(_error_codes()))
    def test_has_every_error(self, code: str) -> None:
        """A code that a program may meet is explained."""
        assert f"| `{code}` |" in pages.text(DOCS / "reference" / "errors.md")

    @pytest.mark.parametrize("code", list(errors.ExitCode), ids=lambda code: code.name)
    def test_has_every_exit_code(self, code: errors.ExitCode) -> None:
        """A shell that gets this number can look it up."""
        assert f"| {code.value} |" in pages.text(DOCS / "reference" / "errors.md")

    @pytest.mark.parametrize("reason", sorted(records.REASONS))
    def test_has_every_reason(self, reason: str) -> None:
        """A reason that stands in a rejection is explained."""
        assert f"| `{reason}` | {records.REASONS[reason]} |" in pages.text(DOCS / "reference" / "rejections.md")

    @pytest.mark.parametrize("state", list(lifecycle.State))
    def test_draws_every_state(self, state: lifecycle.State) -> None:
        """A state that a journal holds is found in the picture."""
        assert f">{state}</text>" in pages.text(DOCS / "explain" / "chunk-lifecycle.svg")
