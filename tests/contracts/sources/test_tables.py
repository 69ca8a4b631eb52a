"""CSV and its relatives keep the promises of a source."""

import csv
import io
from typing import ClassVar

from samekey.sources import base
from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, FileContract, TextContract


class TestCommaSeparated(TextContract):
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


class TestWithoutHeader(TestCommaSeparated):
    options = SourceOptions(header=False)
    people: ClassVar[list[Fields]] = [
        {f"column_{number}": cell for number, cell in enumerate(person.values(), 1)} for person in PEOPLE
    ]

    def encoded(self, people: list[Fields]) -> bytes:
        """Rows and nothing above them."""
        return super().encoded(people).partition(b"\n")[2]

    def damaged(self) -> tuple[bytes, list[str]]:
        """The same rows; the first good one says how many columns there are."""
        content, reasons = super().damaged()
        return content.partition(b"\n")[2], reasons


class TestSeparatedByAskedCharacter(TestCommaSeparated):
    delimiter = "~"
    options = SourceOptions(delimiter="~")


class TestLatin1(FileContract):
    source_format = "csv"
    options = SourceOptions(encoding="latin-1")

    def encoded(self, people: list[Fields]) -> bytes:
        """One byte a character."""
        return TestCommaSeparated().encoded(people).decode().encode("latin-1")
