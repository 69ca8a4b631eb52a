"""What goes into a spool comes out of it, whether it was written at once or in many blocks."""

import stat
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import spool, user_lines
from samekey.pack.spool import Spool
from samekey.pack.user_lines import UserLine
from samekey.records import Position, User, UserColumns

PEOPLE = st.lists(
    st.builds(
        User,
        position=st.builds(Position, st.integers(0, 99)),
        key=st.text(max_size=3),
        identifiers=st.dictionaries(
            st.sampled_from(["email", "username", "phone_number", "user_id"]), st.text("abcé", min_size=1, max_size=3)
        ),
        payload=st.binary(min_size=1, max_size=5),
        partition=st.sampled_from(["north", "south"]),
        cluster=st.sampled_from(["raw_sha1", "bcrypt"]),
    ),
    max_size=12,
)
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
MakeSpool = Callable[[list[User]], Spool]


@pytest.fixture
def make_spool(tmp_path: Path) -> MakeSpool:
    """Writes users in blocks of three."""

    def make(users: list[User]) -> Spool:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        with spool.SpoolWriter(folder, "0000-00", fingerprint_key=b"k" * 32, partitioned=True) as writer:
            for first in range(0, len(users), 3):
                writer.add(UserColumns.of(users[first : first + 3]))
        return writer.finished()

    return make


class TestSpool:
    """Every column, for every user."""

    @SETTINGS
    @given(PEOPLE)
    def test_keeps_payloads_and_lines(self, make_spool: MakeSpool, users: list[User]) -> None:
        """Edges say where each of them stands."""
        made = make_spool(users)
        if users:
            payloads, lines = made.path("payloads").read_bytes(), made.path("lines").read_bytes()
            edges, line_edges = made.edges(), made.line_edges()
            assert [user.payload + b"," for user in users] == [payloads[start:end] for start, end in pairwise(edges)]
            expected = msgspec.convert(user_lines.lines_of(UserColumns.of(users)), list[UserLine])
            decode = msgspec.json.Decoder(UserLine).decode
            assert expected == [decode(lines[start:end]) for start, end in pairwise(line_edges)]

    @SETTINGS
    @given(PEOPLE)
    def test_keeps_identifiers(self, make_spool: MakeSpool, users: list[User]) -> None:
        """In the place of their users, nothing where somebody has none."""
        made = make_spool(users)
        for name in ("email", "username", "phone_number", "user_id"):
            found = [value.decode() for block in made.names(name) for value in block]
            assert any(name in user.identifiers for user in users) == made.has_names(name)
            assert [user.identifiers.get(name, "") for user in users[: len(found)]] == found
            assert not any(name in user.identifiers for user in users[len(found) :])

    @pytest.mark.parametrize(
        ("ids", "ends"),
        [
            pytest.param(["1", "2", "10", "11"], {"user_id": (1, 11)}, id="ascending"),
            pytest.param(["1", "3", "2", "4"], {}, id="not-ascending"),
            pytest.param(["1", "2", "3", "3"], {}, id="twice"),
            pytest.param(["1", "2", "3", "x"], {}, id="no-number"),
            pytest.param(["1", "2", "", "3"], {}, id="absent"),
        ],
    )
    def test_knows_whether_ids_ascend(self, make_spool: MakeSpool, ids: list[str], ends: object) -> None:
        """From block to block, too; the fourth stands in a second one."""
        made = make_spool([User(Position(0), "", {"user_id": each} if each else {}, b"{}") for each in ids])
        assert ends == made.ascending

    @SETTINGS
    @given(PEOPLE)
    def test_keeps_clusters_and_partitions(self, make_spool: MakeSpool, users: list[User]) -> None:
        """By index into its tables."""
        made = make_spool(users)
        assert [(user.cluster, user.verdict) for user in users] == [made.kinds[each] for each in made.kind_of_each()]
        assert [user.partition for user in users] == [made.partition_names()[each] for each in made.partition_of_each()]


class TestFiles:
    """They hold hashes."""

    def test_are_their_owners_alone(self, make_spool: MakeSpool, tmp_path: Path) -> None:
        """Every one of them is 0600."""
        make_spool([User(Position(0), "7", {"email": "a@b.com"}, b"{}")])
        modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*/*")}
        assert {".payloads", ".names-email", ".lines"} <= modes.keys()
        assert {0o600} == set(modes.values())
