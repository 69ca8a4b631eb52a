"""Fingerprints tell what of a user changed, and nothing of its password."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.pack import fingerprints
from samekey.pack.fingerprints import Fingerprints

KEY = b"k" * 32
PASSWORD = {"algorithm": "sha1", "hash": {"value": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "encoding": "hex"}}
TEXTS = st.text(max_size=8)
METADATA = st.recursive(
    st.booleans() | TEXTS,
    lambda inner: st.dictionaries(st.sampled_from(["blocked", "custom_password_hash", "plan"]), inner),
    max_leaves=5,
)


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
