"""The automatic numbers of lists and headings in OpenDocument (ISO/IEC 26300, 19.880 and 16.30)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from ingest.convert.parts.count import letter, roman
from ingest.convert.parts.ooxml import attribute, local_name

LEVELS = 10
LONGEST = 100  # characters of a pattern, which stands before each item
PLACE = re.compile(r"%(\d{1,2})%(\.(?=%))?")  # of the number of a level, and what parts it from the next
HEADINGS = ""  # the style of the list to which all headings belong


class _Level(NamedTuple):
    """`pattern` has %1% for the number of the first level."""

    format: str
    pattern: str
    start: int


class Numbering:
    def __init__(self, *roots: etree._Element | None) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, list[int | None]] = {}
        for root in roots:
            for style in () if root is None else root.iter("{*}list-style", "{*}outline-style"):
                name = HEADINGS if local_name(style) == "outline-style" else attribute(style, "name") or ""
                self._read(name, style)

    def _read(self, name: str, style: Iterable[etree._Element]) -> None:
        for element in style:
            if local_name(element) not in ("list-level-style-number", "outline-level-style"):
                continue
            depth = _whole(attribute(element, "level"), 1) - 1
            shown = _whole(attribute(element, "display-levels"), 1)
            places = ".".join(f"%{place}%" for place in range(max(depth + 2 - shown, 1), depth + 2))
            pattern = f"{attribute(element, 'num-prefix') or ''}{places}{attribute(element, 'num-suffix') or ''}"
            self._levels[name, depth] = _Level(
                attribute(element, "num-format") or "",
                (attribute(element, "num-list-format") or pattern)[:LONGEST],
                _whole(attribute(element, "start-value"), 1),
            )

    def begin(self, style: str) -> None:
        """A list that does not go on counting where the last one of its style stopped."""
        self._counts.pop(style, None)

    def next(self, style: str, depth: int, start: str | None = None) -> str | None:
        """What stands before the next item of a list: "" for no number, None for a bullet."""
        level = self._levels.get((style, depth))
        if level is None or not 0 <= depth < LEVELS:
            return None
        counts = self._counts.setdefault(style, [None] * LEVELS)
        for above in range(depth):
            if counts[above] is None:
                counts[above] = self._start(style, above)
        count = counts[depth]
        counts[depth] = _whole(start, level.start) if start or count is None else count + 1
        counts[depth + 1 :] = [None] * (LEVELS - depth - 1)
        if not level.format:
            return ""

        def shown(place: re.Match[str]) -> str:
            number = self._shown(style, counts, int(place[1]) - 1)
            return f"{number}{place[2] or ''}" if number else ""  # of a level without numbers not even the point

        return PLACE.sub(shown, level.pattern).strip()

    def _start(self, style: str, depth: int) -> int:
        level = self._levels.get((style, depth))
        return 1 if level is None else level.start

    def _shown(self, style: str, counts: list[int | None], depth: int) -> str:
        count = counts[depth] if 0 <= depth < LEVELS else None
        level = self._levels.get((style, depth))
        if count is None or level is None:
            return ""
        match level.format:
            case "I":
                return roman(count)
            case "i":
                return roman(count).lower()
            case "A":
                return letter(count)
            case "a":
                return letter(count).lower()
        return str(count) if level.format else ""


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < LEVELS else otherwise
