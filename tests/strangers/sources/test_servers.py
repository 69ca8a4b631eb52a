"""PostgreSQL and MariaDB, really running, keep the promises of a source."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from samekey.errors import SamekeyError, SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import Rejection, SourceRecord
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, SourceContract
from tests.strangers.sources.databases import Database

_numbers = itertools.count()


def read(source: Source) -> list[Any]:
    """Fields or reasons."""
    items = source.read(source.ranges(1)[0])
    return [item.reason if isinstance(item, Rejection) else item.fields for item in items]


def quoted(text: str, *, backslash: bool) -> str:
    """A text in SQL."""
    doubled = text.replace("'", "''")
    return "'" + (doubled.replace("\\", "\\\\") if backslash else doubled) + "'"


class ServerContract(SourceContract):
    people: ClassVar[list[Fields]] = [{"id": number, **person} for number, person in enumerate(PEOPLE, 1)]
    backslash: bool

    @pytest.fixture
    def holding(self, server: Database) -> Iterator[Callable[[list[Fields]], Source]]:
        """People become a table, put in backwards."""
        made: list[str] = []

        def holding(people: list[Fields]) -> Source:
            table = f"people{next(_numbers)}"
            made.append(table)
            rows = [
                f"({number}, " + ", ".join(quoted(person[name], backslash=self.backslash) for name in PEOPLE[0]) + ")"
                for number, person in enumerate(people, 1)
            ]
            rows.reverse()
            server.run(
                f"CREATE TABLE {table} (id INT PRIMARY KEY, username VARCHAR(99), hash VARCHAR(99), note VARCHAR(99));"
                + "".join(
                    f"INSERT INTO {table} VALUES {','.join(rows[at : at + 1000])};" for at in range(0, len(rows), 1000)
                )
            )
            return open_source(f"{server.address}?table={table}")

        yield holding
        server.run("".join(f"DROP TABLE {table};" for table in made))


class TestPostgresql(ServerContract):
    backslash = False

    @pytest.fixture
    def server(self, postgresql: Database) -> Database:
        """The one under test."""
        return postgresql


class TestMariadb(ServerContract):
    backslash = True

    @pytest.fixture
    def server(self, mariadb: Database) -> Database:
        """The one under test."""
        return mariadb


class TestPostgresqlTypes:
    def test_become_json(self, postgresql: Database) -> None:
        """Real types by the rules of `values`."""
        postgresql.run(
            "CREATE SCHEMA auth; CREATE TYPE auth.plan AS ENUM ('free', 'pro');"
            "CREATE TABLE auth.users (id uuid PRIMARY KEY, n numeric(20), d numeric(9,2), f float8,"
            " b boolean, at timestamptz, local timestamp, day date, span interval, raw bytea, doc jsonb,"
            " tags text[], host inet, plan auth.plan, gone text);"
            "INSERT INTO auth.users VALUES ('00000000-0000-0000-0000-00000000000a', 12345678901234567890, 10.50,"
            " 0.5, true, '2026-11-23 12:00+02', '2026-11-23 12:00', '2026-11-23', '90 minutes',"
            " '\\x00ff', '{\"a\": [1, null]}',"
            " '{x,y}', '10.0.0.1', 'pro', NULL)"
        )
        (found,) = read(open_source(f"{postgresql.address}?table=auth.users"))
        # A server answers in its own time zone; the instant is the same.
        assert found.pop("at").startswith("2026-11-23T")
        expected = {
            "id": "00000000-0000-0000-0000-00000000000a",
            "n": 12345678901234567890,
            "d": "10.50",
            "f": 0.5,
            "b": True,
            "local": "2026-11-23T12:00:00",
            "day": "2026-11-23",
            "span": 5400.0,
            "raw": "00ff",
            "doc": {"a": [1, None]},
            "tags": ["x", "y"],
            "host": "10.0.0.1",
            "plan": "pro",
            "gone": None,
        }
        assert expected == found

    def test_are_one_error_where_python_has_none(self, postgresql: Database) -> None:
        """A date that cannot be told does not end in a traceback."""
        query = "SELECT i, CASE WHEN i = 3 THEN 'infinity'::date END AS d FROM generate_series(1, 5) i"
        with pytest.raises(SamekeyError, match="DataError"):
            read(open_source(postgresql.address, options=SourceOptions(query=query)))


class TestMariadbTypes:
    def test_become_json(self, mariadb: Database) -> None:
        """Real types by the rules of `values`."""
        mariadb.run(
            "CREATE TABLE typed (id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(9,2), f DOUBLE, b TINYINT(1), at DATETIME,"
            " day DATE, span TIME, raw VARBINARY(9), doc JSON,"
            " plan ENUM('free','pro'), zero DATE, bit BIT(8), gone TEXT);"
            "SET sql_mode = ''; INSERT INTO typed VALUES (18446744073709551615, 10.5, 0.5, 1, '2026-11-23 12:00',"
            " '2026-11-23', '01:30:00', x'00ff', '{\"a\": 1}', 'pro', '0000-00-00', b'101', NULL)"
        )
        expected = {
            "id": 18446744073709551615,
            "d": "10.50",
            "f": 0.5,
            "b": 1,
            "at": "2026-11-23T12:00:00",
            "day": "2026-11-23",
            "span": 5400.0,
            "raw": "00ff",
            "doc": '{"a": 1}',
            "plan": "pro",
            "zero": "0000-00-00",
            "bit": "05",
            "gone": None,
        }
        assert [expected] == read(open_source(f"{mariadb.address}?table=typed"))


class TestServer:
    def test_is_only_read(self, server: Database) -> None:
        """A query that writes is refused by the server itself."""
        server.run("CREATE TABLE kept (a INT); INSERT INTO kept VALUES (1)")
        for query in ("DELETE FROM kept", "UPDATE kept SET a = 2"):
            with pytest.raises(SamekeyError):
                read(open_source(server.address, options=SourceOptions(query=query)))
        assert server.run("SELECT a FROM kept").strip() == "1"

    def test_asks_for_a_table_by_name(self, server: Database) -> None:
        """There are several."""
        server.run("CREATE TABLE one (a INT); CREATE TABLE two (a INT)")
        with pytest.raises(SourceUnrecognised, match=r"several tables: .*one, .*two"):
            open_source(server.address)

    def test_tells_a_wrong_password(self, server: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        """And does not repeat it."""
        monkeypatch.setenv("APP_PASSWORD", "Kestrel-41:river")
        with pytest.raises(SourceError, match=r"cannot be read: .*(password|denied)") as caught:
            open_source(f"{server.address}?table=one")
        assert "Kestrel" not in str(caught.value)

    def test_may_be_left_in_the_middle(self, server: Database) -> None:
        """Who stops early does not wait for the rest."""
        digits = " UNION ALL ".join(f"SELECT {digit} AS d" for digit in range(10))
        tables = ", ".join(f"({digits}) t{number}" for number in range(8))
        source = open_source(server.address, options=SourceOptions(query=f"SELECT t0.d FROM {tables}"))
        reading = source.read(source.ranges(1)[0])
        assert [next(reading).position.index for _ in range(3)] == [0, 1, 2]
        reading.close()  # type: ignore[attr-defined]  # it is a generator

    def test_that_goes_away_is_one_error(self, server: Database) -> None:
        """With the position, after everything before it."""
        kill = {
            "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app'"
            " AND pid <> pg_backend_pid()",
            "mysql": "SET @id = (SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%going_away%'"
            " AND ID <> CONNECTION_ID() LIMIT 1); EXECUTE IMMEDIATE CONCAT('KILL ', @id)",
        }[server.scheme]
        digits = " UNION ALL ".join(f"SELECT {digit} AS d" for digit in range(10))
        tables = ", ".join(f"({digits}) t{number}" for number in range(6))
        query = f"SELECT t0.d, REPEAT('x', 1000) AS note FROM {tables} /* going_away */"
        source = open_source(server.address, options=SourceOptions(query=query))
        seen: list[SourceRecord | Rejection] = []
        reading = source.read(source.ranges(1)[0])
        seen.append(next(reading))
        server.run(kill)
        with pytest.raises(SourceDamaged, match=r"failed in record \d+: ") as caught:
            seen.extend(reading)
        assert (len(seen) < 1_000_000, f"in record {len(seen) + 1}:" in str(caught.value)) == (True, True)


class TestNobody:
    @pytest.mark.parametrize("scheme", ["postgresql", "mariadb"])
    def test_answers(self, scheme: str) -> None:
        """A server that is not there is told in a sentence."""
        with pytest.raises(SourceError, match="cannot be read"):
            open_source(f"{scheme}://me@127.0.0.1:1/app?table=users")
