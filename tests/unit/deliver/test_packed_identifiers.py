"""Counts of identifiers over a run folder."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from samekey.deliver import packed_identifiers
from samekey.errors import RunFolderChanged
from samekey.pack.manifest import ChunkPacked, Manifest, SourceRead
from samekey.pack.run_folder import Round

USERS = [
    {"email": "a@example.com", "username": "abc", "app_metadata": {"email": "no"}},
    {"email": "b@example.com", "username": "abcdefgh", "blocked": True},
    {"phone_number": "+4930123", "email": ""},
]


def a_round(path: Path, *contents: bytes) -> tuple[Round, Manifest]:
    """A round with these chunk files."""
    (path / "chunks").mkdir(parents=True)
    chunks = []
    for number, content in enumerate(contents, start=1):
        name = f"{number:06d}"
        (path / "chunks" / f"{name}.json").write_bytes(content)
        chunks.append(ChunkPacked(name, 1, len(content), hashlib.sha256(content).hexdigest()))
    manifest = Manifest("0", "", SourceRead("", "json", None, ""), "", 0, 0, 0, 0, 0, {}, {}, (), tuple(chunks))
    return Round(path), manifest


class TestCount:
    def test_adds_up_all_chunks(self, tmp_path: Path) -> None:
        """Users are counted by what they have, over every chunk of every round."""
        one, its = a_round(tmp_path / "01", json.dumps(USERS[:2]).encode(), json.dumps(USERS[2:]).encode())
        two, others = a_round(tmp_path / "02", json.dumps(USERS[:1]).encode())
        found = packed_identifiers.count([one, two], {"01": its, "02": others})
        assert 4 == found.users
        assert {"email": 3, "username": 3, "phone_number": 1} == found.having
        assert 1 == found.without("email")
        assert 1 == found.outside(1, 5)
        assert 2 == found.outside(4, 20)

    def test_refuses_what_is_no_import_file(self, tmp_path: Path) -> None:
        """A file that promises its own fingerprint and holds no users is not guessed at."""
        packed, manifest = a_round(tmp_path / "01", b'{"email": "a@example.com"}')
        with pytest.raises(RunFolderChanged, match="000001") as caught:
            packed_identifiers.count([packed], {"01": manifest})
        assert isinstance(caught.value.__cause__, msgspec.DecodeError)
