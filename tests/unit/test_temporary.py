"""Folders for what is needed only while a command runs."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from samekey import temporary

HOLDS_ONE = """
import sys
from samekey import temporary
(temporary.make_folder() / "people").write_text("hashes")
print(flush=True)
sys.stdin.read()
"""
FORKS = """
import os
from samekey import temporary
folder = temporary.make_folder()
child = os.fork()
if child == 0:
    temporary.remove(folder)
    os._exit(0)
os.waitpid(child, 0)
print(folder.is_dir())
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def start(place: Path) -> "subprocess.Popen[bytes]":
    """A process that has a folder until it is told to end, or is killed."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_ONE], env={**os.environ, "TMPDIR": str(place)}, stdin=pipe, stdout=pipe
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


class TestFolder:
    """One for this process."""

    def test_is_its_owners_alone(self) -> None:
        """It may hold stored passwords."""
        with temporary.folder() as folder:
            assert 0o700 == stat.S_IMODE(folder.stat().st_mode)

    def test_goes_with_the_block(self, place: Path) -> None:
        """With everything in it."""
        with temporary.folder() as folder:
            (folder / "people").write_text("hashes")
        assert [] == list(place.iterdir())

    def test_is_not_taken_away_by_the_next(self) -> None:
        """Of this process or another."""
        with temporary.folder() as one, temporary.folder() as other:
            temporary.remove_what_the_dead_left()
            assert (True, True) == (one.is_dir(), other.is_dir())

    def test_is_there_where_nothing_can_be_locked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody takes it for one that a dead process left; it goes all the same."""

        def refuse(*_: int) -> None:
            raise OSError

        with monkeypatch.context() as patched:
            patched.setattr(fcntl, "flock", refuse)
            folder = temporary.make_folder()
        temporary.remove_what_the_dead_left()
        assert folder.is_dir()
        temporary.remove(folder)
        assert not folder.exists()

    def test_is_not_removed_by_a_child(self, place: Path) -> None:
        """Which is forked with all that its parent knows."""
        command = [sys.executable, "-c", FORKS]
        done = subprocess.run(
            command, env={**os.environ, "TMPDIR": str(place)}, capture_output=True, text=True, check=True
        )
        assert "True" == done.stdout.strip()


class TestNoPlace:
    """Where there is none for temporary files."""

    def test_stops_nobody_who_needs_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A pack has its run folder."""

        def nowhere() -> str:
            raise FileNotFoundError

        monkeypatch.setattr(tempfile, "gettempdir", nowhere)
        temporary.remove_what_the_dead_left()


class TestProcess:
    """Another one."""

    def test_takes_its_folder_along(self, place: Path) -> None:
        """When it ends."""
        start(place).communicate()
        assert [] == list(place.iterdir())

    def test_keeps_its_folder_while_it_lives(self, place: Path) -> None:
        """And loses it when it was killed, as soon as somebody looks."""
        process = start(place)
        temporary.remove_what_the_dead_left()
        (folder,) = place.iterdir()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert [folder / "people"] == list(folder.iterdir())
        with temporary.folder():
            assert not folder.exists()

    def test_is_not_told_by_other_peoples_links(self, place: Path) -> None:
        """What a name points to is not touched."""
        (place / "theirs").mkdir()
        (place / "samekey-tmp-x").symlink_to(place / "theirs")
        temporary.remove_what_the_dead_left()
        assert (place / "theirs").is_dir()
