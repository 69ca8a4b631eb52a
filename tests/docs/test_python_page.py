"""The page for programs shows programs that run, and that a type checker lets pass."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import pages

PAGE = pages.ROOT / "docs" / "reference" / "python.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", pages.text(PAGE), re.MULTILINE | re.DOTALL)
RULES = '[user]\nemail = "mail"\n[password]\nstored = "hash"\nformat = "raw_sha1"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the programs read."""
    person = {"mail": "ann@example.com", "hash": "7c4a8d09ca3762af61e59520943dc26494f8941b"}
    (tmp_path / "users.ndjson").write_text(json.dumps(person) + "\n")
    (tmp_path / "rules.toml").write_text(RULES)
    for number, program in enumerate(PROGRAMS):
        (tmp_path / f"program_{number}.py").write_text(program)
    return tmp_path


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, ["md5_pass_salt shape", "re-encoded ", "{'algorithm': 'sha1'"]),
        (1, ["1 packed, 0 rejected, 0 held", "000001 1 "]),
    ],
)
def test_programs_run(folder: Path, number: int, expected: list[str]) -> None:
    """As they stand there."""
    command = [sys.executable, f"program_{number}.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert [] == [words for words in expected if words not in done.stdout]


def test_programs_have_types(folder: Path) -> None:
    """Strictly."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        *(path.name for path in sorted(folder.glob("*.py"))),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Success: no issues found in 2 source files" == done.stdout.strip()
