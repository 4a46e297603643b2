"""Which elements a reader does not see, or does not read."""

import re
from itertools import islice

from lxml import etree

from ingest.convert.formats.html.layout import HEADINGS
from ingest.convert.parts.inline_style import Page, declarations, takes_away

# Not the head as a whole: an element in it that does not belong there begins the body.
UNSEEN = frozenset("title script style template noscript noembed iframe canvas audio video select datalist".split())
UNSEEN_IN_SVG = ("desc", "metadata", "defs", "symbol")
PROSE = ("main", "article", "p")  # a menu that holds any of these was never closed, and goes on to the end of the page
NAMED = (*HEADINGS, "dt", "caption", "figcaption")  # places that pages have links to
SIGN = re.compile("[¶#§🔗⚓⛓∞❡☍\ue000-\uf8ff]")  # of a link to the place where it stands; the last are icons of fonts
AROUND_SIGN = " \n\t[]\ufe0f"
MOST_PARTS = 3  # pieces of text in such a link
NEAR = 3  # elements around it


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


def is_link_to_itself(element: etree._Element, tag: str) -> bool:
    """Whether it is the sign beside a heading, such as ¶, from which a reader takes the address of this place."""
    if tag != "a" or not element.get("href", "").startswith("#"):
        return False
    sign = "".join(islice(map(str, element.itertext()), MOST_PARTS)).strip(AROUND_SIGN)
    around = islice(element.iterancestors(), NEAR)
    return SIGN.fullmatch(sign) is not None and any(each.tag in NAMED for each in around)
