"""The values of a form, put where a reader sees them: behind their label, and a mark before what can be chosen."""

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line

CHOICES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
VALUES = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
CHOSEN, NOT_CHOSEN = "☒", "☐"
LONGEST_VALUE = 1 << 17  # bytes
NEAR = 3.0  # points that a line may stand above or below its field


class Filled(NamedTuple):
    """What was filled in, or typed on the page, and where."""

    text: str
    left: float
    bottom: float
    top: float


def filled(annotation: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE | None) -> Filled | None:
    """None if it is empty, or no field of a form and no note."""
    if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FREETEXT:
        text = _string(lambda *room: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", *room))
    elif form is None:
        return None
    else:
        text = _value(annotation, form)
    place = pdfium.FS_RECTF()
    if not text or not pdfium.FPDFAnnot_GetRect(annotation, place):
        return None
    return Filled(text, place.left, min(place.bottom, place.top), max(place.bottom, place.top))


def with_values(lines: Sequence[Line], values: Iterable[Filled], page: pypdfium2.PdfTextPage) -> list[Line]:
    """The lines of a page with the values in them or, where no line stands beside a value, behind the one above."""
    beside: dict[int, list[tuple[int, str]]] = {}
    below: dict[int, list[Line]] = {}
    for value in sorted(values, key=lambda value: (-value.top, value.left)):
        number = _beside(value, lines)
        if number is not None:
            beside.setdefault(number, []).append((_offset(value, lines[number], page), value.text))
        else:
            line = Line(value.text, y=value.bottom, x=value.left, end=value.left)
            below.setdefault(_above(value, lines), []).append(line)
    found = below.get(-1, [])
    for number, line in enumerate(lines):
        found.append(line._replace(text=_inserted(line.text, beside[number])) if number in beside else line)
        found += below.get(number, [])
    return found


def _value(annotation: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in CHOICES:
        return CHOSEN if pdfium.FPDFAnnot_IsChecked(form, annotation) else NOT_CHOSEN
    if kind not in VALUES:
        return ""
    return _string(lambda *room: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, *room))


def _string(read: Callable[[Any, int], int]) -> str:
    length = read(None, 0)
    if not 2 < length <= LONGEST_VALUE:
        return ""
    room = (ctypes.c_ushort * (length // 2))()
    read(room, length)
    return " ".join(bytes(room).decode("utf-16-le", "replace").rstrip("\0").split())


def _beside(value: Filled, lines: Sequence[Line]) -> int | None:
    """The line on the height of the value: the one it stands in, else that before it, else that behind it."""
    level = [
        number
        for number, line in enumerate(lines)
        if line.end and not line.blank and value.bottom - NEAR <= line.y <= value.top
    ]
    return min(level, key=lambda number: _distance(value.left, lines[number]), default=None)


def _distance(x: float, line: Line) -> tuple[int, float]:
    if line.x <= x <= line.end:
        return 0, 0.0
    return (1, x - line.end) if line.end < x else (2, line.x - x)


def _above(value: Filled, lines: Sequence[Line]) -> int:
    heights = [(line.y, -number) for number, line in enumerate(lines) if line.end and line.y > value.top]
    return -min(heights)[1] if heights else -1


def _offset(value: Filled, line: Line, page: pypdfium2.PdfTextPage) -> int:
    """How many characters of the line stand left of the value."""
    if value.left >= line.end:
        return len(line.text)
    height = max(line.style.size, 1)
    before = page.get_text_bounded(line.x - height, line.y - height / 2, value.left, line.y + height)
    seen = sum(map(len, before.split()))
    for offset, character in enumerate(line.text):
        if seen <= 0:
            return offset
        seen -= not character.isspace()
    return len(line.text)


def _inserted(text: str, values: Iterable[tuple[int, str]]) -> str:
    """`values` by where they go."""

    def pieces() -> Iterator[str]:
        at = 0
        for offset, value in sorted(values, key=lambda value: value[0]):
            yield from (text[at:offset], value)
            at = offset
        yield text[at:]

    return " ".join(filter(None, map(str.strip, pieces())))
