"""Brute-force protection: ten wrong passwords in a row from one address close the door there.

Source: brute-force protection (`secure/attack-protection/brute-force-protection`), read on 2026-11-23:
default 10 per identifier and IP, 30 days, ended by an unblock call, a changed password or a right one before the limit.
"""

import sqlite3

from samekey.rehearsal.store import Store

FAILURES_MAX = 10
BLOCK_MS = 30 * 86_400 * 1000
MESSAGE = (
    "Your account has been blocked after multiple consecutive login attempts. "
    "We've sent you an email with instructions on how to unblock it."
)


def is_blocked(store: Store, *, connection_id: str, identity: str, ip: str, now_ms: int) -> bool:
    """Whether somebody may not try from an address now.

    Args:
        store: where failures are counted.
        connection_id: the directory.
        identity: the user id, or what was typed where there is nobody.
        ip: where the login comes from.
        now_ms: the present.

    """
    place = {"connection_id": connection_id, "identity": identity, "ip": ip, "since_ms": now_ms - BLOCK_MS}
    row = store.row("read_login_failures", place)
    return row is not None and row["failures"] >= FAILURES_MAX


def note(store: Store, *, connection_id: str, identity: str, ip: str, now_ms: int, is_right: bool) -> None:
    """Count a wrong password, or end the row with a right one."""
    place = {"connection_id": connection_id, "identity": identity, "ip": ip}
    if is_right:
        store.run("clear_login_failures", place)
    else:
        store.run("add_login_failure", {**place, "now_ms": now_ms})


def blocks(store: Store, identity: str, *, now_ms: int) -> list[sqlite3.Row]:
    """Where somebody may not try: `connection` and `ip`."""
    values = {"identity": identity, "limit": FAILURES_MAX, "since_ms": now_ms - BLOCK_MS}
    return store.rows("read_blocks", values)
