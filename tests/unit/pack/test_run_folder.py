"""The run folder: private, whole or not there, and held by one process at a time."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from samekey.errors import RunFolderError, RunFolderInUse
from samekey.pack import files
from samekey.pack.run_folder import RunFolder
from tests.unit.pack.conftest import PackRound, mode

HOLDER = """
import sys
from pathlib import Path
from samekey.pack.run_folder import RunFolder
with RunFolder(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A place where nothing can be made, not even by root: below a file."""
    (tmp_path / "file").write_bytes(b"")
    return tmp_path / "file" / "run"


@pytest.mark.usefixtures("umask")
class TestPrivacy:
    """What holds hashes is its owner's alone, whatever the umask."""

    def test_covers_everything_in_a_round(self, folder: RunFolder) -> None:
        """Every folder 0700 and every file 0600, from the run folder down."""
        folder.fingerprint_key()
        making = folder.make_round()
        files.write_whole(making.chunk_path("000001"), b"[]")
        files.write_whole(making.manifest_path, b"{}")
        with files.open_private(making.held_path) as held:
            held.write(b"x")
        making.finish()
        with folder.held():
            found = [folder.path, *folder.path.rglob("*")]
        assert 9 == len(found)
        assert {0o700} == {mode(path) for path in found if path.is_dir()}
        assert {0o600} == {mode(path) for path in found if path.is_file()}


class TestDisk:
    """A disk that does not let us is one clear error, whatever was tried."""

    def test_refuses_a_round(self, unwritable: Path) -> None:
        """Making one."""
        with pytest.raises(RunFolderError, match="cannot be written"):
            RunFolder(unwritable).make_round()

    def test_refuses_a_hold(self, unwritable: Path) -> None:
        """Holding one."""
        with pytest.raises(RunFolderError, match="cannot be written"), RunFolder(unwritable).held():
            pass

    def test_refuses_a_hold_on_a_full_one(self, folder: RunFolder) -> None:
        """A lock file that can be made, and not written."""
        with folder.held():
            pass
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            with pytest.raises(RunFolderError, match="cannot be written"), folder.held():
                pass
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def test_refuses_a_key(self, unwritable: Path) -> None:
        """Making its key."""
        with pytest.raises(RunFolderError, match="cannot be written"):
            RunFolder(unwritable).fingerprint_key()

    def test_refuses_a_file(self, unwritable: Path) -> None:
        """Writing into it."""
        with pytest.raises(RunFolderError, match="cannot be written"):
            files.write_whole(unwritable, b"")

    def test_refuses_to_be_read(self) -> None:
        """What a person typed is a path that cannot be."""
        with pytest.raises(RunFolderError, match="cannot be read"):
            RunFolder(Path("x" * 300)).rounds()

    def test_of_somebody_else_is_named_as_such(self, tmp_path: Path) -> None:
        """A colleague packed it: nothing is damaged."""
        with pytest.raises(RunFolderError, match="Permission denied") as refused, files.reading_errors(tmp_path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        assert "work as the user who packed it" in refused.value.remedy

    def test_refuses_to_finish(self, folder: RunFolder) -> None:
        """Giving a round its name when somebody else has taken it."""
        making = folder.make_round()
        (folder.rounds_path / "01" / "theirs").mkdir(parents=True)
        with pytest.raises(RunFolderError, match="cannot be written"):
            making.finish()


class TestHeld:
    """Two processes in one run folder would do everything twice."""

    def test_names_the_process_that_holds_it(self, folder: RunFolder) -> None:
        """And is free again as soon as that process is gone, however it went."""
        command = [sys.executable, "-c", HOLDER, str(folder.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert b"held\n" == other.stdout.readline()
            with pytest.raises(RunFolderInUse, match=rf"\(pid {other.pid}\)") as caught, folder.held():
                pass
            assert str(folder.path) in caught.value.message
            other.kill()
            other.wait()
            with folder.held():
                assert str(os.getpid()) == (folder.path / ".lock").read_text(encoding="ascii")

    def test_is_over_with_the_block(self, folder: RunFolder) -> None:
        """One command after the other."""
        for _ in range(2):
            with folder.held():
                pass

    def test_is_not_taken_twice(self, folder: RunFolder) -> None:
        """Not even by the same process."""
        with folder.held(), pytest.raises(RunFolderInUse, match=f"pid {os.getpid()}"), folder.held():
            pass


class TestRounds:
    """A round shows when it is whole."""

    def test_are_none_at_first(self, folder: RunFolder) -> None:
        """And the error names the command that makes one."""
        assert [] == folder.rounds()
        with pytest.raises(RunFolderError, match="holds no packed round") as caught:
            folder.last_round()
        assert "samekey pack" in caught.value.remedy

    def test_show_when_finished(self, folder: RunFolder) -> None:
        """Until then there is nothing under the round's name."""
        making = folder.make_round()
        making.manifest_path.write_bytes(b"{}")
        assert [] == folder.rounds()
        finished = making.finish()
        assert ["01"] == [each.name for each in folder.rounds()]
        assert b"{}" == finished.manifest_path.read_bytes()
        assert folder.last_round().path == finished.path

    def test_are_counted_on(self, folder: RunFolder) -> None:
        """From 01, past 99, by number and not by letter."""
        for name in ("02", "99", "100"):
            (folder.rounds_path / name).mkdir(parents=True)
        assert "101" == folder.make_round().finish().name
        assert ["02", "99", "100", "101"] == [each.name for each in folder.rounds()]

    def test_ignore_what_is_not_one(self, folder: RunFolder) -> None:
        """Files, and folders of other names."""
        for name in ("1", "x1", "01.old", ".02.making", "٠١"):  # noqa: RUF001  # digits that are not ours
            (folder.rounds_path / name).mkdir(parents=True)
        (folder.rounds_path / "03").write_bytes(b"")
        assert [] == folder.rounds()

    def test_take_away_what_a_kill_left(self, folder: RunFolder) -> None:
        """A half-made round goes when the next one begins."""
        killed = folder.make_round()
        killed.rejections_path.write_bytes(b"half a li")
        making = folder.make_round()
        assert not making.rejections_path.exists()
        making.finish()
        assert ["01"] == [path.name for path in folder.rounds_path.iterdir()]

    def test_leave_nothing_when_abandoned(self, folder: RunFolder) -> None:
        """A pass that failed shows no round and leaves no hash behind."""
        making = folder.make_round()
        making.chunk_path("000001").write_bytes(b"[]")
        making.abandon()
        assert [] == list(folder.rounds_path.iterdir())


class TestDeliveries:
    """One folder per way to a tenant and connection."""

    @pytest.mark.parametrize(
        ("tenant", "connection", "expected"),
        [
            pytest.param("acme.eu.auth0.com", "Users", "acme.eu.auth0.com_Users", id="plain"),
            pytest.param("http://127.0.0.1:8080", "con_1", "http-127.0.0.1-8080_con-1", id="address"),
            pytest.param("a/../b", "../../etc", "a-..-b_..-..-etc", id="way-out"),
            pytest.param("..", "..", ".._..", id="dots"),
            pytest.param("tenant", "Größe ü\n", "tenant_Gr-e-", id="other-letters"),
        ],
    )
    def test_stay_inside_the_run_folder(self, folder: RunFolder, tenant: str, connection: str, expected: str) -> None:
        """Whatever the tenant and the connection are called."""
        path = folder.delivery_path(tenant, connection)
        assert folder.path / "deliveries" / expected == path
        assert folder.path / "deliveries" == path.parent

    def test_are_those_with_a_journal(self, folder: RunFolder) -> None:
        """In the order of their names."""
        assert [] == folder.deliveries()
        for name in ("b", "a", "empty"):
            (folder.path / "deliveries" / name).mkdir(parents=True)
        for name in ("b", "a"):
            (folder.path / "deliveries" / name / "journal.sqlite").write_bytes(b"")
        assert ["a", "b"] == [path.name for path in folder.deliveries()]


class TestFingerprintKey:
    """What fingerprints are keyed by."""

    def test_has_one_key_a_run(self, folder: RunFolder, tmp_path: Path) -> None:
        """Rounds of one run can be compared, and two runs cannot."""
        key = folder.fingerprint_key()
        assert 32 == len(key)
        assert key == folder.fingerprint_key()
        assert key != RunFolder(tmp_path / "other").fingerprint_key()

    def test_is_not_left_where_nothing_is_to_be_written(self, folder: RunFolder) -> None:
        """A dry run has one of its own."""
        assert 32 == len(folder.fingerprint_key(keep=False))
        assert not folder.fingerprint_key_path.exists()

    def test_takes_fingerprints_along_when_it_is_lost(self, folder: RunFolder, pack_round: PackRound) -> None:
        """By another key they would say that everybody changed."""
        packed = pack_round([[{"email": "ann@example.com"}]])
        packed.fingerprints_path.write_bytes(b"x")
        folder.fingerprint_key()
        assert not packed.fingerprints_path.exists()
