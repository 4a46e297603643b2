"""What the styles of a Word document, and the properties of its paragraphs, say of a text."""

from typing import NamedTuple

from lxml import etree

from ingest.convert.parts.ooxml import attribute, is_on

NO_LIST = "0"  # takes the number of a style away


# The styles of listings: of Word itself, of pandoc, of LibreOffice, and as people call their own.
CODE = frozenset(["html preformatted", "macro", "source code", "preformatted text", "code", "code block", "listing"])


class Style(NamedTuple):
    """What a paragraph's style says about it; levels count from 0."""

    heading: int | None = None
    list_depth: int | None = None
    hidden: bool | None = None
    is_code: bool | None = None
    list: str | None = None  # the number of the list that its paragraphs belong to; 0 for none


def _number(element: etree._Element | None) -> int | None:
    value = attribute(element)
    return int(value) if value and value.isdigit() else None


def stated_in(properties: etree._Element | None) -> Style:
    """What the properties of a paragraph or style say themselves, without inherited ones."""
    if properties is None:
        return Style()
    level = _number(properties.find("{*}outlineLvl"))
    depth = number = None
    numbering = properties.find("{*}numPr")
    if numbering is not None:
        number = attribute(numbering.find("{*}numId"))
        if number != NO_LIST:
            depth = _number(numbering.find("{*}ilvl")) or 0
    return Style(level if level is not None and level < 9 else None, depth, list=number)  # 9 is body text


def hidden_in(properties: etree._Element | None) -> bool | None:
    vanish = None if properties is None else properties.find("{*}vanish")
    return None if vanish is None else is_on(vanish)


def styles_of(roots: list[etree._Element | None]) -> dict[str, Style]:
    stated: dict[str, Style] = {}
    based_on: dict[str, str | None] = {}
    for element in (e for root in roots if root is not None for e in root.iterfind("{*}style")):
        key = attribute(element, "styleId") or ""
        style = stated_in(element.find("{*}pPr"))._replace(hidden=hidden_in(element.find("{*}rPr")))
        name = (attribute(element.find("{*}name")) or "").lower()
        if name == "title":
            style = style._replace(heading=0, list_depth=None)
        elif name.startswith("heading ") and name[8:].isdigit():
            style = style._replace(heading=int(name[8:]) - 1, list_depth=None)
        elif name in CODE:
            style = style._replace(is_code=True)
        stated[key] = style
        based_on[key] = attribute(element.find("{*}basedOn"))

    found: dict[str, Style] = {}
    for key in stated:
        line: dict[str, None] = {}  # up to a style that is known, or to one of these
        above: str | None = key
        while above in stated and above not in found and above not in line:
            line[above] = None
            above = based_on[above]
        style = found.get(above or "", Style())
        for name in reversed(line):
            found[name] = style = either(stated[name], style)
    return found


def either(first: Style, second: Style) -> Style:
    return first._replace(**{name: value for name, value in second._asdict().items() if getattr(first, name) is None})
