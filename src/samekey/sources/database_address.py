"""Addresses of databases: what they name, and that no password stands in them."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from samekey.errors import UsageError
from samekey.sources import extras

DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
"""The schemes of addresses, with the driver that SQLAlchemy is told to use."""

_SECRET_PARAMETERS = {"password", "passwd", "sslpassword"}
_TABLE_NAMED = re.compile(r"([?&])table=[^&]*(&?)")
_ENV = "env:"
_HOW = (
    "Leave the password out and set PGPASSWORD or MYSQL_PWD, use ~/.pgpass or ~/.my.cnf, or name a variable: "
    "postgresql://me:env:DB_PASSWORD@host/database"
)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is, without anything secret."""

    written: str
    """As the user wrote it."""
    system: str
    """sqlite, postgresql, mysql or mariadb."""
    url: str
    """For SQLAlchemy; without a password. The path of the file for SQLite."""
    table: str = ""
    """The table that the address names; empty when it names none."""
    password_variable: str = ""
    """The environment variable that holds the password; empty to leave it to the driver."""

    def password(self) -> str | None:
        """The password from the environment, None to leave it to the driver.

        Raises:
            UsageError: the variable that the address names is not set.

        """
        if not self.password_variable:
            return os.environ.get("MYSQL_PWD") if self.system in ("mysql", "mariadb") else None
        password = os.environ.get(self.password_variable)
        if password is None:
            raise UsageError(f"{self.password_variable} is not set.", remedy=f"export {self.password_variable}=…")
        return password


def parse(address: str) -> DatabaseAddress:
    """Read the address of a database.

    Args:
        address: a URL whose scheme is one of `DRIVERS`; `?table=` names the table.

    Raises:
        UsageError: it holds a password, or cannot be read; nothing of it is shown then.

    """
    with extras.needed("sql", for_what="Databases"):
        import sqlalchemy
    scheme, _, rest = address.partition("://")
    scheme = scheme.lower()
    system = DRIVERS[scheme].partition("+")[0]
    try:
        url = sqlalchemy.make_url(f"{DRIVERS[scheme]}://{rest}")
    except (sqlalchemy.exc.ArgumentError, ValueError) as cause:
        # Not chained: what could not be read may hold a password.
        del cause
        raise UsageError(
            f"This {scheme}:// address cannot be read.", remedy=f"Write {scheme}://user@host:port/database?table=users"
        ) from None
    secret = str(url.password or "")
    if (secret and not secret.startswith(_ENV)) or _SECRET_PARAMETERS & set(url.query):
        raise UsageError(f"A password stands in the {scheme}:// address.", remedy=_HOW)
    table = url.query.get("table", "")
    if not isinstance(table, str):
        raise UsageError("The address names more than one table.", remedy="Name one, or use --query.")
    if system == "sqlite":
        return DatabaseAddress(address, system, _sqlite_path(url.database or ""), table)
    query = {name: value for name, value in url.query.items() if name != "table"}
    bare = sqlalchemy.URL.create(
        url.drivername, url.username, host=url.host, port=url.port, database=url.database, query=query
    )
    return DatabaseAddress(address, system, bare.render_as_string(), table, secret.removeprefix(_ENV))


def without_table(address: str) -> str:
    """An address that names no table."""
    return _TABLE_NAMED.sub(lambda found: found[1] if found[2] else "", address)


def at_file(address: str, path: Path) -> DatabaseAddress:
    """The address of an SQLite file that was named by its path."""
    return DatabaseAddress(address, "sqlite", str(path))


def _sqlite_path(database: str) -> str:
    if database in ("", ":memory:"):
        raise UsageError(
            "The sqlite:// address names no file.", remedy="Write three slashes before a path: sqlite:///app.db"
        )
    return unquote(database)
