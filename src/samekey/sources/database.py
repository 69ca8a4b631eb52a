"""Tables and queries of databases, read through one server-side cursor in one transaction that cannot write.

A table is read in the order of its primary key, so that a record has the same index in every pass. A table without one,
and a query that does not order its rows, come in the order the database chooses; name an order in the query if more
than one pass matters.
"""

import contextlib
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised, UsageError
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, content, extras, tables, values
from samekey.sources.database_address import DatabaseAddress
from samekey.sources.options import SourceOptions

if TYPE_CHECKING:
    import sqlalchemy

_ROWS_AT_ONCE = 500
_TABLES_NAMED = 12
_CONNECT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """The rows of a table or a query. It is one range; a position is the number of the row."""

    address: DatabaseAddress
    """Where the database is."""
    table: str = ""
    """The table, with its schema where needed: `auth.users`."""
    query: str = ""
    """The query in place of a table."""

    def describe(self) -> base.Description:
        """What this source is. Its fingerprint is that of the records, in order."""
        size = None
        if self.address.system == "sqlite":
            size = content.file_size_bytes(Path(self.address.url), self.address.written)
        return base.Description(self.address.written, self.address.system, size, self._fingerprint)

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """All rows."""
        return [base.Range()]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every row."""
        index = piece.index if after is None else after.index + 1
        with _connected(self.address) as connection, contextlib.closing(self._rows(connection)) as rows:
            names = _names(rows, self.address.written)
            cells = islice(rows, index, None)
            try:
                for row in cells:
                    item = values.record(Position(index), names, row)
                    index += 1
                    yield item
            except GeneratorExit:
                _abandon(rows, connection)
                raise
            except _failures() as cause:
                raise SourceDamaged(
                    f"{self.address.written} failed in {Position(index)}: {_reason(cause)}. Everything before it was "
                    "read.",
                    remedy="Look at the database and the network, then run the same command again.",
                ) from None

    def _rows(self, connection: "sqlalchemy.Connection") -> "sqlalchemy.CursorResult[Any]":
        import sqlalchemy

        streaming = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE, no_parameters=True)
        if self.query:
            return streaming.exec_driver_sql(self.query)
        schema, name = _split(self.table)
        keys = _primary_key(connection, schema, name)
        everything = sqlalchemy.select(sqlalchemy.text("*")).select_from(sqlalchemy.table(name, schema=schema))
        return streaming.execute(everything.order_by(*[sqlalchemy.column(key) for key in keys]))

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for item in self.read(base.Range()):
            digest.update(msgspec.json.encode(item.fields if isinstance(item, SourceRecord) else item.reason) + b"\n")
        return digest.hexdigest()


def open_database(address: DatabaseAddress, options: SourceOptions) -> DatabaseSource:
    """The source in a database.

    Args:
        address: where it is, and perhaps its table.
        options: `table` or `query`; without either, and without a table in the address, the only table is taken.

    Raises:
        UsageError: more than one of them was given, or an option that means nothing here.
        SourceError: the database cannot be reached, or has no such table.
        SourceUnrecognised: it has several tables and none was named.

    """
    options.refuse_all_but("table", "query", source_format=address.system)
    table = options.table or address.table
    if bool(options.query) + bool(options.table) + bool(address.table) > 1:
        raise UsageError("A table and a query, or two tables, were named.", remedy="Name one of them.")
    if options.query:
        return DatabaseSource(address, query=options.query)
    with _connected(address) as connection:
        return DatabaseSource(address, table=_table(connection, table, address.written))


def _table(connection: "sqlalchemy.Connection", wanted: str, address: str) -> str:
    """The table that was named, or the only one."""
    import sqlalchemy

    inspector = sqlalchemy.inspect(connection)
    schema, name = _split(wanted)
    if wanted and inspector.has_table(name, schema):
        return wanted
    found = sorted([*inspector.get_table_names(schema), *inspector.get_view_names(schema)])
    if len(found) == 1 and not wanted:
        return found[0]
    named = ", ".join(found[:_TABLES_NAMED]) + (", …" if len(found) > _TABLES_NAMED else "")
    holds = f"it has {named}" if found else "it has no table at all"
    if wanted:
        raise SourceError(f"{address} has no table {wanted}; {holds}.", remedy="Name a table with --table.")
    if not found:
        raise SourceError(f"{address} has no table.", remedy="Check the name of the database.")
    raise SourceUnrecognised(
        f"{address} has several tables: {named}.",
        remedy=f"Name one, perhaps --table {tables.likeliest(found)}, or write a --query.",
    )


def _primary_key(connection: "sqlalchemy.Connection", schema: str | None, table: str) -> list[str]:
    import sqlalchemy

    if connection.dialect.name not in ("mysql", "mariadb"):
        return list(sqlalchemy.inspect(connection).get_pk_constraint(table, schema)["constrained_columns"])
    # SQLAlchemy reads SHOW CREATE TABLE, which is not text where a column of bytes has a default.
    rows = connection.execute(
        sqlalchemy.text(
            "SELECT column_name FROM information_schema.key_column_usage WHERE constraint_name = 'PRIMARY'"
            " AND table_name = :table AND table_schema = COALESCE(:schema, DATABASE()) ORDER BY ordinal_position"
        ),
        {"table": table, "schema": schema},
    )
    return [str(name) for (name,) in rows]


def _split(table: str) -> tuple[str | None, str]:
    schema, _, name = table.rpartition(".")
    return schema or None, name


def _abandon(rows: "sqlalchemy.CursorResult[Any]", connection: "sqlalchemy.Connection") -> None:
    """Leave a result in the middle at once.

    PyMySQL reads all that is left, be it hours, before it lets go of a cursor or of its connection, and has no word for
    "no more": its result has to be told that there is nothing left.
    """
    unfinished = getattr(rows.cursor, "_result", None)
    if unfinished is not None and hasattr(unfinished, "unbuffered_active"):
        unfinished.unbuffered_active = False
        connection.invalidate()


def _names(rows: "sqlalchemy.CursorResult[Any]", address: str) -> list[str]:
    if not rows.returns_rows:
        raise UsageError("The query yields no rows.", remedy="Write a SELECT.")
    names = list(rows.keys())
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise SourceError(
            f"The query of {address} yields more than one column {twice[0]!r}.", remedy="Name them apart with AS."
        )
    return names


@contextlib.contextmanager
def _connected(address: DatabaseAddress) -> "Iterator[sqlalchemy.Connection]":
    """A connection that cannot write; every failure on the way is one of ours."""
    engine = _engine(address)
    try:
        with engine.connect() as connection:
            if address.system == "postgresql":
                connection.execution_options(postgresql_readonly=True)
            elif address.system in ("mysql", "mariadb"):
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            yield connection
    except _failures() as cause:
        # Not chained: drivers put the address, and now and then the password, into what they raise.
        raise SourceError(
            f"{address.written} cannot be read: {_reason(cause)}.",
            remedy="Check the address, the user's rights and the query.",
        ) from None
    finally:
        engine.dispose()


def _engine(address: DatabaseAddress) -> "sqlalchemy.Engine":
    with extras.needed("sql", for_what="Databases"):
        import sqlalchemy
    pool = sqlalchemy.NullPool
    if address.system == "sqlite":
        path = Path(address.url)
        content.file_size_bytes(path, address.written)
        return sqlalchemy.create_engine("sqlite://", creator=lambda: _open_sqlite(path), poolclass=pool)
    url = sqlalchemy.make_url(address.url).set(password=address.password())
    arguments: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
    if address.system != "postgresql" and (Path.home() / ".my.cnf").is_file():
        arguments["read_default_file"] = str(Path.home() / ".my.cnf")
    with extras.needed("sql", for_what="Databases"):
        return sqlalchemy.create_engine(url, poolclass=pool, connect_args=arguments, hide_parameters=True)


def _open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    # Text that is not UTF-8 goes through as what cannot be encoded, so that it is its record which gets rejected.
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


def _failures() -> tuple[type[Exception], ...]:
    """What reading a database may raise; beside SQLAlchemy's, what drivers raise over damaged files and answers."""
    import sqlalchemy

    return (sqlalchemy.exc.SQLAlchemyError, OSError, OverflowError, UnicodeError, sqlite3.Error)


def _reason(cause: Exception) -> str:
    """Why it failed, in the driver's first line where that cannot hold a value of a record."""
    import sqlalchemy

    told = sqlalchemy.exc
    if isinstance(cause, told.DBAPIError) and not isinstance(cause, told.DataError | told.IntegrityError):
        arguments = cause.orig.args if cause.orig is not None else ()
        return str(arguments[-1] if arguments else cause.orig).strip().partition("\n")[0].rstrip(".")
    return type(cause).__name__
