"""The values of a form, put where a reader sees them: behind their label, and a mark before what can be chosen; and
comments, behind the sentence that they are on."""

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line

CHOICES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
VALUES = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
CHOSEN, NOT_CHOSEN = "☒", "☐"
LONGEST_VALUE = 1 << 17  # bytes
UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
ENDS = (".", "!", "?", ":", "…", "。", "！", "？", "।", "؟", "۔")  # of sentences
LONGEST_SENTENCE = 8  # lines
MOST_BESIDE = 500  # lines on the height of a value that are looked at
NEAR = 3.0  # points that a line may stand above or below its field


_Heights = Sequence[tuple[float, int]]  # of the lines of a page, and less their numbers


class Filled(NamedTuple):
    """What was filled in, or typed on the page, and where."""

    text: str
    left: float
    bottom: float
    top: float


def comment(annotation: pdfium.FPDF_ANNOTATION) -> Filled | None:
    """A note pinned to the page or to words of it, unless it is hidden."""
    text = _entry(annotation, b"Contents")
    if not text or pdfium.FPDFAnnot_GetFlags(annotation) & UNSEEN:
        return None
    author = _entry(annotation, b"T")
    return _placed(annotation, f"Comment by {author}: {text}" if author else f"Comment: {text}")


def filled(annotation: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE | None) -> Filled | None:
    """None if it is empty, or no field of a form and no note."""
    if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FREETEXT:
        text = _entry(annotation, b"Contents")
    elif form is None:
        return None
    else:
        text = _value(annotation, form)
    return _placed(annotation, text) if text else None


def _placed(annotation: pdfium.FPDF_ANNOTATION, text: str) -> Filled | None:
    place = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, place):
        return None
    return Filled(text, place.left, min(place.bottom, place.top), max(place.bottom, place.top))


def _entry(annotation: pdfium.FPDF_ANNOTATION, key: bytes) -> str:
    return _string(lambda *room: pdfium.FPDFAnnot_GetStringValue(annotation, key, *room))


def with_values(lines: Sequence[Line], values: Iterable[Filled], page: pypdfium2.PdfTextPage) -> list[Line]:
    """The lines of a page with the values in them or, where no line stands beside a value, behind the one above."""
    beside: dict[int, list[tuple[int, str]]] = {}
    below: dict[int, list[Line]] = {}
    heights = _heights(lines)
    for value in sorted(values, key=lambda value: (-value.top, value.left)):
        number = _beside(value, lines, heights)
        if number is not None:
            beside.setdefault(number, []).append((_offset(value, lines[number], page), value.text))
        else:
            line = Line(value.text, y=value.bottom, x=value.left, end=value.left)
            below.setdefault(_above(value, heights), []).append(line)
    found = below.get(-1, [])
    for number, line in enumerate(lines):
        found.append(line._replace(text=_inserted(line.text, beside[number])) if number in beside else line)
        found += below.get(number, [])
    return found


def with_comments(lines: Sequence[Line], comments: Iterable[Filled]) -> list[Line]:
    behind: dict[int, list[Line]] = {}
    heights = _heights(lines)
    for comment in sorted(comments, key=lambda comment: (-comment.top, comment.left)):
        number = _beside(comment, lines, heights)
        if number is None:
            number = _above(comment, heights)
        behind.setdefault(_sentence_end(lines, number), []).append(Line(comment.text))
    found = behind.get(-1, [])
    for number, line in enumerate(lines):
        found += [line, *behind.get(number, [])]
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


def _heights(lines: Sequence[Line]) -> _Heights:
    """Of those that have a place, from below."""
    return sorted((line.y, -number) for number, line in enumerate(lines) if line.end)


def _beside(value: Filled, lines: Sequence[Line], heights: _Heights) -> int | None:
    """The line on the height of the value: the one it stands in, else that before it, else that behind it."""
    first, last = bisect_left(heights, (value.bottom - NEAR, -len(lines))), bisect_right(heights, (value.top, 1))
    level = sorted(-number for _, number in heights[first : min(last, first + MOST_BESIDE)])
    seen = (number for number in level if not lines[number].blank)
    return min(seen, key=lambda number: _distance(value.left, lines[number]), default=None)


def _sentence_end(lines: Sequence[Line], number: int) -> int:
    """The line on which the sentence ends that goes on behind this one."""
    last = min(number + LONGEST_SENTENCE, len(lines) - 1)
    while 0 <= number < last and not lines[number].text.rstrip().endswith(ENDS) and lines[number + 1].text.strip():
        number += 1
    return number


def _distance(x: float, line: Line) -> tuple[int, float]:
    if line.x <= x <= line.end:
        return 0, 0.0
    return (1, x - line.end) if line.end < x else (2, line.x - x)


def _above(value: Filled, heights: _Heights) -> int:
    first = bisect_right(heights, (value.top, 1))
    return -heights[first][1] if first < len(heights) else -1


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
