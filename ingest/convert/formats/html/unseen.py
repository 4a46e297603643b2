"""Which elements a reader does not see."""

from lxml import etree

from ingest.convert.parts.inline_style import Page, declarations, takes_away

# Not the head as a whole: an element in it that does not belong there begins the body.
UNSEEN = frozenset("title script style template noscript noembed iframe canvas audio video select datalist".split())
UNSEEN_IN_SVG = ("desc", "metadata", "defs", "symbol")
PROSE = ("main", "article", "p")  # a menu that holds any of these was never closed, and goes on to the end of the page


def is_never_shown(element: etree._Element, tag: str) -> bool:
    return (
        tag in UNSEEN
        or (tag in UNSEEN_IN_SVG and next(element.iterancestors("svg"), None) is not None)
        or (tag == "nav" and next(element.iter(*PROSE), None) is None)
    )


def is_hidden(element: etree._Element, style: str | None, page: Page) -> bool:
    if element.get("hidden") is not None:
        return True
    if style is None or not takes_away(declarations(style), page):
        return False
    return element.find("math") is None  # kept for screen readers beside a picture of the formula
