"""The lines of a page put together anew by the places of its letters, where PDFium tears words apart.

On a page of short lines it may believe that they run down the page: then all that was drawn by itself is a line, and
some programs draw each letter so (Chromium, with some fonts). Where one shape stands for several letters, and the file
says which (ActualText, as for Thai and Hindi), PDFium knows the place of the first shape only: it puts spaces behind
it, or says the letters again.
"""

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.hyphens import MARK
from ingest.convert.formats.pdf.layout import RAISED, SIGNS, Line, LineReader
from ingest.convert.formats.pdf.right_to_left import ARABIC, LETTER, Placed, by_place, in_order

ONE_LETTER = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
FEWEST_TORN = 3  # lines that go on behind the one before
TORN = 0.1  # of all lines
NEXT = 1.3  # sizes from the last letter to the one that goes on, at most: its width and a space
SAME_HEIGHT = 0.1  # sizes

# Scripts in which letters are drawn around others: the Indic ones, Thai, Lao, Tibetan, Burmese and Khmer.
AROUND = re.compile(r"[\u0900-\u109f\u1780-\u17ff]")
APART = re.compile(r"(?:^|\s)[\u0901-\u0903\u093c\u093e-\u094d\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]", re.MULTILINE)

# Drawn by themselves, in another font: arrows, boxes to tick, pictures; but no signs of formulas.
SYMBOL = re.compile(r"[\u2190-\u21ff\u2300-\u2bff\ue000-\uf8ff\U0001f000-\U0001faff]")

SMALLER = 0.9  # times the print before: that of a footnote

MOST_OBJECTS = 50_000
DEEPEST_OBJECT = 4
MOST_LETTERS = 50_000  # of a page

# In sizes of a letter.
SPACE = 0.16  # between words, at least
NARROW = 0.03  # the same, where PDFium sees one, too
SPREAD = 0.25  # between the letters of a word that is set wide, at most
FEWEST_GAPS = 4  # that tell how wide
OTHER_LINE = 0.5  # above or below
SLOPING = 0.8  # the same, where letters stand on a slope, as in Urdu
BACK = 1.0
OVERLAP = 0.1

ACTUAL_TEXT = b"ActualText"


class Letter(NamedTuple):
    text: str
    left: float
    right: float
    x: float  # where it begins, and on which height
    y: float
    size: float
    at: int
    meant: bool  # told beside the shape
    behind_space: bool = False

    def gap(self, before: "Letter") -> float:
        """In either direction of writing."""
        return max(self.left - before.right, before.left - self.right)


def put_together(
    page: pypdfium2.PdfPage, found: pypdfium2.PdfTextPage, lines: Sequence[Line], reader: LineReader
) -> Sequence[Line]:
    """The same lines where they are in order. `found` is the text of the page, `lines` are those of PDFium."""
    around = any(AROUND.search(line.text) for line in lines)
    torn = _are_torn(lines)
    if not torn and not around:
        return lines
    spans = _spans(page)
    if not torn and not spans and not any(APART.search(line.text) for line in lines):
        return lines
    if found.count_chars() > MOST_LETTERS:
        return lines
    letters = list(letters_of(found, spans, reader))
    to_left = sum(LETTER.match(letter.text) is not None for letter in letters)
    grouped = _by_height(letters) if 2 * to_left > len(letters) else _in_lines(letters)
    together = [line_of(each, found, reader) for each in grouped]
    return together if around or _letters_alone(together) <= _letters_alone(lines) else lines


def with_symbols_in_place(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines; some programs draw the symbols of a line before or behind all of its words."""
    if not any(SYMBOL.search(line.text) for line in lines):
        return lines
    return [_sorted(line, found, reader) if SYMBOL.search(line.text) else line for line in lines]


def without_false_cuts(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, cut where a word does not go on: behind the last of a column, footnotes are in smaller print."""
    if not any(MARK in line.text for line in lines):
        return lines
    return [part for line in lines for part in (_parted(line, found, reader) if MARK in line.text else [line])]


def _parted(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Iterator[Line]:
    if line.last - line.first == len(line.text.strip()) - 1:
        start = line.first - line.text.index(line.text.strip())
        marks = [at for at, letter in enumerate(line.text) if letter == MARK]
        cuts = [at for at in marks if _goes_on_smaller(start + at, found, reader)]
        begin = 0
        for cut in cuts:
            yield reader.placed(
                found.raw, f"{line.text[begin:cut].lstrip()}-", max(start + begin, line.first), start + cut
            )
            begin = cut + 1
        if cuts:
            yield reader.placed(found.raw, line.text[begin:], start + begin, line.last)
            return
    yield line


def _goes_on_smaller(at: int, found: pypdfium2.PdfTextPage, reader: LineReader) -> bool:
    return 0 < reader.size(found.raw, at + 1) < SMALLER * reader.size(found.raw, at - 1)


def _sorted(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Line:
    letters = list(letters_of(found, {}, reader, range(line.first, line.last + 1)))
    goes_back = any(letter.left < before.left - OTHER_LINE * letter.size for before, letter in pairwise(letters))
    if (
        not goes_back
        or LETTER.search(line.text)
        or any(abs(letter.y - letters[0].y) > OTHER_LINE * letter.size for letter in letters)
    ):
        return line
    return line_of(sorted(letters, key=lambda letter: letter.left), found, reader)


def _are_torn(lines: Sequence[Line]) -> bool:
    torn = sum(
        0 < line.x - before.end < NEXT * line.style.size and abs(line.y - before.end_y) < SAME_HEIGHT * line.style.size
        for before, line in pairwise(lines)
    )
    return torn >= max(FEWEST_TORN, TORN * len(lines))


def _letters_alone(lines: Sequence[Line]) -> int:
    return sum(len(ONE_LETTER.findall(line.text)) for line in lines)


def _spans(page: pypdfium2.PdfPage) -> dict[int, float]:
    """Where what is drawn ends of which the file says what it is: by its mark, which its objects share."""
    ends: dict[int, float] = {}
    for each in islice(page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=DEEPEST_OBJECT), MOST_OBJECTS):
        if span := _span(each.raw):
            right = each.get_bounds()[2] if not each.level else 0.0  # within another, its place is not known
            ends[span] = max(ends.get(span, 0.0), right)
    return ends


def _span(drawn: pdfium.FPDF_PAGEOBJECT) -> int:
    length = ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(drawn)):
        mark = pdfium.FPDFPageObj_GetMark(drawn, number)
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, ACTUAL_TEXT, None, 0, length):
            return ctypes.cast(mark, ctypes.c_void_p).value or 0
    return 0


def letters_of(
    found: pypdfium2.PdfTextPage, spans: dict[int, float], reader: LineReader, only: Iterable[int] | None = None
) -> Iterator[Letter]:
    """In the order of the file, without what PDFium has put between them and what it says twice."""
    raw = found.raw
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    owners: dict[int, int] = {}  # by span, the object that says its letters
    of_object: dict[int, int] = {}  # the span of each object
    space: float | None = None  # where one is drawn
    guessed = False  # whether PDFium has put one here
    before: Letter | None = None
    high = 0
    for at in only or range(found.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        text = MARK if pdfium.FPDFText_IsHyphen(raw, at) == 1 else reader.shown.get(code) or chr(code)
        if text != MARK and pdfium.FPDFText_IsGenerated(raw, at) == 1:
            guessed = text == " "
            continue
        if not code or not pdfium.FPDFText_GetLooseCharBox(raw, at, box):
            continue
        if text.isspace():
            space = box.left
            continue
        pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
        left, right, span = x.value, box.right, 0
        if spans and (drawn := pdfium.FPDFText_GetTextObject(raw, at)):
            key = ctypes.addressof(drawn.contents)
            span = of_object[key] if key in of_object else of_object.setdefault(key, _span(drawn))
            if span:
                if owners.setdefault(span, key) != key:
                    continue
                right = max(right, spans.get(span, 0.0))
        size = max(reader.size(raw, at), 1.0)
        letter = Letter(text, left, right, x.value, y.value, size, at, span > 0)
        if before:
            drawn_between = space is not None and before.right - OVERLAP * size <= space <= left + OVERLAP * size
            narrow = guessed and not before.meant and letter.gap(before) > NARROW * size
            letter = letter._replace(behind_space=drawn_between or narrow)
        yield letter
        before, space, guessed = letter, None, False


def _by_height(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Of what runs from right to left, PDFium has the pieces of a torn line in no order."""
    line: list[Letter] = []
    for letter in sorted(letters, key=lambda letter: -letter.y):
        if line and line[0].y - letter.y > SLOPING * letter.size:
            yield line
            line = []
        line.append(letter)
    if line:
        yield line


def _in_lines(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    line: list[Letter] = []
    for letter in letters:
        if line:
            before = line[-1]
            size = max(letter.size, before.size)
            other = abs(letter.y - before.y) > OTHER_LINE * size
            back = letter.left < before.left - BACK * size and not (
                LETTER.match(letter.text) or LETTER.match(before.text)
            )
            if (other or back) and before.text != MARK:
                yield line
                line = []
        line.append(letter)
    if line:
        yield line


def line_of(
    letters: Sequence[Letter],
    found: pypdfium2.PdfTextPage,
    reader: LineReader,
    is_space: Callable[[Letter, Letter], bool] | None = None,
) -> Line:
    """The line of these letters; unless it is told between which a space is, they are told by the gaps."""
    between = [letter.gap(before) / letter.size for before, letter in pairwise(letters) if not letter.behind_space]
    usual = median(between) if len(between) >= FEWEST_GAPS else 0.0
    least = SPACE + (usual if 0 < usual <= SPREAD else 0.0)
    if any(LETTER.match(letter.text) for letter in letters):
        whole = [Placed(each.text, each.x, each.left, each.right) for each in letters]
        arabic = any(ARABIC.match(letter.text) for letter in letters)
        text = by_place(whole, SPACE * max(letter.size for letter in letters), arabic)
        return reader.placed(found.raw, text, letters[0].at, letters[-1].at)
    placed = [Placed(letters[0].text, letters[0].x, letters[0].left)]
    for before, letter in pairwise(letters):
        if before.text == MARK:  # the rest of the word is on the next line
            pass
        elif is_space(before, letter) if is_space else _are_apart(before, letter, least):
            placed.append(Placed(" "))
        elif _is_power(before, letter):
            placed.append(Placed("^"))
        placed.append(Placed(letter.text, letter.x, letter.left))
    return reader.placed(found.raw, in_order(placed), letters[0].at, letters[-1].at)


def _is_power(before: Letter, letter: Letter) -> bool:
    begins = (letter.text.isdigit() and before.text.isdigit()) or (letter.text in SIGNS and before.text.isalnum())
    return begins and letter.y - before.y > RAISED * before.size


def _are_apart(before: Letter, letter: Letter, least: float) -> bool:
    return letter.behind_space or letter.gap(before) > least * max(letter.size, before.size)
