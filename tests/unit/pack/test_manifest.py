"""What a round promises, and that a broken promise is noticed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from samekey.errors import RunFolderChanged, RunFolderError
from samekey.pack.manifest import (
    ChunkPacked,
    ClusterPacked,
    Manifest,
    SourceRead,
    file_sha256,
    read_chunk,
    read_manifest,
    users_of,
)
from samekey.pack.run_folder import Round

if TYPE_CHECKING:
    from tests.unit.pack.conftest import PackRound

ANN, BOB = {"email": "ann@example.com"}, {"email": "bob@example.com"}
WHOLE = Manifest(
    samekey="0.1.0",
    packed_at="2026-11-23T09:00:00+00:00",
    source=SourceRead("users.csv", "csv", None, "ab" * 32),
    rules_sha256="cd" * 32,
    read=4,
    packed=2,
    rejected=1,
    held=1,
    left_out=0,
    passwords={"as-is": 2, "bridge": 1},
    rejections={"bad-email": 1},
    clusters=(ClusterPacked("bcrypt cost=12", "bcrypt", 2, "as-is", proved=True, warnings=("bcrypt-unproven",)),),
    chunks=(ChunkPacked("000001", 2, 57, "ef" * 32, "north"),),
)


def written(path: Path, **changes: Any) -> Round:
    """A round whose manifest was changed by hand."""
    (path / "manifest.json").write_text(json.dumps({**json.loads(WHOLE.encoded()), **changes}), encoding="utf-8")
    return Round(path)


class TestReadManifest:
    """What was written is what is read, or one clear error."""

    def test_gives_back_what_was_written(self, tmp_path: Path) -> None:
        """Every figure of it."""
        (tmp_path / "manifest.json").write_bytes(WHOLE.encoded())
        assert WHOLE == read_manifest(Round(tmp_path))

    def test_passes_over_keys_it_does_not_know(self, tmp_path: Path) -> None:
        """A later samekey may add some."""
        assert WHOLE == read_manifest(written(tmp_path, later={"x": 1}))

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"{", id="broken-off"),
            pytest.param(b"[]", id="list"),
            pytest.param(b"{}", id="no-keys"),
            pytest.param(b'{"samekey": "\xff"}', id="not-utf8"),
            pytest.param(WHOLE.encoded().replace(b'"read": 4', b'"read": "4"'), id="text-for-number"),
        ],
    )
    def test_names_a_damaged_file(self, tmp_path: Path, content: bytes) -> None:
        """And the way out."""
        (tmp_path / "manifest.json").write_bytes(content)
        with pytest.raises(RunFolderError, match=r"manifest\.json is damaged") as caught:
            read_manifest(Round(tmp_path))
        assert "new run folder" in caught.value.remedy

    def test_names_a_missing_file(self, tmp_path: Path) -> None:
        """By its path."""
        with pytest.raises(RunFolderError, match=r"manifest\.json cannot be read"):
            read_manifest(Round(tmp_path))

    @pytest.mark.parametrize("changes", [{}, {"read": {"of": "another shape"}}], ids=["same-shape", "other-shape"])
    def test_leaves_a_newer_one_alone(self, tmp_path: Path, changes: dict[str, Any]) -> None:
        """The version that wrote it is named, even when its shape cannot be read."""
        with pytest.raises(RunFolderError, match=r"newer samekey \(9\.0\)"):
            read_manifest(written(tmp_path, version=2, samekey="9.0", **changes))


class TestReadChunk:
    """A chunk is delivered as it was packed or not at all."""

    def test_gives_the_import_file(self, pack_round: "PackRound") -> None:
        """Byte for byte."""
        packed = pack_round([[ANN], [BOB]])
        chunks = read_manifest(packed).chunks
        assert [[ANN], [BOB]] == [users_of(read_chunk(packed, chunk)) for chunk in chunks]
        assert chunks[0].sha256 == file_sha256(packed.chunk_path("000001"))

    def test_notices_an_edited_file(self, pack_round: "PackRound") -> None:
        """Even when it still is an import file."""
        packed = pack_round([[ANN]])
        packed.chunk_path("000001").write_bytes(b'[{"email":"eve@example.com"}]')
        with pytest.raises(RunFolderChanged, match="was changed after it was packed") as caught:
            read_chunk(packed, read_manifest(packed).chunks[0])
        assert "never edited" in caught.value.remedy

    def test_notices_a_missing_file(self, pack_round: "PackRound") -> None:
        """By its path."""
        packed = pack_round([[ANN]])
        packed.chunk_path("000001").unlink()
        with pytest.raises(RunFolderChanged, match=r"000001\.json cannot be read"):
            read_chunk(packed, read_manifest(packed).chunks[0])
