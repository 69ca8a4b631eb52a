"""Files are written whole or not at all, and are their owner's alone."""

import os
from pathlib import Path

import pytest

from samekey.errors import RunFolderError
from samekey.pack import files
from tests.unit.pack.conftest import mode

FULL = Path("/dev/full")
"""A file on a disk that is always full."""


@pytest.mark.usefixtures("umask")
class TestFolders:
    """Their owner's alone, whatever the umask."""

    def test_covers_folders_above(self, tmp_path: Path) -> None:
        """A run folder deep inside new ones is not reached through an open one."""
        files.make_private_folder(tmp_path / "a" / "b" / "c")
        assert [0o700] * 3 == [mode(tmp_path / each) for each in ("a", "a/b", "a/b/c")]

    def test_leaves_what_is_there(self, tmp_path: Path) -> None:
        """Somebody's own folder keeps its mode."""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine").chmod(0o755)
        files.make_private_folder(tmp_path / "mine" / "run")
        assert (0o755, 0o700) == (mode(tmp_path / "mine"), mode(tmp_path / "mine" / "run"))

    @pytest.mark.parametrize("inside", ["", "run"])
    def test_stand_in_place_of_no_file(self, tmp_path: Path, inside: str) -> None:
        """Nor inside of one."""
        (tmp_path / "mine").write_text("a file")
        with pytest.raises(RunFolderError, match="a file stands there"):
            files.make_private_folder(tmp_path / "mine" / inside)


class TestWriteWhole:
    """A file is there with all its content, or as it was before."""

    def test_writes(self, tmp_path: Path) -> None:
        """And leaves nothing beside it."""
        files.write_whole(tmp_path / "file", b"new")
        assert b"new" == (tmp_path / "file").read_bytes()
        assert ["file"] == [path.name for path in tmp_path.iterdir()]

    def test_replaces(self, tmp_path: Path) -> None:
        """What others could read before, they cannot afterwards."""
        (tmp_path / "file").write_bytes(b"old and longer")
        (tmp_path / "file").chmod(0o644)
        files.write_whole(tmp_path / "file", b"new")
        assert (b"new", 0o600) == ((tmp_path / "file").read_bytes(), mode(tmp_path / "file"))

    def test_leaves_the_old_content_on_a_full_disk(self, tmp_path: Path) -> None:
        """And nothing half-written; the error says what to do."""
        (tmp_path / "file").write_bytes(b"old")
        (tmp_path / f".file.{os.getpid()}").symlink_to(FULL)
        with pytest.raises(RunFolderError, match="No space left") as caught:
            files.write_whole(tmp_path / "file", b"new")
        assert b"old" == (tmp_path / "file").read_bytes()
        assert ["file"] == [path.name for path in tmp_path.iterdir()]
        assert "Make room" in caught.value.remedy

    def test_refuses_a_folder_in_its_place(self, tmp_path: Path) -> None:
        """The new content goes, the folder stays."""
        (tmp_path / "file").mkdir()
        with pytest.raises(RunFolderError, match="cannot be written"):
            files.write_whole(tmp_path / "file", b"new")
        assert ["file"] == [path.name for path in tmp_path.iterdir()]
