"""Lines of `fingerprints` tell what of a user changed, and nothing of its password."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.pack import fingerprints
from samekey.pack.fingerprints import FingerprintLine
from samekey.records import Position, User, UserColumns

KEY = b"k" * 32
PASSWORD = {"algorithm": "sha1", "hash": {"value": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "encoding": "hex"}}
TEXTS = st.text(max_size=8)
METADATA = st.recursive(
    st.booleans() | TEXTS,
    lambda inner: st.dictionaries(st.sampled_from(["blocked", "custom_password_hash", "plan"]), inner),
    max_leaves=5,
)


def line(user: dict[str, Any], key: bytes = KEY) -> FingerprintLine:
    """The line of one user."""
    payload = msgspec.json.encode(user)
    verdict = "as-is" if "custom_password_hash" in user else "none"
    users = UserColumns.of([User(Position(0), "k", {"email": "a@b.test"}, payload, verdict=verdict)])
    (made,) = fingerprints.lines_of(users, key)
    return made


class TestLine:
    """One packed user."""

    @pytest.mark.parametrize(
        ("change", "profile_is_same", "password_is_same"),
        [
            pytest.param({}, True, True, id="nothing"),
            pytest.param({"name": "Bo"}, False, True, id="profile"),
            pytest.param({"custom_password_hash": {"algorithm": "md5"}}, True, False, id="password"),
        ],
    )
    def test_tells_the_kind_of_a_change(
        self,
        change: dict[str, Any],
        profile_is_same: bool,  # noqa: FBT001  # a table
        password_is_same: bool,  # noqa: FBT001
    ) -> None:
        """Profile and password have fingerprints of their own."""
        user = {"email": "a@b.test", "name": "Al", "custom_password_hash": PASSWORD}
        before, after = line(user), line({**user, **change})
        assert (profile_is_same, password_is_same) == (
            before.profile == after.profile,
            before.password == after.password,
        )

    def test_says_nothing_to_who_lacks_the_key(self) -> None:
        """Other keys, other fingerprints; and the hash is not there."""
        user = {"email": "a@b.test", "custom_password_hash": PASSWORD}
        ours, theirs = line(user), line(user, b"x" * 32)
        assert (ours.profile, ours.password) != (theirs.profile, theirs.password)
        assert "da39a3ee" not in repr(ours)

    @given(METADATA, st.sampled_from([True, False, None]), st.booleans())
    def test_reads_what_the_user_says_and_not_its_metadata(
        self,
        metadata: Any,
        blocked: bool | None,  # noqa: FBT001  # generated
        carried: bool,  # noqa: FBT001
    ) -> None:
        """Metadata may hold keys of the same names."""
        user: dict[str, Any] = {"email": "a@b.test", "user_metadata": {"m": metadata}}
        if blocked is not None:
            user["blocked"] = blocked
        without = line(user)
        made = line({**user, "custom_password_hash": PASSWORD} if carried else user)
        assert blocked == made.blocked
        assert (without.profile, carried) == (made.profile, bool(made.password))
