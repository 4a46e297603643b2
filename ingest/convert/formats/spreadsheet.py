"""Spreadsheets of Excel and OpenDocument: one page per sheet; each row of a table names its values."""

import struct
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingest.convert import Extracted
from ingest.convert.formats import opendocument
from ingest.convert.parts import flat_opendocument, ods, ooxml, sheet_drawings, spreadsheetml, xls, xlsb, xlsx
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks, decimal
from ingest.convert.parts.cells import Merged, Row, Value, damaged, hidden_sheet, merged
from ingest.convert.parts.compound import opened, stream
from ingest.convert.parts.spans import Again
from ingest.convert.parts.tables import blocks
from ingest.errors import ConversionFailed

CONVERTER = f"spreadsheet 10 (python-calamine {version('python-calamine')})"

# How they begin. Whether a file holds a zip somewhere does not tell: an .xls has its colours and fonts in one.
ZIP, COMPOUND_FILE = b"P", b"\xd0"

CellValue = int | float | str | bool | time | date | datetime | timedelta


def convert(file: BinaryIO, filename: str) -> Extracted:
    start = file.read(1)
    file.seek(0)
    title = None
    if start == ZIP:
        with Archive(file, filename) as archive:
            title = ooxml.title(archive) or opendocument.title(archive)
            if "content.xml" in archive:
                opendocument.check_readable(archive)
                pages = [_page(name, rows, (), comments) for name, rows, comments in ods.sheets(archive)]
            elif ooxml.main_part(archive, "").endswith(".xml"):
                pages = list(_since_2007(archive))
            else:
                pages = _by_calamine(file, filename, archive)
    elif start == COMPOUND_FILE:
        pages = _until_2003(file, filename)
    else:
        file.seek(0)
        pages = [_page(name, sheet.rows(), (), sheet.comments) for name, sheet in spreadsheetml.sheets(file, filename)]
    return Extracted(NEW_PAGE.join(pages), CONVERTER, title=title, paged=True)


def convert_flat(file: BinaryIO, filename: str) -> Extracted:
    return convert(flat_opendocument.zipped(file, filename), filename)


def _since_2007(archive: Archive) -> Iterator[str]:
    workbook = xlsx.Workbook(archive)
    read: set[str] = set()  # a part is the sheet that names it first
    for sheet in workbook.sheets:
        if sheet.part in read:
            yield ""
            continue
        read.add(sheet.part)
        rows = iter(()) if sheet.is_chart or not sheet.part else workbook.rows(sheet.part)
        yield _page(
            sheet.name, rows, sheet_drawings.texts(archive, sheet.part), sheet_drawings.comments(archive, sheet.part)
        )


def _until_2003(file: BinaryIO, filename: str) -> list[str]:
    try:
        with opened(file) as compound:
            data = stream(compound, next(name for name in ("Workbook", "Book") if compound.exists(name)))
    except OSError as error:
        raise damaged(filename) from error
    if xls.has_password(data):
        raise _protected(filename)
    if data[4:6] != xls.EXCEL_97.to_bytes(2, "little"):
        return _by_calamine(file, filename)
    try:
        return [_page(*sheet) for sheet in xls.Workbook(data, filename).sheets()]
    except (struct.error, IndexError, ValueError, OverflowError, RuntimeError) as error:
        raise damaged(filename) from error


def _by_calamine(file: BinaryIO, filename: str, archive: Archive | None = None) -> list[str]:
    parts = _binary_parts(archive) if archive else {}
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as workbook:
            return [
                _page(
                    sheet.name if sheet.visible == SheetVisibleEnum.Visible else hidden_sheet(sheet.name),
                    _rows(workbook.get_sheet_by_name(sheet.name)) if sheet.typ == SheetTypeEnum.WorkSheet else iter(()),
                    sheet_drawings.texts(archive, parts[sheet.name]) if archive and sheet.name in parts else (),
                )
                for sheet in workbook.sheets_metadata
            ]
    except PasswordError as error:
        raise _protected(filename) from error
    except (CalamineError, OSError) as error:
        raise damaged(filename) from error


def _protected(filename: str) -> ConversionFailed:
    return ConversionFailed(f"'{filename}' is protected by a password. Save it without one and try again.")


def _binary_parts(archive: Archive) -> dict[str, str]:
    """By the names of the sheets of an .xlsb file, where each lies."""
    main = ooxml.main_part(archive, "")
    data = archive.read(main)
    if data is None:
        return {}
    parts = ooxml.related(archive, main, "worksheet") | ooxml.related(archive, main, "chartsheet")
    try:
        relations = xlsb.sheet_relations(data)
    except (struct.error, IndexError) as error:
        raise damaged(archive.filename) from error
    return {name: parts[relation] for name, relation in relations.items() if relation in parts}


def _page(name: str, rows: Iterator[Row], texts: Iterable[str] = (), comments: Iterable[tuple[str, str]] = ()) -> str:
    body = blocks(rows, comments)
    for text in texts:
        body.paragraph(text)
    if not body:
        return ""
    page = Blocks()
    page.heading(1, name)
    page.extend(body)
    return page.text()


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    ranges = [Merged(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    rows = (Row(number, list(map(_shown, values))) for number, values in enumerate(sheet.iter_rows()))
    return merged(rows, ranges, Again())


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
