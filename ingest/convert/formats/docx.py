"""Word documents: body, headers and footers, footnotes and endnotes, in Office Open XML (ECMA-376, part 1)."""

from importlib.metadata import version
from typing import BinaryIO, NamedTuple

from lxml import etree

from ingest.convert import Extracted
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.ooxml import attribute, local_name, main_part, related, title, words
from ingest.errors import ConversionFailed

CONVERTER = f"docx 1 (lxml {version('lxml')})"

# Deleted text, field codes, copies of text boxes for old programs, and tab stops.
UNSEEN = frozenset("del moveFrom delText instrText Fallback tabs".split())
CHARACTERS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
RULES = ("separator", "continuationSeparator", "continuationNotice")  # "footnotes" that are lines, not text


class Style(NamedTuple):
    """What a paragraph's style says about it; levels count from 0."""

    heading: int | None = None
    list_depth: int | None = None


def convert(file: BinaryIO, filename: str) -> Extracted:
    with Archive(file, filename) as archive:
        main = main_part(archive, "word/document.xml")
        body = archive.xml(main)
        if body is None:
            raise ConversionFailed(f"'{filename}' is damaged: its text is missing.")
        styles = _styles([archive.xml(part) for part in related(archive, main, "styles").values()])
        document = Blocks()
        headers = dict.fromkeys(related(archive, main, "header").values())
        rest = dict.fromkeys(
            part for kind in ("footnotes", "endnotes", "footer") for part in related(archive, main, kind).values()
        )
        said: set[str] = set()  # first, even and odd pages have their own headers, which often say the same
        for root in [*map(archive.xml, headers), body, *map(archive.xml, rest)]:
            if root is None:
                continue
            blocks = _Walk(styles).blocks_of(root)
            if blocks.text() not in said:
                said.add(blocks.text())
                document.extend(blocks)
        return Extracted(document.text(), CONVERTER, title=title(archive))


def _number(element: etree._Element | None) -> int | None:
    value = attribute(element)
    return int(value) if value and value.isdigit() else None


def _stated(properties: etree._Element | None) -> Style:
    """What the properties of a paragraph or style say themselves, without inherited ones."""
    if properties is None:
        return Style()
    level = _number(properties.find("{*}outlineLvl"))
    depth = None
    numbering = properties.find("{*}numPr")
    if numbering is not None and attribute(numbering.find("{*}numId")) != "0":  # 0 takes the number away
        depth = _number(numbering.find("{*}ilvl")) or 0
    return Style(level if level is not None and level < 9 else None, depth)  # 9 is body text


def _styles(roots: list[etree._Element | None]) -> dict[str, Style]:
    stated: dict[str, Style] = {}
    based_on: dict[str, str | None] = {}
    for element in (e for root in roots if root is not None for e in root.iterfind("{*}style")):
        key = attribute(element, "styleId") or ""
        style = _stated(element.find("{*}pPr"))
        name = (attribute(element.find("{*}name")) or "").lower()
        if name == "title":
            style = Style(heading=0)
        elif name.startswith("heading ") and name[8:].isdigit():
            style = Style(heading=int(name[8:]) - 1)
        stated[key] = style
        based_on[key] = attribute(element.find("{*}basedOn"))

    def inherited(key: str | None) -> Style:
        seen: set[str] = set()
        style = Style()
        while key in stated and key not in seen:
            seen.add(key)
            style = _or(style, stated[key])
            key = based_on[key]
        return style

    return {key: inherited(key) for key in stated}


def _or(first: Style, second: Style) -> Style:
    return Style(*(a if a is not None else b for a, b in zip(first, second, strict=True)))


class _Walk:
    """One pass over a part, without recursion; text boxes nest paragraphs, tables nest tables."""

    def __init__(self, styles: dict[str, Style]) -> None:
        self.styles = styles
        self.targets = [Blocks()]  # the part, then each open table cell
        self.rows: list[list[Blocks]] = []
        self.paragraphs: list[list[str]] = []

    def blocks_of(self, root: etree._Element) -> Blocks:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = local_name(element)
            if event == "start":
                if name in UNSEEN or attribute(element, "type") in RULES:
                    walk.skip_subtree()
                else:
                    self.open(name, element)
            else:
                self.close(name, element)
        return self.targets[0]

    def open(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self.paragraphs.append([])
        elif name == "tr":
            self.rows.append([])
        elif name == "tc":
            self.targets.append(Blocks())
        elif self.paragraphs:
            self.paragraphs[-1].append(words(element) if name == "t" else CHARACTERS.get(name, ""))

    def close(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self.paragraph(element, "".join(self.paragraphs.pop()))
        elif name == "tc":
            cell = self.targets.pop()
            self.rows[-1].append(cell)
        elif name == "tr":
            cells = self.rows.pop()
            # A table of one cell, or with more than paragraphs in a cell, is layout rather than data.
            if len(cells) > 1 and all(cell.plain for cell in cells):
                self.targets[-1].row([cell.text() for cell in cells])
            else:
                for cell in cells:
                    self.targets[-1].extend(cell)

    def paragraph(self, element: etree._Element, text: str) -> None:
        properties = element.find("{*}pPr")
        style = Style()
        if properties is not None:
            named = self.styles.get(attribute(properties.find("{*}pStyle")) or "", Style())
            style = _or(_stated(properties), named)
        if style.heading is not None:
            self.targets[-1].heading(style.heading + 1, text)
        elif style.list_depth is not None:
            self.targets[-1].item(style.list_depth, text)
        else:
            self.targets[-1].paragraph(text)
