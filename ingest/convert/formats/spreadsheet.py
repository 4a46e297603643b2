"""Spreadsheets of Excel and OpenDocument: one page per sheet; each row of a table names its values."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from ingest.convert import Extracted
from ingest.convert.formats import opendocument
from ingest.convert.parts import ooxml, tables
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks, decimal
from ingest.convert.parts.tables import Row, Value
from ingest.convert.parts.xlsx import Merged, Workbook, damaged
from ingest.errors import ConversionFailed

CONVERTER = f"spreadsheet 2 (python-calamine {version('python-calamine')})"

CellValue = int | float | str | bool | time | date | datetime | timedelta


def convert(file: BinaryIO, filename: str) -> Extracted:
    title = None
    if zipfile.is_zipfile(file):
        with Archive(file, filename) as archive:
            title = ooxml.title(archive) or opendocument.title(archive)
            if ooxml.main_part(archive, "").endswith(".xml"):
                return Extracted(NEW_PAGE.join(_of_excel(archive)), CONVERTER, title=title, paged=True)
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as workbook:
            pages = [_page(name, _rows(workbook.get_sheet_by_name(name))) for name in workbook.sheet_names]
    except PasswordError as error:
        raise ConversionFailed(
            f"'{filename}' is protected by a password. Save it without one and try again."
        ) from error
    except CalamineError as error:
        raise damaged(filename) from error
    return Extracted(NEW_PAGE.join(pages), CONVERTER, title=title, paged=True)


def _of_excel(archive: Archive) -> Iterator[str]:
    workbook = Workbook(archive)
    for sheet in workbook.sheets:
        if sheet.is_chart or not sheet.part:
            yield ""
        else:
            yield _page(sheet.name, _merged(workbook.rows(sheet), workbook.merged(sheet)))


def _page(name: str, rows: Iterator[Row]) -> str:
    body = tables.blocks(rows)
    if not body:
        return ""
    page = Blocks()
    page.heading(1, name)
    page.extend(body)
    return page.text()


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    ranges = [Merged(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    rows = (Row(number, list(map(_shown, values))) for number, values in enumerate(sheet.iter_rows()))
    return _merged(rows, ranges)


def _merged(rows: Iterator[Row], ranges: Sequence[Merged]) -> Iterator[Row]:
    """The rows, with the value of a cell that is merged downwards in each row."""
    starts: dict[int, list[Merged]] = {}
    for cell in ranges:
        starts.setdefault(cell.top, []).append(cell)
    down: dict[int, tuple[int, str]] = {}  # by column: the last row, and the value
    for row in rows:
        across: dict[int, int] = {}
        for cell in starts.pop(row.number, ()):
            if cell.left < len(row.cells):
                row.cells.extend([""] * (cell.right + 1 - len(row.cells)))
                across |= dict.fromkeys(range(cell.left, cell.right + 1), cell.left)
                down[cell.left] = (cell.bottom, row.cells[cell.left])
        if down and any(row.cells):
            for column, (last, value) in list(down.items()):
                if row.number > last:
                    del down[column]
                elif column < len(row.cells):
                    row.cells[column] = value
        yield row._replace(across=across) if across else row


def _shown(value: CellValue) -> str:
    """As a reader sees it; dates as in ISO 8601."""
    match value:
        case str():
            return value
        case bool():
            return Value(str(value).upper())
        case float():
            return Value(decimal(value))
        case datetime():
            return Value(value.isoformat(" ", "seconds").removesuffix(" 00:00:00"))
        case time():
            return Value(value.isoformat("seconds"))
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return Value(f"{minutes // 60}:{minutes % 60:02}:{seconds:02}")
    return Value(value)
