"""Letters that are shown as pictures: boxes to tick, ticks and bullets of fonts such as Wingdings, of which the file
says that they are letters, or characters that Unicode leaves to programs."""

import ctypes
import re
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line, LineReader
from ingest.convert.parts.symbols import BOXES, FONTS, PRIVATE_CHARACTER

# By themselves before a label, at the beginning of a line or several times in it; others are words.
LETTER = "[B-HJ-Zb-hj-z¨£§¤þýûüÞ]"
LONE = re.compile(rf"(?<!\S){LETTER}(?!\S)")
FIRST = re.compile(rf"\s*{LETTER}\s")
MAY_BE = re.compile(rf"\s{LETTER}(?=\s)|[\uf000-\uf0ff]")
LONGEST = 300  # characters of a line

DINGBATS = {0x33: "✓", 0x34: "✔", 0x35: "✕", 0x36: "✖", 0x37: "✗", 0x38: "✘", 0x6C: "●", 0x6E: "■", 0x6F: "❏"}
DINGBATS |= {0x70: "❐", 0x71: "❑", 0x72: "❒"}
WEBDINGS = {0x63: "□", 0x67: "■"}
PICTURES = {"symbol": FONTS["symbol"], "wingdings": FONTS["wingdings"], "wingdings2": FONTS["wingdings 2"]}
PICTURES |= {"zapfdingbats": DINGBATS, "monotypesorts": DINGBATS, "webdings": WEBDINGS}
NAME = re.compile(
    r"(?:[A-Z]{6}\+)?(?:ITC)?(symbol(?=mt|\W|$)|wingdings(?:[ -]?2)?(?!\d)|zapf ?dingbats|monotype ?sorts|webdings)",
    re.IGNORECASE,
)

MOST_POINTS = 40  # of a box, and a mark in it
EDGE = 0.02  # of its side: so far off it may a point stand
FRAME = 0.5  # of its side, the width of what is empty in it at least
SQUARE = 0.25  # of its side, the difference of width and height at most


def with_pictures(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    if not MAY_BE.search("\n".join(["", *(line.text for line in lines), ""])):
        return lines
    return [_with_pictures(line, found, reader) if _may_have_some(line.text) else line for line in lines]


def _may_have_some(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    if FIRST.match(text) or PRIVATE_CHARACTER.search(text):
        return True
    letters = LONE.findall(text)
    return len(set(letters)) < len(letters)


def _with_pictures(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Line:
    text = line.text.strip()
    if line.last - line.first != len(text) - 1:
        return line
    shown = {at: picture for at in _candidates(text) if (picture := _shown(text, at, line.first, found, reader))}
    if not shown:
        return line
    text = "".join(shown.get(at, letter) for at, letter in enumerate(text))
    words = text.split()
    if [word.text for word in line.words] == line.text.split():
        placed = tuple(word._replace(text=said) for word, said in zip(line.words, words, strict=True))
        return line._replace(text=text, words=placed)
    return line._replace(text=text)


def _candidates(text: str) -> Iterator[int]:
    for pattern in (LONE, PRIVATE_CHARACTER):
        yield from (letter.start() for letter in pattern.finditer(text))


def _shown(text: str, at: int, first: int, found: pypdfium2.PdfTextPage, reader: LineReader) -> str | None:
    font = reader.font(found.raw, first + at)
    pictures = NAME.match(font.decode("utf-8", "replace"))
    is_private = PRIVATE_CHARACTER.match(text[at]) is not None
    if pictures and (is_private or not pictures[1].lower().startswith("symbol")):  # PDFium knows the letters of that
        code = ord(text[at]) & 0xFF if is_private else text[at].encode("cp1252", "replace")[0]
        return PICTURES[re.sub("[ -]", "", pictures[1].lower())].get(code)
    beside = next((n for n in (at + 2, at - 2) if 0 <= n < len(text) and not text[n].isspace()), None)
    if is_private or beside is None or reader.font(found.raw, first + beside) == font:
        return None
    return _drawn_box(found.raw, first + at)


def _drawn_box(raw: object, at: int) -> str | None:
    """A box, if that is the shape of this letter: a frame, with nothing or a mark in it."""
    drawn = pdfium.FPDFText_GetTextObject(raw, at)
    font = pdfium.FPDFTextObj_GetFont(drawn) if drawn else None
    glyph = pdfium.FPDFFont_GetGlyphPath(font, pdfium.FPDFText_GetUnicode(raw, at), 100.0) if font else None
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(glyph) if glyph else 0
    if not 8 <= count <= MOST_POINTS:
        return None
    contours = list(_contours(glyph, count))
    outer, *inner = sorted(contours, key=_width, reverse=True)
    if not inner or not _is_rectangle(outer) or not _is_rectangle(inner[0]) or _width(inner[0]) < FRAME * _width(outer):
        return None
    return BOXES[len(inner) > 1]


Contour = list[tuple[float, float]]


def _contours(glyph: object, count: int) -> Iterator[Contour]:
    x, y = ctypes.c_float(), ctypes.c_float()
    contour: Contour = []
    for number in range(count):
        segment = pdfium.FPDFGlyphPath_GetGlyphPathSegment(glyph, number)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and contour:
            yield contour
            contour = []
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        contour.append((x.value, y.value))
    yield contour


def _width(contour: Contour) -> float:
    return max(x for x, _ in contour) - min(x for x, _ in contour)


def _is_rectangle(contour: Contour) -> bool:
    """Nearly a square, all points of which are corners."""
    xs, ys = ([point[axis] for point in contour] for axis in (0, 1))
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    edge = EDGE * width
    return (
        width > 0
        and abs(width - height) <= SQUARE * width
        and all(min(x - min(xs), max(xs) - x) <= edge and min(y - min(ys), max(ys) - y) <= edge for x, y in contour)
    )
