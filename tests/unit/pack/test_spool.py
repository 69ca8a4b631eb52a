"""What goes into a spool comes out of it, whether it was written at once or in many blocks."""

import json
import stat
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import fingerprints, spool
from samekey.pack.spool import BUCKETS, Spool
from samekey.records import Position, User

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
def make_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSpool:
    """Writes users in blocks of three."""
    monkeypatch.setattr(spool, "FLUSH_USERS", 3)

    def make(users: list[User]) -> Spool:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        with spool.SpoolWriter(folder, "0000-00", fingerprint_key=b"k" * 32, partitioned=True) as writer:
            for user in users:
                writer.add(user)
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
            expected = json.loads(msgspec.json.encode(fingerprints.lines_of(users, b"k" * 32)))
            assert expected == [json.loads(lines[start:end]) for start, end in pairwise(line_edges)]

    @SETTINGS
    @given(PEOPLE)
    def test_keeps_identifiers_with_their_holders(self, make_spool: MakeSpool, users: list[User]) -> None:
        """Each of them in one bucket."""
        made = make_spool(users)
        found = [
            found for bucket in range(BUCKETS) for found in zip(made.names(bucket), made.holders(bucket), strict=True)
        ]
        assert sorted(found) == sorted(
            ((spool.NAME_INITIALS[name] + value).encode(), place)
            for place, user in enumerate(users)
            for name, value in user.identifiers.items()
        )

    @SETTINGS
    @given(PEOPLE)
    def test_keeps_clusters_and_partitions(self, make_spool: MakeSpool, users: list[User]) -> None:
        """By index into its tables."""
        made = make_spool(users)
        assert [(user.cluster, user.verdict) for user in users] == [made.kinds[each] for each in made.kind_of_each()]
        assert [user.partition for user in users] == [made.partitions[each] for each in made.partition_of_each()]


class TestFiles:
    """They hold hashes."""

    def test_are_their_owners_alone(self, make_spool: MakeSpool, tmp_path: Path) -> None:
        """Every one of them is 0600."""
        make_spool([User(Position(0), "7", {"email": "a@b.com"}, b"{}")])
        modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*/*")}
        assert {".payloads", ".names", ".lines"} <= modes.keys()
        assert {0o600} == set(modes.values())
