"""What is asked of a tenant and what comes back, as values; nothing here knows the HTTP library."""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from samekey import errors

NO_CONTENT = 204
REDIRECTS_FROM = 300


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a multipart request."""

    name: str
    """Name of the part."""
    filename: str
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a tenant."""

    method: str
    path: str
    """From the root, escaped where it holds what people typed."""
    query: Mapping[str, str] = field(default_factory=dict)
    json: object = field(default=None, repr=False)
    """A body to send as JSON; None for no body."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The text parts of a multipart body."""
    file: FilePart | None = None
    """The file part of a multipart body."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    safe: bool = False
    """Whether sending it twice does no more than sending it once. GET always is."""
    read_too: frozenset[int] = frozenset()
    """Statuses outside 2xx that the caller reads for itself, so that they are not errors."""

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent again when the answer was lost."""
        return self.safe or self.method == "GET"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What the tenant says of its rate limit: the `x-ratelimit-` headers (Rate limit policy)."""

    limit: int | None
    """Requests the bucket holds."""
    remaining: int | None
    """Requests left in it."""
    reset_at: datetime | None
    """When requests are added, in the tenant's time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a tenant, read to its end."""

    status: int
    body: bytes = field(default=b"", repr=False)
    """Out of sight: it may hold a token or a person's profile."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Names in lower case."""

    @property
    def is_success(self) -> bool:
        """Whether the tenant did what was asked; a redirect is not followed and is no success."""
        return 200 <= self.status < REDIRECTS_FROM  # noqa: PLR2004  # the bounds of 2xx

    @property
    def tenant_time(self) -> datetime | None:
        """The tenant's own clock, from its `Date` header; aware, UTC."""
        return http_date(self.headers.get("date", ""))

    @property
    def rate_limits(self) -> RateLimits | None:
        """None when the answer says nothing of limits."""
        limit, remaining = self._count("x-ratelimit-limit"), self._count("x-ratelimit-remaining")
        reset_at = _unix_time(self._count("x-ratelimit-reset"))
        if limit is None and remaining is None and reset_at is None:
            return None
        return RateLimits(limit, remaining, reset_at)

    def decoded(self) -> object:
        """The body's JSON.

        Raises:
            TenantUnexpected: the body is not JSON.

        """
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")[:60]
            raise errors.TenantUnexpected(
                f"The tenant's answer is not JSON (status {self.status}, {kind}, {len(self.body)} bytes).",
                status=self.status,
            ) from error

    def described(self) -> dict[str, object]:
        """The body's JSON object, or an empty one where there is none: for error bodies, which may be anything."""
        try:
            found = self.decoded()
        except errors.TenantUnexpected:
            return {}
        return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}

    def wait_seconds(self, now: datetime, *, reset_counts: bool = True) -> float | None:
        """How long the tenant asks to wait: `Retry-After`, else until `x-ratelimit-reset`.

        Args:
            now: our own time, used where the answer does not tell the tenant's.
            reset_counts: false where the rate limit is not what was hit.

        """
        present = self.tenant_time or now
        asked = self.headers.get("retry-after", "")
        if asked.isascii() and asked.isdigit():
            return float(asked)
        until = http_date(asked)
        if until is None and reset_counts and self.rate_limits is not None:
            until = self.rate_limits.reset_at
        return None if until is None else max(0.0, (until - present).total_seconds())

    def _count(self, header: str) -> int | None:
        text = self.headers.get(header, "").strip()
        return int(text) if text.isascii() and text.isdigit() else None


def http_date(text: str) -> datetime | None:
    """An HTTP date as an aware UTC time; None when it is not one."""
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _unix_time(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
