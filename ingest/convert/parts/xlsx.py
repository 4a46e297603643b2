"""Workbooks of Excel since 2007 (ECMA-376, part 1, 18): the sheets in their order, and the rows of each.

Rows are found in the XML with regular expressions, piece by piece: a tree of a million cells takes twice the time and
half a gigabyte.
"""

import codecs
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from lxml import etree

from ingest.charsets import charset
from ingest.convert.parts.archive import MAX_PART, Archive
from ingest.convert.parts.blocks import decimal
from ingest.convert.parts.cells import REPEATED, Merged, Row, Value, check_size, damaged, hidden_sheet, merged
from ingest.convert.parts.number_format import BUILT_IN, Show, shown_by
from ingest.convert.parts.ooxml import attribute, main_part, related
from ingest.convert.parts.spans import MAX_COLUMNS, Again

MAX_KEPT = 16 << 20  # bytes; a larger part is unpacked twice rather than kept
NUMERIC = ("", "n")

ENCODING = re.compile(rb"""<\?xml[^>]*?encoding=["']([\w.-]+)""")
ROOT = re.compile(r"<(?:([\w.-]+):)?\w[\w.-]*[\s/>]")
UNUSUAL = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)  # linear, whatever is left open

HIDDEN = re.compile(r"""[^>]*?\shidden=["'](?:1|true)["']""")
COLUMN = re.compile(r"<col\b([^>]*)>")
ROW = re.compile(r"""[^>]*?\sr=["'](\d+)""")
# Of a cell its column, style, type, formula and value: as nearly all programs write it, and as the format allows it.
USUAL_CELL = re.compile(
    r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
    r"(?:/>|>(?:<f\b[^>]*?(?:/>|>([^<]*)</f>))?(?:<v>|<is><t>)([^<]*)</)"
)
CELL = re.compile(
    r"""<c\b(?=(?:[^>]*?\sr=["']([A-Z]+)\d)?)(?=(?:[^>]*?\ss=["'](\d+))?)(?=(?:[^>]*?\st=["'](\w+))?)[^>]*?"""
    r"(?:/>|>([^<]*(?:<(?!/?c\b)[^<]*)*))"
)
VALUE = re.compile(r"<v\b[^>]*>([^<]*)</v>")
FORMULA = re.compile(r"<f\b[^>]*>([^<]*)</f>")
STRING = re.compile(r"<si\b[^>]*?(?:/>|>(?:<t>([^<]*)</t></si>|([^<]*(?:<(?!/?si\b)[^<]*)*)))")
TEXT = re.compile(r"<t\b[^>]*(?<!/)>([^<]*)</t>")
PRONOUNCED = re.compile(r"<rPh\b[^<]*(?:<(?!/?rPh\b)[^<]*)*</rPh>")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # characters that XML does not allow
INDENT = re.compile(r"[1-9]\d{0,2}")
MERGED = re.compile(r"""<mergeCell\b[^<>]*?\sref=["']([A-Z]+)(\d+):([A-Z]+)(\d+)""")


class Sheet(NamedTuple):
    name: str
    part: str
    is_chart: bool


class _Columns(dict[str, int]):
    """By the letters of a column, its index."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - ord("A") + 1
        return self.setdefault(letters, number - 1)


COLUMNS = _Columns()


class Workbook:
    """Methods raise `ConversionFailed`."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.again = Again()
        self.main = main_part(archive, "xl/workbook.xml")
        root = archive.xml(self.main)
        if root is None:
            raise damaged(archive.filename)
        sheets, charts = related(archive, self.main, "worksheet"), related(archive, self.main, "chartsheet")
        self.sheets = [
            Sheet(_heading(entry), sheets.get(relation) or charts.get(relation, ""), relation in charts)
            for entry in root.iterfind("{*}sheets/{*}sheet")
            if (relation := attribute(entry, "id") or "") is not None
        ]
        from_1904 = root.find("{*}workbookPr[@date1904]")
        self.indents: dict[str, int] = {}  # by style, how far in it lets a text stand
        self.numbers = self._numbers(from_1904 is not None and from_1904.get("date1904") in ("1", "true"))
        self.strings = self._strings()

    def _numbers(self, from_1904: bool) -> dict[str, Callable[[str], Value]]:
        """By style, how it shows a number."""
        part = next(iter(related(self.archive, self.main, "styles").values()), "xl/styles.xml")
        root = self.archive.xml(part)
        if root is None:
            return defaultdict(lambda: _as_it_is)
        own = {
            entry.get("numFmtId", ""): entry.get("formatCode", "") for entry in root.iterfind("{*}numFmts/{*}numFmt")
        }
        for style, alignment in enumerate(entry.find("{*}alignment") for entry in root.iterfind("{*}cellXfs/{*}xf")):
            if alignment is not None and alignment.get("horizontal") == "left":
                indent = alignment.get("indent", "")
                self.indents |= {str(style): int(indent)} if INDENT.fullmatch(indent) else {}
        ids = [entry.get("numFmtId", "0") for entry in root.iterfind("{*}cellXfs/{*}xf")]
        codes = (own.get(number) or (BUILT_IN.get(int(number), "") if number.isdigit() else "") for number in ids)
        shown = ((str(style), _number(shown_by(code, from_1904))) for style, code in enumerate(codes))
        return defaultdict(lambda: _as_it_is, shown)

    def _strings(self) -> list[str]:
        part = next(iter(related(self.archive, self.main, "sharedStrings").values()), "xl/sharedStrings.xml")
        if part not in self.archive:
            return []
        return [
            characters(simple) if simple or not rich else characters(_text(rich))
            for chunk in chunks(self.archive, part, "si")
            for simple, rich in STRING.findall(chunk)
        ]

    def _merged(self, pieces: Iterable[str]) -> list[Merged]:
        """The merged cells, which stand below the rows."""
        tail = None
        for chunk in pieces:
            if tail is not None:
                tail += chunk
            elif "</sheetData" in chunk or "<sheetData/" in chunk or "<sheetData /" in chunk:
                tail = chunk
        if tail is None:
            raise damaged(self.archive.filename)
        return [
            Merged(int(top), COLUMNS[left], int(bottom), COLUMNS[right])
            for left, top, right, bottom in MERGED.findall(tail)
        ]

    def rows(self, part: str) -> Iterator[Row]:
        try:
            if part not in self.archive:
                raise damaged(self.archive.filename)
            if self.archive.size(part) <= MAX_KEPT:
                kept = list(chunks(self.archive, part, "row"))
                yield from merged(self._rows(kept), self._merged(kept), self.again)
            else:
                below = self._merged(chunks(self.archive, part, "row"))
                yield from merged(self._rows(chunks(self.archive, part, "row")), below, self.again)
        except (ValueError, IndexError, OverflowError) as error:
            raise damaged(self.archive.filename) from error

    def _rows(self, pieces: Iterable[str]) -> Iterator[Row]:
        number = width = 0
        hidden: frozenset[int] = frozenset()
        for chunk in pieces:
            head, *rows = chunk.partition("</sheetData")[0].split("<row")
            hidden = hidden or _hidden_columns(head)
            for row in rows:
                place = ROW.match(row)
                number = int(place[1]) if place else number + 1
                cells, indent = self._cells(row)
                if not cells:
                    continue
                width = max(width, len(cells))
                check_size(self.archive.filename, number, width)
                yield Row(number, cells, is_hidden=HIDDEN.match(row) is not None, hidden=hidden, indent=indent)

    def _cells(self, row: str) -> tuple[list[str], int]:
        """And how far in the first of them stands."""
        cells: list[str] = []
        column, indent = -1, 0
        for letters, style, kind, formula, value in self._found(row):
            column = COLUMNS[letters] if letters else column + 1
            if kind == "s":
                text = self.strings[int(value)] if value else ""
            elif value:
                text = self.numbers[style](value) if kind in NUMERIC else _shown(kind, value)
            else:  # never worked out: the program that wrote it cannot
                text = Value(f"={characters(formula)}") if formula and kind != "str" else ""
            if not text:
                continue
            if style in self.indents and not any(cells):
                indent = self.indents[style]
            if column == len(cells):
                cells.append(text)
            elif column < len(cells):
                cells[column] = text
            else:
                cells.extend([""] * (column - len(cells)))
                cells.append(text)
        return cells, indent

    def _found(self, row: str) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = USUAL_CELL.findall(row)
        if len(found) == row.count("<c"):
            return found
        return [
            (letters, style, kind, _first(FORMULA, content), _first(VALUE, content) or _text(content))
            for letters, style, kind, content in CELL.findall(row)
        ]


def _hidden_columns(head: str) -> frozenset[int]:
    """By what stands above the rows of a sheet."""
    hidden: set[int] = set()
    for column in COLUMN.findall(head):
        if HIDDEN.match(column):
            first, last = (re.search(rf"""\s{name}=["'](\d{{1,5}})["']""", column) for name in ("min", "max"))
            if first and last:
                hidden.update(range(int(first[1]) - 1, min(int(last[1]), MAX_COLUMNS)))
    return frozenset(hidden)


def _heading(sheet: etree._Element) -> str:
    name = sheet.get("name", "")
    return hidden_sheet(name) if sheet.get("state", "visible") != "visible" else name


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _text(rich: str) -> str:
    """Of runs, without how they are pronounced."""
    return "".join(TEXT.findall(PRONOUNCED.sub("", rich)))


def _shown(kind: str, value: str) -> str:
    if kind == "b":
        return Value("FALSE" if value.strip() == "0" else "TRUE")
    if kind == "d":
        return Value(value.replace("T", " ").removesuffix(" 00:00:00"))
    return "" if kind == "e" else characters(value)  # what a formula shows instead of a value is no value


def _as_it_is(number: str) -> Value:
    return Value(number if len(number) < 16 and number.isdigit() else decimal(float(number)))


def _number(show: Show | None) -> Callable[[str], Value]:
    return lru_cache(REPEATED)(lambda number: Value(show(float(number)))) if show else _as_it_is


def characters(text: str) -> str:
    """Without the escapes of XML and of Excel."""
    if "&" in text:
        text = unescape(text)
    return ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text) if "_x" in text else text


def chunks(archive: Archive, part: str, element: str) -> Iterator[str]:
    """The text of a part, cut before elements of this name: without prefixes, comments and sections of characters."""
    decoder = prefix = None
    rest = ""
    for piece in archive.pieces(part):
        if decoder is None:
            decoder = codecs.getincrementaldecoder(_encoding(piece))("replace")
        text = rest + decoder.decode(piece)
        if prefix is None and (root := ROOT.search(text)):
            prefix = f"{root[1]}:" if root[1] else ""
        at = text.rfind(f"<{prefix or ''}{element}")
        if at < 1:
            if len(text) > MAX_PART:
                raise damaged(archive.filename)
            rest = text
            continue
        rest = text[at:]
        yield _usual(text[:at], prefix or "")
    yield _usual(rest, prefix or "")


def _usual(text: str, prefix: str) -> str:
    if "<!" in text:
        text = UNUSUAL.sub(lambda found: (found[1] or "").replace("&", "&amp;").replace("<", "&lt;"), text)
    return text.replace(f"<{prefix}", "<").replace(f"</{prefix}", "</") if prefix else text


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = ENCODING.match(start.removeprefix(codecs.BOM_UTF8))
    return (charset(declared[1].decode()) if declared else None) or "utf-8"
