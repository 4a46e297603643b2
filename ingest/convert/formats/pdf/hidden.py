"""Text that nobody sees on the page: undrawn, white on white, too small, off the paper, or in a layer that is off.

Whoever reads the page would not know of it, and it is where instructions for language models are put. The text behind
a scan is not drawn either, and stays: there the picture shows it.
"""

import ctypes
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import Enum, auto
from functools import cache, partial
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import NOTHING, Line
from ingest.convert.formats.pdf.second_opinion import TimeIsOver, processor_time

INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
SHOWING = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_TEXT)
LAYER = "OC"  # a mark of what belongs to one
WHITE = 250  # of 255, each of red, green and blue, at least
TINY = 1.0  # points
ROWS_OF_TINY = 700  # that fit on a page
CLEAR = 5  # of 255, at most
DEEPEST_OBJECT = 4
MOST_OBJECTS = 1000
MANY_SHAPES = 30  # paths; they may be letters
MOST_MARKS = 50  # of a letter
LONGEST_NAME = 256  # bytes
LAYER_SECONDS = 1.0  # of processor time to look up the layers

Layers = Callable[[], Collection[str]]


class _Way(Enum):
    """In which letters are drawn."""

    PLAIN = auto()
    UNDRAWN = auto()
    WHITE = auto()
    OFF = auto()  # in a layer that is hidden


class _Shape(NamedTuple):
    kind: int
    left: float
    bottom: float
    right: float
    top: float
    nested: bool  # in another object, or anyhow so that its place is not known

    def is_behind(self, line: Line) -> bool:
        x, y = line.x + line.style.size / 4, line.y + line.style.size / 4
        return self.nested or (self.left <= x <= self.right and self.bottom <= y <= self.top)


def hidden_layers(file: BinaryIO) -> Layers:
    """The names of those that a reader does not show; looked up when first asked for."""

    @cache
    def names() -> Collection[str]:
        try:
            with processor_time(LAYER_SECONDS):
                groups: Any = pypdf.PdfReader(file).root_object["/OCProperties"]
            shown = groups["/D"]
            if shown.get("/BaseState") == "/OFF":
                on = {group["/Name"] for group in shown.get("/ON", ())}
                return {group["/Name"] for group in groups["/OCGs"]} - on
            return {group["/Name"] for group in shown.get("/OFF", ())}
        except (TimeIsOver, Exception):  # pypdf meets damage with errors of any kind
            return ()

    return names


def seen(lines: Sequence[Line], page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, layers: Layers) -> Sequence[Line]:
    """The lines but those that nobody sees."""
    placed = [number for number, line in enumerate(lines) if line.end]
    hidden = _off_paper(lines, placed, page.get_bbox()) | _too_small(lines, placed, page.get_height())
    undrawn, white = set(), set()
    for number in placed:
        ways = {_way(text, lines[number].first, layers)}
        if ways != {_Way.PLAIN}:
            ways.add(_way(text, lines[number].last, layers))
        if ways == {_Way.UNDRAWN}:
            undrawn.add(number)
        elif ways == {_Way.WHITE}:
            white.add(number)
        elif ways == {_Way.OFF}:
            hidden.add(number)
    if undrawn or white:
        shapes = list(_shapes(page))
        if len(shapes) > MOST_OBJECTS:
            return lines
        paths = sum(shape.kind == pdfium.FPDF_PAGEOBJ_PATH for shape in shapes)
        if len(undrawn) < len(placed) or paths <= MANY_SHAPES:
            showing = [shape for shape in shapes if shape.kind in SHOWING]
            hidden |= {number for number in undrawn if not any(each.is_behind(lines[number]) for each in showing)}
        hidden |= {number for number in white if not any(each.is_behind(lines[number]) for each in shapes)}
    return [line for number, line in enumerate(lines) if number not in hidden] if hidden else lines


def _off_paper(lines: Sequence[Line], placed: Sequence[int], box: tuple[float, float, float, float]) -> set[int]:
    left, bottom, right, top = box
    off = set()
    for number in placed:
        line = lines[number]
        across = min(line.x, line.end) <= right and max(line.x, line.end) >= left
        if not across or not bottom - line.style.size < line.y < top:
            off.add(number)
    return off if len(off) < len(placed) else set()  # then it is the paper that is wrong


def _too_small(lines: Sequence[Line], placed: Sequence[int], height: float) -> set[int]:
    """Those that nobody can read, whatever the measure of the page."""
    small = {
        number
        for number in placed
        if (style := lines[number].style) is not NOTHING
        and style.size <= TINY
        and (style.size * ROWS_OF_TINY <= height)
    }
    return small if len(small) < len(placed) else set()


def _way(text: pypdfium2.PdfTextPage, letter: int, layers: Layers) -> _Way:
    drawn = pdfium.FPDFText_GetTextObject(text.raw, letter)
    if not drawn:
        return _Way.PLAIN
    if (layer := _layer(drawn)) and layer in layers():
        return _Way.OFF
    mode = pdfium.FPDFTextObj_GetTextRenderMode(drawn)
    if mode in INVISIBLE:
        return _Way.UNDRAWN
    return _Way.WHITE if mode == pdfium.FPDF_TEXTRENDERMODE_FILL and _is_white(drawn) else _Way.PLAIN


def _is_white(drawn: pdfium.FPDF_PAGEOBJECT) -> bool:
    """As paper is, or clear."""
    red, green, blue, alpha = color = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(drawn, *color):  # a pattern
        return False
    return alpha.value <= CLEAR or min(red.value, green.value, blue.value) >= WHITE


def _layer(drawn: pdfium.FPDF_PAGEOBJECT) -> str:
    """The name of that in which it is drawn."""
    for number in range(min(pdfium.FPDFPageObj_CountMarks(drawn), MOST_MARKS)):
        mark = pdfium.FPDFPageObj_GetMark(drawn, number)
        if _string(partial(pdfium.FPDFPageObjMark_GetName, mark)) == LAYER:
            return _string(partial(pdfium.FPDFPageObjMark_GetParamStringValue, mark, b"Name"))
    return ""


def _string(read: Callable[[Any, int, Any], int]) -> str:
    room, length = (ctypes.c_ushort * (LONGEST_NAME // 2))(), ctypes.c_ulong()
    if not read(room, LONGEST_NAME, length) or length.value > LONGEST_NAME:
        return ""
    return bytes(room)[: length.value].decode("utf-16-le", "replace").rstrip("\0")


def _shapes(page: pypdfium2.PdfPage) -> Iterator[_Shape]:
    """What may be behind letters so that they are seen all the same; at most one more than `MOST_OBJECTS`."""
    objects = page.get_objects(max_depth=DEEPEST_OBJECT)
    for each in islice(objects, MOST_OBJECTS + 1):
        if not _shows_nothing(each):
            try:
                left, bottom, right, top = each.get_bounds()
            except pypdfium2.PdfiumError:
                yield _Shape(each.type, 0, 0, 0, 0, nested=True)
            else:
                yield _Shape(each.type, left, bottom, right, top, each.level > 0)


def _shows_nothing(shape: pypdfium2.PdfObject) -> bool:
    if shape.type == pdfium.FPDF_PAGEOBJ_TEXT:  # white letters are often the edge of others
        return pdfium.FPDFTextObj_GetTextRenderMode(shape) in INVISIBLE or _is_white(shape)
    if shape.type == pdfium.FPDF_PAGEOBJ_PATH:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
        return fill.value == pdfium.FPDF_FILLMODE_NONE or _is_white(shape)
    return False
