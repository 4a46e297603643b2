"""Word documents: body, headers and footers, notes, comments, embedded files, in Office Open XML (ECMA-376, part 1)."""

import posixpath
import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import BinaryIO

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.formats.docx.numbering import Numbering
from ingest.convert.formats.docx.styles import NO_LIST, Style, either, hidden_in, stated_in, styles_of
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.drawing import chart, diagram
from ingest.convert.parts.embedded import text_of
from ingest.convert.parts.looks import is_power, put_together, struck
from ingest.convert.parts.math import latex
from ingest.convert.parts.objects import Objects
from ingest.convert.parts.ooxml import attribute, is_on, local_name, main_part, media_type, related, title, words
from ingest.convert.parts.pictures import Pictures
from ingest.convert.parts.spans import Again
from ingest.convert.parts.symbols import BOXES, PRIVATE_CHARACTER, in_font, symbol
from ingest.errors import ConversionFailed

CONVERTER = f"docx 9 (lxml {version('lxml')})"

# Deleted text, field codes, copies of text boxes for old programs, and what describes rather than says.
UNSEEN = frozenset("del moveFrom delText instrText Fallback oMath pPr rPr tblPr tblGrid trPr tcPr sectPr sdtPr".split())
CHARACTERS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
NOTES = ("footnotes", "endnotes")
RULES = ("separator", "continuationSeparator", "continuationNotice")  # "footnotes" that are lines, not text
MAX_COLUMNS = 64  # over which a cell may be spread; Word allows 63
TINY = 2  # half points
WHITE = "ffffff"
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,6}")


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised on pictures; without, the pictures on which there may be some."""
    return _extracted(file, filename, texts, read_embedded=True)


def convert_without_embedded(file: BinaryIO, filename: str) -> Extracted:
    return _extracted(file, filename, {}, read_embedded=False)


def _extracted(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None, read_embedded: bool) -> Extracted:
    with Archive(file, filename) as archive:
        main = main_part(archive, "word/document.xml")
        if main not in archive:
            raise ConversionFailed(f"'{filename}' is damaged: its text is missing.")
        pictures = Pictures(archive.sizes(), texts)
        document = _Document(archive, main, read_embedded, pictures)
        text = document.text()
        return pictures.extracted(Extracted(text, CONVERTER, title=title(archive), hidden=document.hidden))


class _Document:
    """What the parts of a file share."""

    def __init__(self, archive: Archive, main: str, read_embedded: bool, pictures: Pictures) -> None:
        self.archive = archive
        self.main = main
        self.read_embedded = read_embedded
        self.styles = styles_of([archive.xml(part) for part in related(archive, main, "styles").values()])
        self.shades = _shades([archive.xml(part) for part in related(archive, main, "styles").values()])
        self.numbering = Numbering(archive.xml(part) for part in related(archive, main, "numbering").values())
        self.hides_by_style = any(style.hidden for style in self.styles.values())
        self.hidden = 0  # characters that no reader sees
        self.comments: dict[str, Blocks] = {}  # those that have not been placed, by their ids
        self.objects = Objects(archive, read_embedded)
        self.pictures = pictures
        self.again = Again()
        self.taken: set[str] = set()  # parts that were read in another's place

    def text(self) -> str:
        for part in related(self.archive, self.main, "comments").values():
            root = self.archive.xml(part)
            for comment in () if root is None else root.iterfind("{*}comment"):
                said = Blocks()
                said.comment(attribute(comment, "author"), _Walk(self, part).blocks_of(comment).text())
                self.comments[attribute(comment, "id") or ""] = said
        document = Blocks()
        headers = related(self.archive, self.main, "header").values()
        footers = related(self.archive, self.main, "footer").values()
        notes = [part for kind in NOTES for part in related(self.archive, self.main, kind).values()]
        said_before: set[str] = set()  # first, even and odd pages have their own headers, which often say the same
        for part in dict.fromkeys([*headers, self.main, *notes, *footers]):
            root = self.archive.xml(part)
            if root is None:
                continue
            blocks = _Walk(self, part).blocks_of(root)
            if blocks.text() not in said_before:
                said_before.add(blocks.text())
                (document.running if part in {*headers, *footers} else document.extend)(blocks)
        for unplaced in self.comments.values():
            document.extend(unplaced)
        self.objects.write(document, level=1)
        return document.text()


class _Walk:
    """One pass over a part, without recursion; text boxes nest paragraphs, tables nest tables."""

    def __init__(self, document: _Document, part: str) -> None:
        self.document = document
        self.part = part
        self.targets = [Blocks()]  # the part, then each open table cell
        self.rows: list[list[Blocks]] = []
        self.above: list[dict[int, Blocks]] = [{}]  # of each open table, the cells that go on below, by their columns
        self.paragraphs: list[list[str]] = []
        self.behind: list[Blocks] = []  # the paragraph being read: comments on it, what stands on pictures

    def blocks_of(self, root: etree._Element) -> Blocks:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = local_name(element)
            if event == "start":
                self.open(name, element)
                if name in UNSEEN:
                    walk.skip_subtree()
                elif self.is_unseen(name, element):
                    self.document.hidden += sum(len(words(each)) for each in element.iter("{*}t"))
                    walk.skip_subtree()
            else:
                self.close(name, element)
        return self.targets[0]

    def is_unseen(self, name: str, element: etree._Element) -> bool:
        match name:
            case "r":
                properties = element.find("{*}rPr")
                return properties is not None and (self.hides(properties, "rStyle") or self.is_faint(properties))
            case "p":
                properties = element.find("{*}pPr") if self.document.hides_by_style else None
                return properties is not None and self.hides(properties, "pStyle")
            case "tr":
                return is_on(element.find("{*}trPr/{*}hidden"))
            case "footnote" | "endnote":
                return attribute(element, "type") in RULES
        return False

    def hides(self, properties: etree._Element, style: str) -> bool:
        stated = hidden_in(properties)
        if stated is None and self.document.hides_by_style:
            name = attribute(properties.find(f"{{*}}{style}")) or ""
            stated = self.document.styles.get(name, Style()).hidden
        return bool(stated)

    def is_faint(self, properties: etree._Element) -> bool:
        """Whether letters are too small to be read, or white on paper; in tables and boxes, a style may be behind
        them."""
        size = attribute(properties.find("{*}sz")) or ""
        if size.isdecimal() and int(size) <= TINY:
            return True
        if (attribute(properties.find("{*}color")) or "").lower() != WHITE or self.rows:
            return False
        around = {local_name(each): each for each in properties.iterancestors()}
        paragraph = around.get("p")
        return not (
            any(properties.find(f"{{*}}{name}") is not None for name in ("shd", "highlight", "effect"))
            or (paragraph is not None and paragraph.find("{*}pPr/{*}shd") is not None)
            or "txbxContent" in around
            or around.get("document", properties).find("{*}background") is not None
            or self.document.shades
        )

    def open(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self.paragraphs.append([])
        elif name == "tbl":
            self.above.append({})
        elif name == "tr":
            self.rows.append([])
        elif name == "tc":
            self.targets.append(Blocks())
        elif name == "t" and self.paragraphs:
            self.words(element, words(element), self.paragraphs[-1])
        elif name in CHARACTERS and self.paragraphs:
            self.say(CHARACTERS[name])
        elif name in SPECIAL:
            SPECIAL[name](self, element)

    def say(self, text: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1].append(text)
        else:
            self.targets[-1].paragraph(text)

    def words(self, element: etree._Element, text: str, said: list[str]) -> None:
        run = element.getparent()
        if is_power(text, said) and _is_raised(run):
            said.append("^")
        if PRIVATE_CHARACTER.search(text):
            text = in_font(text, _font(run))
        said.append(struck(text) if _is_struck(run) else text)

    def formula(self, element: etree._Element) -> None:
        self.say(latex(element))

    def symbol(self, element: etree._Element) -> None:
        code = attribute(element, "char") or ""
        if HEXADECIMAL.fullmatch(code):
            self.say(symbol(attribute(element, "font") or "", int(code, 16)))

    def box(self, element: etree._Element) -> None:
        """Of a form as older versions made them; those of newer ones are letters."""
        checked = element.find("{*}checked")
        around = element.getparent()
        if around is not None and local_name(around) == "ffData":
            self.say(BOXES[is_on(element.find("{*}default") if checked is None else checked)])

    def comment(self, element: etree._Element) -> None:
        if said := self.document.comments.pop(attribute(element, "id") or "", None):
            self.behind.append(said)

    def related(self, element: etree._Element, name: str, kind: str) -> str | None:
        """The part to which the attribute `name` of an element refers, the first time."""
        part = related(self.document.archive, self.part, kind).get(attribute(element, name) or "")
        if part is None or part in self.document.taken:
            return None
        self.document.taken.add(part)
        return part

    def chart(self, element: etree._Element) -> None:
        root = self.document.archive.xml(self.related(element, "id", "chart") or "")
        if root is not None:
            self.targets[-1].extend(chart(root))

    def diagram(self, element: etree._Element) -> None:
        root = self.document.archive.xml(self.related(element, "dm", "diagramData") or "")
        if root is not None:
            self.targets[-1].extend(diagram(root))

    def chunk(self, element: etree._Element) -> None:
        """A file of another format that is part of the text."""
        archive, part = self.document.archive, self.related(element, "id", "aFChunk")
        content = archive.read(part) if part and self.document.read_embedded else None
        if part and content is not None:
            self.targets[-1].written(text_of(posixpath.basename(part), content, media_type(archive, part)))

    def object(self, element: etree._Element) -> None:
        if part := self.document.objects.part(self.part, element):
            self.document.objects.add(part, element.get("ProgID"))

    def picture(self, element: etree._Element) -> None:
        key = attribute(element, "embed") or attribute(element, "id") or ""
        if any(local_name(around) == "object" for around in element.iterancestors()):
            return  # how an embedded file looks
        if text := self.document.pictures.text(related(self.document.archive, self.part, "image").get(key)):
            said = Blocks()
            if len(self.targets) > 1:
                said.paragraph(text)  # of a cell
            else:
                said.written(text)
            self.behind.append(said)

    def close(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self.paragraph(element, put_together(self.paragraphs.pop()))
            if self.behind and not self.paragraphs:
                for blocks in self.behind:
                    self.targets[-1].extend(blocks)
                self.behind.clear()
        elif name == "tc":
            self.cell(element, self.targets.pop())
        elif name == "tr":
            row = self.rows.pop()
            other = next(element.itersiblings("{*}tr"), None)
            other = next(element.itersiblings("{*}tr", preceding=True), other)
            self.targets[-1].cells(row[:1] if all(cell is row[0] for cell in row) else row, other is None)
            if _is_header(element):
                self.targets[-1].end_header()
        elif name == "tbl":
            self.above.pop()

    def cell(self, element: etree._Element, cell: Blocks) -> None:
        """One that is spread over several rows or columns is said in each."""
        row, above, again = self.rows[-1], self.above[-1], self.document.again
        again.said(cell.texts())
        properties = element.find("{*}tcPr")
        spread = None if properties is None else properties.find("{*}vMerge")
        if spread is not None and attribute(spread) != "restart" and not cell:
            said = above.get(len(row), cell)
            cell = said if again.fits(said.text()) else cell
        columns = attribute(None if properties is None else properties.find("{*}gridSpan")) or ""
        is_short = cell.is_short()
        times = min(int(columns[:9]), MAX_COLUMNS) if columns.isdecimal() and is_short else 1
        for _ in range(times if times == 1 or again.fits(cell.text(), times - 1) else 1):
            above.pop(len(row), None)
            if spread is not None:
                above[len(row)] = cell if is_short else Blocks()
            row.append(cell)

    def paragraph(self, element: etree._Element, text: str) -> None:
        properties = element.find("{*}pPr")
        style, number = Style(), None
        if properties is not None:
            name = attribute(properties.find("{*}pStyle")) or ""
            style = either(stated_in(properties), self.document.styles.get(name, Style()))
            number = self.number(style, name)
        if style.heading is not None:
            self.targets[-1].heading(style.heading + 1, f"{number} {text}" if number and text.strip() else text)
        elif style.list_depth is not None and style.list != NO_LIST and number != "":
            self.targets[-1].item(style.list_depth, text, "-" if number is None else number)
        elif style.is_code and len(self.targets) == 1:  # not in a cell
            self.targets[-1].code(text)
        else:
            self.targets[-1].paragraph(text)

    def number(self, style: Style, name: str) -> str | None:
        """That of the paragraph being read; None for a bullet, or where it is in no list."""
        if style.list is None or style.list == NO_LIST:
            return None
        depth = self.document.numbering.depth(style.list, name)
        if depth is None or style.list_depth:
            depth = style.list_depth or 0
        return self.document.numbering.next(style.list, depth)


def _shades(styles: list[etree._Element | None]) -> bool:
    """Whether a style has a colour behind its letters."""
    paragraphs = (each for root in styles if root is not None for each in root.iterfind("{*}style"))
    return any(style.find(f"{{*}}{kind}/{{*}}shd") is not None for style in paragraphs for kind in ("pPr", "rPr"))


def _is_header(row: etree._Element) -> bool:
    """Whether this row alone is said again on each page. How a table looks says less: Word has a look for the first
    row of each, whatever it says."""
    above, below = (next(row.itersiblings("{*}tr", preceding=before), None) for before in (True, False))
    return above is None and below is not None and _is_repeated(row) and not _is_repeated(below)


def _is_repeated(row: etree._Element) -> bool:
    properties = row.find("{*}trPr")
    return properties is not None and is_on(properties.find("{*}tblHeader"))


def _font(run: etree._Element | None) -> str:
    fonts = None if run is None else run.find("{*}rPr/{*}rFonts")
    return attribute(fonts, "ascii") or attribute(fonts, "hAnsi") or ""


def _is_raised(run: etree._Element | None) -> bool:
    return run is not None and attribute(run.find("{*}rPr/{*}vertAlign")) == "superscript"


def _is_struck(run: etree._Element | None) -> bool:
    properties = None if run is None else run.find("{*}rPr")
    return properties is not None and (is_on(properties.find("{*}strike")) or is_on(properties.find("{*}dstrike")))


SPECIAL: dict[str, Callable[[_Walk, etree._Element], None]] = {
    "oMath": _Walk.formula,
    "sym": _Walk.symbol,
    "checkBox": _Walk.box,
    "commentReference": _Walk.comment,
    "chart": _Walk.chart,
    "relIds": _Walk.diagram,
    "altChunk": _Walk.chunk,
    "OLEObject": _Walk.object,
    "blip": _Walk.picture,
    "imagedata": _Walk.picture,
}
