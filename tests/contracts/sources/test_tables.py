"""CSV and its relatives keep the promises of a source."""

import csv
import io

from samekey.sources import base
from tests.contracts.sources.suite import Fields, SourceContract


class TestCommaSeparated(SourceContract):
    source_format = "csv"
    delimiter = ","

    def encoded(self, people: list[Fields]) -> bytes:
        """A header and a row for each."""
        text = io.StringIO()
        table = csv.DictWriter(text, list(people[0]), delimiter=self.delimiter, lineterminator="\n")
        table.writeheader()
        table.writerows(people)
        return text.getvalue().encode()

    def damaged(self) -> tuple[bytes, list[str]]:
        """Rows of every kind; a quotation mark that never closes comes last but one."""
        rows: list[tuple[bytes, str]] = [
            (b"1,2", ""),
            (b"1", "ragged-row"),
            (b"1,2,3", "ragged-row"),
            (b'1,"2"x', "bad-quoting"),
            (b"1,\0", "nul-character"),
            (b"1,\xff", "not-utf8"),
            (b"1," + b"x" * 200_000, "record-too-large"),
            (b"1," + b"x" * base.RECORD_BYTES_MAX, "record-too-large"),
            (b'1,"never closed', "bad-quoting"),
            (b"3,4", ""),
        ]
        content = b"a,b\n" + b"\n".join(text for text, _ in rows)
        return content.replace(b",", self.delimiter.encode()), [reason for _, reason in rows]


class TestSemicolonSeparated(TestCommaSeparated):
    delimiter = ";"


class TestTabSeparated(TestCommaSeparated):
    delimiter = "\t"


class TestBarSeparated(TestCommaSeparated):
    delimiter = "|"
