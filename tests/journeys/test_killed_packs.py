"""A pack that is killed leaves nothing that could be delivered, and the same command makes the round as if nothing had
happened.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from samekey import steps
from samekey.errors import ExitCode, RunFolderError
from samekey.pack.manifest import read_chunk, read_manifest
from samekey.pack.run_folder import RunFolder

RULES = """
[user]
email = "mail"
[password]
stored = "hash"
format = "raw_sha1"
[order]
by = "seen"
[pack]
bytes = 20000
"""
PEOPLE = 20_000
KILLS = 4
COMMAND = """
from samekey.engine import local
local.ALONE_BYTES_MAX = 1
from samekey.cli.main import run
run(["pack", "users", "--rules", "rules.toml", "--workers", "2"])
"""
"""As a person types it, with a small source divided as if it were a large one."""


def written(run: Path) -> dict[str, str]:
    """What stands in the round, but for when it was packed."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (run / "rounds" / "01").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source, rules, and a round that nobody disturbed."""
    (tmp_path / "rules.toml").write_text(RULES)
    with (tmp_path / "users").open("w") as file:
        for number in range(PEOPLE):
            person = {"mail": f"p{number % 19_000}@example.com", "hash": f"{number:040x}", "seen": number * 7 % 1_000}
            file.write(json.dumps(person) + "\n")
    return tmp_path


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Pack."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", COMMAND], cwd=folder, stdout=quiet, stderr=quiet)


def test_a_pack_killed_at_any_moment_begins_anew(folder: Path) -> None:
    """Four times somewhere between its first and its last write."""
    begun = time.monotonic()
    assert ExitCode.FINDINGS == start(folder).wait(60)
    takes = time.monotonic() - begun
    expected = written(folder / "run")
    (folder / "run").rename(folder / "undisturbed")
    moments = random.Random(6)
    for _ in range(KILLS):
        process = start(folder)
        while not (folder / "run" / "rounds").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(moments.random() * takes / 2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for packed in RunFolder(folder / "run").rounds():  # there as a whole, or not at all
            for chunk in read_manifest(packed).chunks:
                read_chunk(packed, chunk)
    assert ExitCode.FINDINGS == start(folder).wait(60)
    assert expected == written(folder / "run")
    assert ["01"] == [path.name for path in (folder / "run" / "rounds").iterdir()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_pack_told_to_stop_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    """By Ctrl-C, a polite kill or the end of its terminal; here while it waits for more of what is piped in."""
    (folder / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "samekey", "pack", "-", "--rules", "rules.toml"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not list((folder / "tmp").glob("*/copy")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(number)
    assert process.stderr is not None
    said = process.stderr.read()
    assert (ExitCode.INTERRUPTED, True) == (process.wait(60), b"Stopped. To go on: samekey pack -" in said)
    assert [] == list((folder / "tmp").iterdir())
    process.communicate()


def test_half_a_round_is_never_delivered(folder: Path) -> None:
    """Whatever stands in it, it is not a round until it has its name."""
    half = folder / "run" / "rounds" / ".01.making" / "chunks"
    half.mkdir(parents=True)
    (half / "000001.json").write_text("[]")
    (half.parent / "manifest.json").write_text("{}")
    with pytest.raises(RunFolderError, match="holds no packed round"):
        steps.report(folder / "run")
