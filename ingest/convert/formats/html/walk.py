"""One pass over the elements of a page, from which come its headings, paragraphs, items, rows and hidden characters."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from ingest.convert.formats.html.layout import FLEX, FLEX_CLASSES, HEADINGS, classes_with, flex_classes, layout_tables
from ingest.convert.formats.html.numbers import Numbers
from ingest.convert.formats.html.unseen import is_hidden, is_link_to_itself, is_never_shown
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.inline_style import CHANGES_LOOK, Page, first_look, look
from ingest.convert.parts.looks import is_power
from ingest.convert.parts.mathml import latex
from ingest.convert.parts.spans import Again, Cell, Spans

SPACES = re.compile(r"\s+")

VERBATIM = ("pre", "listing", "xmp", "plaintext")
CELLS = ("td", "th")
LISTS = ("ul", "ol", "menu", "dir")
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form header hgroup hr html legend main option p search section summary table tbody td text "
    "tfoot th thead tr".split()
)
PARTING = frozenset([*BLOCKS, *HEADINGS, *VERBATIM, *LISTS, "li"])  # part words even where they are no blocks
STRUCK = ("s", "del", "strike")
STRIKES = re.compile(r"text-decoration(?:-line)?\s*:[^;}]*\bline-through", re.IGNORECASE)


class Walk:
    """One pass over the trees, without recursion: pages are nested deeper than a stack is."""

    def __init__(self, said: Mapping[str, str], page: Page, hidden_too: bool = False) -> None:
        self.said = dict(said)  # on pictures, by their addresses
        self.page = page
        self.hidden_too = hidden_too  # as a script would show it
        self.hidden = 0  # characters that a style hides from readers
        self.looks = [first_look(page)]  # of the letters in each open element
        self.blocks = Blocks()
        self.inline: list[str] = []  # the words of the block being read
        self.lists: list[Numbers | None] = []  # those open, and how they count their items
        self.new_item: str | None = None  # the mark of the list item whose first block comes next
        self.flex_classes = FLEX_CLASSES
        self.struck_classes: frozenset[str] = frozenset()
        self.struck: etree._Element | None = None  # the open element whose words are struck out
        self.flex: set[etree._Element] = set()  # the open elements that set apart what is in them
        self.tables: list[Spans | None] = []  # those open; None for one that holds no data
        self.again = Again()
        self.row: list[Cell] = []
        self.whole: str | None = None  # the heading, cell or pre being read, within which blocks do not count

    def text(self, roots: Sequence[etree._Element]) -> str:
        self.flex_classes = flex_classes(roots)
        self.struck_classes = classes_with(STRIKES, roots)
        for root in roots:
            self.read(root)
        self.flush()
        return self.blocks.text()

    def read(self, root: etree._Element) -> None:
        layout = layout_tables(root)
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            tag = str(element.tag)
            if event == "start":
                style, around = element.get("style"), self.looks[-1]
                is_same = style is None and around.is_plain and tag not in CHANGES_LOOK
                self.looks.append(around if is_same or self.hidden_too else look(element, tag, around, self.page))
                if self.is_unseen(element, tag, style):
                    walk.skip_subtree()
                    skipped = element
                    continue
                if tag == "math":
                    self.inline.append(latex(element))
                    walk.skip_subtree()
                    skipped = element
                    continue
                if tag == "img":
                    self.picture(element)
                if tag == "table":
                    self.tables.append(None if element in layout else Spans(self.again))
                if tag == "sup" and is_power(str(next(element.itertext(), "")), self.inline):
                    self.inline.append("^")
                if self.flex and element.getparent() in self.flex:
                    self.inline.append(" ")
                if (style and FLEX.search(style)) or (
                    (names := element.get("class")) and not self.flex_classes.isdisjoint(names.split())
                ):
                    self.flex.add(element)
                self.open(tag, element)
                if self.struck is None and self.is_struck(element, tag):
                    self.struck = element
                    self.inline.append("~~")
                self.add(element.text)
            else:
                self.looks.pop()
                if self.flex:
                    self.flex.discard(element)
                if element is self.struck:
                    self.struck = None
                    self.inline.append("~~")
                if element is not skipped:
                    self.close(tag, element)
                self.add(element.tail)

    def is_unseen(self, element: etree._Element, tag: str, style: str | None) -> bool:
        if is_never_shown(element, tag):
            return not self.hidden_too or tag != "noscript"
        if is_link_to_itself(element, tag):
            return True
        if self.hidden_too or not is_hidden(element, style, self.page):
            return False
        self.hidden += len(" ".join("".join(map(str, element.itertext())).split()))
        return True

    def add(self, text: str | None) -> None:
        if text and not self.looks[-1].is_seen:
            self.hidden += len(" ".join(text.split()))
        elif text:
            self.inline.append(text if self.whole in VERBATIM else SPACES.sub(" ", text))

    def picture(self, image: etree._Element) -> None:
        text = self.said.pop(image.get("src", ""), "")  # where it is shown first
        if text and self.whole:
            self.inline.append(f" {text} ")
        elif text:
            self.flush()
            self.blocks.written(text)

    def take(self) -> str:
        text = "".join(self.inline)
        self.inline.clear()
        return text

    def flush(self) -> None:
        """End the block being read, if it has any words."""
        text = self.take()
        if not text.strip():
            return
        if self.new_item:
            self.blocks.item(len(self.lists) - 1, text, self.new_item)
            self.new_item = None
        else:
            self.blocks.paragraph(text)

    def is_whole(self, tag: str) -> bool:
        return tag in HEADINGS or tag in VERBATIM or (tag in CELLS and self.in_data)

    @property
    def in_data(self) -> bool:
        return bool(self.tables) and self.tables[-1] is not None

    def end_row(self) -> None:
        """Of cells that no `<tr>` precedes, too."""
        self.flush()
        if self.row and self.tables and (spans := self.tables[-1]) is not None:
            self.blocks.row(spans.row(self.row))
        self.row = []

    def open(self, tag: str, element: etree._Element) -> None:
        if tag == "br":
            self.inline.append("\n")
        elif self.whole:
            self.inline.append(" " if tag in PARTING else "")
            if tag in LISTS:
                self.lists.append(Numbers(element) if tag == "ol" else None)
            elif tag == "li" and (mark := self.mark(element)) != "-":
                self.inline.append(f"{mark} ")
        elif self.is_whole(tag):
            self.flush()
            self.whole = tag
        elif tag == "li":
            self.flush()
            self.new_item = self.mark(element) if self.lists else None
        elif tag == "tr":
            self.end_row()
        elif tag in BLOCKS or tag in LISTS:
            self.flush()
            if tag in LISTS:
                self.lists.append(Numbers(element) if tag == "ol" else None)

    def mark(self, item: etree._Element) -> str:
        numbers = self.lists[-1] if self.lists else None
        return numbers.mark(item) if numbers else "-"

    def is_struck(self, element: etree._Element, tag: str) -> bool:
        """Within a block, so that the marks stand beside its words."""
        if tag not in STRUCK and not self.is_struck_by_style(element):
            return False
        has_words = bool((element.text or "").strip()) or len(element) > 0
        parted = next((each for each in element.iter(*PARTING) if each is not element), None)
        return has_words and self.whole not in VERBATIM and parted is None and (tag not in CELLS or self.in_data)

    def is_struck_by_style(self, element: etree._Element) -> bool:
        if (style := element.get("style")) and STRIKES.search(style):
            return True
        return bool(self.struck_classes) and not self.struck_classes.isdisjoint(element.get("class", "").split())

    def close(self, tag: str, element: etree._Element) -> None:
        if self.whole == tag:
            self.whole = None
            if tag in HEADINGS:
                self.blocks.heading(HEADINGS[tag], self.take())
            elif tag in CELLS:
                self.row.append(Cell(self.take(), _span(element, "colspan"), _span(element, "rowspan")))
            else:
                self.blocks.verbatim(self.take())
        elif self.whole:
            self.inline.append(" " if tag in PARTING else "")
            if tag in LISTS:
                self.lists.pop()
        elif tag in ("tr", "table"):
            self.end_row()
        elif tag == "li":
            self.flush()
            self.new_item = None
        elif tag in BLOCKS or tag in LISTS:
            self.flush()
            if tag in LISTS:
                self.lists.pop()
        if tag == "table":
            self.tables.pop()


def _span(cell: etree._Element, attribute: str) -> int:
    stated = cell.get(attribute, "").strip()[:5]
    return int(stated) if stated.isascii() and stated.isdigit() else 1
