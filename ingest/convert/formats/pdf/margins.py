"""Notes in the margin beside a paragraph, which PDFium puts into its middle: they come behind it."""

from collections.abc import Sequence

import pypdfium2

from ingest.convert.formats.pdf.layout import SPACES, Line, LineReader

LONG_LINE = 60  # characters; of a paragraph
SHORT = 40  # characters; of a note
ALIGNED = 2.0  # points
PITCH = 1.7  # line heights from one line of a paragraph to the next
GAP = 0.7  # sizes between a paragraph and its note, at least
MOST_LINES = 30

APART = Line("")


def with_margin_notes(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`; PDFium takes the first one of a note for a part of the
    paragraph's."""
    ordered: list[Line] = []
    start = 0
    for number, line in enumerate(lines):
        if number < start or len(line.text) < LONG_LINE:
            continue
        behind = number + 1
        while behind < len(lines) and behind - number < MOST_LINES and _is_note(lines[behind], lines[number + 1], line):
            behind += 1
        if behind == number + 1:
            continue
        end = _end_of_paragraph(lines, line, behind)
        if end == behind or abs(lines[behind].y - lines[number + 1].y) > ALIGNED:
            continue
        if parts := _parted(line, lines[number + 1].x, found, reader):
            paragraph, note = parts
            ordered += [*lines[start:number], paragraph, *lines[behind:end]]
            ordered += [APART, note, *lines[number + 1 : behind], APART]  # in no row with the paragraph
            start = end
    return [*ordered, *lines[start:]] if start else lines


def _is_note(line: Line, first: Line, beside: Line) -> bool:
    middle = (beside.x + beside.end) / 2
    return line.end > 0 and len(line.text) <= SHORT and line.x > middle and abs(line.x - first.x) < ALIGNED


def _end_of_paragraph(lines: Sequence[Line], first: Line, number: int) -> int:
    y = first.y
    while number < len(lines):
        line = lines[number]
        if abs(line.x - first.x) > ALIGNED or not 0 < y - line.y < PITCH * max(line.style.size, 1):
            break
        y, number = line.y, number + 1
    return number


def _parted(line: Line, x: float, found: pypdfium2.PdfTextPage, reader: LineReader) -> tuple[Line, Line] | None:
    """The line, cut at a gap before what begins here."""
    words = line.text.strip()
    if line.last - line.first != len(words) - 1:
        return None
    for space in SPACES.finditer(words):
        behind = line.first + space.end()
        if abs(reader.origin(found.raw, behind)[0] - x) < ALIGNED:
            before = line.first + space.start() - 1
            if reader.end_of(found.raw, before) < x - GAP * line.style.size:
                raw = found.raw
                paragraph = reader.placed(raw, words[: space.start()], line.first, before)
                return paragraph, reader.placed(raw, words[space.end() :], behind, line.last)
    return None
