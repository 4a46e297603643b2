"""The lines of a page that run from right to left, in the order of reading.

Where a page or a line is mostly in such letters, all of it is told by place: PDFium turns addresses, numbers and
brackets with the words around them. Elsewhere only its words are turned.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line, LineReader
from ingest.convert.formats.pdf.letters import SPACE, letters_of
from ingest.convert.formats.pdf.right_to_left import ARABIC, HEBREW, LETTER, MIRRORED, Placed, by_place, in_order

BEHIND = re.compile(r"[.,:;!?]\w")  # the stop behind a line that has none of these letters


def reordered(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    if not any(LETTER.search(line.text) for line in lines):
        return lines
    whole = "".join(line.text for line in lines)
    mostly, arabic = _runs_to_left(whole), ARABIC.search(whole) is not None

    def read(line: Line) -> Line:
        if LETTER.search(line.text):
            by_place = mostly or _runs_to_left(line.text)
        else:
            by_place = mostly and BEHIND.match(line.text) is not None
        if by_place and (text := _by_place(line, arabic, found, reader)) is not None:
            return line._replace(text=text)
        return line._replace(text=in_order(_placed(line, found))) if _is_whole(line) else line

    return [read(line) for line in lines]


def _runs_to_left(text: str) -> bool:
    return 2 * len(LETTER.findall(text)) > sum(map(str.isalpha, text))


def _by_place(line: Line, arabic: bool, found: pypdfium2.PdfTextPage, reader: LineReader) -> str | None:
    letters = list(letters_of(found, {}, reader, range(line.first, line.last + 1)))
    if not letters or abs(line.end_y - line.y) > abs(line.end - line.x):
        return None
    placed = [Placed(letter.text, letter.x, letter.left, letter.right) for letter in letters]
    text = by_place(placed, SPACE * max(letter.size for letter in letters), arabic and not HEBREW.search(line.text))
    return text if _signs(text) == _signs(line.text) else None


def _signs(text: str) -> Counter[str]:
    return Counter("".join(text.split()).translate(MIRRORED)) + Counter("".join(text.split()))


def _is_whole(line: Line) -> bool:
    """Whether its characters are those that PDFium counts from its first to its last."""
    return LETTER.search(line.text) is not None and line.last - line.first + 1 == len(line.text.strip())


def _placed(line: Line, found: pypdfium2.PdfTextPage) -> list[Placed]:
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    placed = []
    for index, text in enumerate(line.text.strip(), start=line.first):
        pdfium.FPDFText_GetCharOrigin(found.raw, index, x, y)
        pdfium.FPDFText_GetCharBox(found.raw, index, left, right, bottom, top)
        placed.append(Placed(text, x.value, left.value))
    return placed
