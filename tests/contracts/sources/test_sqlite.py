"""SQLite files keep the promises of a source."""

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import ClassVar

from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, FileContract


def sqlite_file(people: list[Fields]) -> bytes:
    """A database with one table that holds these people."""
    with closing(sqlite3.connect(":memory:")) as connection:
        columns = ", ".join(people[0])
        declared = columns if "id" in people[0] else f"id, {columns}"
        connection.execute(f"CREATE TABLE people ({declared.replace('id', 'id INTEGER PRIMARY KEY')})")
        places = ", ".join("?" for _ in people[0])
        connection.executemany(
            f"INSERT INTO people ({columns}) VALUES ({places})", [tuple(person.values()) for person in people]
        )
        connection.commit()
        return connection.serialize()


class TestSqlite(FileContract):
    source_format = "sqlite"
    options = SourceOptions(query="SELECT username, hash, note FROM people ORDER BY id")

    def encoded(self, people: list[Fields]) -> bytes:
        """A table."""
        return sqlite_file(people)

    def fingerprint(self, content: bytes) -> str:
        """That of the records: a database file changes without any of them changing."""
        assert content
        lines = [json.dumps(person, ensure_ascii=False, separators=(",", ":")) + "\n" for person in self.people]
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class TestSqliteTable(TestSqlite):
    options = SourceOptions(table="people")
    people: ClassVar[list[Fields]] = [{"id": number, **person} for number, person in enumerate(PEOPLE * 3, 1)]

    def encoded(self, people: list[Fields]) -> bytes:
        """A table whose records were put in backwards, under their ids."""
        return sqlite_file([{**person, "id": number} for number, person in enumerate(people, 1)][::-1])
