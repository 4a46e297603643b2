"""The order in which what lies on a slide is read: by place, where that of the file goes back."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

MOST = 200  # things on a slide
ASIDE = 0.1  # of the smaller of two: so much may they lap over each other and still stand side by side


class Place(NamedTuple):
    """y goes down."""

    left: float
    top: float
    right: float
    bottom: float


def reading_order(places: Sequence[Place]) -> list[int]:
    """The numbers of these places: as they are, unless one lies above or left of another before it; then columns from
    left to right, each from top to bottom, between what reaches across them."""
    numbers = list(range(len(places)))
    if len(places) > MOST or not any(_goes_back(before, place) for before, place in combinations(places, 2)):
        return numbers
    return _cut(numbers, places)


def _goes_back(before: Place, place: Place) -> bool:
    """Whether it is above what comes before, in its column; or left of it, in its row."""
    if _lap(before.left, before.right, place.left, place.right):
        return place.bottom <= before.top
    return (
        place.right <= before.left
        and _lap(before.top, before.bottom, place.top, place.bottom)
        and not (place.top > before.top)
    )


def _lap(start: float, end: float, other_start: float, other_end: float) -> bool:
    common = min(end, other_end) - max(start, other_start)
    return common > ASIDE * min(end - start, other_end - other_start)


def _cut(numbers: list[int], places: Sequence[Place]) -> list[int]:
    """In order: cut where nothing reaches across from left to right, else below what is highest."""
    if len(numbers) < 2:
        return numbers
    columns = _parts(numbers, [(places[number].left, places[number].right) for number in numbers])
    if len(columns) > 1:
        return [number for column in columns for number in _cut(column, places)]
    first, *rest = _parts(numbers, [(places[number].top, places[number].bottom) for number in numbers])
    if rest:
        return [*_cut(first, places), *_cut([number for part in rest for number in part], places)]
    return sorted(numbers, key=lambda number: (places[number].top, places[number].left))


def _parts(numbers: Sequence[int], spans: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Those that lap over each other together."""
    parts: list[list[int]] = []
    reach = 0.0
    for (start, end), number in sorted(zip(spans, numbers, strict=True)):
        if parts and start < reach - ASIDE * (end - start):
            parts[-1].append(number)
            reach = max(reach, end)
        else:
            parts.append([number])
            reach = end
    return parts
