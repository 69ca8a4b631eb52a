"""The SQLite file under a journal: opened, brought up to date, and every error of it made ours.

Whoever writes uses one transaction, on disk when it ends (`synchronous = full`).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from samekey.errors import RunFolderError
from samekey.named_sql import load_migrations, load_queries

_QUERIES = load_queries("samekey.journal")


class JournalFile:
    """A journal's file, and the named statements that can be done with it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open a journal, or make it, and bring its schema up to date.

        Args:
            path: the SQLite file; its folder exists.
            read_only: only look; the file must exist.

        Raises:
            RunFolderError: the file cannot be opened, is damaged, or a newer samekey wrote it.

        """
        self.path = path
        with self._ours():
            if not read_only:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            mode = "ro" if read_only else "rw"
            address = f"{path.absolute().as_uri()}?mode={mode}"
            self._database = sqlite3.connect(address, uri=True, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        try:
            with self._ours():
                if not read_only:
                    self._prepare()
                self._check_version()
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.execute("pragma foreign_keys = on")
        version = self._version()
        for number, script in load_migrations("samekey.journal"):
            if number > version:
                self._database.executescript(f"begin;\n{script}\n; pragma user_version = {number}; commit;")

    def _check_version(self) -> None:
        version, known = self._version(), load_migrations("samekey.journal")[-1][0]
        if version > known:
            raise RunFolderError(f"{self.path} was written by a newer samekey.", remedy="Use that version.")
        if version < known:
            raise RunFolderError(
                f"{self.path} was not brought up to date yet.", remedy="Run samekey deliver on this run folder first."
            )

    def _version(self) -> int:
        return int(self._database.execute("pragma user_version").fetchone()[0])

    def _do(self, query: str, /, **values: Any) -> None:
        self._database.execute(_QUERIES[query], values)

    def _first(self, query: str, /, **values: Any) -> sqlite3.Row | None:
        with self._ours():
            row: sqlite3.Row | None = self._database.execute(_QUERIES[query], values).fetchone()
            return row

    def _all(self, query: str, /, **values: Any) -> list[sqlite3.Row]:
        with self._ours():
            return self._database.execute(_QUERIES[query], values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._ours():
            self._database.execute("begin immediate")
            try:
                yield
                self._database.execute("commit")
            except BaseException:
                if self._database.in_transaction:  # a full disk may have ended it already
                    self._database.execute("rollback")
                raise

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """No error of SQLite or of the disk leaves this file as such."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise RunFolderError(
                f"The journal {self.path} cannot be used: {reason}.",
                remedy="Make room or mend the file's permissions, then run the same command again; "
                "nothing already done is lost.",
            ) from error
