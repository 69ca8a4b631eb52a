"""What mysqldump and pg_dump write reads as the database itself does."""

from pathlib import Path

import pytest

from samekey.errors import SourceDamaged, SourceUnrecognised
from samekey.records import SourceRecord
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from tests.strangers.sources.databases import Database

NOTES = [
    "plain",
    "",
    "it's",
    'say "x"',
    "back\\slash",
    "a\nb\r\nc\td",
    "); DROP TABLE users; --",
    "ünï©ode 😀",
    "\\N",
    "\\.",
    "x" * 3000,
]

POSTGRESQL_FORMS = [
    pytest.param((), id="copy"),
    pytest.param(("--inserts",), id="inserts"),
    pytest.param(("--column-inserts", "--rows-per-insert=3"), id="column inserts"),
    pytest.param(("--quote-all-identifiers",), id="quoted"),
]
MARIADB_FORMS = [
    pytest.param((), id="plain"),
    pytest.param(("--skip-extended-insert", "--complete-insert"), id="one row each"),
    pytest.param(("--hex-blob", "--compact"), id="hex"),
    pytest.param(("--skip-opt", "--skip-comments"), id="bare"),
    pytest.param(("--routines", "--triggers", "--events"), id="routines"),
]


def read(source: Source) -> list[dict[str, object]]:
    """The fields of every record, all of which must be sound."""
    items = list(source.read(source.ranges(1)[0]))
    records = [item.fields for item in items if isinstance(item, SourceRecord)]
    assert len(items) == len(records)
    return records


def values(*, backslash: bool) -> str:
    """Rows in SQL, with the notes in them."""
    notes = [note.replace("'", "''") for note in NOTES]
    notes = [note.replace("\\", "\\\\").replace("\r", "\\r") for note in notes] if backslash else notes
    return ",".join(f"({number}, '{note}')" for number, note in enumerate(notes, 1))


class TestPgDump:
    @pytest.fixture(autouse=True)
    def people(self, postgresql: Database) -> None:
        """A table of many types among others."""
        postgresql.run(
            "SET timezone = 'UTC'; DROP SCHEMA IF EXISTS dumped CASCADE; CREATE SCHEMA dumped;"
            'CREATE TABLE dumped.users (id int PRIMARY KEY, "the note" text, on_file boolean DEFAULT true,'
            " raw bytea DEFAULT '\\x00ff5c', at timestamptz DEFAULT '2026-11-23 12:00Z', n numeric(9,2) DEFAULT -1.5,"
            ' big numeric(20) DEFAULT 12345678901234567890, f float8 DEFAULT 0.5, doc jsonb DEFAULT \'{"a": "\\\\n"}\','
            " gone text, id2 uuid DEFAULT '00000000-0000-0000-0000-00000000000a');"
            f"INSERT INTO dumped.users VALUES {values(backslash=False)};"
            "CREATE TABLE dumped.roles (name text); INSERT INTO dumped.roles VALUES ('x');"
            "CREATE FUNCTION dumped.f() RETURNS text LANGUAGE sql AS 'SELECT ''; COPY users FROM stdin;'''"
        )

    @pytest.mark.parametrize("words", POSTGRESQL_FORMS)
    def test_reads_as_the_table(self, postgresql: Database, tmp_path: Path, words: tuple[str, ...]) -> None:
        """In every form of the dump."""
        path = tmp_path / "app.sql"
        path.write_bytes(postgresql.dumped(*words))
        live = read(open_source(f"{postgresql.address}?table=dumped.users"))
        assert NOTES == [person["the note"] for person in live]
        assert live == read(open_source(str(path), options=SourceOptions(table="dumped.users")))

    def test_is_damaged_wherever_it_is_cut(self, postgresql: Database, tmp_path: Path) -> None:
        """Between two statements as well."""
        whole = postgresql.dumped("--schema=dumped").rstrip()
        path = tmp_path / "app.sql"
        ends = whole.index(b"dump complete") + len("dump complete")
        behind = whole.index(b"\\.\n", whole.index(b"COPY dumped.users"))
        for size in [*range(behind - 50, behind + 50), *range(ends - 60, ends)]:
            path.write_bytes(whole[:size])
            with pytest.raises(SourceDamaged):
                read(open_source(str(path), options=SourceOptions(table="users")))


class TestMysqldump:
    @pytest.fixture(autouse=True)
    def people(self, mariadb: Database) -> None:
        """A table of many types among others."""
        mariadb.run(
            "DROP DATABASE IF EXISTS dumped; CREATE DATABASE dumped CHARACTER SET utf8mb4; USE dumped;"
            "CREATE TABLE users (id INT PRIMARY KEY, `the note` TEXT, on_file TINYINT(1) DEFAULT 1,"
            " raw VARBINARY(9) DEFAULT x'00ff5c27', at DATETIME DEFAULT '2026-11-23', n DECIMAL(9,2) DEFAULT -1.5,"
            " big BIGINT UNSIGNED DEFAULT 18446744073709551615, f DOUBLE DEFAULT 1e30, gone TEXT);"
            f"INSERT INTO users (id, `the note`) VALUES {values(backslash=True)};"
            "CREATE TABLE roles (name TEXT); INSERT INTO roles VALUES ('x');"
            "CREATE TRIGGER noted BEFORE INSERT ON users FOR EACH ROW SET NEW.gone = '; INSERT INTO users VALUES (1)';"
        )

    @pytest.mark.parametrize("words", MARIADB_FORMS)
    def test_reads_as_the_table(self, mariadb: Database, tmp_path: Path, words: tuple[str, ...]) -> None:
        """In every form of the dump."""
        path = tmp_path / "app.sql"
        path.write_bytes(mariadb.dumped(*words, "dumped"))
        live = read(open_source(f"{mariadb.address.removesuffix('app')}dumped?table=users"))
        assert NOTES == [person["the note"] for person in live]
        assert live == read(open_source(str(path), options=SourceOptions(table="users")))

    def test_of_one_table_needs_no_name(self, mariadb: Database, tmp_path: Path) -> None:
        """Of several, the error names them."""
        one, two = tmp_path / "one.sql", tmp_path / "two.sql"
        one.write_bytes(mariadb.dumped("dumped", "users"))
        two.write_bytes(mariadb.dumped("dumped"))
        assert len(NOTES) == len(read(open_source(str(one))))
        with pytest.raises(SourceUnrecognised, match="several tables: roles, users"):
            open_source(str(two))

    def test_is_damaged_wherever_it_is_cut(self, mariadb: Database, tmp_path: Path) -> None:
        """Between two statements as well."""
        whole = mariadb.dumped("dumped").rstrip()
        path = tmp_path / "app.sql"
        begins = whole.index(b"INSERT INTO `users`")
        for size in [*range(begins - 50, begins + 200, 3), *range(len(whole) - 400, len(whole) - 40, 3)]:
            path.write_bytes(whole[:size])
            with pytest.raises(SourceDamaged):
                read(open_source(str(path), options=SourceOptions(table="users")))
