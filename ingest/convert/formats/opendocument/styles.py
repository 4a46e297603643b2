"""What the styles of OpenDocument say of the words of a text."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from ingest.convert.parts.odf_numbering import Numbering
from ingest.convert.parts.odf_styles import stated
from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.symbols import FONTS

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MAX_SPANS = 20  # around a word, whose styles are looked at
RAISED = re.compile(r"super|[1-9]")  # a position of text


class Styles:
    """Where two have one name, that of the last root counts."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self.title = _made_of("Title", *roots)
        self.code = _made_of("Preformatted_20_Text", *roots) | _made_of("Source_20_Code", *roots)
        self.raised = _raised_styles(*roots)
        self.hidden = _styles_that(_hide, *roots)
        struck = stated(_strike, *roots)
        self.struck = struck if any(struck.values()) else {}
        self.fonts = _fonts(*roots)
        self.numbering = Numbering(*roots)

    def is_struck(self, element: etree._Element) -> bool:
        names = style_names(element) if self.struck else ()
        return next((self.struck[name] for name in names if name in self.struck), False)


def style_names(element: etree._Element) -> Iterator[str]:
    """Of an element and those around it, up to the box that it is in, and what that is in."""
    around: etree._Element | None = element
    for _ in range(MAX_SPANS):
        if around is None or local_name(around) in ("page", "body"):
            return
        if local_name(around) not in ("list", "list-item"):  # whose styles are of another kind
            yield attribute(around, "style-name") or ""
        around = around.getparent()


def _made_of(name: str, *roots: etree._Element | None) -> frozenset[str]:
    """A style, and those that are made of it."""
    styles = (style for root in roots if root is not None for style in root.iter("{*}style"))
    made_of_it = (attribute(style, "name") for style in styles if attribute(style, "parent-style-name") == name)
    return frozenset([name, *filter(None, made_of_it)])


def _raised_styles(*roots: etree._Element | None) -> frozenset[str]:
    """The styles of characters that stand higher than those around them."""
    properties = (each for root in roots if root is not None for each in root.iter("{*}text-properties"))
    raised = (each.getparent() for each in properties if RAISED.match(attribute(each, "text-position") or ""))
    return frozenset(name for style in raised if style is not None and (name := attribute(style, "name")))


def _hide(properties: etree._Element) -> bool | None:
    stated = properties.get(f"{TEXT}display")
    return stated == "none" if stated in ("none", "true") else None


def _strike(properties: etree._Element) -> bool | None:
    stated = attribute(properties, "text-line-through-style") or attribute(properties, "text-line-through-type")
    return None if stated is None else stated != "none"


def _fonts(*roots: etree._Element | None) -> dict[str, str]:
    """Of the styles that have pictures in place of letters."""
    found: dict[str, str] = {}
    for properties in (each for root in roots if root is not None for each in root.iter("{*}text-properties")):
        font = attribute(properties, "font-name") or (attribute(properties, "font-family") or "").strip("'")
        name = attribute(properties.getparent(), "name")
        if name and font.lower() in FONTS:
            found[name] = font
    return found


def _styles_that(says: Callable[[etree._Element], bool | None], *roots: etree._Element | None) -> frozenset[str]:
    """The names of those whose properties say so, or those of what they are made of."""
    return frozenset(name for name, so in stated(says, *roots).items() if so)
