"""The users of a run with what samekey knows of each."""

from typing import TYPE_CHECKING, Any

import pytest

from samekey.errors import RunFolderChanged
from samekey.pack import packed_users
from samekey.pack.run_folder import RunFolder

if TYPE_CHECKING:
    from tests.unit.pack.conftest import PackRound

ANN: dict[str, Any] = {"email": "ann@example.com", "username": "Ann"}
BOB: dict[str, Any] = {"email": "bob@example.com", "phone_number": "+491"}
CAT: dict[str, Any] = {"email": "cat@example.com"}


class TestPackedUsers:
    """Everyone who was packed, in order."""

    def test_pairs_users_with_what_is_known(self, folder: RunFolder, pack_round: "PackRound") -> None:
        """Round, chunk, place, key and cluster beside the entry of the import file."""
        pack_round([[ANN, BOB], [CAT]])
        pack_round([[ANN]])
        found = [
            (packed.round, packed.chunk, packed.ordinal, packed.user, packed.key, packed.cluster)
            for packed in packed_users.packed_users(folder)
        ]
        assert [
            ("01", "000001", 0, ANN, "ann@example.com", "raw_sha1"),
            ("01", "000001", 1, BOB, "bob@example.com", "raw_sha1"),
            ("01", "000002", 0, CAT, "cat@example.com", "raw_sha1"),
            ("02", "000001", 0, ANN, "ann@example.com", "raw_sha1"),
        ] == found

    def test_reads_the_chunks_asked_for(self, folder: RunFolder, pack_round: "PackRound") -> None:
        """The pairing holds when chunks before were passed over, and those are not opened."""
        packed = pack_round([[ANN, BOB], [CAT]])
        packed.chunk_path("000001").unlink()
        found = [(user.key, user.ordinal) for user in packed_users.packed_users(folder, chunks=[("01", "000002")])]
        assert [("cat@example.com", 0)] == found

    def test_is_empty_for_an_empty_folder(self, folder: RunFolder) -> None:
        """Nothing packed, nobody found."""
        assert [] == list(packed_users.packed_users(folder))

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(None, id="missing"),
            pytest.param(b"", id="empty"),
            pytest.param(b'["a",[0],""]\n', id="short"),
            pytest.param(b"x\ny\n", id="not-json"),
        ],
    )
    def test_notices_damaged_fingerprints(
        self, folder: RunFolder, pack_round: "PackRound", content: bytes | None
    ) -> None:
        """A line missing would pair everyone after it wrongly."""
        packed = pack_round([[ANN, BOB]])
        packed.users_path.unlink()
        if content is not None:
            packed.users_path.write_bytes(content)
        with pytest.raises(RunFolderChanged, match="users") as caught:
            list(packed_users.packed_users(folder))
        assert caught.value.remedy

    def test_notices_a_manifest_that_counts_otherwise(self, folder: RunFolder, pack_round: "PackRound") -> None:
        """The count decides which line belongs to whom."""
        packed = pack_round([[ANN, BOB]])
        text = packed.manifest_path.read_bytes().replace(b'"users": 2', b'"users": 1')
        packed.manifest_path.write_bytes(text)
        with pytest.raises(RunFolderChanged, match="manifest"):
            list(packed_users.packed_users(folder))


class TestClustersOfLogins:
    """Which cluster a known person proves."""

    @pytest.mark.parametrize("name", ["Ann@Example.com", "ANN", "+491"], ids=["email", "username", "phone"])
    def test_finds_people_by_what_they_type(self, folder: RunFolder, pack_round: "PackRound", name: str) -> None:
        """By any identifier, without regard to case."""
        pack_round([[ANN, BOB]])
        assert {name.lower(): "raw_sha1"} == packed_users.clusters_of_logins(folder, [name])

    def test_leaves_strangers_out(self, folder: RunFolder, pack_round: "PackRound") -> None:
        """Who was not packed proves nothing, and nobody is found by having no username."""
        pack_round([[CAT]])
        assert {} == packed_users.clusters_of_logins(folder, ["eve@example.com", ""])
        assert {} == packed_users.clusters_of_logins(folder, [])
