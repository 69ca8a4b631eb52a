"""The rows of a joined source by their key, in a private file on disk.

They may hold stored passwords, so the file lies in a folder that only this user can enter, and goes with the object
that made it.
"""

import contextlib
import marshal
import os
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from samekey import temporary
from samekey.errors import SourceError
from samekey.lookup import Evaluate, ExpressionFailed, Fields, finder
from samekey.records import Position, Rejection
from samekey.sources.base import Source

EXAMPLES = 5
"""Positions that are named of what found no partner."""


@dataclass
class Unusable:
    """Rows that can belong to nobody."""

    count: int = 0
    examples: list[Position] = field(default_factory=list)

    def add(self, position: Position) -> None:
        """One more."""
        self.count += 1
        if self.count <= EXAMPLES:
            self.examples.append(position)


class Partners:
    """The rows of a source by key. It is written when it is first asked, and can be sent to another process, which
    reads the same file, or writes its own where it does not see that one.
    """

    def __init__(self, source: Source, key: str) -> None:
        """Args:
        source: whose rows.
        key: the expression that finds the key in a row.

        """
        self.source = source
        self.key = key
        self.unread = Unusable()
        """Rows that are damaged."""
        self.keyless = Unusable()
        """Rows without a key."""
        self.rows = 0
        """Rows that may belong to somebody."""
        self._path = ""
        self._connection: sqlite3.Connection | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the open file."""
        return {**self.__dict__, "_connection": None}

    def written(self) -> None:
        """Write the file if it is not there.

        Raises:
            SourceError: the joined source cannot be read to its end, or there is no room for the file.

        """
        self._opened()

    def of(self, key: str) -> Iterator[Fields]:
        """The rows that belong to a key, in the order of their source."""
        with _disk():
            for (fields,) in self._opened().execute("SELECT fields FROM partner WHERE key = ? ORDER BY number", (key,)):
                yield cast("Fields", marshal.loads(fields))  # noqa: S302  # our own file, which nobody else can write

    def numbers_of(self, key: str) -> list[int]:
        """The numbers of these rows."""
        with _disk():
            return [number for (number,) in self._opened().execute("SELECT number FROM partner WHERE key = ?", (key,))]

    def positions(self) -> Iterator[tuple[int, Position]]:
        """The number of every row, counted without gaps, and where it stands; in order."""
        with _disk():
            for number, place, line, byte, file in self._opened().execute(
                "SELECT number, place, line, byte, file FROM partner ORDER BY number"
            ):
                yield number, Position(place, line, byte, file)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            if not Path(self._path).is_file():
                self._write()
            address = f"file:{quote(self._path)}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            weakref.finalize(self, connection.close)
            self._connection = connection
        return self._connection

    def _write(self) -> None:
        with _disk():
            folder = temporary.make_folder()
            weakref.finalize(self, temporary.remove, folder)
            path = folder / "rows.sqlite"
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            self.unread, self.keyless, self.rows = Unusable(), Unusable(), 0
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                # Nobody needs the file after a crash.
                connection.executescript(
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                    "CREATE TABLE partner (number INTEGER PRIMARY KEY, key TEXT, place INTEGER, line INTEGER,"
                    " byte INTEGER, file TEXT, fields BLOB)"
                )
                connection.execute("BEGIN")
                connection.executemany("INSERT INTO partner VALUES (?, ?, ?, ?, ?, ?, ?)", self._usable())
                connection.execute("COMMIT")
                connection.execute("CREATE INDEX by_key ON partner (key)")
        self._path = str(path)

    def _usable(self) -> Iterator[tuple[object, ...]]:
        find = finder(self.key)
        for piece in self.source.ranges(1):
            for item in self.source.read(piece):
                place = item.position
                if isinstance(item, Rejection):
                    self.unread.add(place)
                    continue
                key = key_of(find, item.fields)
                if key is None:
                    self.keyless.add(place)
                    continue
                fields = marshal.dumps(item.fields)
                yield self.rows, key, place.index, place.line, place.byte, place.file, fields
                self.rows += 1


def key_of(find: Evaluate, fields: Fields) -> str | None:
    """The key of a record, as a text: a number in one source may be its digits in the other; None without one."""
    try:
        value = find(fields)
    except ExpressionFailed:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) and value else None


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as cause:
        raise SourceError(
            f"The joined rows cannot be kept in {tempfile.gettempdir()}: {cause}.",
            remedy="Make room there, or name another folder in TMPDIR.",
        ) from cause
