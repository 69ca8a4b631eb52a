"""Payloads become records that hold what is needed and show nothing secret."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey import errors
from samekey.client import wire
from samekey.client.answers import Answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "status", "user", "errors", "code", "email"]), inner, max_size=4)
    ),
    max_leaves=12,
)


class TestRead:
    """A shape is either read or refused by name."""

    @pytest.mark.parametrize("written", ["2025-08-29T09:10:39Z", "2025-08-29T11:10:39+02:00", "2025-08-29T09:10:39"])
    def test_makes_every_time_aware(self, written: str) -> None:
        """A time without a zone is UTC, as all of Auth0's are."""
        body = json.dumps({"id": "job_1", "status": "pending", "created_at": written})
        job = wire.read(Answer(200, body.encode()), wire.JobState)
        assert job.created_at == datetime(2025, 8, 29, 9, 10, 39, tzinfo=UTC)

    def test_names_the_place_and_no_value(self) -> None:
        """The complaint says where the shape differs, never what stood there."""
        with pytest.raises(errors.TenantUnexpected, match=r"\$\.access_token") as caught:
            wire.read(Answer(200, b'{"access_token":["hunter2"]}'), wire.TokenGrant)
        assert "hunter2" not in str(caught.value)

    def test_shows_no_token(self) -> None:
        """A token's answer can be printed."""
        assert "hunter2" not in repr(wire.TokenGrant("hunter2"))

    @given(JSON)
    def test_any_json_is_read_or_refused(self, body: object) -> None:
        """No error list makes reading fail in another way."""
        try:
            found = wire.read_job_errors(Answer(200, json.dumps(body).encode()))
        except errors.TenantUnexpected:
            return
        assert isinstance(found, wire.JobErrors)
