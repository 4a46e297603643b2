"""Slides of OpenDocument: the order in which they are read, and their footers."""

import re

from lxml import etree

from ingest.convert.parts.ooxml import attribute
from ingest.convert.parts.places import Place, reading_order

LENGTH = re.compile(r"(-?\d{0,6}\.?\d{1,9})(cm|mm|in|pt|pc|px)")
LENGTHS = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}  # in cm


class Footers:
    """Those that are declared once for a presentation (10.9.3.3), as LibreOffice does. What they say is read once, not
    on every slide."""

    def __init__(self, presentation: etree._Element, content: etree._Element) -> None:
        self._unsaid = {
            attribute(footer, "name"): "".join(map(str, footer.itertext()))
            for footer in presentation.iterfind("{*}footer-decl")
        }
        self._said: set[str] = set()
        hiding = (
            properties.getparent()
            for properties in content.iterfind("{*}automatic-styles/{*}style/{*}drawing-page-properties")
            if attribute(properties, "display-footer") == "false"
        )
        self._hiding = {attribute(style, "name") for style in hiding}

    def of(self, slide: etree._Element) -> str:
        if attribute(slide, "style-name") in self._hiding:
            return ""
        said = self._unsaid.pop(attribute(slide, "use-footer-name"), "")
        if said in self._said:
            return ""
        self._said.add(said)
        return said


def in_order(page: etree._Element) -> list[etree._Element]:
    """What is on a slide: the order of the file is that in which it was drawn."""
    shapes = [element for element in page if attribute(element, "class") not in ("title", "notes")]
    placed = [(element, place) for element in shapes if (place := _place(element))]
    order = iter([placed[number][0] for number in reading_order([place for _, place in placed])])
    moved = {element for element, _ in placed}
    return [next(order) if element in moved else element for element in page]


def _place(element: etree._Element) -> Place | None:
    left, top, width, height = (
        LENGTHS[length[2]] * float(length[1]) if (length := LENGTH.fullmatch(attribute(element, name) or "")) else None
        for name in ("x", "y", "width", "height")
    )
    if left is None or top is None or width is None or height is None:
        return None
    return Place(left, top, left + width, top + height)
