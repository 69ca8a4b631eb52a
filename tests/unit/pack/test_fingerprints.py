"""Fingerprints tell what of a user changed, and nothing of its password."""

from contextlib import closing
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.errors import RunFolderChanged
from samekey.pack import fingerprints
from samekey.pack.fingerprints import Fingerprints
from samekey.pack.run_folder import Round
from tests.unit.pack.conftest import PackRound

KEY = b"k" * 32
PASSWORD = {"algorithm": "sha1", "hash": {"value": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "encoding": "hex"}}
TEXTS = st.text(max_size=8)
METADATA = st.recursive(
    st.booleans() | TEXTS,
    lambda inner: st.dictionaries(st.sampled_from(["blocked", "custom_password_hash", "plan"]), inner),
    max_leaves=5,
)
PEOPLE: list[list[dict[str, Any]]] = [
    [{"email": "ann@example.com", "custom_password_hash": PASSWORD}],
    [{"email": "bob@example.com"}],
]


def encoded(user: dict[str, Any]) -> bytes:
    """A user as it stands in a chunk."""
    return msgspec.json.encode(user)


def made(user: dict[str, Any], key: bytes = KEY) -> Fingerprints:
    """Those of one user."""
    verdict = "as-is" if "custom_password_hash" in user else "none"
    (each,) = fingerprints.lines_of([encoded(user)], [verdict], key)
    return Fingerprints.of_line(each)


class TestMade:
    """Of one packed user."""

    @pytest.mark.parametrize(
        ("change", "profile_is_same", "password_is_same"),
        [
            pytest.param({}, True, True, id="nothing"),
            pytest.param({"name": "Bo"}, False, True, id="profile"),
            pytest.param({"custom_password_hash": {"algorithm": "md5"}}, True, False, id="password"),
        ],
    )
    def test_tell_the_kind_of_a_change(
        self,
        change: dict[str, Any],
        profile_is_same: bool,  # noqa: FBT001  # a table
        password_is_same: bool,  # noqa: FBT001
    ) -> None:
        """Profile and password have fingerprints of their own."""
        user = {"email": "a@b.test", "name": "Al", "custom_password_hash": PASSWORD}
        before, after = made(user), made({**user, **change})
        assert (profile_is_same, password_is_same) == (
            before.profile == after.profile,
            before.password == after.password,
        )

    def test_say_nothing_to_who_lacks_the_key(self) -> None:
        """Other keys, other fingerprints; and the hash is not there."""
        user = {"email": "a@b.test", "custom_password_hash": PASSWORD}
        ours, theirs = made(user), made(user, b"x" * 32)
        assert (ours.profile, ours.password) != (theirs.profile, theirs.password)
        assert "da39a3ee" not in repr(ours)

    @given(METADATA, st.booleans())
    def test_tell_the_password_from_metadata(
        self,
        metadata: Any,
        carried: bool,  # noqa: FBT001  # generated
    ) -> None:
        """Metadata may hold a key of the same name."""
        user: dict[str, Any] = {"email": "a@b.test", "user_metadata": {"m": metadata}}
        with_password = made({**user, "custom_password_hash": PASSWORD} if carried else user)
        assert (made(user).profile, carried) == (with_password.profile, bool(with_password.password))

    @given(st.from_regex(r"[0-9a-f]{32}", fullmatch=True), st.just("") | st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
    def test_are_read_as_they_are_written(self, profile: str, password: str) -> None:
        """A line a user."""
        each = Fingerprints(profile, password)
        assert each == Fingerprints.of_line(f"{profile} {password}\n".encode())


def of_round(packed: Round, *, keep: bool = True) -> list[Fingerprints]:
    """Those of everybody in a round."""
    return list(map(Fingerprints.of_line, fingerprints.of_round(packed, KEY, keep=keep)))


class TestOfRound:
    """They come into a round when they are first asked for."""

    @pytest.fixture
    def packed(self, pack_round: PackRound) -> Round:
        """Two chunks of one user each."""
        return pack_round(PEOPLE)

    def test_are_made_from_chunks(self, packed: Round) -> None:
        """In their order."""
        assert [made(user) for users in PEOPLE for user in users] == of_round(packed)

    def test_are_read_when_they_are_there(self, packed: Round) -> None:
        """A second delta does not make them once more."""
        expected = of_round(packed)
        packed.chunk_path("000001").unlink()
        assert expected == of_round(packed)

    def test_stay_only_where_they_may(self, packed: Round) -> None:
        """A dry run writes nothing."""
        of_round(packed, keep=False)
        assert not packed.fingerprints_path.exists()

    def test_are_not_there_by_halves(self, packed: Round) -> None:
        """Whoever stops on the way leaves nothing behind."""
        with closing(fingerprints.of_round(packed, KEY, keep=True)) as reading:
            next(reading)
        assert [] == list(packed.path.glob("*fingerprints*")) + list(packed.path.glob(".*"))

    @pytest.mark.parametrize("damage", [b"", b"ab\n", b"a b c\na b\n", b"\n\n", b"\xff\n\xff\n"])
    def test_that_were_changed_are_refused(self, packed: Round, damage: bytes) -> None:
        """One too few, or something else than fingerprints."""
        packed.fingerprints_path.write_bytes(damage)
        with pytest.raises(RunFolderChanged, match="fingerprints"):
            of_round(packed)

    @pytest.mark.parametrize("damage", [b"", b"{}\n", b"{\n{}\n"])
    def test_need_everybody_s_line(self, packed: Round, damage: bytes) -> None:
        """It says whether a password was carried."""
        packed.users_path.write_bytes(damage)
        with pytest.raises(RunFolderChanged, match=r"users\.ndjson"):
            of_round(packed)
