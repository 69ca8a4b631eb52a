"""The tenant log: what it says, and when it can be read.

Source: log event type codes (`deploy-monitor/logs/log-event-type-codes`) and the log schema, read on
2026-11-23. Real entries arrive late and some never do; both are levers here.
"""

import sqlite3
from typing import Any

import msgspec
from starlette.requests import Request

from samekey.rehearsal import tenant_clock
from samekey.rehearsal.levers import Levers
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant_clock import TenantClock

_LIMIT_LINE_MS = 60_000


class TenantLog:
    """Writes the log of one tenant."""

    def __init__(self, store: Store, clock: TenantClock, levers: Levers) -> None:
        """Args:
        store: where lines go.
        clock: the tenant's clock.
        levers: how late lines come, and how many are lost.

        """
        self._store = store
        self._clock = clock
        self._levers = levers
        self._written = 0
        self._limited_ms: dict[str, int] = {}

    def write(
        self,
        kind: str,
        description: str,
        *,
        client: tuple[str, str] = ("", ""),
        connection: tuple[str, str] = ("", ""),
        user: tuple[str, str] = ("", ""),
        request: Request | None = None,
        ip: str = "",
        details: Any = None,
    ) -> None:
        """Add a line, unless it is one of those that get lost.

        Args:
            kind: the event's code, such as `sapi`.
            description: for a person.
            client: id and name of the application.
            connection: id and name of the directory.
            user: id of the person, and what they are called.
            request: where it came from.
            ip: where it came from, when there is no request.
            details: anything more; never a secret.

        """
        self._written += 1
        if self._levers.log_lost_every and self._written % self._levers.log_lost_every == 0:
            return
        now_ms = self._clock.now_ms()
        self._store.run(
            "insert_log",
            {
                "date_ms": now_ms,
                "visible_ms": now_ms + int(self._levers.log_delay_seconds * tenant_clock.MILLISECONDS),
                "type": kind,
                "description": description,
                "client_id": client[0] or None,
                "client_name": client[1] or None,
                "connection_id": connection[0] or None,
                "connection": connection[1] or None,
                "user_id": user[0] or None,
                "user_name": user[1] or None,
                "ip": ip or (request.client.host if request is not None and request.client else "") or None,
                "user_agent": (request.headers.get("user-agent") if request is not None else None) or None,
                "details": None if details is None else msgspec.json.encode(details).decode(),
            },
        )

    def write_limit(self, api: str, *, request: Request) -> None:
        """Say that a rate limit was reached: at most once a minute for each API, since storms come in thousands."""
        now_ms = self._clock.now_ms()
        if now_ms - self._limited_ms.get(api, -_LIMIT_LINE_MS) >= _LIMIT_LINE_MS:
            self._limited_ms[api] = now_ms
            self.write("api_limit", f"Rate limit on the {api}", request=request)


def log_id(number: int) -> str:
    """A line's id: texts that sort as the lines do."""
    return f"{number:024d}"


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A line as the Management API shows it."""
    shown: dict[str, Any] = {
        "date": tenant_clock.as_text(row["date_ms"]),
        "type": row["type"],
        "description": row["description"],
        **{
            name: row[name]
            for name in (
                "client_id",
                "client_name",
                "connection",
                "connection_id",
                "ip",
                "user_agent",
                "user_id",
                "user_name",
            )
        },
        "details": None if row["details"] is None else msgspec.json.decode(row["details"]),
        "log_id": log_id(row["number"]),
        "_id": log_id(row["number"]),
    }
    return {name: value for name, value in shown.items() if value is not None}
