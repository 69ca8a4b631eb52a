"""A job as seen from outside: its state is a function of what was stored and of the time."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from samekey.auth0 import limits, vocabulary
from samekey.rehearsal import tenant_clock

TIMEOUT_MS = limits.JOB_SECONDS_MAX * 1000
RETENTION_MS = limits.JOB_RETENTION_SECONDS * 1000
GONE = "gone"
"""All data of the job was deleted."""


@dataclass(frozen=True, slots=True)
class Times:
    """What decides a job's state."""

    created_ms: int
    due_ms: int | None
    """When its work is over at the earliest; None for a job that hangs."""
    fate: str
    """work, hang, fail or expire."""
    applied: bool
    """Its users are in the store (or its file was found unreadable)."""
    readable: bool
    """Its file is a JSON array; false also when that is not known yet."""


def state(times: Times, *, now_ms: int) -> str:
    """pending, completed or failed; `gone` after 24 hours or when it was made to expire.

    Source: import guide, read on 2026-11-23: jobs time out after two hours and are marked failed; all data is
    deleted after 24 hours (counted from creation: inferred).
    """
    if now_ms >= times.created_ms + RETENTION_MS:
        return GONE
    is_due = times.due_ms is not None and times.due_ms <= now_ms
    if is_due and times.fate == "expire":
        return GONE
    if is_due and times.fate == "fail":
        return vocabulary.JOB_FAILED
    if is_due and times.applied:
        return vocabulary.JOB_COMPLETED if times.readable else vocabulary.JOB_FAILED
    return vocabulary.JOB_FAILED if now_ms >= times.created_ms + TIMEOUT_MS else vocabulary.JOB_PENDING


def times_of(row: sqlite3.Row) -> Times:
    """The times of a stored job."""
    applied = row["applied_ms"] is not None
    return Times(row["created_ms"], row["due_ms"], row["fate"], applied=applied, readable=bool(row["readable"]))


def as_json(row: sqlite3.Row, state_now: str) -> dict[str, Any]:
    """A job as the Management API shows it, with the recorded keys in their order."""
    shown: dict[str, Any] = {
        "type": row["type"],
        "status": state_now,
        "connection_id": row["connection_id"],
        "connection": row["connection"],
        "created_at": tenant_clock.as_text(row["created_ms"]),
        "id": row["id"],
    }
    if row["external_id"]:
        shown["external_id"] = row["external_id"]
    if state_now == vocabulary.JOB_COMPLETED:
        shown["summary"] = {name: row[name] for name in ("failed", "updated", "inserted", "total")}
    return shown
