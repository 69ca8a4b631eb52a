"""What an answer's headers and body say."""

from datetime import UTC, datetime

import pytest

from samekey import errors
from samekey.client.answers import Answer, RateLimits

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 09:30:00 GMT"
IN_TEN_SECONDS = str(int(NOW.timestamp()) + 10)


class TestAnswer:
    """Headers are read leniently, bodies strictly."""

    def test_tells_the_tenant_time(self) -> None:
        """The Date header is an aware time in UTC."""
        assert Answer(200, headers={"date": DATE}).tenant_time == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    @pytest.mark.parametrize("text", ["", "yesterday", "Mon, 99 Nov 2026 09:30:00 GMT"])
    def test_has_no_time_where_none_is_told(self, text: str) -> None:
        """A damaged date is no date."""
        assert Answer(200, headers={"date": text}).tenant_time is None

    def test_tells_the_rate_limits(self) -> None:
        """The three headers become numbers and a moment."""
        headers = {"x-ratelimit-limit": "50", "x-ratelimit-remaining": "0", "x-ratelimit-reset": IN_TEN_SECONDS}
        assert Answer(200, headers=headers).rate_limits == RateLimits(50, 0, NOW.replace(second=10))

    @pytest.mark.parametrize("headers", [{}, {"x-ratelimit-limit": "many"}, {"x-ratelimit-reset": "9" * 30}])
    def test_has_no_limits_where_none_are_told(self, headers: dict[str, str]) -> None:
        """Headers that say nothing readable say nothing."""
        assert Answer(200, headers=headers).rate_limits is None

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            pytest.param({"retry-after": "7", "x-ratelimit-reset": IN_TEN_SECONDS}, 7.0, id="seconds-first"),
            pytest.param({"retry-after": "Mon, 23 Nov 2026 09:00:20 GMT"}, 20.0, id="date"),
            pytest.param({"x-ratelimit-reset": IN_TEN_SECONDS}, 10.0, id="reset"),
            pytest.param({"x-ratelimit-reset": "1"}, 0.0, id="reset-in-the-past"),
            pytest.param({"retry-after": "soon"}, None, id="unreadable"),
            pytest.param({}, None, id="nothing"),
        ],
    )
    def test_tells_how_long_to_wait(self, headers: dict[str, str], seconds: float | None) -> None:
        """Retry-After counts first, then the reset of the rate limit."""
        assert seconds == Answer(429, headers=headers).wait_seconds(NOW)

    def test_measures_a_reset_against_the_tenant_clock(self) -> None:
        """Our own clock may be wrong by hours; the wait is not."""
        headers = {"date": "Mon, 23 Nov 2026 09:00:04 GMT", "x-ratelimit-reset": IN_TEN_SECONDS}
        assert Answer(429, headers=headers).wait_seconds(NOW.replace(hour=3)) == 6.0

    @pytest.mark.parametrize("body", [b"", b"<html>", b"{", b'"\xff"', b"[" * 5000])
    def test_refuses_a_body_that_is_not_json(self, body: bytes) -> None:
        """The error tells status and size, and shows nothing of the body."""
        with pytest.raises(errors.TenantUnexpected, match=f"status 200, no content type, {len(body)} bytes"):
            Answer(200, body).decoded()

    def test_shows_no_body(self) -> None:
        """A token in a body does not get into a traceback."""
        assert "hunter2" not in repr(Answer(200, b'{"access_token":"hunter2"}', {"set-cookie": "hunter2"}))
