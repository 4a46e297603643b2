"""XML Spreadsheets of Excel 2003: one XML file for a workbook, which often ends in .xls."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from lxml import etree

from ingest.convert.parts.cells import Merged, Row, Value, as_it_is, check_size, damaged, merged, place
from ingest.convert.parts.number_format import shown_by
from ingest.convert.parts.spans import Again

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
SS = f"{{{NAMESPACE}}}"
NAMED = {
    **{"General Number": "", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00"},
    **{"Currency": "#,##0.00", "Euro Currency": '#,##0.00 "€"'},
}


class Sheet:
    """A worksheet as it is read, row by row."""

    def __init__(self, filename: str, again: Again) -> None:
        self.filename = filename
        self.again = again
        self.number = self.width = 0
        self.read: list[Row] = []
        self.merged: list[Merged] = []
        self.comments: list[tuple[str, str]] = []

    def rows(self) -> Iterator[Row]:
        return merged(iter(self.read), self.merged, self.again)

    def add(self, row: etree._Element, formats: Mapping[str, str], indents: Mapping[str, int]) -> None:
        self.number = _stated(row, "Index", self.number + 1, least=1)
        cells: list[str] = []
        column, indent = -1, 0
        for cell in row.iterfind(f"{SS}Cell"):
            column = _stated(cell, "Index", column + 2, least=1) - 1
            right = column + _stated(cell, "MergeAcross", 0)
            down = _stated(cell, "MergeDown", 0)
            self.width = max(self.width, right + 1)
            check_size(self.filename, self.number, self.width)
            if down or right > column:
                self.merged.append(Merged(self.number, column, self.number + down, right))
            comment = cell.find(f"{SS}Comment")
            if comment is not None:
                self.comments.append((place(self.number, column), _words(comment)))
            style = cell.get(f"{SS}StyleID", "")
            if text := _shown(cell, formats.get(style, "")):
                indent = indent if any(cells) else indents.get(style, 0)
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = text
            column = right
        if cells:
            self.read.append(Row(self.number, cells, indent=indent))


def sheets(file: BinaryIO, filename: str) -> Iterator[tuple[str, Sheet]]:
    """By their names. Raises `ConversionFailed`."""
    formats: dict[str, str] = {}  # by style
    indents: dict[str, int] = {}
    again = Again()
    sheet = Sheet(filename, again)
    tags = [f"{SS}{name}" for name in ("Style", "Row", "Worksheet")]
    try:
        for _, element in etree.iterparse(file, tag=tags, resolve_entities=False, no_network=True):
            if element.tag == f"{SS}Style":
                code = next((found.get(f"{SS}Format", "") for found in element.iterfind(f"{SS}NumberFormat")), "")
                formats[element.get(f"{SS}ID", "")] = NAMED.get(code, code)
                for alignment in element.iterfind(f"{SS}Alignment[@{SS}Horizontal='Left']"):
                    indents[element.get(f"{SS}ID", "")] = _stated(alignment, "Indent", 0)
                continue
            if element.tag == f"{SS}Row":
                sheet.add(element, formats, indents)
            else:
                yield element.get(f"{SS}Name", ""), sheet
                sheet = Sheet(filename, again)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError, OverflowError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise damaged(filename) from error


def _stated(element: etree._Element, name: str, default: int, least: int = 0) -> int:
    """Raises `ValueError` for what is no such number."""
    number = int(element.get(f"{SS}{name}", default))
    if number < least:
        raise ValueError(f"{name} is {number}")
    return number


def _shown(cell: etree._Element, code: str) -> str:
    data = next(cell.iterfind("{*}Data"), None)  # formatted text has another namespace within
    if data is None:
        formula = cell.get(f"{SS}Formula", "")
        return formula if formula.startswith("=") else ""
    text, kind = _words(data), data.get(f"{SS}Type")
    if kind == "Number":
        show = shown_by(code)
        return Value(show(float(text)) if show else as_it_is(float(text)))
    if kind == "DateTime":
        day, _, time = text.partition(".")[0].partition("T")
        return Value(time if day == "1899-12-31" else f"{day} {time}".removesuffix(" 00:00:00").strip())
    if kind == "Boolean":
        return Value("FALSE" if text == "0" else "TRUE")
    return "" if kind == "Error" else text


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
