"""Parquet files, read by DuckDB, which streams them and knows every type they can hold."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samekey.errors import SourceDamaged
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, content, extras, values
from samekey.sources.options import SourceOptions

_ROWS_AT_ONCE = 1_000
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "256MB",
    "autoinstall_known_extensions": False,
}
"""Nothing is fetched from anywhere, and order is kept."""


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """The rows of a Parquet file, in one range."""

    address: str
    """As the user wrote it."""
    path: Path
    """The file."""

    def describe(self) -> base.Description:
        """What this source is."""
        return content.Content(self.address, self.path).describe("parquet")

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """The whole file."""
        return [base.Range()]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every row."""
        with extras.needed("parquet", for_what="Parquet files"):
            import duckdb
        content.file_size_bytes(self.path, self.address)
        index = piece.index if after is None else after.index + 1
        try:
            with contextlib.closing(duckdb.connect(":memory:", config=_SETTINGS)) as connection:
                rows = connection.execute(
                    "SELECT * FROM read_parquet(?) OFFSET ?", [_not_a_pattern(str(self.path)), index]
                )
                names = [column[0] for column in rows.description or ()]
                while block := rows.fetchmany(_ROWS_AT_ONCE):
                    for row in block:
                        yield values.record(Position(index), names, row)
                        index += 1
        except (duckdb.Error, OSError, ValueError, OverflowError):
            # Not chained: what DuckDB says may quote a value.
            raise SourceDamaged(
                f"{self.address} is not a Parquet file, is encrypted or is broken, in {Position(index)}. Everything "
                "before it was read.",
                remedy="Write it again.",
            ) from None


def open_parquet(address: str, path: Path, options: SourceOptions) -> ParquetSource:
    """The source in a Parquet file.

    Raises:
        UsageError: an option was given, or DuckDB is not installed.

    """
    options.refuse_all_but(source_format="parquet")
    with extras.needed("parquet", for_what="Parquet files"):
        import duckdb
    del duckdb
    return ParquetSource(address, path)


def _not_a_pattern(path: str) -> str:
    """The path in DuckDB's words, where stars and brackets make patterns."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)
