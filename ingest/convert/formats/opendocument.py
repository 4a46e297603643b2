"""OpenDocument texts and presentations (ISO/IEC 26300): body, notes, comments, headers and footers, slides, and what
lies in parts of its own: formulas, charts."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import BinaryIO

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.parts import flat_opendocument
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks
from ingest.convert.parts.looks import is_power, put_together, struck
from ingest.convert.parts.mathml import latex
from ingest.convert.parts.odf_forms import controls
from ingest.convert.parts.odf_numbering import HEADINGS, Numbering
from ingest.convert.parts.odf_styles import Faint, stated
from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.pictures import Pictures
from ingest.convert.parts.places import Place, reading_order
from ingest.convert.parts.spans import Again
from ingest.convert.parts.symbols import BOXES, FONTS, PRIVATE_CHARACTER, in_font
from ingest.errors import ConversionFailed

CONVERTER = f"opendocument 11 (lxml {version('lxml')})"

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CONTROL = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}content-control"
WORDS = (TEXT, CONTROL)  # the tags whose text is read
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

# Deleted text, the table of contents, and the mark of a note.
UNSEEN = frozenset("tracked-changes table-of-content note-citation".split())
MAX_SPACES = 100  # of one element
CHARACTERS = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}
CELLS = ("table-cell", "covered-table-cell")
HEADERS = ("header", "header-first", "header-left")
FOOTERS = ("footer", "footer-first", "footer-left")
MAX_SPANS = 20  # around a word, whose styles are looked at
MAX_OBJECTS = 1000
MAX_SPREAD = 1000  # rows or columns over which a cell is read as spread
RAISED = re.compile(r"super|[1-9]")  # a position of text
LENGTH = re.compile(r"(-?\d{0,6}\.?\d{1,9})(cm|mm|in|pt|pc|px)")
LENGTHS = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}  # in cm


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised on pictures; without, the pictures on which there may be some."""
    with Archive(file, filename) as archive:
        check_readable(archive)
        content, styles = archive.xml("content.xml"), archive.xml("styles.xml")
        body = None if content is None else content.find("{*}body/*")
        if body is None:
            raise ConversionFailed(f"'{filename}' is damaged: its text is missing.")
        etree.strip_tags(body, etree.Comment, etree.ProcessingInstruction, etree.Entity)
        pictures = Pictures(archive.sizes(), texts)
        objects = _Objects(archive, pictures)
        objects.controls = controls(body)
        if local_name(body) == "presentation":
            slides = enumerate(body.iterfind("{*}page"), start=1)
            objects.faint = Faint(content, styles)
            text = NEW_PAGE.join(_slide(page, number, objects) for number, page in slides)
            found = Extracted(text, CONVERTER, title=title(archive), paged=True, hidden=objects.hidden)
            return pictures.extracted(found)
        objects.faint = Faint(content, styles)
        document = Blocks()
        document.extend(_running(styles, HEADERS, objects))
        document.extend(_blocks(body, objects, _Styles(content, styles)))
        document.extend(_running(styles, FOOTERS, objects))
        found = Extracted(document.text(), CONVERTER, title=title(archive), hidden=objects.hidden)
        return pictures.extracted(found)


def convert_flat(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """Its pictures are not read."""
    return convert(flat_opendocument.zipped(file, filename), filename)


def title(archive: Archive) -> str | None:
    meta = archive.xml("meta.xml")
    return None if meta is None else meta.findtext(f"{{*}}meta/{DUBLIN_CORE}title")


def check_readable(archive: Archive) -> None:
    """Raises `ConversionFailed` for a file with a password."""
    manifest = archive.xml("META-INF/manifest.xml")
    if manifest is not None and manifest.find(".//{*}encryption-data") is not None:
        raise ConversionFailed(f"'{archive.filename}' is protected by a password. Save it without one and try again.")


def _is_placeholder(field: etree._Element) -> bool:
    """Whether it stands for the number of a slide, which is not known here: `<number>`."""
    return str(field.tag) == f"{TEXT}page-number" and (field.text or "").startswith("<")


class _Objects:
    """What is shown within the document and has a part of its own: formulas, charts, other documents, pictures."""

    def __init__(self, archive: Archive, pictures: Pictures) -> None:
        self._archive = archive
        self.pictures = pictures
        self.again = Again()
        self.faint = Faint()
        self.hidden = 0  # characters that no reader sees
        self.controls: dict[str, str] = {}  # what the fields of forms say, by their names
        self._read: set[str] = set()

    def content(self, frame: etree._Element) -> etree._Element | None:
        """Of an object that was not read before."""
        if (inline := frame.find("{*}math")) is not None:
            return inline
        part = posixpath.normpath(f"{attribute(frame, 'href') or ''}/content.xml")
        if part in self._read or len(self._read) >= MAX_OBJECTS:
            return None
        self._read.add(part)
        root = self._archive.xml(part)
        if root is None or local_name(root) == "math":
            return root
        return root.find("{*}body/*")


def _slide(page: etree._Element, number: int, objects: _Objects) -> str:
    titles, notes, rest = Blocks(), Blocks(), Blocks()
    for element in _in_order(page):
        if attribute(element, "class") == "title":
            titles.extend(_blocks(element, objects))
        elif local_name(element) == "notes":
            notes.extend(_blocks(element, objects))
        else:
            rest.extend(_blocks(element, objects))
    if not (titles or notes or rest):
        return ""
    slide = Blocks()
    # Without a title, a slide would look like a part of the one before it.
    slide.heading(1, titles.text() or f"Slide {number}")
    slide.extend(rest)
    if notes:
        slide.paragraph("Notes:")
        slide.extend(notes)
    return slide.text()


def _in_order(page: etree._Element) -> list[etree._Element]:
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


class _Styles:
    """What the styles say of the text."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self.title = _made_of("Title", *roots)
        self.code = _made_of("Preformatted_20_Text", *roots) | _made_of("Source_20_Code", *roots)
        self.raised = _raised_styles(*roots)
        self.hidden = _styles_that(_hide, *roots)
        self.struck = _styles_that(_strike, *roots)
        self.fonts = _fonts(*roots)
        self.numbering = Numbering(*roots)


def _characters(element: etree._Element) -> str | None:
    times = attribute(element, "c") or ""  # of a space, which indents listings
    said = CHARACTERS.get(str(element.tag), element.text)
    return " " * min(int(times), MAX_SPACES) if said == " " and times.isdecimal() else said


def _style_names(element: etree._Element) -> Iterator[str]:
    """Of an element and those around it, up to its paragraph."""
    around: etree._Element | None = element
    for _ in range(MAX_SPANS):
        if around is None:
            return
        yield attribute(around, "style-name") or ""
        around = None if local_name(around) in ("p", "h") else around.getparent()


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


def _running(styles: etree._Element | None, kinds: tuple[str, ...], objects: _Objects) -> Blocks:
    """Headers or footers without repetitions: first, left and right pages often have the same."""
    found: dict[str, Blocks] = {}
    for element in () if styles is None else styles.iterfind("{*}master-styles/{*}master-page/*"):
        if local_name(element) in kinds:
            blocks = _blocks(element, objects)
            found.setdefault(blocks.text(), blocks)
    running = Blocks()
    for blocks in found.values():
        running.extend(blocks)
    return running


def _blocks(root: etree._Element, objects: _Objects, styles: _Styles | None = None) -> Blocks:
    walk = _Walk(objects, styles or _Styles())
    walk.through(root)
    walk.blocks.extend(walk.notes)
    return walk.blocks


def _count(cell: etree._Element, name: str) -> int:
    stated = attribute(cell, name) or ""
    return min(int(stated), MAX_SPREAD) if stated.isascii() and stated.isdigit() and len(stated) < 8 else 1


class _Flow:
    """A run of blocks with its own lists: the text, a table cell, a note or a comment."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.lists: list[str] = []  # the styles of those open
        self.new_item = False  # the next paragraph is the first of a list item
        self.number: str | None = None  # of that item


class _Walk:
    """One pass over a part, without recursion; text boxes nest paragraphs, tables nest tables."""

    def __init__(self, objects: _Objects, styles: _Styles) -> None:
        self.objects = objects
        self.styles = styles
        self.blocks = Blocks()
        self.notes = Blocks()  # at the foot of the pages and at the end
        self.flows = [_Flow(self.blocks)]
        self.rows: list[list[Blocks]] = []
        self.covering: list[dict[int, tuple[int, Blocks]]] = [{}]  # of each open table, by column: rows, and the cell
        self.paragraphs: list[list[str]] = []
        self.beside: list[Blocks] = []  # comments on the paragraph being read, and objects in it

    def through(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = str(element.tag)
            if event == "start":
                if local_name(element) in UNSEEN or _is_placeholder(element):
                    walk.skip_subtree()
                    continue
                if self.is_hidden(element):
                    self.open(local_name(element), element)
                    walk.skip_subtree()
                    continue
                if local_name(element) == "object":
                    self.object(element)
                    walk.skip_subtree()
                elif local_name(element) == "image":
                    self.picture(element)
                elif local_name(element) == "fieldmark":
                    self.box(element)
                self.open(local_name(element), element)
                if tag.startswith(WORDS):  # not a picture's description, nor who made a comment
                    self.add(_characters(element), element)
                elif local_name(element) == "control":
                    self.control(element)
            else:
                self.close(local_name(element), element)
                parent = element.getparent()
                if element is not root and parent is not None and str(parent.tag).startswith(WORDS):
                    self.add(element.tail, parent)

    def add(self, text: str | None, within: etree._Element | None = None) -> None:
        """Words, in the style of the elements that they are within."""
        if not text or not self.paragraphs:
            return
        faint = self.objects.faint
        if within is not None and faint.is_there and faint(_style_names(within), within):
            self.objects.hidden += len(text)
            return
        said = self.paragraphs[-1]
        if within is not None and self.is_raised(within) and is_power(text, said):
            said.append("^")
        if within is not None and PRIVATE_CHARACTER.search(text):
            text = in_font(text, next(filter(None, map(self.styles.fonts.get, _style_names(within))), ""))
        if within is not None and self.styles.struck and not self.styles.struck.isdisjoint(_style_names(within)):
            text = struck(text)
        said.append(text)

    def control(self, element: etree._Element) -> None:
        """A field of a form, as it is filled in."""
        said = self.objects.controls.get(attribute(element, "control") or "", "")
        if self.paragraphs:
            self.add(said)
        else:
            self.flows[-1].blocks.paragraph(said)

    def box(self, fieldmark: etree._Element) -> None:
        if (attribute(fieldmark, "type") or "").endswith("FORMCHECKBOX"):
            said = {attribute(each, "name"): attribute(each, "value") for each in fieldmark.iterfind("{*}param")}
            self.add(BOXES[said.get("Checkbox_Checked") == "true"])

    def is_hidden(self, element: etree._Element) -> bool:
        if element.get(f"{TEXT}is-hidden") == "true" or element.get(f"{TEXT}display") == "none":
            return True
        return bool(self.styles.hidden) and element.get(f"{TEXT}style-name") in self.styles.hidden

    def is_raised(self, element: etree._Element) -> bool:
        return bool(self.styles.raised) and attribute(element, "style-name") in self.styles.raised

    def open(self, name: str, element: etree._Element) -> None:
        if name in ("p", "h"):
            self.paragraphs.append([])
        elif name == "list":
            self.list(element, self.flows[-1].lists)
        elif name == "list-item":
            self.item(element, self.flows[-1])
        elif name == "table":
            self.covering.append({})
        elif name == "table-row":
            self.rows.append([])
        elif name in CELLS or name == "annotation":
            self.flows.append(_Flow(Blocks()))
        elif name == "note-body":
            self.flows.append(_Flow(self.notes))

    def close(self, name: str, element: etree._Element) -> None:
        if name in ("p", "h"):
            self.paragraph(element, put_together(self.paragraphs.pop()))
        elif name == "list":
            self.flows[-1].lists.pop()
        elif name == "list-item":
            self.flows[-1].new_item = False
        elif name in CELLS:
            self.cell(element, self.flows.pop().blocks)
        elif name == "note-body":
            self.flows.pop()
        elif name == "annotation":
            comment = Blocks()
            comment.comment(element.findtext(f"{DUBLIN_CORE}creator"), self.flows.pop().blocks.text())
            self.beside.append(comment)
        elif name == "table-row":
            row = self.rows.pop()
            other = next(element.itersiblings("{*}table-row"), None)
            other = next(element.itersiblings("{*}table-row", preceding=True), other)
            self.flows[-1].blocks.cells(row[:1] if all(cell is row[0] for cell in row) else row, other is None)
            covering = self.covering[-1]
            self.covering[-1] = {column: (rows - 1, cell) for column, (rows, cell) in covering.items() if rows > 1}
        elif name == "table":
            self.covering.pop()
        if not self.paragraphs:
            for blocks in self.beside:
                self.flows[-1].blocks.extend(blocks)
            self.beside.clear()

    def list(self, element: etree._Element, open_lists: list[str]) -> None:
        style = attribute(element, "style-name") or (open_lists[-1] if open_lists else "")
        goes_on = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
        if not open_lists and not goes_on:
            self.styles.numbering.begin(style)
        open_lists.append(style)

    def item(self, element: etree._Element, flow: _Flow) -> None:
        flow.new_item, flow.number = True, None
        if flow.lists and flow.lists[-1]:
            start = attribute(element, "start-value")
            flow.number = self.styles.numbering.next(flow.lists[-1], len(flow.lists) - 1, start)

    def cell(self, element: etree._Element, cell: Blocks) -> None:
        """One that covers several rows or columns is said in each."""
        row, covering = self.rows[-1], self.covering[-1]
        self.objects.again.said(cell.texts())
        if local_name(element) == "covered-table-cell":
            for _ in range(_count(element, "number-columns-repeated")):
                _, above = covering.get(len(row), (0, cell))
                said = cell or above
                if not self.objects.again.fits(said.text()):
                    return
                row.append(said)
            return
        rows, columns = _count(element, "number-rows-spanned"), _count(element, "number-columns-spanned")
        if (rows > 1 or columns > 1) and self.objects.again.fits("", columns):
            said_again = cell if cell.is_short() else Blocks()
            covering |= dict.fromkeys(range(len(row), len(row) + columns), (rows, said_again))
        row.append(cell)

    def object(self, frame: etree._Element) -> None:
        content = self.objects.content(frame)
        if content is None:
            return
        if local_name(content) != "math":
            self.beside.append(_blocks(content, self.objects))
        elif self.paragraphs:
            self.add(latex(content))
        else:
            self.flows[-1].blocks.paragraph(latex(content))

    def picture(self, image: etree._Element) -> None:
        if text := self.objects.pictures.text(posixpath.normpath(attribute(image, "href") or "")):
            said = Blocks()
            if self.rows:
                said.paragraph(text)  # of a cell
            else:
                said.written(text)
            self.beside.append(said)

    def paragraph(self, element: etree._Element, text: str) -> None:
        flow = self.flows[-1]
        level = attribute(element, "outline-level") or "1"
        if local_name(element) == "h":
            depth = int(level) if level.isdigit() else 1
            number = flow.number if flow.new_item else self.styles.numbering.next(HEADINGS, depth - 1)
            flow.blocks.heading(depth, f"{number} {text}" if number and text.strip() else text)
            flow.new_item = False
        elif attribute(element, "style-name") in self.styles.title:
            flow.blocks.heading(1, text)
        elif flow.new_item:
            if flow.number == "":
                flow.blocks.paragraph(text)
            else:
                flow.blocks.item(len(flow.lists) - 1, text, flow.number or "-")
            flow.new_item = False
        elif attribute(element, "style-name") in self.styles.code and len(self.flows) == 1:  # not in a cell
            flow.blocks.code(text)
        else:
            flow.blocks.paragraph(text)
