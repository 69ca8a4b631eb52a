"""Random texts that stand for something for a while: given once, kept as SHA-256, taken once."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from samekey.rehearsal import identifiers, tokens
from samekey.rehearsal.tenant import Tenant

_CHARS = 43
MFA_SECONDS = 600
CODE_SECONDS = 600


def give(tenant: Tenant, query: str, row: Mapping[str, Any], *, seconds: int) -> str:
    """A new text, kept under its digest with what it stands for.

    Args:
        tenant: where.
        query: the statement that keeps it.
        row: its values beside `digest` and `expires_ms`.
        seconds: how long it works.

    """
    text = identifiers.letters(_CHARS)
    expires_ms = tenant.clock.now_ms() + seconds * 1000
    tenant.store.run(query, {**row, "digest": tokens.digest(text), "expires_ms": expires_ms})
    return text


def read(tenant: Tenant, query: str, text: str) -> sqlite3.Row | None:
    """What a text stands for, while it works."""
    return tenant.store.row(query, {"digest": tokens.digest(text), "now_ms": tenant.clock.now_ms()})


def take(tenant: Tenant, read_query: str, delete_query: str, text: str) -> sqlite3.Row | None:
    """What a text stands for, and no longer after this."""
    digest = {"digest": tokens.digest(text)}
    with tenant.store.transaction():
        row = tenant.store.row(read_query, digest)
        tenant.store.run(delete_query, digest)
    return row
