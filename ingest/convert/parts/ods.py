"""The sheets of an OpenDocument spreadsheet (ISO/IEC 26300, part 3, 9): values as they are shown, dates as in ISO 8601.

Rows are read one by one: rows and cells may stand for thousands that say the same, and a tree takes much memory.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from ingest.convert.parts.archive import Archive
from ingest.convert.parts.cells import Merged, Row, Value, check_size, damaged, hidden_sheet, merged, place
from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.spans import MAX_COLUMNS, Again

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TAGS = (f"{TABLE}table", f"{TABLE}table-row", f"{STYLE}style")
PARAGRAPH = f"{TEXT}p"
ANNOTATION = f"{OFFICE}annotation"
KIND, NUMBER, DATE, TRUTH = (f"{OFFICE}{name}" for name in ("value-type", "value", "date-value", "boolean-value"))
REPEATED, RIGHT, BELOW = (f"{TABLE}number-{name}" for name in ("columns-repeated", "columns-spanned", "rows-spanned"))
CHARACTERS = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}
VISIBILITY, HIDDEN = f"{TABLE}visibility", ("collapse", "filter")
CELL_STYLE = f"{TABLE}style-name"
MARGIN = re.compile(r"\d{1,4}(?:\.\d{1,6})?(?=[a-z])")  # in the unit of the file
MAX_REPEATED = 1 << 20  # rows or columns, the most that a sheet can have


class Sheet(NamedTuple):
    name: str
    rows: Iterator[Row]
    comments: list[tuple[str, str]]  # with the name of the cell of each


def sheets(archive: Archive) -> Iterator[Sheet]:
    """Raises `ConversionFailed` for one that is damaged, or would take all memory."""
    parser = etree.XMLPullParser(events=("start", "end"), tag=TAGS, resolve_entities=False, no_network=True)
    hidden: set[str] = set()  # styles of sheets
    indents: dict[str, int] = {}  # by style of cells, in hundredths
    again = Again()
    reading: list[_Reader] = []  # a table may lie in a cell
    try:
        for piece in archive.pieces("content.xml"):
            parser.feed(piece)
            for event, element in parser.read_events():
                if not isinstance(element, etree._Element):
                    continue
                if element.tag == f"{STYLE}style":
                    if any(shown.get(f"{TABLE}display") == "false" for shown in element):
                        hidden.add(attribute(element, "name") or "")
                    for shown in element.iterchildren(f"{STYLE}paragraph-properties"):
                        if (margin := MARGIN.match(attribute(shown, "margin-left") or "")) and float(margin[0]):
                            indents[attribute(element, "name") or ""] = round(100 * float(margin[0]))
                elif event == "start":
                    if element.tag == f"{TABLE}table":
                        reading.append(_Reader(archive.filename, _heading(element, hidden), again, indents))
                elif element.tag == f"{TABLE}table":
                    sheet = reading.pop()
                    if not reading:
                        yield Sheet(sheet.name, merged(iter(sheet.rows), sheet.merged, again), sheet.comments)
                    element.clear()
                elif len(reading) == 1:
                    reading[0].row(element)
                    _forget(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise damaged(archive.filename) from error


def _heading(sheet: etree._Element, hidden: set[str]) -> str:
    name = attribute(sheet, "name") or ""
    return hidden_sheet(name) if attribute(sheet, "style-name") in hidden else name


def _forget(row: etree._Element) -> None:
    """It, and what stands before it."""
    row.clear()
    parent = row.getparent()
    while parent is not None and (before := row.getprevious()) is not None:
        parent.remove(before)


class _Reader:
    """Of one sheet."""

    def __init__(self, filename: str, name: str, again: Again, indents: Mapping[str, int]) -> None:
        self.filename = filename
        self.name = name
        self.rows: list[Row] = []
        self.again = again
        self.indents = indents
        self.merged: list[Merged] = []
        self.comments: list[tuple[str, str]] = []
        self.number = 1  # of the next row
        self.height = self.width = 0
        self.hidden: frozenset[int] | None = None  # columns, which stand above the rows

    def row(self, element: etree._Element) -> None:
        if self.hidden is None:
            self.hidden = _hidden_columns(element)
        repeated = _count(element, f"{TABLE}number-rows-repeated")
        cells: list[str] = []
        column = indent = 0
        for cell in element.iterchildren(*CELLS):
            again = _count(cell, REPEATED)
            if cell.find(ANNOTATION) is not None:
                self.comments += [
                    (place(self.number, column), text) for text in map(_text, cell.iter(ANNOTATION)) if text
                ]
            if text := _shown(cell):
                self.width = max(self.width, column + again)
                check_size(self.filename, self.height + repeated, self.width)
                if self.indents and not any(cells):
                    indent = self.indents.get(cell.get(CELL_STYLE, ""), 0)
                self.again.said([text])
                times = again if self.again.fits(text, again - 1) else 1
                cells += [""] * (column - len(cells)) + [text] * times
            below, right = _count(cell, BELOW), _count(cell, RIGHT)
            if below > 1 or right > 1:
                self.merged.append(Merged(self.number, column, self.number + below - 1, column + right - 1))
            column += again
        if cells:
            self.height = self.number + repeated - 1
            times = repeated if self.again.fits("".join(cells), repeated - 1) else 1
            is_hidden = element.get(VISIBILITY) in HIDDEN
            self.rows += [
                Row(self.number + n, list(cells), is_hidden=is_hidden, hidden=self.hidden, indent=indent)
                for n in range(times)
            ]
        self.number += repeated


def _hidden_columns(row: etree._Element) -> frozenset[int]:
    hidden: set[int] = set()
    at = 0
    for column in next(row.iterancestors(f"{TABLE}table")).iter(f"{TABLE}table-column"):
        end = at + _count(column, REPEATED)
        if column.get(VISIBILITY) in HIDDEN:
            hidden.update(range(at, min(end, MAX_COLUMNS)))
        at = end
    return frozenset(hidden)


def _count(element: etree._Element, name: str) -> int:
    stated = element.get(name)
    if stated is None:
        return 1
    return max(min(int(stated), MAX_REPEATED), 1) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 1


def _shown(cell: etree._Element) -> str:
    kind = cell.get(KIND, "")
    if kind == "date":
        return Value(cell.get(DATE, "").replace("T", " ").removesuffix(" 00:00:00"))
    if kind == "boolean":
        return Value(cell.get(TRUTH, "").upper())
    text = _text(cell)
    if kind in ("", "string"):
        return text or cell.get(f"{OFFICE}string-value", "")
    stored = cell.get(f"{OFFICE}time-value" if kind == "time" else NUMBER, "")
    return Value(stored if not text or set(text) == {"#"} else text)  # a narrow column shows ###


def _text(element: etree._Element) -> str:
    if len(element) == 1 and element[0].tag == PARAGRAPH and not len(element[0]):  # as nearly all cells are
        return element[0].text or ""
    return "\n".join("".join(_words(paragraph)) for paragraph in element.iterchildren(PARAGRAPH))


def _words(paragraph: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not paragraph and element.tail:
                yield element.tail
        elif local_name(element) in ("annotation", "note"):
            walk.skip_subtree()
        else:
            yield CHARACTERS.get(str(element.tag), element.text or "")
