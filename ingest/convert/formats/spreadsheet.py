"""Spreadsheets of Excel and OpenDocument: one page per sheet; each row of a table names its values."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from ingest.convert import Extracted
from ingest.convert.formats import opendocument
from ingest.convert.parts import ooxml
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks, decimal
from ingest.errors import ConversionFailed

CONVERTER = f"spreadsheet 1 (python-calamine {version('python-calamine')})"

# Calamine allocates the whole rectangle from the first to the last cell, at 32 bytes per cell.
MAX_CELLS = 10_000_000

SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
# In the reference of a row, `r="7"`, or of a cell, `r="AB7"`.
COLUMN = re.compile(rb""" r=["']([A-Z]+)""")
ROW = re.compile(rb""" r=["'][A-Z]*(\d+)""")
LONGEST_REFERENCE = 24  # bytes

Value = int | float | str | bool | time | date | datetime | timedelta


def convert(file: BinaryIO, filename: str) -> Extracted:
    title = None
    if zipfile.is_zipfile(file):
        with Archive(file, filename) as archive:
            _check_sizes(archive)
            title = ooxml.title(archive) or opendocument.title(archive)
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as workbook:
            pages = [_page(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except PasswordError as error:
        raise ConversionFailed(
            f"'{filename}' is protected by a password. Save it without one and try again."
        ) from error
    except CalamineError as error:
        raise ConversionFailed(
            f"'{filename}' is damaged, or not laid out as a spreadsheet is. Open it, save it anew and try again."
        ) from error
    return Extracted(NEW_PAGE.join(pages), CONVERTER, title=title, paged=True)


def _check_sizes(archive: Archive) -> None:
    """Refuse a sheet whose last cell is so far out that its rectangle would take all memory."""
    for part in filter(SHEET_PART.fullmatch, archive.names()):
        width = height = 0
        rest = b""  # the end of the piece before, where a reference may begin
        for piece in archive.pieces(part):
            text = rest + piece
            width = max(width, *map(_column, set(COLUMN.findall(text))), 0)
            height = max(height, *map(int, set(ROW.findall(text))), 0)
            rest = text[-LONGEST_REFERENCE:]
        if height * width > MAX_CELLS:
            raise ConversionFailed(
                f"A sheet of '{archive.filename}' reaches to row {height:,} and column {width:,}, but at most "
                f"{MAX_CELLS:,} cells are read. Delete what is far from the data, or split the sheet, and try again."
            )


def _column(letters: bytes) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _page(sheet: CalamineSheet) -> str:
    body = Blocks()
    header: list[str] | None = None  # empty when the table has none
    for row, across in _merged(sheet):
        cells = [_shown(value) for value in row]
        filled = sum(map(bool, cells))
        if not filled:
            continue
        if header is None and filled == 1 and sheet.width > 1:
            body.paragraph("".join(cells))  # a title above the table
        elif header is None:
            names = sheet.width > 1 and all(isinstance(value, str) for value in row)
            header = [cells[across.get(column, column)] for column in range(len(cells))] if names else []
            body.row(cells)
        elif header:
            body.record(header, cells)
        else:
            body.row(cells[: max(column for column, cell in enumerate(cells, start=1) if cell)])
    if not body:
        return ""
    page = Blocks()
    page.heading(1, sheet.name)
    page.extend(body)
    return page.text()


def _merged(sheet: CalamineSheet) -> Iterator[tuple[list[Value], dict[int, int]]]:
    """The rows, with the value of a cell that is merged downwards in each row. With each row, for the columns that a
    cell covers sideways, the column where it starts."""
    starts: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        starts.setdefault(top, []).append((left, right, bottom))
    down: dict[int, tuple[int, Value]] = {}  # by column: the last row, and the value
    for number, row in enumerate(sheet.iter_rows()):
        across: dict[int, int] = {}
        for left, right, bottom in starts.get(number, ()):
            if left < len(row):
                across |= dict.fromkeys(range(left, min(right + 1, len(row))), left)
                down[left] = (bottom, row[left])
        for column, (last, value) in list(down.items()):
            if number <= last:
                row[column] = value
            else:
                del down[column]
        yield row, across


def _shown(value: Value) -> str:
    """As a reader sees it; dates as in ISO 8601."""
    match value:
        case bool():
            return str(value).upper()
        case float():
            return decimal(value)
        case datetime():
            return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case time():
            return value.isoformat("seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
