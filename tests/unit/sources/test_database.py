"""Databases are addressed without secrets, read without writing, and fail in one sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from samekey.errors import SamekeyError, SourceDamaged, SourceError, SourceUnrecognised, UsageError
from samekey.records import Rejection, SourceRecord
from samekey.sources import database_address
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions

PASSWORD = "Kestrel-41:river"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of two tables and a view."""
    path = tmp_path / "app's data?.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE users (email TEXT, id INTEGER PRIMARY KEY, photo BLOB, since TIMESTAMP);"
            "INSERT INTO users VALUES ('b@x.test', 2, x'00ff', '2020-01-01'), ('a@x.test', 1, NULL, 'never');"
            "CREATE TABLE roles (name TEXT); INSERT INTO roles VALUES (CAST(x'ff61' AS TEXT)), ('100%');"
            "CREATE VIEW everybody AS SELECT email FROM users"
        )
    return path


def read(address: str, options: SourceOptions | None = None) -> list[object]:
    """Fields or reasons."""
    source = open_source(address, options=options)
    items = source.read(source.ranges(1)[0])
    return [item.reason if isinstance(item, Rejection) else item.fields for item in items]


class TestAddress:
    @pytest.mark.parametrize(
        "address",
        [
            f"postgresql://me:{PASSWORD}@db/app",
            f"mysql://me:{PASSWORD.replace(':', '%3A')}@db/app",
            f"postgres://db/app?user=me&password={PASSWORD}",
            f"mariadb://me:{PASSWORD}@db:port/app",
        ],
    )
    def test_refuses_a_password_and_does_not_repeat_it(self, address: str) -> None:
        """What is typed into a shell stays in its history."""
        with pytest.raises(UsageError) as caught:
            open_source(address)
        told = str(caught.value) + caught.value.remedy
        assert ("Kestrel" in told, caught.value.__cause__) == (False, None)

    def test_takes_the_name_of_a_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A reference is no secret; the value is looked up when it is needed."""
        address = database_address.parse("postgresql://me:env:APP_DB@db:5433/app?table=auth.users&sslmode=require")
        monkeypatch.setenv("APP_DB", PASSWORD)
        expected = ("postgresql", "postgresql+psycopg://me@db:5433/app?sslmode=require", "auth.users", PASSWORD)
        assert expected == (address.system, address.url, address.table, address.password())

    def test_tells_a_variable_that_is_not_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before the database is asked."""
        monkeypatch.delenv("APP_DB", raising=False)
        with pytest.raises(UsageError, match="APP_DB is not set"):
            open_source("mysql://me:env:APP_DB@127.0.0.1:1/app")

    @pytest.mark.parametrize(
        "address", ["sqlite://", "sqlite:///:memory:", "postgresql://h:x/y", "mysql://h/d?table=a&table=b"]
    )
    def test_refuses_what_names_nothing(self, address: str) -> None:
        """In a sentence."""
        with pytest.raises(UsageError):
            open_source(address)

    def test_creates_no_file(self, tmp_path: Path) -> None:
        """A slip in the path does not leave an empty database behind."""
        with pytest.raises(SourceError, match="does not exist"):
            open_source(f"sqlite:///{tmp_path}/none.db")
        assert list(tmp_path.iterdir()) == []


class TestTable:
    def test_is_read_in_the_order_of_its_key(self, path: Path) -> None:
        """With real types."""
        expected = [
            {"email": "a@x.test", "id": 1, "photo": None, "since": "never"},
            {"email": "b@x.test", "id": 2, "photo": "00ff", "since": "2020-01-01"},
        ]
        assert expected == read(str(path), SourceOptions(table="users"))

    def test_may_stand_in_the_address(self, path: Path) -> None:
        """As may a view."""
        assert len(read(f"sqlite:///{path.rename(path.with_name('app.db'))}?table=everybody")) == 2

    def test_must_be_named_when_there_are_several(self, path: Path) -> None:
        """The error lists them."""
        with pytest.raises(SourceUnrecognised, match="several tables: everybody, roles, users") as caught:
            open_source(str(path))
        assert "--table" in caught.value.remedy

    def test_must_be_there(self, path: Path) -> None:
        """The error lists those that are."""
        with pytest.raises(SourceError, match="no table user; it has everybody, roles, users"):
            open_source(str(path), options=SourceOptions(table="user"))

    def test_rejects_text_that_is_not_utf8(self, path: Path) -> None:
        """And nobody else."""
        assert ["not-utf8", {"name": "100%"}] == read(str(path), SourceOptions(table="roles"))


class TestQuery:
    def test_yields_the_records(self, path: Path) -> None:
        """Percent signs and colons are the query's own."""
        query = "SELECT id, '100%s :a' AS it FROM users WHERE email LIKE 'b%' OR it = ':x'"
        assert [{"id": 1, "it": "100%s :a"}, {"id": 2, "it": "100%s :a"}][1:] == read(
            str(path), SourceOptions(query=query)
        )

    @pytest.mark.parametrize(
        ("query", "says"),
        [
            pytest.param("SELECT id, id FROM users", "more than one column 'id'", id="name twice"),
            pytest.param("SELECT nobody FROM users", "no such column: nobody", id="no such column"),
            pytest.param("DELETE FROM users", "readonly", id="writing"),
            pytest.param("PRAGMA user_version = 3", "readonly", id="writing what is no table"),
            pytest.param("-- nothing", "yields no rows", id="nothing"),
            pytest.param("SELECT 1; SELECT 2", "one statement", id="two"),
        ],
    )
    def test_is_refused_in_a_sentence(self, path: Path, query: str, says: str) -> None:
        """And nothing was written."""
        before = path.read_bytes()
        with pytest.raises(SamekeyError, match=says):
            read(str(path), SourceOptions(query=query))
        assert before == path.read_bytes()

    @pytest.mark.parametrize(
        "options", [SourceOptions(table="users", query="SELECT 1"), SourceOptions(key="users")], ids=["both", "key"]
    )
    def test_stands_alone(self, path: Path, options: SourceOptions) -> None:
        """Contradictions and options of other formats are refused."""
        with pytest.raises(UsageError):
            open_source(str(path), options=options)


class TestDamagedFile:
    def test_is_one_error_with_the_position(self, tmp_path: Path) -> None:
        """Everything before it was yielded."""
        path = tmp_path / "app.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, note TEXT)")
            connection.executemany("INSERT INTO users (note) VALUES (?)", [("x" * 500,)] * 2000)
            connection.commit()
        content = bytearray(path.read_bytes())
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 40960] = b"\x55" * 40960
        path.write_bytes(content)
        source = open_source(str(path))
        seen: list[SourceRecord | Rejection] = []
        with pytest.raises(SourceDamaged, match=r"failed in record \d+: .*malformed"):
            seen.extend(item for item in source.read(source.ranges(1)[0]))
        assert len(seen) > 500
