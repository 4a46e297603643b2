"""The automatic numbers of a Word document's paragraphs, as in "§ 2" or "1.2" (ECMA-376, part 1, 17.9)."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from lxml import etree

from ingest.convert.parts.count import letter, roman
from ingest.convert.parts.ooxml import attribute, is_on

LEVELS = 9
LONGEST = 100  # characters of what stands before each item
PLACE = re.compile(r"%([1-9])")


class Level(NamedTuple):
    """`text` has %1 for the number of the first level; `after` is how deep the last level is behind which this one
    begins anew, None for each above it."""

    format: str
    text: str
    start: int
    after: int | None
    is_legal: bool  # all its numbers are decimal


class _List(NamedTuple):
    """One kind of list: paragraphs of several lists may count on in it. `starts` are the list's own."""

    kind: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    def __init__(self, roots: Iterable[etree._Element | None]) -> None:
        self._lists: dict[str, _List] = {}
        self._depths: dict[tuple[str, str], int] = {}  # by list and style
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        for root in roots:
            if root is not None:
                self._read(root)

    def _read(self, root: etree._Element) -> None:
        kinds = {attribute(kind, "abstractNumId") or "": kind for kind in root.iterfind("{*}abstractNum")}
        by_style = {
            style: name for name, kind in kinds.items() if (style := attribute(kind.find("{*}styleLink"))) is not None
        }
        for entry in root.iterfind("{*}num"):
            number = attribute(entry, "numId") or ""
            name = attribute(entry.find("{*}abstractNumId")) or ""
            if name in kinds and (style := attribute(kinds[name].find("{*}numStyleLink"))) is not None:
                name = by_style.get(style, name)
            if name not in kinds:
                continue
            overrides = list(islice(entry.iterfind("{*}lvlOverride"), LEVELS))
            stated = [
                *islice(kinds[name].iterfind("{*}lvl"), LEVELS),
                *(level for each in overrides for level in islice(each.iterfind("{*}lvl"), LEVELS)),
            ]
            starts = {
                _whole(attribute(each, "ilvl")): _whole(attribute(start))
                for each in overrides
                if (start := each.find("{*}startOverride")) is not None
            }
            self._lists[number] = _List(
                name, {_whole(attribute(each, "ilvl")): _level(each) for each in stated}, starts
            )
            for each in stated:
                if (style := attribute(each.find("{*}pStyle"))) is not None:
                    self._depths[number, style] = _whole(attribute(each, "ilvl"))

    def depth(self, number: str, style: str) -> int | None:
        """Of the paragraphs of a style in a list, if the list says so."""
        return self._depths.get((number, style))

    def next(self, number: str, depth: int) -> str | None:
        """What stands before the next paragraph of a list: "" for no number, None for a bullet."""
        found = self._lists.get(number)
        if found is None or not 0 <= depth < LEVELS or (level := found.levels.get(depth)) is None:
            return None
        counts = self._counts.setdefault(found.kind, [None] * LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for deep, start in found.starts.items():
                if 0 <= deep < LEVELS:
                    counts[deep] = start - 1
        for above in range(depth):
            if counts[above] is None:
                counts[above] = found.levels[above].start if above in found.levels else 1
        count = counts[depth]
        counts[depth] = level.start if count is None else count + 1
        for below in range(depth + 1, LEVELS):
            after = found.levels[below].after if below in found.levels else None
            if after is None or depth < after:
                counts[below] = None
        if level.format == "bullet":
            return None
        return PLACE.sub(
            lambda place: self._shown(found, counts, int(place[1]) - 1, level.is_legal), level.text
        ).strip()

    def _shown(self, found: _List, counts: list[int | None], depth: int, is_legal: bool) -> str:
        count = counts[depth]
        level = found.levels.get(depth)
        if count is None or level is None:
            return ""
        return str(count) if is_legal else _written(count, level.format)


def _level(element: etree._Element) -> Level:
    restart = element.find("{*}lvlRestart")
    return Level(
        attribute(element.find("{*}numFmt")) or "decimal",
        (attribute(element.find("{*}lvlText")) or "")[:LONGEST],
        _whole(attribute(element.find("{*}start")), 0),
        None if restart is None else _whole(attribute(restart)),
        is_on(element.find("{*}isLgl")),
    )


def _whole(value: str | None, otherwise: int = 0) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < LEVELS else otherwise


def _written(count: int, form: str) -> str:
    match form:
        case "none":
            return ""
        case "decimalZero":
            return f"{count:02}"
        case "upperRoman":
            return roman(count)
        case "lowerRoman":
            return roman(count).lower()
        case "upperLetter":
            return letter(count)
        case "lowerLetter":
            return letter(count).lower()
    return str(count)
