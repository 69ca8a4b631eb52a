"""Every refusal of Auth0's tables becomes the error that says what to do."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey import errors
from samekey.auth0 import vocabulary
from samekey.client import refusals
from samekey.client.answers import Answer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def api_error(status: int, message: str, error_code: str | None = None) -> Answer:
    """An error body of the Management API."""
    body: dict[str, Any] = {"statusCode": status, "error": "Some Title", "message": message}
    return Answer(status, json.dumps(body if error_code is None else {**body, "errorCode": error_code}).encode())


REFUSED = [
    (400, "Must provide 'users' file as multipart part.", "invalid_body"),
    (400, "Payload validation error: 'Invalid multipart payload format'.", "invalid_body"),
    (400, "Users file must not be empty.", "invalid_body"),
    (400, "Must provide 'connection_id' as multipart part.", "invalid_body"),
    (400, "String does not match pattern ^con_[A-Za-z0-9]{16}$ on property connection_id", "invalid_body"),
    (400, "Connection must be a database connection.", None),
    (400, "Connection must be enabled.", "connection_is_disabled"),
    (400, "The connection does not exist.", None),
    (400, "Custom Database Connections without import mode are not allowed.", None),
    (401, "Missing authentication", None),
    (401, "Invalid token.", None),
    (403, "Insufficient scope, expected any of: create:users", "insufficient_scope"),
    (404, "The user does not exist.", "inexistent_user"),
    (409, "The user already exists.", None),
    (413, "Payload content length greater than maximum allowed: 512000", None),
]


class TestProblem:
    """Status and words choose the error."""

    @pytest.mark.parametrize(("status", "message", "error_code"), REFUSED)
    def test_refusals_carry_status_code_words_and_remedy(
        self, status: int, message: str, error_code: str | None
    ) -> None:
        """What the tenant refused is shown in its words, with a way out."""
        found = refusals.problem(api_error(status, message, error_code), now=NOW)
        assert isinstance(found, errors.TenantRefused)
        assert (status, error_code or "") == (found.status, found.error_code)
        assert message in found.message
        assert found.remedy

    @pytest.mark.parametrize("status", [302, 408, 500, 502, 503, 504])
    def test_trouble_is_unexpected(self, status: int) -> None:
        """A tenant in trouble, or one that redirects, is not a refusal."""
        found = refusals.problem(Answer(status, b"<html>"), now=NOW)
        assert isinstance(found, errors.TenantUnexpected)
        assert status == found.status

    def test_a_rate_limit_is_busy(self) -> None:
        """The wait is the one the tenant asks for."""
        limited = api_error(429, "Global limit has been reached", "too_many_requests")
        answer = Answer(429, limited.body, {"x-ratelimit-reset": str(int(NOW.timestamp()) + 3)})
        found = refusals.problem(answer, now=NOW)
        assert isinstance(found, errors.TenantBusy)
        assert (found.retry_after_seconds, found.job_slots) == (3.0, False)

    def test_a_rate_limit_may_be_silent(self) -> None:
        """A 429 without words is still a rate limit."""
        found = refusals.problem(Answer(429), now=NOW)
        assert isinstance(found, errors.TenantBusy)
        assert (found.retry_after_seconds, found.job_slots) == (None, False)

    def test_two_jobs_are_busy_slots(self) -> None:
        """The reset of a rate limit that was not hit does not become a wait."""
        full = api_error(429, vocabulary.TWO_JOBS_MESSAGE)
        answer = Answer(429, full.body, {"x-ratelimit-reset": str(int(NOW.timestamp()) + 3)})
        found = refusals.problem(answer, now=NOW)
        assert isinstance(found, errors.TenantBusy)
        assert (found.retry_after_seconds, found.job_slots) == (None, True)


class TestIsFullJobQueue:
    """Two active jobs are told from a rate limit by words alone."""

    @pytest.mark.parametrize(
        "message",
        [
            vocabulary.TWO_JOBS_MESSAGE,
            vocabulary.TWO_JOBS_MESSAGE.upper() + ".",
            "There are already 2 active user import jobs. Please wait until one of them finishes.",
        ],
    )
    def test_knows_the_message(self, message: str) -> None:
        """Small changes of wording do not matter."""
        assert refusals.is_full_job_queue(message)

    @pytest.mark.parametrize("message", ["", "Global limit has been reached", "Too many active requests"])
    def test_knows_others(self, message: str) -> None:
        """A rate limit is not a full queue."""
        assert not refusals.is_full_job_queue(message)


class TestMessage:
    """The tenant's own words, made harmless."""

    @given(st.binary(max_size=200), st.integers(100, 599))
    def test_any_body_can_be_a_refusal(self, body: bytes, status: int) -> None:
        """No body makes reading an error fail."""
        assert isinstance(refusals.problem(Answer(status, body), now=NOW), errors.TenantError)

    def test_hides_long_runs_and_line_breaks(self) -> None:
        """A token echoed by the tenant goes no further."""
        answer = api_error(401, "Invalid token\n eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl")
        assert refusals.message(answer) == "Invalid token  […]"

    def test_reads_an_oauth_error(self) -> None:
        """OAuth bodies have other keys."""
        answer = Answer(401, b'{"error":"invalid_client","error_description":"Client authentication failed"}')
        assert (
            refusals.error_code(answer),
            refusals.message(answer),
        ) == ("invalid_client", "Client authentication failed")
