"""Applications that sign people in here: registered by address, looked up by a request to /authorize."""

import sqlite3
from urllib.parse import urlsplit

import msgspec

from samekey.rehearsal import identifiers
from samekey.rehearsal.store import Store

_GRANTS = ["authorization_code", "refresh_token"]


def register(store: Store, address: str) -> str:
    """Make an application without a secret known, once.

    Args:
        store: where.
        address: where it runs; callback, logout address and allowed origin.

    Returns:
        Its client id.

    """
    role = f"app {address}"
    known = store.row("read_client_by_role", {"role": role})
    if known is not None:
        return str(known["client_id"])
    parts = urlsplit(address)
    bare = address.rstrip("/")
    row = {
        "client_id": identifiers.client_id(),
        "client_secret": "",
        "role": role,
        "name": parts.netloc or address,
        "grants": _text(_GRANTS),
        "scopes": "[]",
        "callbacks": _text(sorted({address, bare, f"{bare}/", f"{bare}/callback"})),
        "origins": _text([f"{parts.scheme}://{parts.netloc}"]),
    }
    store.run("insert_client", row)
    return str(row["client_id"])


def origins(store: Store) -> list[str]:
    """Every origin whose pages may read answers of this tenant."""
    found = {origin for row in store.rows("read_clients") for origin in texts(row["origins"])}
    return sorted(found)


def is_callback(client: sqlite3.Row, address: str) -> bool:
    """Whether an application may be sent to an address: letter by letter, as registered."""
    return address in texts(client["callbacks"])


def texts(column: str) -> list[str]:
    """A stored list of texts."""
    found: list[str] = msgspec.json.decode(column)
    return found


def _text(value: list[str]) -> str:
    return msgspec.json.encode(value).decode()
