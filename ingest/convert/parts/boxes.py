"""Places on a page, to be marked on its picture."""

from collections.abc import Sequence
from typing import NamedTuple

# Of the height of a box: what is nearer is on the same line, and in the same run of words; and how high that may be.
SAME_LINE = 0.5
SAME_RUN = 1.0
HIGHEST = 1.6


class Box(NamedTuple):
    """In parts of the width and height of a page, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def around(self, other: "Box") -> "Box":
        left, top = min(self.left, other.left), min(self.top, other.top)
        right = max(self.left + self.width, other.left + other.width)
        bottom = max(self.top + self.height, other.top + other.height)
        return Box(left, top, right - left, bottom - top)


def joined(boxes: Sequence[Box], aspect: float) -> list[Box]:
    """With those of a line in one, on a page that is `aspect` times as wide as high: each word, or font, has one of its
    own."""
    runs: list[Box] = []
    for box in boxes:
        if runs and _is_same_run(runs[-1], box, aspect):
            runs[-1] = runs[-1].around(box)
        else:
            runs.append(box)
    return [Box(*(round(each, 5) for each in box)) for box in runs]


def _is_same_run(one: Box, other: Box, aspect: float) -> bool:
    low, high = sorted((one.height, other.height))
    common = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    gap = max(one.left, other.left) - min(one.left + one.width, other.left + other.width)
    together = one.around(other).height
    return common >= SAME_LINE * low and gap * aspect <= SAME_RUN * high and together <= HIGHEST * high
