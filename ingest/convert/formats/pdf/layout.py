"""The lines of a page as PDFium reads them, each with the size and weight of its letters and its place."""

import ctypes
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.hyphens import MARK

# In the name of a font, since what PDFium says of weight is a guess; the last two are those of TeX.
BOLD = re.compile(r"bold|black|heavy|demi|-bd|[a-z]bx\d|-medi(?!um)", re.IGNORECASE)
FORCE_BOLD = 1 << 18  # among the flags of a font
LONGEST_NAME = 256  # bytes
GUTTER = 3.5  # times the mean width of a letter, from one to the next: more than a space, even in a line that is spread
SLANTED = 0.05  # neither along the page nor across it: a watermark or a stamp
WIDEST = 1.0  # times the size: a letter, in the mean of a line
CELL = 1.7  # sizes from the last letter of a cell to the first of the next, at least
LONGEST_ROW = 140  # characters; no heading has more
LARGER = 1.15  # times the size of the text
OTHER_ROW = 0.8  # sizes above or below
SHORT_WORD = 4  # letters
CELL_LETTERS = 2  # more than these, in the mean; with less it is a title that is set wide
FEW = 0.1  # of the letters of a page
LABEL_LENGTH = 12  # "Section 12.3": a gap behind it makes no cells of a heading

SPACES = re.compile(r"(?<=\S)\s+(?=\S)")
NUMBERED = re.compile(r"(?:[^\W\d_]+\s)?[\dIVX]+[.\d)]*\s")
SIGNS = "-+−"  # of powers
DIGITS = re.compile(r"(?<=[^\W_])[-+−]\d+|\d\d+")
RAISED = 0.15  # of the size, at least, above the digits before

STRANGE = str.maketrans({"\f": "\n", "\r": "\n"})


class Style(NamedTuple):
    size: float  # points, to the half
    bold: bool
    font: bytes


NOTHING = Style(0, False, b"")


class Word(NamedTuple):
    text: str
    x: float  # where its first letter begins
    end: float  # and its last


class Line(NamedTuple):
    text: str
    style: Style = NOTHING
    y: float = 0  # of the line on which the letters stand, from the bottom of the page
    gaps: bool = False  # too wide for its letters: cells of a table
    x: float = 0  # where its first letter begins
    end: float = 0  # and its last
    end_y: float = 0  # the height of that: one of the two may be raised, as marks of footnotes are
    first: int = 0  # what PDFium counts its first letter as
    last: int = 0
    words: tuple[Word, ...] = ()  # of what may be a row of a table

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()


def is_power(before: Line, line: Line) -> bool:
    """Whether a line is raised digits and what comes behind them, which PDFium often makes a line of its own."""
    size = before.style.size
    return (
        before.text[-1:].isdigit()
        and line.text[:1].isdigit()
        and RAISED * size < line.y - before.end_y < size
        and line.x - before.end < size
    )


def runs_up_or_down(line: Line) -> bool:
    return abs(line.end_y - line.y) > abs(line.end - line.x)


def upright(lines: Sequence[Line], width: float, height: float) -> Sequence[Line]:
    """The lines of a page as a reader turns it, if most of them run up or down; else the same. The measures are those
    of the paper before it is turned."""
    steep = [line for line in lines if runs_up_or_down(line)]
    if 2 * len(steep) <= sum(not line.blank for line in lines):
        return lines
    if sum(line.end_y - line.y for line in steep) > 0:
        return [_turned(line, line.y, width - line.x, line.end_y, width - line.end) for line in lines]
    return [_turned(line, height - line.y, line.x, height - line.end_y, line.end) for line in lines]


def _turned(line: Line, x: float, y: float, end: float, end_y: float) -> Line:
    if line.blank or not line.end:
        return line
    gaps = end - x > WIDEST * line.style.size * len(line.text)
    return line._replace(x=x, y=y, end=end, end_y=end_y, gaps=gaps)


class LineReader:
    """Asks PDFium about two letters of a line, which takes a third of a millisecond a page."""

    def __init__(self) -> None:
        self._bold: dict[bytes, bool] = {}  # by the name of a font
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._matrix, self._box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(LONGEST_NAME)
        self._flags = ctypes.c_int()
        self.shown: Mapping[int, str] = {}  # by code, what a page shows of which the fonts do not say it
        self.right = 0  # pages in a row of which the spaces are right

    def lines(self, page: pypdfium2.PdfTextPage, text: str) -> list[Line]:
        """The lines of a page whose text is this."""
        units = _units(text)
        found = (self._line(page.raw, line, start, units) for start, line in _with_starts(text))
        lines = [part for line in found for part in self._on_one_height(page.raw, line)]
        usual = _smallest_usual(lines)
        return [
            line._replace(gaps=True) if self._may_be_row(line, usual) and self._has_cells(page.raw, line) else line
            for line in lines
        ]

    def _may_be_row(self, line: Line, usual: float) -> bool:
        """That is asked where it might be a heading for its print."""
        return not line.gaps and (line.style.bold or line.style.size >= LARGER * usual) and line.text.count(" ") > 1

    def parted(self, page: pypdfium2.PdfTextPage, text: str, x: float, only: Collection[int] = ()) -> list[Line]:
        """The same, or `only` some of them, with those that have a gap at this place cut there."""
        found, units = [], _units(text)
        for number, (start, line) in enumerate(_with_starts(text)):
            if not only or number in only:
                cut = self._gap(page.raw, line, start, units, x)
                halves = [(start, line[:cut].rstrip()), (start + cut, line[cut:])] if cut else [(start, line)]
                found += [self._line(page.raw, half, at, units) for at, half in halves]
        return found

    def placed(self, raw: object, text: str, first: int, last: int | None = None) -> Line:
        """A line that says this, of which PDFium counts the first and the last letter so."""
        last = first + len(text) - 1 if last is None else last
        x, y = self.origin(raw, first)
        end, end_y = self.origin(raw, last)
        style = self._style(raw, first)
        return Line(text, style, y, end - x > WIDEST * style.size * len(text), x, end, end_y, first, last)

    def _line(self, raw: object, line: str, start: int, units: Sequence[int] | None) -> Line:
        words = line.strip()
        if not words:
            return Line("")
        first = start + line.index(words[0])
        last = first + len(words) - 1
        at, until = self._index(raw, first, units), self._index(raw, last, units)
        x, y = self.origin(raw, at)
        style = self._style(raw, at)
        end, end_y = self.origin(raw, until)
        gaps = end - x > WIDEST * style.size * len(words)
        if end - x > abs(end_y - y) and DIGITS.search(line):  # along the page
            ahead = start - first + at if until - at == last - first else None
            line = self._with_powers(raw, line, y + RAISED * style.size, start, units, ahead)
        if style.bold:  # that may be its first words only
            style = style._replace(bold=words[-1] in ".):" or self._style(raw, until).bold)
        return Line(line.rstrip("\r").translate(STRANGE), style, y, gaps, x, end, end_y, at, until)

    def _on_one_height(self, raw: object, line: Line) -> list[Line]:
        """A line, cut where it goes on in another row of a table. Raised marks stand less high."""
        apart = OTHER_ROW * line.style.size
        if not apart or not apart < abs(line.end_y - line.y) < line.end - line.x or MARK in line.text:
            return [line]
        words = line.text.strip()
        if line.last - line.first != len(words) - 1:
            return [line]

        def goes_on_below(space: re.Match[str]) -> bool:
            (x, y), (before, height) = (self.origin(raw, line.first + at) for at in (space.end(), space.start() - 1))
            return x < before and abs(y - height) > apart

        cuts = [0, *(space.end() for space in SPACES.finditer(words) if goes_on_below(space)), len(words)]
        parts = [(start, words[start:end].rstrip()) for start, end in pairwise(cuts)]
        if any(" " not in part and sum(map(str.isalpha, part)) < SHORT_WORD for _, part in parts):  # a formula
            return [line]
        return [self.placed(raw, part, line.first + start) for start, part in parts]

    def _has_cells(self, raw: object, line: Line) -> bool:
        """Whether more than one gap is wider than spaces are."""
        words = line.text.strip()
        if len(words) > LONGEST_ROW or line.last - line.first != len(words) - 1:
            return False
        found = 0
        for space in SPACES.finditer(words, LABEL_LENGTH if NUMBERED.match(words) else 0):
            before, _ = self.origin(raw, line.first + space.start() - 1)
            behind, _ = self.origin(raw, line.first + space.end())
            found += behind - before > CELL * line.style.size
        return found > 1 and len(words.replace(" ", "")) > CELL_LETTERS * (found + 1)

    def _with_powers(
        self, raw: object, line: str, height: float, start: int, units: Sequence[int] | None, at: int | None
    ) -> str:
        """With a ^ where digits stand raised behind a digit, or with a sign behind a letter, too, so that 10^6 is not
        read as 106. `at` is what the line begins with as PDFium counts, if it counts all of the line."""

        def is_raised(offset: int) -> bool:
            index = self._index(raw, start + offset, units) if at is None else at + offset
            pdfium.FPDFText_GetCharOrigin(raw, index, self._x, self._y)
            return self._y.value > height

        pieces, kept = [], 0
        for digits in DIGITS.finditer(line):
            base = digits.start() - (line[digits.start()] in SIGNS)
            if is_raised(digits.end() - 1) and not is_raised(base):
                power = next(offset for offset in range(base, digits.end()) if is_raised(offset))
                pieces += [line[kept:power], "^"]
                kept = power
        return "".join([*pieces, line[kept:]])

    def _gap(self, raw: object, line: str, start: int, units: Sequence[int] | None, x: float) -> int:
        """Where the words right of this place begin, if a gap is before them; else 0."""

        def place(offset: int) -> float:
            return self.origin(raw, self._index(raw, start + offset, units))[0]

        letters = [offset for offset, letter in enumerate(line) if not letter.isspace()]
        right = bisect_left(letters, x, key=place)
        if not 0 < right < len(letters):
            return 0
        usual = (place(letters[-1]) - place(letters[0])) / len(line)
        return letters[right] if place(letters[right]) - place(letters[right - 1]) > GUTTER * usual else 0

    def _index(self, raw: object, offset: int, units: Sequence[int] | None) -> int:
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(raw, units[offset] if units else offset))

    def origin(self, raw: object, at: int) -> tuple[float, float]:
        pdfium.FPDFText_GetCharOrigin(raw, at, self._x, self._y)
        return self._x.value, self._y.value

    def end_of(self, raw: object, at: int) -> float:
        """Where a letter ends."""
        return self._box.right if pdfium.FPDFText_GetLooseCharBox(raw, at, self._box) else 0.0

    def size(self, raw: object, at: int) -> float:
        """Of a letter, in points; 0 if it stands askew."""
        size: float = pdfium.FPDFText_GetFontSize(raw, at)
        if pdfium.FPDFText_GetMatrix(raw, at, self._matrix):  # many files have all their sizes in the matrix
            if min(abs(self._matrix.a), abs(self._matrix.b)) > SLANTED * max(abs(self._matrix.a), abs(self._matrix.b)):
                return 0
            size *= math.hypot(self._matrix.c, self._matrix.d)
        return size

    def font(self, raw: object, at: int) -> bytes:
        """The name of that of a letter."""
        length = pdfium.FPDFText_GetFontInfo(raw, at, self._name, LONGEST_NAME, self._flags)
        return self._name.raw[: max(length - 1, 0)] if length <= LONGEST_NAME else b""

    def _style(self, raw: object, at: int) -> Style:
        if not (size := self.size(raw, at)):
            return NOTHING
        name = self.font(raw, at)
        bold = self._bold.get(name)
        if bold is None:
            by_name = BOLD.search(name.decode("utf-8", "replace")) is not None
            bold = self._bold[name] = by_name or bool(self._flags.value & FORCE_BOLD)
        return Style(round(size * 2) / 2, bold, name)


def _smallest_usual(lines: Sequence[Line]) -> float:
    """The smallest size of more than a few letters."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.style.size] += len(line.text) if line.style.size else 0
    return min((size for size, count in letters.items() if count > FEW * letters.total()), default=math.inf)


def _with_starts(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _units(text: str) -> Sequence[int] | None:
    """Where each character begins in UTF-16, as PDFium counts, unless that is where it is."""
    if text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return None
    return list(accumulate(chain([0], (2 if character > "\uffff" else 1 for character in text))))
