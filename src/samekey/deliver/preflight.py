"""What must be true before the first job, asked of the tenant."""

from dataclasses import dataclass
from typing import Protocol

from samekey.client.wire import Connection
from samekey.errors import TenantRefused

NEEDED_SCOPES = ("create:users", "read:users", "read:connections")
"""What a delivery calls: import jobs, reading users back, finding the connection."""


class Administration(Protocol):
    """What a preflight asks of a tenant; `samekey.client.management.Management` answers."""

    def scopes(self) -> frozenset[str]:
        """The scopes that our token names; empty for a token that does not say."""
        ...

    def connection(self, name_or_id: str) -> Connection:
        """A connection by id or exact name; a `TenantRefused` names those that exist."""
        ...


@dataclass(frozen=True)
class Preflight:
    """What was found out."""

    connection: Connection
    warnings: tuple[str, ...]


def check(management: Administration, connection: str) -> Preflight:
    """Ask the tenant whether a delivery can begin.

    Args:
        management: speaks to the tenant.
        connection: name or id, as the person gave it.

    Raises:
        TenantRefused: credentials, scopes or connection will not do; nothing was sent.
        TenantError: the tenant could not be asked.

    """
    granted = management.scopes()
    missing = [scope for scope in NEEDED_SCOPES if granted and scope not in granted]
    if missing:
        raise TenantRefused(
            f"The client lacks the scopes {', '.join(missing)}.",
            remedy="Grant them to the machine-to-machine application under APIs, Auth0 Management API.",
        )
    found = management.connection(connection)
    if not found.is_database:
        raise TenantRefused(
            f"The connection {found.name} is not a database connection but {found.strategy}.",
            remedy="Name a database connection; users with passwords can go nowhere else.",
        )
    warnings = [] if granted else ["The token does not say which scopes it has; a missing one will show later."]
    if found.options.get("enabledDatabaseCustomization") and not found.options.get("import_mode"):
        raise TenantRefused(
            f"The connection {found.name} is a custom database without import mode.",
            remedy="Switch on 'Import Users to Auth0' in the connection's settings.",
        )
    return Preflight(found, tuple(warnings))
