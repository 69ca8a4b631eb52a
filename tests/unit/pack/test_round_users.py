"""Users of a finished round are spread with their fingerprints, which come into it when they are first asked for."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from samekey.errors import RunFolderChanged
from samekey.pack import fingerprints, round_users, users_by_key
from samekey.pack.fingerprints import Fingerprints
from samekey.pack.run_folder import Round
from tests.unit.pack.conftest import PackRound

KEY = b"k" * 32
PASSWORD = {"algorithm": "sha1", "hash": {"value": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "encoding": "hex"}}
PEOPLE: list[list[dict[str, Any]]] = [
    [{"email": "ann@example.com", "custom_password_hash": PASSWORD}],
    [{"email": "bob@example.com"}],
    [{"email": "cyd@example.com"}, {"email": "dan@example.com", "custom_password_hash": PASSWORD}],
]
EVERYBODY = [user for users in PEOPLE for user in users]


@pytest.fixture
def packed(pack_round: PackRound) -> Round:
    """Three chunks."""
    return pack_round(PEOPLE)


@pytest.fixture(params=[1, 50_000], ids=["many-parts", "one-part"])
def part_users(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part for every chunk, or one for all."""
    monkeypatch.setattr(round_users, "PART_USERS", request.param)


@pytest.mark.usefixtures("part_users")
class TestSpreadRound:
    """From chunks, and from fingerprints that are there."""

    def test_makes_fingerprints_from_chunks(self, packed: Round, tmp_path: Path) -> None:
        """In their order."""
        verdicts = ["as-is" if "custom_password_hash" in user else "none" for user in EVERYBODY]
        expected = list(fingerprints.lines_of(map(msgspec.json.encode, EVERYBODY), verdicts, KEY))
        assert list(map(Fingerprints.of_line, expected)) == [each for _, each in spread(packed, tmp_path).values()]
        assert b"".join(expected) == packed.fingerprints_path.read_bytes()

    def test_knows_everybody_s_place(self, packed: Round, tmp_path: Path) -> None:
        """Line of the round's users, from 0."""
        expected = {user["email"]: place for place, user in enumerate(EVERYBODY)}
        assert expected == {key: place for key, (place, _) in spread(packed, tmp_path).items()}

    def test_reads_fingerprints_that_are_there(self, packed: Round, tmp_path: Path) -> None:
        """A second delta does not make them once more."""
        expected = spread(packed, tmp_path)
        packed.chunk_path("000001").unlink()
        assert expected == spread(packed, tmp_path)

    def test_leaves_fingerprints_only_where_it_may(self, packed: Round, tmp_path: Path) -> None:
        """A dry run writes nothing."""
        spread(packed, tmp_path, keep=False)
        assert not packed.fingerprints_path.exists()

    def test_leaves_no_half_of_them(self, packed: Round, tmp_path: Path) -> None:
        """Whoever stops on the way leaves nothing behind."""
        packed.chunk_path("000003").unlink()
        with pytest.raises(RunFolderChanged, match="000003"):
            spread(packed, tmp_path)
        assert [] == list(packed.path.glob("*fingerprints*")) + list(packed.path.glob(".*"))

    @pytest.mark.parametrize("damage", [b"", b"ab\n" * 4, b"a b c\na b\n", b"\n\n", b"\xff\n" * 4])
    def test_refuses_fingerprints_that_were_changed(self, packed: Round, tmp_path: Path, damage: bytes) -> None:
        """Too few, or something else."""
        packed.fingerprints_path.write_bytes(damage)
        with pytest.raises(RunFolderChanged, match="fingerprints"):
            spread(packed, tmp_path)

    def test_refuses_fingerprints_of_more_than_there_are(self, packed: Round, tmp_path: Path) -> None:
        """A line behind the last one."""
        spread(packed, tmp_path)
        with packed.fingerprints_path.open("ab") as file:
            file.write(b"0" * 32 + b" \n")
        with pytest.raises(RunFolderChanged, match="fingerprints"):
            spread(packed, tmp_path)

    @pytest.mark.parametrize("damage", [b"", b"[]\n", b"[]\n" * 4, b"{}\n" * 4, b"[\n" * 4])
    def test_needs_everybody_s_line(self, packed: Round, tmp_path: Path, damage: bytes) -> None:
        """It says whether a password was carried."""
        packed.users_path.write_bytes(damage)
        with pytest.raises(RunFolderChanged, match=r"users\.ndjson"):
            spread(packed, tmp_path)

    def test_reads_lines_that_somebody_wrote_anew(self, packed: Round, tmp_path: Path) -> None:
        """With blanks."""
        expected = spread(packed, tmp_path)
        lines = packed.users_path.read_bytes().splitlines()
        packed.users_path.write_bytes(b"".join(msgspec.json.format(line, indent=0) + b"\n" for line in lines))
        assert expected == spread(packed, tmp_path)


def spread(packed: Round, folder: Path, *, keep: bool = True) -> dict[str, tuple[int, Fingerprints | None]]:
    """Everybody's place and fingerprints, by key."""
    paths = round_users.spread_round(packed, folder / "round", 1, key=KEY, keep=keep)
    entries = users_by_key.Entries(users_by_key.read(paths, 0, 1))
    numbers = range(len(entries.heads))
    return {entries.line(n).key: (entries.place(n), entries.fingerprints(n)) for n in numbers}
