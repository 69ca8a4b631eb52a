"""Workbooks of Excel and LibreOffice: one sheet, a header row, then one record a row.

A number without a fraction is a whole number, since workbooks know no other kind. An empty cell is an empty text, as in
CSV. A sheet is held in memory while it is read; it has at most 1,048,576 rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, content, csv_file, extras, header, values
from samekey.sources.options import SourceOptions

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_SHEETS_NAMED = 12


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """The rows of a sheet, in one range; the line of a position is the row as the workbook numbers it."""

    address: str
    """As the user wrote it."""
    path: Path
    """The file."""
    sheet: str
    """The name of the sheet."""
    header: bool = True
    """Whether the first row may name the columns; one that is a record by its values does not."""

    def describe(self) -> base.Description:
        """What this source is."""
        return content.Content(self.address, self.path).describe("excel")

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """The whole sheet."""
        return [base.Range()]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:  # noqa: ARG002  # the protocol's
        """Every row that is not empty."""
        rows = self._rows()
        names: list[str] | None = None
        index = 0
        for line, cells in rows:
            if names is None:
                has_header = self.header and not header.is_record(cells)
                names = self._names(cells, has_header=has_header)
                if has_header:
                    continue
            place = Position(index, line)
            index += 1
            if after is None or place.index > after.index:
                yield _record(place, names, cells)

    def _rows(self) -> Iterator[tuple[int, list[object]]]:
        workbook = _open(self.path, self.address)
        sheet = _sheet(workbook, self.sheet, self.address)
        for line, cells in enumerate(sheet.iter_rows(), 1):
            plain = [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in cells]
            while plain and plain[-1] == "":
                plain.pop()
            if plain:
                yield line, list(plain)

    def _names(self, cells: list[object], *, has_header: bool) -> list[str]:
        if not has_header:
            return [f"column_{number}" for number in range(1, len(cells) + 1)]
        return csv_file.checked_names([str(cell) for cell in cells], self.address)


def open_workbook(address: str, path: Path, options: SourceOptions) -> WorkbookSource:
    """The source in a workbook.

    Args:
        address: as the user wrote it.
        path: the file.
        options: `table` names the sheet; without it the only sheet that is not empty is taken.

    Raises:
        SourceDamaged: it is no workbook, is broken or is encrypted.
        SourceError: there is no such sheet, or nothing in any.
        SourceUnrecognised: several sheets hold something, and none was named.

    """
    options.refuse_all_but("table", "header", source_format="excel")
    workbook = _open(path, address)
    if options.table:
        _sheet(workbook, options.table, address)
        return WorkbookSource(address, path, options.table, options.header)
    filled = [name for name in workbook.sheet_names if _sheet(workbook, name, address).height]
    if len(filled) == 1:
        return WorkbookSource(address, path, filled[0], options.header)
    if not filled:
        raise SourceError(f"{address} is empty.", remedy="Check the export; it holds no record.")
    raise SourceUnrecognised(
        f"{address} has several sheets: {', '.join(filled[:_SHEETS_NAMED])}.",
        remedy="Say which to read: --table NAME",
    )


def _open(path: Path, address: str) -> "CalamineWorkbook":
    with extras.needed("excel", for_what="Workbooks"):
        import python_calamine
    content.file_size_bytes(path, address)
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as cause:
        raise SourceDamaged(f"{address} is encrypted.", remedy="Save it without a password.") from cause
    except (python_calamine.CalamineError, OSError) as cause:
        raise _broken(address) from cause


def _sheet(workbook: "CalamineWorkbook", name: str, address: str) -> "CalamineSheet":
    import python_calamine

    if name not in workbook.sheet_names:
        raise SourceError(
            f"{address} has no sheet {name}; it has {', '.join(workbook.sheet_names[:_SHEETS_NAMED])}.",
            remedy="Name a sheet with --table.",
        )
    try:
        return workbook.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError) as cause:
        raise _broken(address) from cause


def _broken(address: str) -> SourceDamaged:
    return SourceDamaged(
        f"{address} is not a workbook, or it is broken.", remedy="Save it again, or export the sheet as CSV."
    )


def _record(place: Position, names: list[str], cells: list[object]) -> SourceRecord | Rejection:
    if len(cells) > len(names):
        remedy = f"The first row has {len(names)} cells and this one {len(cells)}: name the column, or empty the cell."
        return base.rejected(place, "ragged-row", remedy)
    return values.record(place, names, [*cells, *[""] * (len(names) - len(cells))])
