"""Rate limits of the documented plans, and the headers that tell about them.

Source: the rate limit policy and its pages on the plans
(`troubleshoot/customer-support/operational-policies/rate-limit-policy`), read on 2026-11-23: headers
`x-ratelimit-limit`, `-remaining`, `-reset` on every answer; a token bucket per API. Whether the bucket or a fixed
window counts is contradicted there; this is a bucket.
"""

import math
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls one API takes."""

    burst: int
    """Calls at once after a pause."""
    per_second: float
    """Calls a second for long."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The limits of a subscription."""

    management: Pace
    """Management API."""
    authentication: Pace
    """Authentication API."""


_NO_LIMIT = Pace(burst=1_000_000, per_second=1_000_000)

PLANS = {
    "none": Plan(_NO_LIMIT, _NO_LIMIT),
    "free": Plan(Pace(2, 2), Pace(300, 5)),
    "essentials": Plan(Pace(40, 500 / 60), Pace(25, 25)),
    "enterprise": Plan(Pace(50, 16), Pace(100, 100)),
    "enterprise-test": Plan(Pace(10, 2), Pace(100, 100)),
}
"""By name; `none` never refuses. Essentials and Professional count per endpoint, most at 40 and 500 a minute."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bucket said to one call."""

    is_allowed: bool
    limit: int
    remaining: int
    reset_s: int
    """When tokens are added, in seconds since 1970."""

    def headers(self) -> dict[str, str]:
        """As they stand on the answer."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(self.reset_s),
        }


class Bucket:
    """A token bucket for one API."""

    def __init__(self, pace: Pace) -> None:
        """Args:
        pace: how many calls it takes.

        """
        self._pace = pace
        self._lock = threading.Lock()
        self._tokens = float(pace.burst)
        self._filled_at: float | None = None

    def take(self, now_s: float) -> Grant:
        """Let one call through, or not.

        Args:
            now_s: the tenant's present, in seconds since 1970.

        """
        pace = self._pace
        with self._lock:
            if self._filled_at is not None:
                gained = max(0.0, now_s - self._filled_at) * pace.per_second
                self._tokens = min(float(pace.burst), self._tokens + gained)
            self._filled_at = now_s
            is_allowed = self._tokens >= 1
            if is_allowed:
                self._tokens -= 1
            wait_s = max(0.0, 1 - self._tokens) / pace.per_second
            return Grant(is_allowed, pace.burst, int(self._tokens), math.floor(now_s + wait_s) + 1)
