"""What a survey counts as refused is what the mapping would refuse."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.mapping import acceptance
from samekey.survey import roles

VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(),
    st.none(),
    st.sampled_from(
        ["ann@example.test", "ann", "+4930123456", "auth0|7", "a b", "", "x" * 300, "a" * 65 + "@b.test", "a@b.test "]
    ),
)


class TestWhyRefused:
    @pytest.mark.parametrize("name", ["email", "username", "phone_number", "user_id"])
    @given(value=VALUES)
    def test_gives_the_mappings_reason(self, name: str, value: Any) -> None:
        """Also where it is told sooner than by asking in full."""
        text = str(value) if name == "user_id" and type(value) is int else value
        beside = {"username": "x"} if name == "user_id" else {}
        refused = acceptance.refusal({**beside, name: text})
        assert (refused.reason if refused else None) == roles.why_refused(name, value)
