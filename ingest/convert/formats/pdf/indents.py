"""The indentation of code, which PDFium leaves out: told by where lines in letters of one width begin."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from ingest.convert.formats.pdf.layout import Line

ONE_WIDTH = re.compile(rb"courier|mono|typewriter|consola|menlo|cmtt|sftt", re.IGNORECASE)  # in the name of a font
EXACT = 100  # parts of the size, to which the width of letters is compared
DEEPEST = 60  # letters; further in stands another column

_Widths = Mapping[bytes, int]  # by font


def indented(pages: Sequence[Sequence[Line]]) -> list[Sequence[Line]]:
    """The same pages; as they are where most of a file is in such letters, since then they say nothing."""
    lines = [line for line in chain.from_iterable(pages) if line.end and not line.blank]
    candidates = [line for line in lines if ONE_WIDTH.search(line.style.font) and _width(line) > 0]
    if not candidates or 2 * len(candidates) > len(lines):
        return list(pages)
    counts: dict[bytes, Counter[int]] = defaultdict(Counter)
    for line in candidates:
        counts[line.style.font][_width(line)] += 1
    widths = {font: each.most_common(1)[0][0] for font, each in counts.items()}
    return [list(chain.from_iterable(_moved(block, widths) for block in _blocks(page, widths))) for page in pages]


def _width(line: Line) -> int:
    return round(EXACT * (line.end - line.x) / (max(len(line.text.strip()) - 1, 1) * max(line.style.size, 1)))


def _is_code(line: Line, widths: _Widths) -> bool:
    width = widths.get(line.style.font)
    return width is not None and line.style.size > 0 and (_width(line) == width or len(line.text.strip()) == 1)


def _blocks(lines: Sequence[Line], widths: _Widths) -> Iterator[Sequence[Line]]:
    """Lines below each other that are all in such letters, or all are not."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines):
            before, line = lines[end - 1], lines[end]
            if _is_code(before, widths) == _is_code(line, widths) and (before.y > line.y or not line.end):
                continue
        yield lines[start:end]
        start = end


def _moved(block: Sequence[Line], widths: _Widths) -> Iterator[Line]:
    if not _is_code(block[0], widths):
        yield from block
        return
    left = min(line.x for line in block if line.end)
    for line in block:
        depth = round((line.x - left) * EXACT / (widths[line.style.font] * line.style.size))
        yield line._replace(text=" " * depth + line.text.lstrip()) if 0 < depth <= DEEPEST else line
