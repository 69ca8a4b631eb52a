"""Rate limits of the documented plans, and the headers that tell about them.

Source: the rate limit policy and its pages on the plans
(`troubleshoot/customer-support/operational-policies/rate-limit-policy`), read on 2026-11-23: headers
`x-ratelimit-limit`, `-remaining`, `-reset` on every answer; a token bucket per API. Whether the bucket or a fixed
window counts is contradicted there; this is a bucket.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls one API takes."""

    burst: int
    """Calls at once after a pause."""
    per_second: float
    """Calls a second for long."""


_NO_LIMIT = Pace(burst=1_000_000, per_second=1_000_000)
_LOGINS = Pace(burst=20, per_second=10 / 60)
"""Of one person from one address, on every plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The limits of a subscription."""

    management: Pace
    """Management API as a whole."""
    authentication: Pace
    """Authentication API."""
    endpoints: Mapping[str, Pace] = field(default_factory=dict)
    """Management API, by what a call does: see `endpoint_group`."""
    logins: Pace = _LOGINS
    """Logins of one person from one address."""


def _a_minute(burst: int, sustained: int) -> Pace:
    return Pace(burst, sustained / 60)


_ORGANIZATION_MEMBERS = {"write organization members": _a_minute(20, 200)}
_ESSENTIALS = {
    "read users": _a_minute(40, 500),
    "write users": _a_minute(20, 200),
    "delete users": _a_minute(20, 200),
    "read connections": _a_minute(5, 50),
    "read logs": _a_minute(10, 100),
    **_ORGANIZATION_MEMBERS,
}

PLANS = {
    "none": Plan(_NO_LIMIT, _NO_LIMIT, logins=_NO_LIMIT),
    "free": Plan(Pace(2, 2), Pace(300, 5)),
    "essentials": Plan(_a_minute(40, 500), Pace(25, 25), _ESSENTIALS),
    "enterprise": Plan(Pace(50, 16), Pace(100, 100), _ORGANIZATION_MEMBERS),
    "enterprise-test": Plan(Pace(10, 2), Pace(100, 100)),
}
"""By name; `none` never refuses. Essentials lists endpoints only: the largest of them stands for all (inferred)."""


def endpoint_group(method: str, path: str) -> str:
    """What a call to the Management API does, in the words of the plans' tables.

    Args:
        method: of the request.
        path: behind `/api/v2`, with its places in braces.

    """
    subject = "organization members" if "/members" in path else path.split("/")[1].removesuffix("-by-email")
    verb = {"GET": "read", "DELETE": "delete" if subject == "users" else "write"}.get(method, "write")
    return f"{verb} {subject}"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bucket said to one call."""

    is_allowed: bool
    limit: int
    remaining: int
    reset_s: int
    """When tokens are added, in seconds since 1970."""

    def headers(self, *, moved_seconds: float) -> dict[str, str]:
        """As they stand on the answer.

        Args:
            moved_seconds: how far the tenant's clock was moved: whoever waits does so by the clock of the world, and
                would wait for years otherwise.

        """
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(math.ceil(self.reset_s - moved_seconds)),
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


class Meter:
    """The buckets of the Management API: the global one is asked first, then the endpoint's."""

    def __init__(self, plan: Plan) -> None:
        """Args:
        plan: whose limits count.

        """
        self._whole = Bucket(plan.management)
        self._endpoints = {group: Bucket(pace) for group, pace in plan.endpoints.items()}

    def take(self, now_s: float, *, group: str = "") -> Grant:
        """Let one call through, or not.

        Args:
            now_s: the tenant's present, in seconds since 1970.
            group: what the call does.

        Returns:
            What the bucket said that has the last word.

        """
        grant = self._whole.take(now_s)
        bucket = self._endpoints.get(group)
        return bucket.take(now_s) if bucket is not None and grant.is_allowed else grant


class LoginPace:
    """How often one person may log in from one address."""

    _REMEMBERED_MAX = 10_000

    def __init__(self, pace: Pace) -> None:
        """Args:
        pace: of each.

        """
        self._pace = pace
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def take(self, now_s: float, *, identity: str, ip: str) -> bool:
        """Whether a login may be tried now; whoever came longest ago is forgotten first."""
        if self._pace is _NO_LIMIT:
            return True
        with self._lock:
            bucket = self._buckets.setdefault((identity, ip), Bucket(self._pace))
            self._buckets.move_to_end((identity, ip))
            if len(self._buckets) > self._REMEMBERED_MAX:
                self._buckets.popitem(last=False)
        return bucket.take(now_s).is_allowed
