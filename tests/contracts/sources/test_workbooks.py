"""Workbooks keep the promises of a source."""

import io
import zipfile
from typing import ClassVar

import openpyxl

from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, FileContract


def workbook(rows: list[list[object]]) -> bytes:
    """An Excel file with one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("People")
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


class TestWorkbook(FileContract):
    source_format = "excel"
    many = 200

    def encoded(self, people: list[Fields]) -> bytes:
        """A header and rows."""
        return workbook([list(people[0]), *(list(person.values()) for person in people)])


class TestWorkbookWithoutHeader(TestWorkbook):
    options = SourceOptions(header=False, table="People")
    people: ClassVar[list[Fields]] = [
        {f"column_{number}": cell for number, cell in enumerate(person.values(), 1)} for person in PEOPLE
    ]

    def encoded(self, people: list[Fields]) -> bytes:
        """Rows alone."""
        return workbook([list(person.values()) for person in people])


class TestUnpackedWorkbook(TestWorkbook):
    """As its parts are, so that a byte put in the place of another reaches what is inside the archive."""

    def encoded(self, people: list[Fields]) -> bytes:
        """Nothing in the archive is compressed."""
        stored = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(super().encoded(people))) as packed,
            zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as unpacked,
        ):
            for name in packed.namelist():
                unpacked.writestr(zipfile.ZipInfo(name), packed.read(name))
        return stored.getvalue()
