"""What is sealed is read by those it was sealed to, and by nobody else."""

from pathlib import Path

import pyrage
import pytest

from samekey.errors import RunFolderError, UsageError
from samekey.pack import manifest
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Identities, Recipients
from samekey.secret import Secret
from tests.unit.pack.conftest import manifest as manifest_of

LINES = b"".join(b"line %d\n" % number for number in range(50_000))
"""More than a pipe holds."""


class Pair:
    """A key, both halves."""

    def __init__(self) -> None:
        key = pyrage.x25519.Identity.generate()
        self.public = str(key.to_public())
        self.secret = str(key)

    @property
    def recipients(self) -> Recipients:
        """To seal to."""
        return Recipients.parse([self.public])

    @property
    def identities(self) -> Identities:
        """To open with."""
        return Identities((Secret(self.secret),))


@pytest.fixture
def pair() -> Pair:
    """A new one."""
    return Pair()


class TestRecipients:
    """Public keys."""

    def test_are_known_by_their_names(self) -> None:
        """In one order and once each, so that manifests can be compared."""
        one, two = sorted([Pair().public, Pair().public])
        assert (one, two) == Recipients.parse([two, one, two]).names

    def test_may_be_several(self, pair: Pair) -> None:
        """Each opens it alone."""
        other = Pair()
        sealed = Recipients.parse([pair.public, other.public]).seal(b"users")
        assert [b"users"] * 2 == [each.identities.open(sealed, Path("x")) for each in (pair, other)]


class TestIdentities:
    """Secret keys."""

    def test_do_not_show_themselves(self, pair: Pair) -> None:
        """In a traceback, say."""
        assert pair.secret not in repr(pair.identities)

    def test_are_told_beforehand_that_they_do_not_fit(self, pair: Pair) -> None:
        """Before somebody seals what nobody here could open."""
        pair.identities.require_open_for(Recipients.parse([Pair().public, pair.public]))
        with pytest.raises(UsageError, match="does not open with this identity") as caught:
            pair.identities.require_open_for(Pair().recipients)
        assert "--encrypt-to" in caught.value.remedy


class TestRound:
    """Its files, written and read in the same way whether it is encrypted or not."""

    @pytest.fixture
    def path(self, folder: RunFolder, pair: Pair) -> Path:
        """A sealed list."""
        making = folder.make_round(pair.recipients)
        with making.writing(making.held_path) as file:
            file.write(LINES)
        return making.finish().held_path

    def test_shows_nothing(self, path: Path) -> None:
        """Its name says that it is encrypted."""
        assert "held.ndjson.age" == path.name
        assert b"line 7\n" not in path.read_bytes()

    def test_is_read_line_by_line(self, path: Path, pair: Pair) -> None:
        """Whether to the end or not."""
        opened = Round(path.parent, pair.identities)
        with opened.reading(opened.held_path) as file:
            assert LINES == file.read()
        with opened.reading(opened.held_path) as file:
            assert b"line 0\n" == next(file)

    def test_needs_an_identity(self, path: Path) -> None:
        """Said before anything is read."""
        with pytest.raises(UsageError, match=r"is encrypted\.") as caught, Round(path.parent).reading(path):
            pass
        assert "--identity" in caught.value.remedy

    def test_needs_the_right_identity(self, path: Path) -> None:
        """Another one opens nothing."""
        opened = Round(path.parent, Pair().identities)
        with pytest.raises(UsageError, match="does not open"), opened.reading(path) as file:
            file.read()

    def test_notices_a_change(self, path: Path, pair: Pair) -> None:
        """Of one bit, at the end."""
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        opened = Round(path.parent, pair.identities)
        with pytest.raises(UsageError, match="does not open"), opened.reading(path) as file:
            file.read()

    def test_says_so_when_the_disk_is_full(self, folder: RunFolder, pair: Pair) -> None:
        """As without encryption: an error of the operating system, for the step to explain."""
        making = folder.make_round(pair.recipients)
        making.held_path.symlink_to("/dev/full")
        with pytest.raises(OSError, match="No space left"), making.writing(making.held_path) as file:
            file.write(LINES)

    def test_holds_chunks_against_the_manifest(self, folder: RunFolder, pair: Pair) -> None:
        """As they lie there; nothing in the manifest is computed from what is in them."""
        making = folder.make_round(pair.recipients)
        path = making.chunk_path("000001")
        path.write_bytes(making.sealed(b'[{"email":"a@b.com"}]'))
        chunk = manifest.ChunkPacked("000001", 1, 21, manifest.file_sha256(path))
        making.manifest_path.write_bytes(manifest_of((chunk,)).encoded())
        finished = making.finish()
        assert b'[{"email":"a@b.com"}]' == manifest.read_chunk(Round(finished.path, pair.identities), chunk)
        finished.chunk_path("000001").write_bytes(b"x")
        with pytest.raises(RunFolderError, match="was changed"):
            manifest.read_chunk(Round(finished.path, pair.identities), chunk)
