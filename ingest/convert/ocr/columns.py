"""What on a page are columns, each read to its end, and what are rows: told by gaps and alignment, as people tell it.

Columns are of prose; or blocks whose lines are not level with each other, as an address and, beside it, who writes; or
lists that are alike: as wide as each other, and each with figures behind its words, or with lines of the same kinds.
All else is a table: its columns are of different kinds, and its rows are level.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from statistics import mean, median
from typing import NamedTuple

# In heights of a line:
GAP = 0.7  # at least between two columns
BLOCK_GAP = 3  # and between two blocks whose lines are level
PROSE = 12  # width of a line, in the mean; cells of tables are shorter
LIST = 8  # of lists of words; the cells of most tables are shorter, or differ in width
LABELLED = 4.5  # of lists with figures
LEVEL = 0.2  # between the tops, the middles or the bottoms of the cells of a row

FEW_LINES = 3  # are no column
SHORT = 3  # letters
ALIKE = 1.4  # times as wide, at most, is one list as another,
ALIKE_CELLS = 1.6  # and so are its words, and its figures
AS_MANY = 1.6  # times as many lines, at most, has one block as another beside it: else they are those of its cells
NOT_LEVEL = 0.3  # of the lines of two blocks, at least,
BEYOND = 0.25  # or so many stand above or below the other one
MOST = 0.6  # of the rows of a list end in a figure
FEW = 0.3  # of the cells of a list of words are figures
OF_A_KIND = 0.9  # of the rows of two lists have the same kind in both
OTHER_KIND = 0.2  # of the rows, at least: cells of a table are of one kind
GO_ON = 0.2, 0.7  # of the lines begin with a small letter: more is a list of words


class Box(NamedTuple):
    """A line of letters on a page that stands upright; y goes down."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def is_figure(self) -> bool:
        return _is_figure(self.text)

    @property
    def ends_in_figure(self) -> bool:
        words = self.text.split()
        return len(words) > 1 and any(map(str.isalpha, words[0])) and _is_figure(words[-1])

    @property
    def kind(self) -> str:
        if self.is_figure:
            return "figure"
        return "words and figures" if any(map(str.isdigit, self.text)) else "@" if "@" in self.text else "words"


class Columns(NamedTuple):
    parts: list[Sequence[Box]]  # from left to right; a single one if there are no columns
    refused: Sequence[float]  # where there are none: nor are there in fewer rows


def columns(boxes: Sequence[Box], height: float, refused: Sequence[float]) -> Columns:
    """Unless it was refused for what is above and below, too. A title above columns comes before them."""
    spans = gaps(((box.left, box.right) for box in boxes), GAP * height)
    edges = [-inf, *sorted(begin for begin, _ in spans), inf]
    tracks = [[box for box in boxes if left < box.right <= right] for left, right in pairwise(edges)]
    for title in tracks if len(tracks) > 2 else []:
        bottom = max(box.bottom for box in title)
        rest = [box for box in boxes if box not in title]
        if len(title) < FEW_LINES and bottom < min(box.top for box in rest):
            return Columns([title, rest], refused)
    for begin, end in spans:
        left = [box for box in boxes if box.right <= begin]
        right = [box for box in boxes if box.left >= end]
        if min(len(left), len(right)) >= FEW_LINES and (
            _are_prose(left, right, height) or _are_blocks(left, right, height)
        ):
            return Columns([left, right], [])
    if any(not any(begin < x < end for x in refused) for begin, end in spans):
        lists = _lists(tracks)
        if len(lists) > 1 and all(len(rows(each)) >= FEW_LINES for each in lists) and _are_alike(lists, height):
            return Columns(list(lists), [])
    return Columns([boxes], [*refused, *((begin + end) / 2 for begin, end in spans)])


def gaps(spans: Iterable[tuple[float, float]], least: float) -> list[tuple[float, float]]:
    """What lies between these spans, the widest first."""
    found = []
    end: float | None = None
    for begin, its_end in sorted(spans):
        if end is not None and begin - end >= least:
            found.append((end, begin))
        end = its_end if end is None else max(end, its_end)
    return sorted(found, key=lambda gap: gap[0] - gap[1])


def rows(boxes: Iterable[Box]) -> list[list[Box]]:
    """Boxes whose middles are within half a height of each other, that of the higher one, are one row."""
    found: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        if found and box.middle - found[-1][0].middle < max(box.height, found[-1][0].height) / 2:
            found[-1].append(box)
        else:
            found.append([box])
    return found


def joined(row: Sequence[Box]) -> Box:
    """The cells in the order in which they are given, as one."""
    return Box(
        min(box.left for box in row),
        min(box.top for box in row),
        max(box.right for box in row),
        max(box.bottom for box in row),
        " ".join(box.text for box in row),
    )


def _are_prose(left: Sequence[Box], right: Sequence[Box], height: float) -> bool:
    width = min(_width(left), _width(right))
    return width > PROSE * height or (width > LIST * height and _go_on(left) and _go_on(right))


def _width(boxes: Sequence[Box]) -> float:
    return mean(box.width for box in boxes)


def _go_on(boxes: Sequence[Box]) -> bool:
    """Whether some of the lines go on in the next one."""
    least, most = GO_ON
    return least < mean(box.text[:1].islower() for box in boxes) < most


def _are_blocks(left: Sequence[Box], right: Sequence[Box], height: float) -> bool:
    if _are_figures(left) or _are_figures(right):
        return False
    blocks = [[joined(row) for row in rows(side)] for side in (left, right)]
    if min(map(len, blocks)) < FEW_LINES:
        return False
    beside = [
        [row for row in block if other[0].top <= row.middle <= other[-1].bottom]
        for block, other in (blocks, reversed(blocks))
    ]
    fewer, more = sorted(map(len, beside))
    if more > AS_MANY * fewer:
        return False
    count = sum(map(len, blocks))
    level, not_level = [], 0
    for row, other in [(row, beside[1]) for row in beside[0]] + [(row, beside[0]) for row in beside[1]]:
        near = [each for each in other if each.top < row.bottom and row.top < each.bottom]
        pairs = [(row, each) for each in near if are_level(row, each, height)]
        level += pairs
        not_level += bool(near) and not pairs
    with_figures = sum(row.is_figure and not each.is_figure for row, each in level)
    if with_figures >= FEW_LINES:  # it is a table with a head
        return False
    gap = min(box.left for box in right) - max(box.right for box in left)
    beyond = count - sum(map(len, beside)) if gap > BLOCK_GAP * height and not with_figures else 0
    return not_level > NOT_LEVEL * count or beyond > BEYOND * count


def are_level(one: Box, other: Box, height: float) -> bool:
    """Some letters reach higher than others, or lower."""
    differences = one.top - other.top, one.middle - other.middle, one.bottom - other.bottom
    return min(map(abs, differences)) < LEVEL * height


def _lists(tracks: Sequence[Sequence[Box]]) -> list[list[Box]]:
    """What stands beside each other: words and the figures behind them, or if there are none, each for itself."""
    with_figures = any(map(_are_figures, tracks))
    found: list[list[Box]] = []
    ended = True
    for track in tracks:
        if ended and not _are_figures(track):
            found.append([])
        if found:
            found[-1] += track
        ended = not with_figures or _are_figures(track)
    return found


def _are_alike(lists: Sequence[Sequence[Box]], height: float) -> bool:
    lines = [[joined(sorted(row)) for row in rows(each)] for each in lists]
    widths = [median(line.width for line in each) for each in lines]
    cells = [[[box.width for box in each if box.is_figure == figures] for each in lists] for figures in (False, True)]
    if min(widths) < LABELLED * height or max(widths) > ALIKE * min(widths):
        return False
    if any(max(map(median, each)) > ALIKE_CELLS * min(map(median, each)) for each in cells if all(each)):
        return False
    if all(mean(line.ends_in_figure for line in each) > MOST for each in lines):
        return True
    if all(_are_of_a_kind(one, other) for one, other in pairwise(lines)):
        return True
    return min(widths) > LIST * height and all(mean(box.is_figure for box in each) < FEW for each in lists)


def _are_of_a_kind(one: Sequence[Box], other: Sequence[Box]) -> bool:
    """Name beside name and number beside number, as of addresses."""
    pairs = [row for row in map(sorted, rows([*one, *other])) if len(row) == 2]
    kinds = Counter(left.kind for left, right in pairs if left.kind == right.kind)
    usual = max(kinds.values(), default=0)
    return kinds.total() >= OF_A_KIND * len(pairs) and kinds.total() - usual >= OTHER_KIND * len(one)


def _are_figures(boxes: Sequence[Box]) -> bool:
    words = [box for box in boxes if any(map(str.isalnum, box.text))]  # a currency may stand by itself
    return bool(words) and mean(box.is_figure for box in words) > 0.5


def _is_figure(text: str) -> bool:
    """Also with a short word before it, as of a currency."""
    digits = sum(map(str.isdigit, text))
    first = text.split()[0] if text.split() else ""
    return digits > 0 and 2 * digits >= sum(map(str.isalnum, text)) and sum(map(str.isalpha, first)) <= SHORT
