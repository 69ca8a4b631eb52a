"""Parquet files, written by DuckDB, keep the promises of a source."""

import tempfile
from pathlib import Path
from typing import ClassVar

import duckdb

from samekey.sources.opening import open_source
from tests.contracts.sources.suite import PEOPLE, Fields, FileContract


def parquet(query: str, values: list[object] | None = None) -> bytes:
    """What a query yields, as Parquet."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "it.parquet"
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)", values)
        return path.read_bytes()


class TestParquet(FileContract):
    source_format = "parquet"
    people: ClassVar[list[Fields]] = [{**person, "n": number} for number, person in enumerate(PEOPLE)]

    def encoded(self, people: list[Fields]) -> bytes:
        """A column for each field, the same people over and over."""
        times = len(people) // len(PEOPLE)
        rows = " UNION ALL ".join("SELECT " + ", ".join(f"? AS {name}" for name in people[0]) for _ in PEOPLE)
        values = [value for person in people[: len(PEOPLE)] for value in person.values()]
        return parquet(f"SELECT p.* FROM range({times}) t(i), ({rows}) p ORDER BY t.i, p.n", values)

    def test_knows_types(self, tmp_path: Path) -> None:
        """By the rules of `values`, inside lists and objects too; in a path that looks like a pattern."""
        path = tmp_path / "users[1]*.parquet"
        path.write_bytes(
            parquet(
                "SELECT 7::BIGINT a, 1.50::DECIMAL(9,2) b, '\\x00\\xFF'::BLOB c, TIMESTAMP '2026-11-23 09:30:00' d,"
                " [{'x': DATE '2026-11-23'}] e, '00000000-0000-0000-0000-00000000000a'::UUID f, NULL g, MAP {'k': 1} h"
            )
        )
        source = open_source(str(path))
        (item,) = source.read(source.ranges(1)[0])
        expected = {
            "a": 7,
            "b": "1.50",
            "c": "00ff",
            "d": "2026-11-23T09:30:00",
            "e": [{"x": "2026-11-23"}],
            "f": "00000000-0000-0000-0000-00000000000a",
            "g": None,
            "h": {"k": 1},
        }
        assert expected == getattr(item, "fields", item)
