"""Workbooks of Excel 97 to 2003 ([MS-XLS]): the sheets in their order, their cells, text boxes, comments and charts."""

import struct
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from ingest.convert.parts.cells import REPEATED, Merged, Row, Value, as_it_is, check_size, hidden_sheet, merged, place
from ingest.convert.parts.number_format import BUILT_IN, shown_by
from ingest.convert.parts.spans import MAX_COLUMNS, Again

EXCEL_97 = 0x0600
# Records (2.3.2)
BEGIN, END, CONTINUE, PASSWORD, FROM_1904 = 0x0809, 0x000A, 0x003C, 0x002F, 0x0022
SHEET, STRINGS, FORMAT, STYLE = 0x0085, 0x00FC, 0x041E, 0x00E0
STRING_CELL, NUMBER, SHORT_NUMBER, SHORT_NUMBERS = 0x00FD, 0x0203, 0x027E, 0x00BD
LABEL, RICH_LABEL, FORMULA, FORMULA_STRING, BOOLEAN = 0x0204, 0x00D6, 0x0006, 0x0207, 0x0205
ROW, COLUMNS = 0x0208, 0x007D
MERGED, OBJECT, TEXT, COMMENT, CHART_TEXT = 0x00E5, 0x005D, 0x01B6, 0x001C, 0x100D
CELLS = frozenset((STRING_CELL, NUMBER, SHORT_NUMBER, SHORT_NUMBERS, LABEL, RICH_LABEL, FORMULA, BOOLEAN))
LARGEST_HEAD = 14  # bytes; there is always as much, so that it can be read at once
CHART = 0x0020  # a kind of sheet
LEFT = 1  # how a text stands in its cell

HEAD = struct.Struct("<HH").unpack_from
CELL = struct.Struct("<HHHHHI").unpack_from  # type, size, row, column, style, and four bytes of the value
DOUBLE = struct.Struct("<d").unpack_from
LONG = struct.Struct("<I").unpack_from
SHORT = struct.Struct("<H").unpack_from


def records(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The type of each, where it begins, and its size."""
    while at + 4 <= len(data):
        kind, size = HEAD(data, at)
        yield kind, at + 4, size
        at += 4 + size


def has_password(data: bytes) -> bool:
    first = [kind for kind, _, _ in islice(records(data, 0), 4)]  # it may only stand there
    return first[:1] == [BEGIN] and PASSWORD in first


class Sheet(NamedTuple):
    name: str
    rows: Iterator[Row]
    texts: list[str]  # of text boxes and charts
    comments: list[tuple[str, str]]  # with the cell of each


class Workbook:
    """Raises `ConversionFailed`, and `struct.error` or `IndexError` for a damaged file."""

    def __init__(self, data: bytes, filename: str) -> None:
        self.data = data + bytes(LARGEST_HEAD)
        self.filename = filename
        self.again = Again()
        self.listed: list[tuple[str, int]] = []
        self.strings: list[str] = []
        formats: dict[int, str] = {}
        styles: list[int] = []
        self.indents: dict[int, int] = {}  # by style, how far in it lets a text stand
        from_1904 = False
        for kind, start, size in records(data, 0):
            if kind == SHEET:
                name = _short_string(data, start + 6)
                self.listed.append((hidden_sheet(name) if data[start + 4] & 3 else name, LONG(data, start)[0]))
            elif kind == STRINGS:
                self.strings = list(_shared_strings(self._continued(start, size)))
            elif kind == FORMAT:
                formats[SHORT(data, start)[0]] = _string(data, start + 2)
            elif kind == STYLE:
                if size >= 9 and data[start + 6] & 7 == LEFT and data[start + 8] & 15:
                    self.indents[len(styles)] = data[start + 8] & 15
                styles.append(SHORT(data, start + 2)[0])
            elif kind == FROM_1904:
                from_1904 = SHORT(data, start)[0] == 1
            elif kind == END:
                break
        codes = [formats.get(number) or BUILT_IN.get(number, "") for number in styles]
        self.numbers: dict[int, Callable[[float], Value]] = defaultdict(
            lambda: as_it_is, {style: _number(code, from_1904) for style, code in enumerate(codes)}
        )
        self.short_numbers = _ShortNumbers(self.numbers)

    def sheets(self) -> Iterator[Sheet]:
        names: dict[int, str] = {}  # by where each begins; one that is listed again is read once
        for name, start in self.listed:
            names.setdefault(start, name)
        for start, name in names.items():
            yield _Reader(self, start).sheet(name)

    def _continued(self, start: int, size: int) -> list[bytes]:
        """A record and those that go on with it."""
        found = [self.data[start : start + size]]
        for kind, begin, length in records(self.data, start + size):
            if kind != CONTINUE:
                break
            found.append(self.data[begin : begin + length])
        return found


class _ShortNumbers(dict[int, Callable[[int], Value]]):
    """By style, how it shows a number in four bytes."""

    def __init__(self, numbers: dict[int, Callable[[float], Value]]) -> None:
        self.numbers = numbers

    def __missing__(self, style: int) -> Callable[[int], Value]:
        show = self.numbers[style]
        return self.setdefault(style, lru_cache(REPEATED)(lambda bits: show(_short_number(bits))))


class _Reader:
    """One pass over the records of a sheet."""

    def __init__(self, book: Workbook, start: int) -> None:
        self.book = book
        self.start = start
        self.rows: dict[int, list[str]] = {}
        self.merged: list[Merged] = []
        self.texts: dict[int, str] = {}  # by the object that shows it
        self.comments: dict[tuple[int, int], int] = {}  # by row and column, the object that shows it
        self.chart_texts: list[str] = []
        self.shown_by = 0  # the object before
        self.width = self.height = 0
        self.hidden_rows: set[int] = set()
        self.hidden: set[int] = set()  # columns
        self.indents: dict[int, int] = {}  # by row, that of its first cell

    def sheet(self, name: str) -> Sheet:
        self.read()
        comments = [
            (place(row + 1, column), self.texts.pop(number))
            for (row, column), number in sorted(self.comments.items())
            if number in self.texts
        ]
        hidden = frozenset(self.hidden)
        rows = (
            Row(
                number + 1,
                cells,
                is_hidden=number in self.hidden_rows,
                hidden=hidden,
                indent=self.indents.get(number, 0),
            )
            for number, cells in sorted(self.rows.items())
        )
        ranges = [cell._replace(top=cell.top + 1, bottom=cell.bottom + 1) for cell in self.merged]
        texts = [*self.texts.values(), *dict.fromkeys(self.chart_texts)]
        return Sheet(name, merged(rows, ranges, self.book.again), texts, comments)

    def read(self) -> None:
        data, strings = self.book.data, self.book.strings
        numbers, short_numbers, indents = self.book.numbers, self.book.short_numbers, self.book.indents
        at, last = self.start, len(data) - LARGEST_HEAD
        current, cells = -1, list[str]()
        while at <= last:
            kind, size, row, column, style, bits = CELL(data, at)
            start = at + 4
            at = start + size
            if kind not in CELLS:
                if kind == BEGIN and SHORT(data, start + 2)[0] == CHART:
                    at = self.chart(at)
                elif kind == END:
                    break
                else:
                    self.beside(kind, start, size)
                continue
            if row != current:
                self.check(len(cells), row)
                current, cells = row, self.rows.setdefault(row, [])
            if kind == STRING_CELL:
                text = strings[bits]
            elif kind == NUMBER:
                text = numbers[style](DOUBLE(data, start + 6)[0])
            elif kind == SHORT_NUMBER:
                text = short_numbers[style](bits)
            elif kind == SHORT_NUMBERS:
                for style, bits in struct.iter_unpack("<HI", data[start + 4 : at - 2]):
                    _put(cells, column, short_numbers[style](bits))
                    column += 1
                continue
            else:
                text = self.other(kind, start, at, style)
            if style in indents and text and not any(cells[:column]):
                self.indents[row] = indents[style]
            if column == len(cells):
                cells.append(text)
            else:
                _put(cells, column, text)
        self.check(len(cells), current)

    def check(self, width: int, row: int) -> None:
        self.width, self.height = max(self.width, width), max(self.height, row + 1)
        check_size(self.book.filename, self.height, self.width)

    def chart(self, at: int) -> int:
        """Read the names in a chart, which is a sheet of its own within the records of another; where it ends."""
        depth = 1
        for kind, start, size in records(self.book.data, at):
            if kind == CHART_TEXT:
                self.chart_texts.append(_short_string(self.book.data, start + 2))
            depth += (kind == BEGIN) - (kind == END)
            if not depth:
                return start + size
        return len(self.book.data)

    def other(self, kind: int, start: int, end: int, style: int) -> str:
        """The rarer cells: texts of their own, logical values, formulas."""
        data = self.book.data
        if kind in (LABEL, RICH_LABEL):
            return _string(data, start + 6)
        if kind == BOOLEAN:
            value, is_error = data[start + 6], data[start + 7]
            return "" if is_error else Value("TRUE" if value else "FALSE")
        if SHORT(data, start + 12)[0] != 0xFFFF:
            return self.book.numbers[style](DOUBLE(data, start + 6)[0])
        result = data[start + 6]
        if result == 1:
            return Value("TRUE" if data[start + 8] else "FALSE")
        if result == 0:  # a text, in one of the next records
            for following, begin, _ in records(data, end):
                if following == FORMULA_STRING:
                    return _string(data, begin)
                if following in CELLS:
                    break
        return ""

    def beside(self, kind: int, start: int, size: int) -> None:
        data = self.book.data
        if kind == MERGED:
            for place in range(start + 2, start + size - 7, 8):
                top, bottom, left, right = struct.unpack_from("<HHHH", data, place)
                self.merged.append(Merged(top, left, bottom, right))
        elif kind == ROW and size > 12 and data[start + 12] & 0x20:
            self.hidden_rows.add(SHORT(data, start)[0])
        elif kind == COLUMNS and size > 8 and data[start + 8] & 1:
            first, last = SHORT(data, start)[0], SHORT(data, start + 2)[0]
            self.hidden.update(range(first, min(last + 1, MAX_COLUMNS)))
        elif kind == OBJECT:
            self.shown_by = SHORT(data, start + 6)[0]
        elif kind == TEXT and SHORT(data, start + 10)[0]:
            pieces = self.book._continued(start, size)[1:]
            left, words = SHORT(data, start + 10)[0], ""
            for piece in pieces:
                if len(words) < left:
                    words += _decoded(piece[1:], piece[0] & 1)
            self.texts[self.shown_by] = words[:left]
        elif kind == COMMENT:
            row, column, _, number = struct.unpack_from("<HHHH", data, start)
            self.comments[row, column] = number


def _put(cells: list[str], column: int, text: str) -> None:
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = text


def _number(code: str, from_1904: bool) -> Callable[[float], Value]:
    show = shown_by(code, from_1904)
    return lru_cache(REPEATED)(lambda number: Value(show(number))) if show else as_it_is


def _short_number(bits: int) -> float:
    """A number in four bytes (2.5.217)."""
    number: float
    if bits & 2:
        number = float((bits >> 2) - ((bits & 0x8000_0000) >> 1))
    else:
        number = DOUBLE(struct.pack("<II", 0, bits & 0xFFFF_FFFC))[0]
    return number / 100 if bits & 1 else number


def _decoded(data: bytes, wide: int) -> str:
    return data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass") if wide else data.decode("latin-1")


def _string(data: bytes, start: int) -> str:
    """With its length in two bytes."""
    length, flags = struct.unpack_from("<HB", data, start)
    return _decoded(data[start + 3 : start + 3 + (length << (flags & 1))], flags & 1)


def _short_string(data: bytes, start: int) -> str:
    """With its length in one."""
    length, flags = data[start], data[start + 1]
    return _decoded(data[start + 2 : start + 2 + (length << (flags & 1))], flags & 1)


def _shared_strings(records: list[bytes]) -> Iterator[str]:
    """A string may go on in the next record, in characters of another size; its formatting follows it (2.5.293)."""
    count = LONG(records[0], 4)[0]
    left = iter(records)
    data, at = next(left), 8
    for _ in range(count):
        if at >= len(data):
            data, at = next(left, b""), 0
        length, flags = struct.unpack_from("<HB", data, at)
        at += 3
        behind = 0
        if flags & 8:
            behind += 4 * SHORT(data, at)[0]
            at += 2
        if flags & 4:
            behind += LONG(data, at)[0]
            at += 4
        words = []
        while True:
            wide = flags & 1
            fitting = min(length, (len(data) - at) >> wide)
            words.append(_decoded(data[at : at + (fitting << wide)], wide))
            at += fitting << wide
            length -= fitting
            if not length:
                break
            data = next(left)
            flags, at = data[0], 1
        while behind > len(data) - at:
            behind -= len(data) - at
            data, at = next(left), 0
        at += behind
        yield "".join(words)
