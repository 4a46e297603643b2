"""OpenDocument texts and presentations (ISO/IEC 26300): body, notes, comments, headers and footers, slides, and what
lies in parts of its own: formulas, charts."""

import posixpath
from collections.abc import Mapping
from importlib.metadata import version
from itertools import islice
from typing import BinaryIO

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.formats.opendocument.slides import Footers, in_order
from ingest.convert.formats.opendocument.styles import TEXT, Styles, style_names
from ingest.convert.parts import flat_opendocument
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks
from ingest.convert.parts.looks import is_power, put_together, struck
from ingest.convert.parts.mathml import latex
from ingest.convert.parts.odf_forms import controls
from ingest.convert.parts.odf_numbering import HEADINGS
from ingest.convert.parts.odf_styles import Faint
from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.pictures import Pictures
from ingest.convert.parts.spans import Again
from ingest.convert.parts.symbols import BOXES, PRIVATE_CHARACTER, in_font
from ingest.errors import ConversionFailed

CONVERTER = f"opendocument 14 (lxml {version('lxml')})"

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
MAX_OBJECTS = 1000
MAX_SPREAD = 1000  # rows or columns over which a cell is read as spread


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised on pictures; without, the pictures on which there may be some."""
    with Archive(file, filename) as archive:
        check_readable(archive)
        content, styles = archive.xml("content.xml"), archive.xml("styles.xml")
        body = None if content is None else content.find("{*}body/*")
        if content is None or body is None:
            raise ConversionFailed(f"'{filename}' is damaged: its text is missing.")
        etree.strip_tags(body, etree.Comment, etree.ProcessingInstruction, etree.Entity)
        pictures = Pictures(archive.sizes(), texts)
        objects = _Objects(archive, pictures)
        objects.controls = controls(body)
        objects.faint = Faint(styles, content)  # where both have a style of one name, the last counts
        looks = Styles(styles, content)
        if local_name(body) == "presentation":
            slides = enumerate(body.iterfind("{*}page"), start=1)
            footers = Footers(body, content)
            text = NEW_PAGE.join(_slide(page, number, objects, looks, footers) for number, page in slides)
            found = Extracted(text, CONVERTER, title=title(archive), paged=True, hidden=objects.hidden)
            return pictures.extracted(found)
        document, looks_of_running = Blocks(), Styles(content, styles)
        document.extend(_running(styles, HEADERS, objects, looks_of_running))
        document.extend(_blocks(body, objects, looks))
        document.extend(_running(styles, FOOTERS, objects, looks_of_running))
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


def _slide(page: etree._Element, number: int, objects: _Objects, styles: Styles, footers: Footers) -> str:
    titles, notes, rest = Blocks(), Blocks(), Blocks()
    for element in in_order(page):
        if attribute(element, "class") == "title":
            titles.extend(_blocks(element, objects, styles))
        elif local_name(element) == "notes":
            notes.extend(_blocks(element, objects, styles))
        else:
            rest.extend(_blocks(element, objects, styles))
    if not (titles or notes or rest):
        return ""
    slide = Blocks()
    # Without a title, a slide would look like a part of the one before it.
    slide.heading(1, titles.words() or f"Slide {number}")
    slide.extend(rest)
    slide.paragraph(footers.of(page))
    if notes:
        slide.paragraph("Notes:")
        slide.extend(notes)
    return slide.text()


def _characters(element: etree._Element) -> str | None:
    times = attribute(element, "c") or ""  # of a space, which indents listings
    said = CHARACTERS.get(str(element.tag), element.text)
    return " " * min(int(times), MAX_SPACES) if said == " " and times.isdecimal() else said


def _running(root: etree._Element | None, kinds: tuple[str, ...], objects: _Objects, styles: Styles) -> Blocks:
    """Headers or footers without repetitions: first, left and right pages often have the same."""
    found: dict[str, Blocks] = {}
    for element in () if root is None else root.iterfind("{*}master-styles/{*}master-page/*"):
        if local_name(element) in kinds:
            blocks = _blocks(element, objects, styles)
            found.setdefault(blocks.text(), blocks)
    running = Blocks()
    for blocks in found.values():
        running.running(blocks)
    return running


def _blocks(root: etree._Element, objects: _Objects, styles: Styles | None = None) -> Blocks:
    walk = _Walk(objects, styles or Styles())
    walk.through(root)
    walk.blocks.extend(walk.notes)
    return walk.blocks


def _is_header(row: etree._Element) -> bool:
    """Whether this row alone is said again on each page."""
    parent = row.getparent()
    return parent is not None and local_name(parent) == "table-header-rows" and len(parent) == 1


def _has_one_row(table: etree._Element) -> bool:
    """Those that are repeated on each page, and groups of rows, lie in elements of their own; tables lie in cells."""
    rows = (row for row in table.iter("{*}table-row") if next(row.iterancestors("{*}table"), None) is table)
    return len(list(islice(rows, 2))) < 2


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

    def __init__(self, objects: _Objects, styles: Styles) -> None:
        self.objects = objects
        self.styles = styles
        self.blocks = Blocks()
        self.notes = Blocks()  # at the foot of the pages and at the end
        self.flows = [_Flow(self.blocks)]
        self.rows: list[list[Blocks]] = []
        self.covering: list[dict[int, tuple[int, Blocks]]] = [{}]  # of each open table, by column: rows, and the cell
        self.has_one_row = [True]  # each open table
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
        if within is not None and faint.is_there and faint(style_names(within), within):
            self.objects.hidden += len(text)
            return
        said = self.paragraphs[-1]
        if within is not None and self.is_raised(within) and is_power(text, said):
            said.append("^")
        if within is not None and PRIVATE_CHARACTER.search(text):
            text = in_font(text, next(filter(None, map(self.styles.fonts.get, style_names(within))), ""))
        if within is not None and self.styles.is_struck(within):
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
            self.has_one_row.append(_has_one_row(element))
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
            self.flows[-1].blocks.cells(row[:1] if all(cell is row[0] for cell in row) else row, self.has_one_row[-1])
            if _is_header(element) and not self.has_one_row[-1]:
                self.flows[-1].blocks.end_header()
            covering = self.covering[-1]
            self.covering[-1] = {column: (rows - 1, cell) for column, (rows, cell) in covering.items() if rows > 1}
        elif name == "table":
            self.covering.pop()
            self.has_one_row.pop()
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
