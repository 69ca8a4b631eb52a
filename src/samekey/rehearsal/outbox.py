"""Mails that a real tenant would have sent. They end here: a rehearsal writes to nobody."""

import sqlite3
from typing import Any

from samekey.rehearsal import tenant_clock
from samekey.rehearsal.store import Store

ADMINISTRATORS = "administrators of the tenant"


def put(store: Store, *, now_ms: int, recipient: str, kind: str, subject: str, body: str) -> None:
    """Add a mail.

    Args:
        store: where.
        now_ms: when.
        recipient: an address, or who is meant.
        kind: `import-completed` or `password-reset`.
        subject: its subject.
        body: its text.

    """
    row = {"created_ms": now_ms, "recipient": recipient, "kind": kind, "subject": subject, "body": body}
    store.run("insert_mail", row)


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A mail as the control address shows it."""
    return {
        "created_at": tenant_clock.as_text(row["created_ms"]),
        "to": row["recipient"],
        "kind": row["kind"],
        "subject": row["subject"],
        "body": row["body"],
    }
