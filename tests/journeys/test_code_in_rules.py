"""Rules that name Python functions: refused by themselves, and run by every worker when they are allowed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from samekey.pack.manifest import read_chunk, read_manifest, users_of
from samekey.pack.run_folder import RunFolder

PEOPLE = 60_000
"""Enough for a source that is divided among workers."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People of two firms."""
    folder = tmp_path_factory.mktemp("code")
    with (folder / "users.ndjson").open("w", encoding="utf-8") as file:
        for n in range(PEOPLE):
            file.write(json.dumps({"mail": f"p{n}@firm{n % 2}.example.org", "note": "x" * 110}) + "\n")
    (folder / "ours.py").write_text("def firm(fields):\n    return fields['mail'].split('@')[1].split('.')[0]\n")
    (folder / "rules.toml").write_text(
        '[user]\nemail = "mail"\nuser_metadata = { firm = { python = "ours.py:firm" } }\n'
    )
    return folder


def pack(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`samekey pack`, from elsewhere than where the code lies."""
    run = ["pack", str(folder / "users.ndjson"), "--rules", str(folder / "rules.toml"), "--run", str(folder / "run")]
    return subprocess.run(
        [sys.executable, "-m", "samekey", *run, *words], capture_output=True, text=True, timeout=120, check=False
    )


class TestCodeInRules:
    def test_is_refused_by_itself(self, folder: Path) -> None:
        """With the line, and nothing done."""
        refused = pack(folder)
        assert (2, True) == (refused.returncode, "line 3" in refused.stderr and "--allow-code" in refused.stderr)
        assert not (folder / "run" / "rounds").exists()

    def test_is_run_by_every_worker(self, folder: Path) -> None:
        """Beside the rules, wherever the command is typed."""
        packed = pack(folder, "--allow-code", "--workers", "2")
        assert (0, "") == (packed.returncode, packed.stderr if packed.returncode else "")
        newest = RunFolder(folder / "run").last_round()
        manifest = read_manifest(newest)
        assert PEOPLE == manifest.packed
        (first, *_, last) = (users_of(read_chunk(newest, chunk)) for chunk in manifest.chunks)
        for user in (*first, *last):
            assert user["email"].split("@")[1] == f"{user['user_metadata']['firm']}.example.org"
