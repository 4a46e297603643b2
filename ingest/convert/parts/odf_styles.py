"""What the styles of OpenDocument say, with those that they are made of; by it, which letters nobody can read."""

import re
from collections.abc import Callable, Iterable

from lxml import etree

from ingest.convert.parts.ooxml import attribute, local_name

TINY = 1.0  # points
WHITE = re.compile(r"#(?:f[a-f]){3}", re.IGNORECASE)
POINTS = re.compile(r"(\d+(?:\.\d+)?)pt")
NOTHING = (None, "", "none", "transparent")
PLACES = (
    "table-cell",
    "covered-table-cell",
    "text-box",
    "custom-shape",
    "rect",
    "ellipse",
    "circle",
    "path",
    "polygon",
)
ON_SLIDES = frozenset(["text-box"])  # of a frame, which has no colour unless its style says so
DRAWN = (*PLACES[3:], "image", "object", "plugin", "line", "polyline", "connector", "measure", "caption", "scene")


def stated(
    says: Callable[[etree._Element], bool | None], *roots: etree._Element | None, kind: str = "text-properties"
) -> dict[str, bool]:
    """By the names of styles, what their properties say, or else those of what they are made of."""
    styles = {attribute(style, "name"): style for root in roots if root is not None for style in root.iter("{*}style")}
    said: dict[str | None, bool] = {}
    for name, style in styles.items():
        properties = style.find(f"{{*}}{kind}")
        if (own := None if properties is None else says(properties)) is not None:
            said[name] = own
    found = {}
    for name in styles:
        seen: set[str | None] = set()
        base: str | None = name
        while base in styles and base not in said and base not in seen:
            seen.add(base)
            base = attribute(styles[base], "parent-style-name")
        if name and base in said:
            found[name] = said[base]
    return found


class Faint:
    """Letters of a point or less, and those of the colour of what is behind them: of white paper, where nothing else
    may be."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._tiny = stated(_is_tiny, *roots)
        self._white = stated(_is_white, *roots)
        self._colored = stated(_has_color, *roots)
        self._filled = stated(_is_filled, *roots, kind="graphic-properties")
        self._paper = stated(_is_filled, *roots, kind="drawing-page-properties")
        self._shaded = any(
            _has_color(each)
            for root in roots
            if root is not None
            for each in root.iter("{*}paragraph-properties", "{*}page-layout-properties")
        )
        masters = (root.iterfind("{*}master-styles/{*}master-page") for root in roots if root is not None)
        self._masters = {attribute(each, "name"): each for some in masters for each in some}
        self._plain_slides: dict[etree._Element, bool] = {}
        self.is_there = any(self._tiny.values()) or any(self._white.values())

    def __call__(self, names: Iterable[str], element: etree._Element) -> bool:
        """`names` are those of the styles around a word, the innermost first."""
        names = list(names)
        if next((self._tiny[name] for name in names if name in self._tiny), False):
            return True
        white = next((self._white[name] for name in names if name in self._white), False)
        return white and not any(self._colored.get(name, False) for name in names) and self._is_on_paper(element)

    def _is_on_paper(self, element: etree._Element) -> bool:
        around = {local_name(each): each for each in element.iterancestors()}
        page = around.get("page")
        if page is None:
            return not (self._shaded or around.keys() & set(PLACES))
        frame = around.get("frame", element)
        names = (
            attribute(frame, "style-name"),
            frame.get("{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}style-name"),
        )
        return (
            not around.keys() & (set(PLACES) - ON_SLIDES)
            and not any(self._filled.get(name or "", False) for name in names)
            and self._is_plain(page)
        )

    def _is_plain(self, page: etree._Element) -> bool:
        """Whether a slide is white, and nothing may lie behind its words."""
        if page not in self._plain_slides:
            master = self._masters.get(attribute(page, "master-page-name"))
            both = [each for each in (page, master) if each is not None]
            self._plain_slides[page] = not any(
                self._paper.get(attribute(each, "style-name") or "", False)
                or any(local_name(drawn) in DRAWN for drawn in each.iter("{*}*"))
                for each in both
            )
        return self._plain_slides[page]


def _is_tiny(properties: etree._Element) -> bool | None:
    size = POINTS.fullmatch(attribute(properties, "font-size") or "")
    return None if size is None else float(size[1]) <= TINY


def _is_white(properties: etree._Element) -> bool | None:
    if attribute(properties, "use-window-font-color") == "true":  # black on white, and white on black
        return False
    color = attribute(properties, "color")
    return None if color is None else WHITE.fullmatch(color) is not None


def _has_color(properties: etree._Element) -> bool | None:
    color = attribute(properties, "background-color")
    return None if color is None else color not in NOTHING and not WHITE.fullmatch(color)


def _is_filled(properties: etree._Element) -> bool | None:
    fill = attribute(properties, "fill")
    if fill is None:
        return None
    return fill not in NOTHING and not (fill == "solid" and WHITE.fullmatch(attribute(properties, "fill-color") or ""))
