"""Two columns of a page that were written line by line, across both: read one after the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pypdfium2

from ingest.convert.formats.pdf.layout import Line, LineReader

LONG_LINE = 60  # characters; that of two columns, if PDFium took them for one
SAMPLE = 4  # of these
PROSE = 25  # characters
LETTERS = 0.7  # of them
FEWEST_LINES = 8  # of prose in each column
ALTERNATING = 0.5  # of the lines of the shorter column are followed by one of the other
ALIGNED = 2.0  # points
FULL = 0.8  # of the width of the column
MOST = 0.6  # of its lines
ACROSS = 0.2  # of the lines of prose may stand across both columns


def lines_in_order(lines: Sequence[Line], reader: LineReader, page: pypdfium2.PdfTextPage, text: str) -> Sequence[Line]:
    """The lines of a page whose text is this."""
    long = [number for number, line in enumerate(lines) if len(line.text) >= LONG_LINE]
    if len(long) >= FEWEST_LINES:
        middle = (min(lines[number].x for number in long) + max(lines[number].end for number in long)) / 2
        sample = long[:: len(long) // SAMPLE]
        if len(reader.parted(page, text, middle, sample)) > len(sample) * 3 / 2:
            parted = reader.parted(page, text, middle)
            ordered = one_after_the_other(parted)
            return lines if ordered is parted else ordered
    return one_after_the_other(lines)


def one_after_the_other(lines: Sequence[Line]) -> Sequence[Line]:
    """The same lines; in another order only if most lines of prose are followed by one of the other column."""
    if sum(line.x > before.end > 0 for before, line in pairwise(lines)) < FEWEST_LINES:  # quick, and true of most pages
        return lines
    prose = [line for line in lines if line.end and _is_prose(line.text)]
    if not prose or not (gutter := _gutter(prose)):
        return lines
    left, right = ([line for line in lines if line.end and _side(line, gutter) == side] for side in (-1, 1))
    if not _is_column(left) or not _is_column(right):
        return lines
    sides = [side for line in prose if (side := _side(line, gutter))]
    changes = sum(one < other for one, other in pairwise(sides))
    if changes < ALTERNATING * min(len(left), len(right)) or len(prose) - len(sides) > ACROSS * len(prose):
        return lines
    return list(_by_column(lines, gutter))


def _is_column(lines: Sequence[Line]) -> bool:
    """Whether it is set as prose is: most lines begin below each other, and end near the edge. In a table few do."""
    start, _ = Counter(round(line.x) for line in lines).most_common(1)[0] if lines else (0, 0)
    width = max((line.end for line in lines), default=0) - start
    full = sum(
        abs(line.x - start) < ALIGNED and line.end - start > FULL * width for line in lines if _is_prose(line.text)
    )
    return full >= max(FEWEST_LINES, MOST * len(lines))


def _is_prose(text: str) -> bool:
    words = text.replace(" ", "")
    return len(text) >= PROSE and sum(map(str.isalpha, words)) >= LETTERS * len(words)


def _gutter(prose: Sequence[Line]) -> float:
    """Where the right column begins: there more lines begin than anywhere but at the left; 0 if there is none."""
    starts = Counter(round(line.x) for line in prose)
    left = min(line.x for line in prose)
    width = max(line.end for line in prose) - left
    inner = {x: count for x, count in starts.items() if x > left + width / 3}
    return max(inner, key=inner.__getitem__, default=1) - 1


def _side(line: Line, gutter: float) -> int:
    """-1 left, 1 right, 0 across."""
    return 1 if line.x >= gutter else -1 if line.end < gutter else 0


def _by_column(lines: Sequence[Line], gutter: float) -> Iterator[Line]:
    """Between lines that stand across, those of the left, and then those of the right; blank ones go with the line
    before."""
    sides: tuple[list[Line], list[Line]] = [], []
    side = 0
    for line in lines:
        if line.end:
            side = _side(line, gutter)
        if side:
            sides[side > 0].append(line)
        else:
            yield from sides[0] + sides[1] + [line]
            sides = [], []
    yield from sides[0] + sides[1]
