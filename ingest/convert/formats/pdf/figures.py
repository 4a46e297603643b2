"""Pictures on a page of text that may show text themselves: a scanned letter below its heading, a copy of a table."""

import ctypes
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line

LEAST_SHARE = 0.15  # of a page; what is smaller is a photo or a logo more often than not
MOST_LETTERS = 40  # printed on a picture; if there are more, it is the ground of a text, or was recognised before
MOST_FIGURES = 6  # of a page
MOST_OBJECTS = 1000
DEEPEST_OBJECT = 4
MAY_SHOW = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
TOUCHING = 2.0  # points between the strips of a picture that was cut

Matrix = tuple[float, float, float, float, float, float]


class Figure(NamedTuple):
    """Its place on the page, in points; y goes up."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)


def objects(page: pypdfium2.PdfPage) -> list[tuple[int, pdfium.FPDF_PAGEOBJECT]]:
    """What is drawn on the page, each with its kind; not what is within others."""
    count = min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS)
    drawn = (pdfium.FPDFPage_GetObject(page, number) for number in range(count))
    return [(pdfium.FPDFPageObj_GetType(each), each) for each in drawn]


def figures(page: pypdfium2.PdfPage, drawn: Sequence[tuple[int, pdfium.FPDF_PAGEOBJECT]] | None = None) -> list[Figure]:
    """`drawn` are the objects of the page."""
    width, height = page.get_size()
    least = LEAST_SHARE * width * height
    drawn = objects(page) if drawn is None else drawn
    found = [each for each in _joined(_pictures(page, drawn)) if each.area >= least]
    if not found:
        return []
    text = page.get_textpage()
    try:
        return [each for each in found if len("".join(text.get_text_bounded(*each).split())) <= MOST_LETTERS][
            :MOST_FIGURES
        ]
    finally:
        text.close()


def _pictures(page: pypdfium2.PdfPage, drawn: Sequence[tuple[int, pdfium.FPDF_PAGEOBJECT]]) -> Iterator[Figure]:
    """On the page, not beyond its edges."""
    left, bottom, right, top = page.get_bbox()
    for x0, y0, x1, y1 in _bounds(drawn):
        figure = Figure(max(x0, left), max(y0, bottom), min(x1, right), min(y1, top))
        if figure.left < figure.right and figure.bottom < figure.top:
            yield figure


def _bounds(drawn: Sequence[tuple[int, pdfium.FPDF_PAGEOBJECT]]) -> Iterator[Figure]:
    """Of the pictures, also those within other objects, which have places of their own."""
    within = [(kind, each, IDENTITY, 0) for kind, each in drawn if kind in MAY_SHOW]
    for kind, each, matrix, depth in within:  # which grows
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield _moved(_box(each), matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST_OBJECT:
            own = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(each, own)
            inner = _times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
            left = max(min(pdfium.FPDFFormObj_CountObjects(each), MOST_OBJECTS - len(within)), 0)
            parts = [pdfium.FPDFFormObj_GetObject(each, number) for number in range(left)]
            within += [(pdfium.FPDFPageObj_GetType(part), part, inner, depth + 1) for part in parts]


IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _box(each: object) -> Figure:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(each, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return Figure(left, bottom, right, top)


def _moved(box: Figure, matrix: Matrix) -> Figure:
    if matrix == IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return Figure(min(xs), min(ys), max(xs), max(ys))


def _joined(pictures: Iterator[Figure]) -> list[Figure]:
    """Those that touch are strips of one."""
    found: list[Figure] = []
    for each in pictures:
        while other := next((figure for figure in found if _touch(figure, each)), None):
            found.remove(other)
            each = Figure(*map(min, each[:2], other[:2]), *map(max, each[2:], other[2:]))
        found.append(each)
    return found


def _touch(one: Figure, other: Figure) -> bool:
    return (
        one.left - TOUCHING < other.right
        and other.left - TOUCHING < one.right
        and one.bottom - TOUCHING < other.top
        and other.bottom - TOUCHING < one.top
    )


def without_text(page: pypdfium2.PdfPage) -> None:
    """Takes what is printed off the page, to be drawn without."""
    for number in reversed(range(pdfium.FPDFPage_CountObjects(page))):
        each = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_TEXT and pdfium.FPDFPage_RemoveObject(page, each):
            pdfium.FPDFPageObj_Destroy(each)


def with_figure(lines: Sequence[Line], figure: Figure, text: str) -> list[Line]:
    """The lines of a page with those recognised on a picture below what stands above it."""
    words = text.split("\n")
    step = (figure.top - figure.bottom) / (len(words) + 1)
    said = [Line(line, y=figure.top - step * row) for row, line in enumerate(words, start=1)]
    beside = [
        (number, line)
        for number, line in enumerate(lines)
        if line.end and line.x < figure.right and figure.left < line.end
    ]
    above = [number for number, line in beside if line.y >= figure.top]
    below = [number for number, line in beside if line.y < figure.bottom]
    place = above[-1] + 1 if above else below[0] if below else len(lines)
    return [*lines[:place], Line(""), *said, Line(""), *lines[place:]]
