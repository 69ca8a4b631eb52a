"""SQL dumps as people really make and break them."""

from pathlib import Path
from typing import Any

import pytest

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import Rejection
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions


def read(path: Path, text: str, table: str = "") -> list[dict[str, Any] | str]:
    """Fields or reasons."""
    path.write_bytes(text.encode())
    source = open_source(str(path), options=SourceOptions(table=table))
    items = source.read(source.ranges(1)[0])
    return [item.reason if isinstance(item, Rejection) else item.fields for item in items]


class TestSqlDumpSource:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("INSERT INTO t (a) VALUES (1);", [{"a": 1}], id="one row"),
            pytest.param(
                "insert ignore into `d`.`t`(`a b`) values(-1.50),(.5);", [{"a b": "-1.50"}, {"a b": "0.5"}], id="lower"
            ),
            pytest.param(
                "-- MySQL dump\nREPLACE INTO t (a, b) VALUES ('x\\'y''z\\n\\%', \"q\");\n-- Dump completed",
                [{"a": "x'y'z\n\\%", "b": "q"}],
                id="MySQL's escapes",
            ),
            pytest.param(
                "INSERT INTO t (a, b) VALUES ('x\\', E'y\\'z');", [{"a": "x\\", "b": "y'z"}], id="the standard's"
            ),
            pytest.param(
                "INSERT INTO t (a, b, c) VALUES (x'00FF', 0xab, b'101');",
                [{"a": "00ff", "b": "ab", "c": "05"}],
                id="bytes",
            ),
            pytest.param(
                "INSERT INTO t (a, b, c) VALUES (NULL, true, 'f'::text);",
                [{"a": None, "b": True, "c": "f"}],
                id="words",
            ),
            pytest.param(
                "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = ';';INSERT INTO t (a) VALUES (2);",
                [{"a": 1}, {"a": 2}],
                id="on duplicate key",
            ),
            pytest.param(
                "BEGIN TRANSACTION;\nCREATE TABLE t(a, b TEXT, c REAL);\nINSERT INTO t VALUES(1,'x',2.5);\nCOMMIT;",
                [{"a": 1, "b": "x", "c": 2.5}],
                id="SQLite's",
            ),
            pytest.param(
                "CREATE TABLE t (a bool, b bigint, c jsonb, d bytea, e text[], f timestamptz);"
                '\nCOPY t FROM stdin;\nt\t7\t{"x": 1}\t\\\\x0A'
                "\t{1,2}\t2026-11-23 12:00:00+00\n\\.\n",
                [{"a": True, "b": 7, "c": {"x": 1}, "d": "0a", "e": "{1,2}", "f": "2026-11-23T12:00:00+00:00"}],
                id="types",
            ),
            pytest.param(
                "COPY t (a, b) FROM stdin;\n\\101\\x42\\n\\\\\t\\N\n\\.\n",
                [{"a": "AB\n\\", "b": None}],
                id="COPY's escapes",
            ),
            pytest.param(
                "CREATE TABLE r (z int);\nCOPY r FROM stdin;\n\\.\nINSERT INTO t (a) VALUES (1);",
                [{"a": 1}],
                id="another table without rows",
            ),
        ],
    )
    def test_reads(self, tmp_path: Path, text: str, expected: list[dict[str, Any]]) -> None:
        """Recognised, and the only table with rows taken."""
        assert expected == read(tmp_path / "dump", text)

    @pytest.mark.parametrize(
        ("text", "table", "error", "says"),
        [
            pytest.param(
                "INSERT INTO a (x) VALUES (1); INSERT INTO b (x) VALUES (1);",
                "",
                SourceUnrecognised,
                "several tables: a, b",
                id="two",
            ),
            pytest.param(
                "INSERT INTO a (x) VALUES (1);", "b", SourceError, "no rows of b; it has rows of a", id="not there"
            ),
            pytest.param(
                "INSERT INTO s.a (x) VALUES (1); INSERT INTO t.a (x) VALUES (1);",
                "a",
                SourceUnrecognised,
                "several tables: s.a, t.a",
                id="two schemas",
            ),
            pytest.param("CREATE TABLE a (x int);", "", SourceError, "holds no rows", id="no rows"),
            pytest.param(
                "INSERT INTO a VALUES (1);", "", SourceError, "what the columns of a are called", id="no names"
            ),
            pytest.param("INSERT INTO a (x) VALUES (1), (2", "a", SourceDamaged, "breaks off", id="cut off in a row"),
            pytest.param(
                "INSERT INTO a (x) VALUES ('1",
                "a",
                SourceDamaged,
                "breaks off inside quotation marks",
                id="cut off in a text",
            ),
            pytest.param(
                "INSERT INTO a (x) VALUES (1),",
                "a",
                SourceDamaged,
                "does not begin with a parenthesis",
                id="cut off behind a row",
            ),
            pytest.param(
                "COPY a (x) FROM stdin;\n1\n", "a", SourceDamaged, "breaks off inside the data", id="cut off in COPY"
            ),
            pytest.param(
                "-- MySQL dump 10\nINSERT INTO a (x) VALUES (1);\n",
                "a",
                SourceDamaged,
                "line with which it should end is missing",
                id="cut off between statements",
            ),
            pytest.param("INSERT INTO a (x) SELECT 1;", "a", SourceDamaged, "has no VALUES", id="a query"),
            pytest.param(
                "INSERT INTO a (x) VALUES (1; 2);", "a", SourceDamaged, "does not end", id="semicolon in a row"
            ),
        ],
    )
    def test_refuses(self, tmp_path: Path, text: str, table: str, error: type[SourceError], says: str) -> None:
        """In one sentence with what to do."""
        with pytest.raises(error, match=says) as caught:
            read(tmp_path / "dump.sql", text, table)
        assert (error, True) == (caught.type, bool(caught.value.remedy))

    def test_refuses_what_only_pg_restore_reads(self, tmp_path: Path) -> None:
        """The sentence says how to make SQL of it."""
        with pytest.raises(SourceUnrecognised, match="pg_restore -f"):
            read(tmp_path / "app.dump", "PGDMP\1\16...")
