"""Packs that are killed at two hundred random moments, in whole or in part: nobody goes on, nothing is left that could
be delivered, and the same command makes the same round.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from samekey.pack.manifest import read_chunk, read_manifest
from samekey.pack.run_folder import RunFolder

RULES = """
[user]
email = "mail"
[password]
stored = "hash"
format = "raw_sha1"
[duplicates]
keep = "newest"
by = "seen"
[partition]
by = "org"
combine_below = 2000
[order]
by = "seen"
[pack]
bytes = 50000
"""
PEOPLE = 30_000
KILLS = int(os.environ.get("CHAOS_PACK_KILLS", "67"))
"""Of each kind."""
WORKERS_SHARE = 0.3
"""About so much of the time of a pack there are workers."""
LEAVE_SECONDS = 5
DEADLINE_SECONDS = 60
COMMAND = """
import sys
from samekey.engine import local
local.ALONE_BYTES_MAX = 1
from samekey.cli.main import run
run(["pack", "users", "--rules", "rules.toml", "--workers", "3", *sys.argv[1:]])
"""
"""As a person types it, with a small source divided as if it were a large one."""

Kill = Callable[["Pack", float], None]
"""Kills something of a pack, so many seconds after its begin."""


class Pack:
    """A pack in a process of its own, with its workers."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._said = folder / "said"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, *words],
                cwd=folder,
                env={**os.environ, "TMPDIR": str(folder / "tmp")},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What a person read."""
        return self._said.read_text()

    def members(self) -> list[int]:
        """The process and its workers, as far as they live."""
        numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in numbers if self._is_member(pid)]

    def _is_member(self, pid: int) -> bool:
        try:
            state, _, _, session = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it has just left
            return False
        return int(session) == self.process.pid and state != "Z"


def kill_the_first(pack: Pack, seconds: float) -> None:
    """The process that was started, and no worker."""
    time.sleep(seconds)
    pack.process.kill()


def kill_a_worker(pack: Pack, seconds: float) -> None:
    """One of them, while there are any."""
    while not (workers := set(pack.members()) - {pack.process.pid}) and pack.process.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds * WORKERS_SHARE)
    for pid in sorted(workers)[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_everything(pack: Pack, seconds: float) -> None:
    """All of them at once."""
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.killpg(pack.process.pid, signal.SIGKILL)


def written(run: Path) -> dict[str, str]:
    """What stands in the round, but for when it was packed and by which key."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (run / "rounds" / "01").rglob("*")
        if path.is_file() and path.name not in {"manifest.json", "fingerprints"}
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source, rules, and a folder for temporary files."""
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "tmp").mkdir()
    with (tmp_path / "users").open("w") as file:
        for number in range(PEOPLE):
            person = {"mail": f"p{number % 28_000}@example.com", "hash": f"{number:040x}", "seen": number * 7 % 1_000}
            file.write(json.dumps({**person, "org": f"o{number * 7919 % 1000 % 40 % 7}"}) + "\n")
    return tmp_path


def ended(pack: Pack) -> int:
    """The exit code of a pack; nobody of it is left a moment later."""
    code = pack.process.wait(DEADLINE_SECONDS)
    deadline = time.monotonic() + LEAVE_SECONDS
    while pack.members() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [] == pack.members()
    return code


@pytest.mark.parametrize("kill", [kill_the_first, kill_a_worker, kill_everything])
def test_a_killed_pack_begins_anew(folder: Path, kill: Kill, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever of it is killed, and whenever."""
    run = folder / "run"
    begun = time.monotonic()
    assert ExitCode.FINDINGS == ended(Pack(folder))
    takes = time.monotonic() - begun
    expected = written(run)
    run.rename(folder / "undisturbed")
    moments = random.Random(kill.__name__)
    codes: Counter[int] = Counter()
    for _ in range(KILLS):
        pack = Pack(folder)
        kill(pack, moments.random() * takes)
        code = ended(pack)
        codes[code] += 1
        if code == ExitCode.RUN_FOLDER:
            assert "A worker of this pack died." in pack.said
            assert [] == list((run / "rounds").iterdir())
        assert "Traceback" not in pack.said
        for packed in RunFolder(run).rounds():  # there as a whole, or not at all
            for chunk in read_manifest(packed).chunks:
                read_chunk(packed, chunk)
        assert ExitCode.FINDINGS == ended(Pack(folder))
        assert expected == written(run)
        assert ["01"] == [path.name for path in (run / "rounds").iterdir()]
        shutil.rmtree(run)
    with capsys.disabled():
        print(f"\n{kill.__name__}: {dict(codes)} by exit code")  # noqa: T201  # the figures of a long run
    assert codes[ExitCode.FINDINGS] < KILLS * 3 // 4


def test_a_killed_dry_run_leaves_nothing_for_long(folder: Path) -> None:
    """Its spools hold hashes; the next pack takes them away, whatever it is."""
    left = 0
    moments = random.Random("dry")
    for _ in range(KILLS // 3):
        pack = Pack(folder, "--dry-run")
        kill_everything(pack, moments.random())  # a second, about
        ended(pack)
        left += any((folder / "tmp").iterdir())
        assert not (folder / "run").exists()
    assert left
    assert ExitCode.FINDINGS == ended(Pack(folder))
    # Python itself may leave an empty file, by which it tries whether it can write there.
    assert [] == [path for path in (folder / "tmp").iterdir() if path.is_dir() or path.stat().st_size]
