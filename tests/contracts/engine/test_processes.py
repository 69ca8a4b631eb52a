"""Worker processes: the same round as without them, one clear error for whatever happens to one, and nothing left."""

import hashlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from samekey import events, steps
from samekey.engine.local import LocalEngine
from samekey.engine.passing import Packed, pack_source
from samekey.engine.processes import Announce, Workers
from samekey.errors import ExitCode, RunFolderError, UsageError
from samekey.mapping.rules import parse_rules
from samekey.pack.run_folder import RoundInMaking, RunFolder
from samekey.secret import Secret
from samekey.sources.opening import open_source
from tests.contracts.engine.suite import Act, Listening, sha1

RULES = """
[user]
email = "mail"
[password]
stored = "hash"
format = "raw_sha1"
"""
PEOPLE = 3_000
DEADLINE_SECONDS = 60


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """People, of whom some come twice and some cannot be packed."""
    path = tmp_path / "users.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for number in range(PEOPLE):
            person: dict[str, Any] = {"mail": f"p{number % 2_500}@example.com", "hash": sha1(number)}
            if number % 100 == 0:
                person["mail"] = "nobody"
            file.write(json.dumps(person) + "\n")
    return path


@pytest.fixture
def making(tmp_path: Path) -> RoundInMaking:
    """A round of an empty run folder."""
    return RunFolder(tmp_path / "run").make_round()


def pack(
    source: Path,
    making: RoundInMaking,
    *,
    workers: int = 2,
    listening: Listening | None = None,
    known_logins: dict[str, Secret] | None = None,
) -> Packed:
    """Divide a small source as if it were a large one."""
    return pack_source(
        open_source(str(source)),
        parse_rules(RULES),
        making,
        fingerprint_key=b"k" * 32,
        known_logins=known_logins or {},
        engine=LocalEngine(workers),
        pieces=workers,
        listener=listening or Listening(),
    )


def written(making: RoundInMaking) -> dict[str, str]:
    """What stands in a round, by name."""
    return {
        str(path.relative_to(making.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in making.path.rglob("*")
        if path.is_file()
    }


@contextmanager
def files_up_to(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond this, here and in processes that are started here."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def another_thread() -> Iterator[None]:
    """A process with more than one thread."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class TestWorkers:
    """They do the work, and the round does not tell."""

    def test_are_spawned_beside_threads(self, source: Path, tmp_path: Path) -> None:
        """Nobody forks a process that may hold a lock; the round is the same."""
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        pack(source, alone, workers=1)
        with another_thread():
            pack(source, together)
        assert written(alone) == written(together)

    @pytest.mark.parametrize("workers", [2, 7])
    def test_make_the_same_round(self, source: Path, tmp_path: Path, workers: int) -> None:
        """Every file, byte for byte, and every count."""
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        assert pack(source, alone, workers=1) == pack(source, together, workers=workers)
        assert written(alone) == written(together)

    def test_begin_again_where_a_source_was_divided_wrongly(self, tmp_path: Path) -> None:
        """What looked like a border between records stood inside one: everybody is packed once all the same."""
        kids = [{"mail": f"kid{number}@example.com"} for number in range(1_000)]
        people = [{"mail": "a@example.com"}, {"mail": "b@example.com", "kids": kids}, {"mail": "c@example.com"}]
        source = tmp_path / "users.json"
        source.write_text(json.dumps(people), encoding="utf-8")
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        assert 3 == pack(source, alone, workers=1).read == pack(source, together, workers=2).read
        assert written(alone) == written(together)

    def test_tell_how_far_they_came(self, source: Path, making: RoundInMaking) -> None:
        """At the end it is everybody."""
        listening = Listening()
        pack(source, making, listening=listening)
        assert events.Progressed("pack", PEOPLE, PEOPLE) == listening.told[-1]

    def test_leave_nothing_but_the_round(self, source: Path, making: RoundInMaking) -> None:
        """No spool, no process."""
        pack(source, making)
        assert not (making.path / "spool").exists()
        assert [] == multiprocessing.active_children()


class TestTrouble:
    """One clear error, and nothing of the pass is left."""

    def test_in_a_worker_is_told_as_it_is(self, source: Path, making: RoundInMaking) -> None:
        """Message, remedy and exit code cross the border between processes."""
        logins = {"p1@example.com": Secret("another")}
        with pytest.raises(UsageError, match="known login of record 2") as caught:
            pack(source, making, known_logins=logins)
        assert caught.value.remedy.endswith("Nothing was packed.")
        assert ExitCode.USAGE == caught.value.exit_code

    def test_with_the_disk(self, source: Path, making: RoundInMaking) -> None:
        """A worker that cannot write ends the pass with a sentence about the disk."""
        with files_up_to(4_096), pytest.raises(RunFolderError, match="cannot be written: File too large") as caught:
            pack(source, making)
        assert "Make room" in caught.value.remedy

    @pytest.mark.parametrize(
        ("act", "error"),
        [
            pytest.param(
                lambda: os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL),
                RunFolderError,
                id="worker-killed",
            ),
            pytest.param(lambda: signal.raise_signal(signal.SIGINT), KeyboardInterrupt, id="ctrl-c"),
        ],
    )
    def test_ends_everything(self, source: Path, making: RoundInMaking, act: Act, error: type[BaseException]) -> None:
        """No process goes on, no spool stays behind."""
        with source.open("a", encoding="utf-8") as file:
            for number in range(300_000):
                file.write(f'{{"mail": "q{number}@example.com"}}\n')
        with pytest.raises(error):
            pack(source, making, listening=Listening(act))
        assert [] == multiprocessing.active_children()
        assert [making.path / "chunks"] == list(making.path.rglob("*"))


def count_for_ever(fate: str, announce: Announce) -> None:
    """Announce without a pause; whoever is killed is in the middle of it, as likely as not."""
    if fate == "killed":
        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGKILL]).start()
    while True:
        announce(1)


def test_a_worker_killed_while_it_counts_keeps_nobody_waiting() -> None:
    """Nothing that it may have held is ever asked for by anybody else."""
    for _ in range(4):
        with pytest.raises(RunFolderError, match="died"), Workers(2, step="pack") as workers:
            workers.each(count_for_ever, ["killed", "told to stop"], Listening())


class TestMainProgram:
    """Packing from somebody's own program."""

    @pytest.mark.parametrize("how", ["stdin", "file"])
    def test_is_not_run_again_in_a_worker(self, source: Path, tmp_path: Path, how: str) -> None:
        """It need not be a file, and need not ask whether it is the main one."""
        (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
        program = f"""
import sys
from pathlib import Path
from samekey import steps
from samekey.engine import local
local.ALONE_BYTES_MAX = 1
here = Path({str(tmp_path)!r})
print("packs")
manifest = steps.pack({str(source)!r}, rules_path=here / "rules.toml", run=here / "run", workers=2)
print(manifest.read)
"""
        script = tmp_path / "program.py"
        script.write_text(program, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-" if how == "stdin" else str(script)],
            input=program if how == "stdin" else "",
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        assert (["packs", str(PEOPLE)], "") == (done.stdout.split(), done.stderr)


class TestPack:
    """The step above."""

    def test_leaves_no_round_when_it_fails(self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The run folder shows nothing that could be delivered."""
        monkeypatch.setattr("samekey.engine.local.ALONE_BYTES_MAX", 1)
        rules, known = tmp_path / "rules.toml", tmp_path / "known.csv"
        rules.write_text(RULES, encoding="utf-8")
        known.write_text("username,password\np1@example.com,another\n", encoding="utf-8")
        with pytest.raises(UsageError):
            steps.pack(str(source), rules_path=rules, run=tmp_path / "run", logins_path=known, workers=2)
        assert [] == list((tmp_path / "run" / "rounds").iterdir())
