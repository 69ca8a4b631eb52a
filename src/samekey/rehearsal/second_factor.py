"""Second factors that came with an import: who has one, and whether a code is right."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from samekey.rehearsal import one_time_codes
from samekey.rehearsal.tenant import Tenant

ASK_ENROLLED = "enrolled"
"""Ask whoever has a factor."""


def secrets_of(user: sqlite3.Row) -> list[str]:
    """The TOTP secrets of a person."""
    factors: Iterable[dict[str, Any]] = msgspec.json.decode(user["mfa_factors"] or "[]")
    return [str(factor["totp"]["secret"]) for factor in factors if "totp" in factor]


def is_needed(tenant: Tenant, user: sqlite3.Row) -> bool:
    """Whether a login must bring a second factor."""
    return tenant.settings.mfa == ASK_ENROLLED and bool(secrets_of(user))


def is_right(tenant: Tenant, user: sqlite3.Row, typed: str) -> bool:
    """Whether a one-time code is right; a right one is used up."""
    now_s = tenant.clock.now().timestamp()
    for secret in secrets_of(user):
        step = one_time_codes.matching_step(secret, typed.replace(" ", ""), now_s=now_s)
        if step is not None:
            return bool(tenant.store.run("use_factor_step", {"user_number": user["number"], "step": step}))
    return False
