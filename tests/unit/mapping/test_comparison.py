"""What came back is compared with what was sent, and what Auth0 does by itself is no difference."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.mapping import comparison
from samekey.mapping.comparison import Difference, Problem

MISSING = [Difference("", Problem.MISSING)]

RECORDED = {
    "user_id": "auth0|63c7a1e2f3b4d5a6c7e8f901",
    "email": "ann@example.com",
    "email_verified": True,
    "name": "ann@example.com",
    "nickname": "ann",
    "picture": "https://secure.gravatar.com/avatar/0?s=480",
    "created_at": "2025-08-29T09:10:39.791Z",
    "updated_at": "2025-08-29T09:10:39.791Z",
    "identities": [{"provider": "auth0", "connection": "people", "isSocial": False, "user_id": "63c7a1e2"}],
}
"""A profile as it stands after an import of an address alone."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


def present(**more: Any) -> dict[str, Any]:
    """The recorded profile with other values."""
    return {**RECORDED, **more}


class TestDifferences:
    """Only what was sent is compared, in the form Auth0 stores."""

    @pytest.mark.parametrize(
        ("sent", "found"),
        [
            pytest.param({"email": "ann@example.com", "email_verified": True}, present(), id="recorded"),
            pytest.param({"email": "Ann@Example.COM"}, present(), id="email-in-lower-case"),
            pytest.param({"email": "ann@example.com", "username": "Ann"}, present(username="ann"), id="username"),
            pytest.param({"email": "ann@example.com", "user_id": "7"}, present(user_id="auth0|7"), id="prefix"),
            pytest.param(
                {"email": "ann@example.com", "user_id": "auth0|7"}, present(user_id="auth0|auth0|7"), id="prefix-twice"
            ),
            pytest.param({"email": "ann@example.com", "blocked": False}, present(), id="not-blocked-is-not-shown"),
            pytest.param({"email": "ann@example.com", "app_metadata": {}}, present(), id="empty-metadata"),
            pytest.param({"email": "ann@example.com", "name": None}, present(), id="null"),
            pytest.param(
                {"email": "ann@example.com", "password_hash": "x", "mfa_factors": [{"totp": {"secret": "A"}}]},
                present(),
                id="secrets-are-not-comparable",
            ),
            pytest.param(
                {"email": "ann@example.com", "app_metadata": {"tenant": "a", "n": [1, {"deep": True}]}},
                present(app_metadata={"n": [1.0, {"deep": True}], "tenant": "a"}),
                id="metadata",
            ),
        ],
    )
    def test_finds_none(self, sent: dict[str, Any], found: dict[str, Any]) -> None:
        """What Auth0 changes or adds by itself is not a difference."""
        assert comparison.differences(sent, [found], connection="people") == []

    @pytest.mark.parametrize(
        ("sent", "found", "expected"),
        [
            ({"email": "bo@example.com"}, {}, [Difference("email", Problem.DIFFERENT)]),
            ({"username": "ann"}, {}, [Difference("username", Problem.ABSENT)]),
            ({"user_id": "auth0|7"}, {"user_id": "auth0|7"}, [Difference("user_id", Problem.DIFFERENT)]),
            ({"given_name": "Ann"}, {"given_name": "ann"}, [Difference("given_name", Problem.DIFFERENT)]),
            ({"name": "Ann"}, {}, [Difference("name", Problem.DIFFERENT)]),
            ({"phone_number": "+4912"}, {}, [Difference("phone_number", Problem.ABSENT)]),
            ({"email_verified": False}, {}, [Difference("email_verified", Problem.DIFFERENT)]),
            ({"blocked": True}, {}, [Difference("blocked", Problem.ABSENT)]),
            ({"blocked": False}, {"blocked": True}, [Difference("blocked", Problem.DIFFERENT)]),
            ({"app_metadata": {"a": 1}}, {}, [Difference("app_metadata", Problem.ABSENT, ("a",))]),
            (
                {"user_metadata": {"same": 1, "other": 1, "lost": None}},
                {"user_metadata": {"same": 1, "other": True, "more": 0}},
                [Difference("user_metadata", Problem.DIFFERENT, ("lost", "more", "other"))],
            ),
            ({"app_metadata": {}}, {"app_metadata": {"a": 1}}, [Difference("app_metadata", Problem.DIFFERENT, ("a",))]),
        ],
    )
    def test_finds(self, sent: dict[str, Any], found: dict[str, Any], expected: list[Difference]) -> None:
        """Each property that is not as sent is named, with the keys where it is metadata."""
        assert expected == comparison.differences(sent, [present(**found)], connection="people")

    def test_finds_nobody(self) -> None:
        """An empty answer is a missing user."""
        assert comparison.differences({"email": "ann@example.com"}, []) == MISSING

    @pytest.mark.parametrize("identities", [[], None, [{"connection": "staff"}]])
    def test_finds_nobody_in_another_connection(self, identities: Any) -> None:
        """The same address elsewhere in the tenant is another user."""
        found = [present(identities=identities)]
        assert comparison.differences({"email": "ann@example.com"}, found, connection="people") == MISSING

    def test_accepts_any_connection_when_none_is_named(self) -> None:
        """Without a connection every profile counts."""
        assert comparison.differences({"email": "ann@example.com"}, [present(identities=[])]) == []

    def test_tells_two_users_of_one_address_apart(self) -> None:
        """Where addresses are not unique, the other identifiers decide."""
        sent = {"email": "ann@example.com", "user_id": "7"}
        found = [present(user_id="auth0|6"), present(user_id="auth0|7")]
        assert comparison.differences(sent, found) == []

    @pytest.mark.parametrize("sent", [{"email": "ann@example.com"}, {"user_id": "9"}])
    def test_does_not_choose_by_lot(self, sent: dict[str, Any]) -> None:
        """Two users that cannot be told apart are both left alone."""
        found = [present(user_id="auth0|6"), present(user_id="auth0|7")]
        assert comparison.differences(sent, found) == [Difference("", Problem.AMBIGUOUS)]


class TestSame:
    """JSON values are equal when JSON says so."""

    @given(JSON)
    def test_equals_itself(self, value: object) -> None:
        """Nothing differs from itself."""
        assert comparison.same(value, value)

    @pytest.mark.parametrize(
        ("one", "other"), [(1, True), (0, False), ([1], [True]), ({"a": 0}, {"a": False}), (None, False), ("1", 1)]
    )
    def test_knows_booleans_from_numbers(self, *, one: object, other: object) -> None:
        """Python would hold some of these for equal."""
        assert not comparison.same(one, other)
        assert not comparison.same(other, one)
