"""The tenant's SQLite file: opened, brought up to date, read and written by named statements.

One process owns a store. Any thread may read at any time (WAL); writers take turns at a lock of our own, since
SQLite's way of waiting is sleeping. What belongs together is written in one `transaction()`; on a thread that is in
one, every other method works inside it.
"""

import operator
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from samekey import errors, named_sql

_FILE_MODE = 0o600
_BUSY_MS = 30_000
_CHECKPOINT_PAGES = 8_000
"""32 MB of log before it is copied into the database: a large import writes its index pages again and again."""
_STEPS_BETWEEN_LOOKS = 1_000
"""Steps of SQLite's machine between two looks at the time."""
_PARAMETER = re.compile(r":(\w+)")


class StoreUnusable(errors.SamekeyError):
    """The rehearsal tenant's store cannot be used."""

    code = "rehearsal-store"
    exit_code = errors.ExitCode.USAGE


class TookTooLong(errors.SamekeyError):
    """A search was stopped, since it took too long."""

    code = "rehearsal-search"


class Store:
    """Durable state of one rehearsal tenant."""

    def __init__(self, path: Path) -> None:
        """Args:
        path: the database file; made when missing, readable by its owner only.

        Raises:
            StoreUnusable: when it cannot be opened, is not such a store, or comes from a newer samekey.

        """
        self.path = path
        self._queries = named_sql.load_queries("samekey.rehearsal")
        self._positional: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}
        self._write_lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self._here = threading.local()
        try:
            path.touch(mode=_FILE_MODE)
            path.chmod(_FILE_MODE)
            self._migrate()
        except (OSError, sqlite3.Error) as problem:
            self.close()
            raise StoreUnusable(f"The store {path} cannot be used: {type(problem).__name__}.") from problem

    def rows(
        self, query: str, values: Mapping[str, Any] | None = None, clauses: Mapping[str, str] | None = None
    ) -> list[sqlite3.Row]:
        """Every row that the named statement gives.

        Args:
            query: its name.
            values: its parameters.
            clauses: SQL of our own for its places in braces; never text from outside.

        """
        with self._connection() as connection:
            return connection.execute(self._statement(query, clauses), values or {}).fetchall()

    def row(
        self, query: str, values: Mapping[str, Any] | None = None, clauses: Mapping[str, str] | None = None
    ) -> sqlite3.Row | None:
        """The first row that the named statement gives, or None."""
        with self._connection() as connection:
            first: sqlite3.Row | None = connection.execute(self._statement(query, clauses), values or {}).fetchone()
            return first

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Stop the reading inside when it takes longer; not for use in a transaction.

        Raises:
            TookTooLong: when it did.

        """
        deadline = time.monotonic() + seconds
        with self._connection() as connection:
            self._here.connection = connection
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
            try:
                yield
            except sqlite3.OperationalError as problem:
                if time.monotonic() > deadline:
                    raise TookTooLong from problem
                raise
            finally:
                connection.set_progress_handler(None, 0)
                del self._here.connection

    def run(self, query: str, values: Mapping[str, Any] | None = None) -> int:
        """Run a named statement that changes something.

        Returns:
            How many rows it changed.

        """
        with self._write_lock, self._connection() as connection:
            return connection.execute(self._queries[query], values or {}).rowcount

    def run_many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a named statement of two parameters or more once for each row; inside a transaction, or each alone."""
        statement, values = self._by_position(query)
        with self._write_lock, self._connection() as connection:
            connection.executemany(statement, map(values, rows))

    def insert_columns(self, query: str, columns: Mapping[str, Iterable[Any]]) -> None:
        """Run a named statement with places for columns and values; inside a transaction, or each row alone.

        Args:
            query: its name.
            columns: values, all equally many, by the name of their column; the names never come from outside.

        """
        clauses = {"columns": ", ".join(columns), "places": ", ".join("?" * len(columns))}
        with self._write_lock, self._connection() as connection:
            connection.executemany(self._statement(query, clauses), zip(*columns.values(), strict=True))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does."""
        with self._write_lock, self._connection() as connection:
            connection.execute("begin immediate")
            self._here.connection = connection
            try:
                yield
            except BaseException:
                connection.execute("rollback")
                raise
            else:
                connection.execute("commit")
            finally:
                del self._here.connection

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the whole store, readable by its owner only."""
        path.touch(mode=_FILE_MODE)
        copy = sqlite3.connect(path)
        try:
            with self._connection() as connection:
                connection.backup(copy)
        finally:
            copy.close()

    def copy_from(self, path: Path) -> None:
        """Replace everything by a copy made earlier."""
        copy = sqlite3.connect(path)
        try:
            with self._write_lock, self._connection() as connection:
                copy.backup(connection)
        finally:
            copy.close()

    def close(self) -> None:
        """Close every connection. The store cannot be used afterwards."""
        with self._pool_lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._idle.clear()

    def _by_position(self, query: str) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        """A statement with question marks for names, and what picks their values: SQLite binds those much faster."""
        found = self._positional.get(query)
        if found is None:
            statement = self._queries[query]
            names = _PARAMETER.findall(statement)
            found = self._positional[query] = (_PARAMETER.sub("?", statement), operator.itemgetter(*names))
        return found

    def _statement(self, query: str, clauses: Mapping[str, str] | None) -> str:
        return self._queries[query].format_map(clauses) if clauses else self._queries[query]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        inside: sqlite3.Connection | None = getattr(self._here, "connection", None)
        if inside is not None:
            yield inside
            return
        with self._pool_lock:
            connection = self._idle.pop() if self._idle else self._open()
        try:
            yield connection
        finally:
            with self._pool_lock:
                self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._all.append(connection)
        connection.row_factory = sqlite3.Row
        # A process that is killed loses nothing with `normal`; only a machine that loses power may lose the last
        # moments, and a rehearsal on a machine that lost power is begun anew.
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(f"pragma wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute("pragma foreign_keys = on")
        return connection

    def _migrate(self) -> None:
        scripts = named_sql.load_migrations("samekey.rehearsal")
        with self._write_lock, self._connection() as connection:
            version = int(connection.execute("pragma user_version").fetchone()[0])
            if version > len(scripts):
                raise StoreUnusable(f"The store {self.path} was written by a newer samekey.")
            for number, script in scripts[version:]:
                connection.executescript(f"begin immediate;\n{script}\n;pragma user_version = {number};\ncommit;")
