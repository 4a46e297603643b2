"""HTML: every word a reader would see, with its headings, lists, tables and preformatted text."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from importlib.metadata import version
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.formats.text import decode
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.count import shown
from ingest.convert.parts.inline_style import CHANGES_LOOK, Page, declarations, first_look, look, page_of, takes_away
from ingest.convert.parts.mathml import latex
from ingest.convert.parts.pictures import Pictures
from ingest.convert.parts.spans import Again, Cell, Spans
from ingest.errors import ConversionFailed

CONVERTER = f"html 7 (lxml {version('lxml')})"

RAISED = re.compile(r"\s*[-+−]?\d")
SPACES = re.compile(r"\s+")
DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
DECLARED_WITHIN = 4096  # bytes; the standard says 1024, pages do not

# Of a tag, without the values of its attributes; the rest is not read, since libxml2 compares each with all before.
LONGEST_TAG = 4000  # characters
VALUE = r"""=\s*+(?:"[^"]*"|'[^']*'|[^\s"'<>]++)?"""  # counts as one character
PIECE_OF_TAG = rf"(?:{VALUE}|[^=<>])"
MAY_BE_LONG = [
    re.compile(each) for each in (rf"<[^<>]{{{LONGEST_TAG}}}", r"""=["'\s][^"'<>]*[<>]""")
]  # true of few pages

# What libxml2 reads otherwise than a browser: sections of characters, which XHTML may have, and ends of breaks,
# paragraphs and headings that nothing began, which part words. Comments, scripts and the like come first: they are
# left as they are.
MISREAD = (
    r"<!--.*?(?:-->|\Z)"
    rf"|<(script|style|title|textarea|xmp|plaintext)(?:\s(?:{VALUE}|[^=<>]){{0,{LONGEST_TAG}}}+)?(?<!/)>"
    r".*?(?:</\1|\Z)"
    r"|<!\[CDATA\[(?P<section>(?:(?!<!\[CDATA\[).)*?)\]\]>"
    r"|</(?P<end>br|p|h[1-6])\s*>(?!\s*</?(?:p|h[1-6]|div|li|[ou]l|t[dr])\b)"  # before which words are parted anyway
)
LONG_TAG = rf"(?P<tag><[a-z]{PIECE_OF_TAG}{{{LONGEST_TAG}}}+){PIECE_OF_TAG}++"
MISREAD_PAGE = re.compile(MISREAD, re.IGNORECASE | re.DOTALL)
MISREAD_LONG_TAGS = re.compile(rf"{MISREAD}|{LONG_TAG}", re.IGNORECASE | re.DOTALL)

# Not the head as a whole: an element in it that does not belong there begins the body.
UNSEEN = frozenset("title script style template noscript noembed iframe canvas audio video select datalist".split())
UNSEEN_IN_SVG = ("desc", "metadata", "defs", "symbol")
PROSE = ("main", "article", "p")  # a menu that holds any of these was never closed, and goes on to the end of the page
HEADINGS = {f"h{level}": level for level in range(1, 7)}
VERBATIM = ("pre", "listing", "xmp", "plaintext")
CELLS = ("td", "th")
LISTS = ("ul", "ol", "menu", "dir")
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form header hgroup hr html legend main option p search section summary table tbody td text "
    "tfoot th thead tr".split()
)
PARTING = frozenset([*BLOCKS, *HEADINGS, *VERBATIM, *LISTS, "li"])  # part words even where they are no blocks
# A table that holds any of the first arranges a page rather than data; any of the second does not matter where there
# are names for its columns or rows, of the third not either where there are several rows of several cells.
LAYOUT = ("table", "form")
LAYOUT_UNNAMED = tuple(HEADINGS)
LAYOUT_WITHOUT_ROWS = ("ul", "ol", "dl", "pre", "blockquote")

# How the marks of a list are named in a style, by what its `type` would be.
LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(?:(lower|upper)-(alpha|latin|roman)|(none|disc|circle|square)\b)"
)
FLEX = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)\b", re.IGNORECASE)
LAST_CLASS = re.compile(r"\.([\w-]+)\s*(?:,|\Z)")
# Those of two frameworks, whose pages come without their styles.
FLEX_CLASSES = frozenset("flex inline-flex grid d-flex d-inline-flex d-grid".split())
STRUCK = ("s", "del", "strike")

SHORT = 200  # characters of a page that may be all that is shown until its script runs
HIDDEN_SHARE = 10  # times as much is hidden then


# A picture that the page holds itself, in place of its address.
DATA = re.compile(r"data:image/(\w+);base64,")
NO_TEXTS: Mapping[int, Recognised] = MappingProxyType({})


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = NO_TEXTS) -> Extracted:
    """`texts` are those recognised on the pictures that the page holds itself; without, those on which there may be
    some."""
    roots = _roots(file.read(), filename)
    names = {source: f"{number}.{kind}" for number, (source, kind) in enumerate(_sources(roots))}
    pictures = Pictures({name: len(source) * 3 // 4 for source, name in names.items()}, texts)
    return pictures.extracted(_extracted(roots, lambda source: pictures.text(names.get(source))))


def convert_chapter(data: bytes, filename: str, picture_text: Callable[[str], str]) -> Extracted:
    """With the text on its pictures by their addresses."""
    return _extracted(_roots(data, filename), picture_text)


def held_picture(data: bytes, filename: str, number: int) -> bytes:
    source = list(_sources(_roots(data, filename)))[number][0]
    return b64decode(unquote_to_bytes(source.partition(",")[2]))


def _sources(roots: Sequence[etree._Element]) -> Iterator[tuple[str, str]]:
    """Of the pictures that a page holds itself, each once, and the kind of each."""
    sources = dict.fromkeys(image.get("src", "") for root in roots for image in root.iter("img"))
    return ((source, found[1].lower()) for source in sources if (found := DATA.match(source)))


def _roots(data: bytes, filename: str) -> list[etree._Element]:
    text = decode(data, filename, declared=_declared(data))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(_mended(text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing but comments, for example
        root = None
    if root is None:
        return []
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log.filter_from_fatals()):
        raise ConversionFailed(f"'{filename}' is nested too deeply to be read.")
    # After `</html>` libxml2 begins another root; to a browser it is the same page.
    return [root, *root.itersiblings()]


def _extracted(roots: Sequence[etree._Element], picture_text: Callable[[str], str]) -> Extracted:
    sources = dict.fromkeys(image.get("src", "") for root in roots for image in root.iter("img"))
    said = {source: picture_text(source) for source in sources}
    title = next((title.text for root in roots for title in root.iter("title")), None)
    text, hidden = _text(roots, said)
    return Extracted(text, CONVERTER, title=title, hidden=hidden)


def _text(roots: Sequence[etree._Element], said: Mapping[str, str]) -> tuple[str, int]:
    """What is shown, and how many characters are not; where next to nothing is, the page is hidden until its script
    runs."""
    page = page_of(roots)
    walk = _Walk(said, page)
    shown = walk.text(roots)
    if len(shown) >= SHORT or not page.scripted:
        return shown, walk.hidden
    everything = _Walk(said, page, hidden_too=True).text(roots)
    return (everything, 0) if len(everything) > HIDDEN_SHARE * len(shown) else (shown, walk.hidden)


def _mended(text: str) -> str:
    misread = MISREAD_LONG_TAGS if any(each.search(text) for each in MAY_BE_LONG) else MISREAD_PAGE
    return misread.sub(_as_in_a_browser, text.replace("\0", ""))


def _as_in_a_browser(misread: re.Match[str]) -> str:
    if misread["section"] is not None:
        return escape(misread["section"], quote=False)
    if end := misread["end"]:
        return "<br>" if end.lower() == "br" else f"{misread[0]}<br>"
    return misread.groupdict().get("tag") or misread[0]


def _declared(data: bytes) -> str | None:
    found = DECLARED.search(data, 0, DECLARED_WITHIN)
    return found[1].decode() if found else None


def _layout_tables(root: etree._Element) -> set[etree._Element]:
    tables = {
        table for element in root.iter(*LAYOUT) if (table := next(element.iterancestors("table"), None)) is not None
    }
    maybe = {
        (next(element.iterancestors("table"), None), str(element.tag) in LAYOUT_UNNAMED)
        for element in root.iter(*LAYOUT_UNNAMED, *LAYOUT_WITHOUT_ROWS)
    }
    for table, needs_names in maybe:
        if table is not None and table not in tables and not _is_data(table, needs_names):
            tables.add(table)
    return tables


def _is_data(table: etree._Element, needs_names: bool) -> bool:
    if table.get("role") in ("presentation", "none"):
        return False
    if next(table.iter("th", "caption"), None) is not None:
        return True
    several = (row for row in table.iter("tr") if len(row.findall("td")) > 1)
    return not needs_names and next(several, None) is not None and next(several, None) is not None


def _unseen(element: etree._Element, tag: str) -> bool:
    return (
        tag in UNSEEN
        or (tag in UNSEEN_IN_SVG and next(element.iterancestors("svg"), None) is not None)
        or (tag == "nav" and next(element.iter(*PROSE), None) is None)
    )


def _is_hidden(element: etree._Element, style: str | None, page: Page) -> bool:
    if element.get("hidden") is not None:
        return True
    if style is None or not takes_away(declarations(style), page):
        return False
    return element.find("math") is None  # kept for screen readers beside a picture of the formula


def _span(cell: etree._Element, attribute: str) -> int:
    stated = cell.get(attribute, "").strip()[:5]
    return int(stated) if stated.isascii() and stated.isdigit() else 1


class _Numbers:
    """Of the items of a list that counts them."""

    def __init__(self, element: etree._Element) -> None:
        style = LIST_STYLE.search(element.get("style", ""))
        kind = element.get("type", "1")
        if style and style[1]:
            kind = {"roman": "i"}.get(style[2], "a")
            kind = kind.upper() if style[1] == "upper" else kind
        self.kind = "" if style and style[3] else kind
        self.step = -1 if element.get("reversed") is not None else 1
        self.next = _whole(element.get("start"), len(element.findall("li")) if self.step < 0 else 1)

    def mark(self, item: etree._Element) -> str:
        count = _whole(item.get("value"), self.next)
        self.next = count + self.step
        return f"{shown(count, item.get('type', self.kind))}." if self.kind else "-"


def _whole(stated: str | None, otherwise: int) -> int:
    stated = (stated or "").strip()[:9]
    return int(stated) if re.fullmatch(r"-?[0-9]+", stated) else otherwise


def _flex_classes(roots: Sequence[etree._Element]) -> frozenset[str]:
    """The classes whose elements set apart what is in them, as the page says."""
    rules = (rule for root in roots for style in root.iter("style") for rule in (style.text or "").split("}"))
    heads = (head.rpartition("{")[2] for head, _, body in (rule.rpartition("{") for rule in rules) if FLEX.search(body))
    return FLEX_CLASSES.union(name for head in heads for name in LAST_CLASS.findall(head.strip()))


class _Walk:
    """One pass over the trees, without recursion: pages are nested deeper than a stack is."""

    def __init__(self, said: Mapping[str, str], page: Page, hidden_too: bool = False) -> None:
        self.said = dict(said)  # on pictures, by their addresses
        self.page = page
        self.hidden_too = hidden_too  # as a script would show it
        self.hidden = 0  # characters that a style hides from readers
        self.looks = [first_look(page)]  # of the letters in each open element
        self.blocks = Blocks()
        self.inline: list[str] = []  # the words of the block being read
        self.lists: list[_Numbers | None] = []  # those open, and how they count their items
        self.new_item: str | None = None  # the mark of the list item whose first block comes next
        self.flex_classes = FLEX_CLASSES
        self.flex: set[etree._Element] = set()  # the open elements that set apart what is in them
        self.tables: list[Spans | None] = []  # those open; None for one that holds no data
        self.again = Again()
        self.row: list[Cell] = []
        self.whole: str | None = None  # the heading, cell or pre being read, within which blocks do not count

    def text(self, roots: Sequence[etree._Element]) -> str:
        self.flex_classes = _flex_classes(roots)
        for root in roots:
            self.read(root)
        self.flush()
        return self.blocks.text()

    def read(self, root: etree._Element) -> None:
        layout = _layout_tables(root)
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
                if tag == "sup" and self.inline and self.inline[-1][-1:].isdigit():
                    self.raised(element)
                if self.flex and element.getparent() in self.flex:
                    self.inline.append(" ")
                if (style and FLEX.search(style)) or (
                    (names := element.get("class")) and not self.flex_classes.isdisjoint(names.split())
                ):
                    self.flex.add(element)
                self.open(tag, element)
                self.add(element.text)
            else:
                self.looks.pop()
                if self.flex:
                    self.flex.discard(element)
                if element is not skipped:
                    self.close(tag, element)
                self.add(element.tail)

    def is_unseen(self, element: etree._Element, tag: str, style: str | None) -> bool:
        if _unseen(element, tag):
            return not self.hidden_too or tag != "noscript"
        if self.hidden_too or not _is_hidden(element, style, self.page):
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

    def raised(self, element: etree._Element) -> None:
        """So that 10^6 is not read as 106."""
        if RAISED.match(str(next(element.itertext(), ""))):
            self.inline.append("^")

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
        elif tag in STRUCK and self.is_struck(element):
            self.inline.append("~~")
        elif self.whole:
            self.inline.append(" " if tag in PARTING else "")
            if tag in LISTS:
                self.lists.append(_Numbers(element) if tag == "ol" else None)
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
                self.lists.append(_Numbers(element) if tag == "ol" else None)

    def mark(self, item: etree._Element) -> str:
        numbers = self.lists[-1] if self.lists else None
        return numbers.mark(item) if numbers else "-"

    def is_struck(self, element: etree._Element) -> bool:
        """Within a block, so that the marks stand beside its words."""
        has_words = bool((element.text or "").strip()) or len(element) > 0
        return has_words and self.whole not in VERBATIM and next(element.iter(*PARTING), None) is None

    def close(self, tag: str, element: etree._Element) -> None:
        if self.whole == tag:
            self.whole = None
            if tag in HEADINGS:
                self.blocks.heading(HEADINGS[tag], self.take())
            elif tag in CELLS:
                self.row.append(Cell(self.take(), _span(element, "colspan"), _span(element, "rowspan")))
            else:
                self.blocks.verbatim(self.take())
        elif tag in STRUCK and self.is_struck(element):
            self.inline.append("~~")
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
