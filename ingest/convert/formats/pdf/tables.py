"""Tables whose rows are written as cells, so that a value is seen to be under its column: those with empty cells, and
those of figures whose cells have several words.

The text of a row alone does not say which of its cells are empty, or where one ends; their places do. Other tables stay
as they are.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pypdfium2

from ingest.convert.formats.pdf.indents import ONE_WIDTH
from ingest.convert.formats.pdf.layout import LONGEST_ROW, SPACES, Line, LineReader, Word, is_power

WIDE = 0.62  # sizes a letter: more than letters of one width take
LOOSE = 0.5  # the same, of long rows of such a page
SHORT = 60  # characters; a shorter line may be such a row, however wide it is
AROUND = 3  # lines before and behind a wide one
FEWEST_WIDE = 2  # lines of a page
CELL = 0.7  # sizes between cells, at least
EVEN = 0.05  # the difference of the gaps of a line that is spread from edge to edge
BESIDE = 2.0  # sizes to the mark of a footnote, at most

FEWEST_COLUMNS, MOST_COLUMNS = 3, 50
FEWEST_ROWS = 3
FITTING = 0.7  # of the rows of a table have each cell under a column of its own
ALIGNED = 2.0  # points
NEAR = 1.0  # sizes from a cell to its column, and twice as far to any other
APART = 8.0  # line heights from one row to the next, at most
MOST_LINES = 100  # of a row
LONG = 60  # characters; a line of text, which is in no table
DEEPEST = 6  # times that rows are parted where they stand furthest apart

SIGN_BEFORE = re.compile(r"[$€£¥(]+")
SIGN_BEHIND = re.compile(r"[)%€]+")
VALUE = re.compile(r"^(?!(?:19|20)\d\d$)\W*\d[\d.,]*\W*$")  # a year names columns
FIGURE = re.compile(r"(?<!\S)[-+$€]?\d[\d.,]*(?!\S)")  # without one, what is in letters of one width is code
MEASURED = re.compile(r"[-+−(]?[$€£¥]? ?\d")
TIGHT = 1.4  # sizes from one line of a cell to the next, at most
LONGEST_NAME = 40  # characters; of a column
MARK = re.compile(r"\(\d{1,2}\)")


class _Cell(NamedTuple):
    words: tuple[Word, ...]
    x: float
    end: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class _Row(NamedTuple):
    start: int  # its first line
    cells: list[_Cell]
    top: float
    bottom: float
    size: float


def with_words(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`; what may be rows of tables with the places of its words."""
    wide = [number for number, line in enumerate(lines) if _takes(line, WIDE)]
    if len(wide) < FEWEST_WIDE:
        return lines
    near = {other for number in wide for other in range(number - AROUND, number + AROUND + 1)}
    return [
        line._replace(words=tuple(words_of(line, found, reader))) if number in near and _may_be_row(line) else line
        for number, line in enumerate(lines)
    ]


def _takes(line: Line, width: float) -> bool:
    length = len(line.text)
    return length <= LONGEST_ROW and line.end - line.x > width * line.style.size * length > 0 and " " in line.text


def _may_be_row(line: Line) -> bool:
    is_short = len(line.text) <= SHORT or _takes(line, LOOSE)
    return is_short and (not ONE_WIDTH.search(line.style.font) or FIGURE.search(line.text) is not None)


def words_of(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Iterator[Word]:
    """Each with its place."""
    text = line.text.strip()
    if not text or line.last - line.first != len(text) - 1:
        return
    start, x = 0, line.x
    for space in SPACES.finditer(text):
        yield Word(text[start : space.start()], x, reader.end_of(found.raw, line.first + space.start() - 1))
        start, x = space.end(), reader.origin(found.raw, line.first + space.end())[0]
    yield Word(text[start:], x, reader.end_of(found.raw, line.last))


def table_rows(lines: Sequence[Line], ends: Sequence[int], apart: Collection[int]) -> Mapping[int, str]:
    """By its first line, the text of each row that is written as cells. `ends` are the last lines of the rows; lines
    that are `apart` are in no table."""
    written: dict[int, str] = {}
    if any(line.words for line in lines) or any(end > number + 1 for number, end in enumerate(ends)):
        for run in _runs(lines, ends, apart):
            written.update(_tables(run))
    return written


def _runs(lines: Sequence[Line], ends: Sequence[int], apart: Collection[int]) -> Iterator[list[_Row]]:
    """Rows below each other with nothing between that is no row."""
    run: list[_Row] = []
    number = 0
    while number < len(lines):
        end, first = ends[number], lines[number]
        row = None
        is_prose = end == number and len(first.text) >= LONG and not first.words
        is_long = end - number > MOST_LINES
        if number not in apart and first.end and not is_prose and not is_long and not first.blank:
            its = lines[number : end + 1]
            row = _Row(number, _cells(its), first.y, min(line.y for line in its), first.style.size)
            if len(row.cells) == 1 and len(first.text) >= LONG:
                row = None
        if run and not (row and 0 < run[-1].bottom - row.top < APART * first.style.size):
            yield run
            run = []
        if row:
            run.append(row)
        number = end + 1
    if run:
        yield run


def _tables(run: Sequence[_Row], depth: int = 0) -> Mapping[int, str]:
    """The rows of a table that are written as cells, or of several: those above where they stand furthest apart, and
    those below."""
    counts = [len(row.cells) for row in run if len(row.cells) > 1]
    if len(counts) < FEWEST_ROWS or depth > DEEPEST or max(counts) < FEWEST_COLUMNS:
        return {}
    if written := _written(run):
        return written
    _, cut = max((above.bottom - below.top, number) for number, (above, below) in enumerate(pairwise(run), start=1))
    return {**_tables(run[:cut], depth + 1), **_tables(run[cut:], depth + 1)}


def _cells(lines: Sequence[Line]) -> list[_Cell]:
    """Of a row, those of several lines whole, from left to right."""
    cells: list[_Cell] = []
    before: Line | None = None
    for line in lines:
        if before and is_power(before, line) and cells:
            *words, last = cells.pop().words
            cells.append(_cell(*words, Word(f"{last.text}^{line.text.strip()}", last.x, line.end)))
        else:
            for cell in _of_line(line):
                above = next((at for at, other in enumerate(cells) if _overlap(cell, other) > 0), None)
                if above is None:
                    cells.append(cell)
                else:
                    cells[above] = _cell(*cells[above].words, *cell.words)
        before = line
    return sorted(cells, key=lambda cell: cell.x)


def _cell(*words: Word) -> _Cell:
    return _Cell(words, min(word.x for word in words), max(word.end for word in words))


def _of_line(line: Line) -> Iterator[_Cell]:
    """What stands apart in it. Signs of currencies, brackets and per cent often do from their figures."""
    size = line.style.size
    words: list[Word] = []
    if [word.text for word in line.words] != line.text.split():  # or something was filled in since
        yield _cell(Word(line.text.strip(), line.x, line.end))
        return
    spread = _is_spread(line)
    for word in line.words:
        if words and word.x - words[-1].end > CELL * size and not spread and not _belong(words[-1], word, size):
            yield _cell(*words)
            words = []
        words.append(word)
    yield _cell(*words)


def _is_spread(line: Line) -> bool:
    """Whether it is prose, set from edge to edge of a narrow column."""
    gaps = [word.x - before.end for before, word in pairwise(line.words)]
    even = len(gaps) > 1 and max(gaps) - min(gaps) < EVEN * line.style.size
    return even and not any(map(str.isdigit, line.text))


def _belong(before: Word, word: Word, size: float) -> bool:
    if MARK.fullmatch(word.text) and before.text[-1:].isalpha() and word.x - before.end < BESIDE * size:
        return True
    return SIGN_BEFORE.fullmatch(before.text) is not None or SIGN_BEHIND.fullmatch(word.text) is not None


def _overlap(one: _Cell | Word, other: _Cell) -> float:
    return min(one.end, other.end) - max(one.x, other.x)


def _written(run: Sequence[_Row]) -> dict[int, str]:
    """The rows of a table in which some cells are empty before others; of anything else, none."""
    rows = list(run)
    while rows and len(rows[-1].cells) < 2:
        rows.pop()
    while rows and len(rows[0].cells) < 2:
        rows.pop(0)
    columns = _columns(rows)
    if not columns:
        return {}
    rows, joined = _with_whole_labels(rows)
    full = next(number for number, row in enumerate(rows) if len(row.cells) == len(columns))
    near = NEAR * rows[full].size
    placed = {row.start: _placed(row.cells, columns, near) for row in rows}
    above = [cells for row in rows[:full] if (cells := placed[row.start])]
    whole = [placed[row.start] for row in rows[full:] if len(row.cells) > 1]
    for row in rows[:full]:  # names of groups of columns, of which nobody knows how far they reach
        if (cells := placed[row.start]) and _has_hole(cells[1:]) and not (cells[0] and any(map(VALUE.search, cells))):
            placed[row.start] = None
    fitting = sum(cells is not None for cells in whole)
    if fitting + len(above) < FEWEST_ROWS or fitting < FITTING * len(whole):
        return {}
    if not any(cells and _has_hole(cells) for cells in whole) and not _has_names(rows, columns):
        return {}
    written = {start: f"| {' | '.join(cells)} |" for start, cells in placed.items() if cells}
    return written | {start: "" for start, first in joined.items() if first in written}


def _with_whole_labels(rows: Sequence[_Row]) -> tuple[list[_Row], dict[int, int]]:
    """With what a row is about whole, where it takes several lines, the last of which has the values. For each of the
    others that is joined so, the first."""
    found: list[_Row] = []
    joined: dict[int, int] = {}
    for row in rows:
        before = found[-1] if found else row
        goes_on = len(before.cells) == 1 < len(row.cells) and row.cells[0].text[:1].islower()
        if goes_on and before.bottom - row.top < TIGHT * row.size and abs(before.cells[0].x - row.cells[0].x) < ALIGNED:
            label = _cell(*before.cells[0].words, *row.cells[0].words)
            found[-1] = before._replace(cells=[label, *row.cells[1:]], bottom=row.bottom)
            joined[row.start] = before.start
        else:
            found.append(row)
    return found, joined


def _has_names(rows: Sequence[_Row], columns: Sequence[_Cell]) -> bool:
    """Whether a table without empty cells has names above columns, most of them of figures or of what is measured, that
    stand exactly below each other, and some of its cells have several words."""
    names, *others = [row.cells for row in rows]
    if len(names) < len(columns):  # nothing stands above what the rows are about
        names = [_Cell((), 0, 0), *names]
    full = [cells for cells in others if len(cells) == len(columns)]
    if len(names) != len(columns) or len(full) < FEWEST_ROWS - 1 or not all(_may_name(cell.text) for cell in names):
        return False
    below = list(zip(*full, strict=True))[1:]
    of_figures = [column for column in below if sum(map(_is_value, column)) > len(column) / 2]
    in_words = any(_in_words(cell) for column in (names[1:], *below) for cell in column)
    return in_words and 2 * len(of_figures) > len(below) and all(map(_is_aligned, below))


def _may_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and not VALUE.search(text) and not text.endswith((".", ",", ";"))


def _is_value(cell: _Cell) -> bool:
    return MEASURED.match(cell.text) is not None


def _in_words(cell: _Cell) -> bool:
    """Whether it has several, signs of currencies and the like not counted."""
    return sum(any(map(str.isalnum, word.text)) for word in cell.words) > 1


def _is_aligned(column: Sequence[_Cell]) -> bool:
    """Whether its cells begin or end below each other."""
    edges = [cell.x for cell in column], [cell.end for cell in column]
    return any(max(its) - min(its) < ALIGNED for its in edges)


def _has_hole(cells: Sequence[str]) -> bool:
    """Whether one is empty before another."""
    return "" in cells[: max((number for number, cell in enumerate(cells) if cell), default=0)]


def _columns(rows: Sequence[_Row]) -> list[_Cell]:
    """From where to where each column reaches, by the rows with most cells; none if these do not stand below each
    other."""
    most = max((len(row.cells) for row in rows), default=0)
    if not FEWEST_COLUMNS <= most <= MOST_COLUMNS:
        return []
    full = [row.cells for row in rows if len(row.cells) == most]
    columns = [_Cell((), min(cell.x for cell in its), max(cell.end for cell in its)) for its in zip(*full, strict=True)]
    return columns if all(left.end < right.x for left, right in pairwise(columns)) else []


def _placed(cells: Sequence[_Cell], columns: Sequence[_Cell], near: float) -> list[str] | None:
    """What each column says in a row; None if two cells are under one column, or one is under several or none."""
    if len(cells) == len(columns):
        return [cell.text for cell in cells]
    placed = [""] * len(columns)
    for cell in cells:
        whole = _under(cell, columns)
        for part in _parted(cell, columns) if len(whole) > 1 else [cell]:
            under = whole if part is cell else _under(part, columns)
            if len(under) > 1 and (under[0] or len(cells) > 1):
                return None
            if not under:
                (first, at), (second, _) = sorted((-_overlap(part, each), at) for at, each in enumerate(columns))[:2]
                if first > near or second < 2 * first:
                    return None
                under = [at]
            if placed[under[0]]:
                return None
            placed[under[0]] = part.text
    return placed


def _under(cell: _Cell, columns: Sequence[_Cell]) -> Sequence[int]:
    """The columns, which are in order, that it stands below or above."""
    first = bisect_right(columns, cell.x, key=lambda column: column.end)
    return range(first, bisect_left(columns, cell.end, first, key=lambda column: column.x))


def _parted(cell: _Cell, columns: Sequence[_Cell]) -> Iterator[_Cell]:
    """A cell, cut where a word of it begins with another column, or is the last of one whose figures end there."""
    words: list[Word] = []
    for word in cell.words:
        column = next((column for column in columns if _overlap(word, column) > 0), None)
        fits = column and (abs(word.x - column.x) < ALIGNED or abs(word.end - column.end) < ALIGNED)
        if words and column and fits and words[-1].end < column.x + ALIGNED:
            yield _cell(*words)
            words = []
        words.append(word)
    yield _cell(*words)
