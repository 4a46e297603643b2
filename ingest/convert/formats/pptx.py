"""PowerPoint (ECMA-376, part 1): one page per slide, with its tables, charts, diagrams, notes and comments."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import BinaryIO, NamedTuple

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks
from ingest.convert.parts.drawing import chart, diagram, outermost, text_of, texts_of
from ingest.convert.parts.objects import Objects
from ingest.convert.parts.ooxml import attribute, local_name, main_part, related, title, words
from ingest.convert.parts.pictures import Pictures
from ingest.convert.parts.places import Place, reading_order
from ingest.convert.parts.slide_colors import Paper
from ingest.errors import ConversionFailed

CONVERTER = f"pptx 8 (lxml {version('lxml')})"

# What a placeholder on a slide is for; without a type, it holds the slide's text, as "body" does.
TITLES = ("title", "ctrTitle")
BULLETED = (None, "body", "obj")
FOOTERS = ("ftr", "hdr")
UNSEEN = ("sldNum", "dt", "sldImg")  # the slide's number, its date, its picture above the notes
SHAPES = ("sp", "graphicFrame", "grpSp", "pic")
PLACEHOLDER = "{*}nvSpPr/{*}nvPr/{*}ph"
TRANSFORMS = ("{*}spPr/{*}xfrm", "{*}xfrm", "{*}grpSpPr/{*}xfrm")
BULLETS = ("{*}buChar", "{*}buAutoNum", "{*}buBlip")


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised on pictures; without, the pictures on which there may be some."""
    return _extracted(file, filename, texts, read_embedded=True)


def convert_without_embedded(file: BinaryIO, filename: str) -> Extracted:
    return _extracted(file, filename, {}, read_embedded=False)


def _extracted(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None, read_embedded: bool) -> Extracted:
    with Archive(file, filename) as archive:
        main = main_part(archive, "ppt/presentation.xml")
        presentation = archive.xml(main)
        if presentation is None:
            raise ConversionFailed(f"'{filename}' is damaged: its list of slides is missing.")
        slides = related(archive, main, "slide")
        deck = _Deck(
            _authors(archive, main),
            set(),
            Objects(archive, read_embedded),
            Pictures(archive.sizes(), texts),
            _place(presentation.find("{*}sldSz"), "cx", "cy"),
            set(),
        )
        shown = [
            _Slide(archive, slides.get(attribute(entry, "id") or "", ""), number, deck)
            for number, entry in enumerate(presentation.iterfind("{*}sldIdLst/{*}sldId"), start=1)
        ]
        text = NEW_PAGE.join(each.text() for each in shown)
        hidden = sum(each.hidden for each in shown)
        return deck.pictures.extracted(Extracted(text, CONVERTER, title=title(archive), paged=True, hidden=hidden))


class _Deck(NamedTuple):
    """What the slides share."""

    authors: dict[str, str]  # of comments: their names by their ids
    footers: set[str]  # those said: each is read once, not on every slide
    objects: Objects
    pictures: Pictures
    paper: tuple[int, int] | None  # how wide and high a slide is
    read: set[str]  # parts; each is read where it is named first


def _place(element: etree._Element | None, *names: str) -> tuple[int, int] | None:
    try:
        first, second = (int(element.get(name, "")) for name in names) if element is not None else (0, 0)
    except ValueError:
        return None
    return None if element is None else (first, second)


def _kind(shape: etree._Element) -> str | None:
    placeholder = shape.find(PLACEHOLDER)
    return None if placeholder is None else placeholder.get("type")


def _has_header(table: etree._Element) -> bool:
    properties = table.find("{*}tblPr")
    return properties is not None and properties.get("firstRow") in ("1", "true")


def _authors(archive: Archive, main: str) -> dict[str, str]:
    parts = (part for kind in ("commentAuthors", "authors") for part in related(archive, main, kind).values())
    roots = filter(lambda root: root is not None, map(archive.xml, parts))
    return {author.get("id", ""): author.get("name", "") for root in roots if root is not None for author in root}


class _Slide:
    """One slide and the parts that belong to it."""

    def __init__(self, archive: Archive, part: str, number: int, deck: _Deck) -> None:
        self.archive = archive
        self.part = part
        self.number = number
        self.deck = deck
        self.hidden = 0  # characters that no reader sees
        self.titles: list[str] = []
        self.blocks = Blocks()
        self._layout: dict[str, etree._Element] | None = None

    def text(self) -> str:
        if self.part and not self.is_new(self.part):
            return ""
        root = self.root(self.part)
        self.leave_out_faint(root)
        self.put_in_order(root.find("{*}cSld/{*}spTree"))
        for shape in root.iter("{*}sp", "{*}graphicFrame", "{*}blip"):
            match local_name(shape):
                case "sp":
                    if not self.is_unseen(shape):
                        self.shape(shape)
                case "graphicFrame":
                    if not self.is_unseen(shape):
                        self.graphic(shape)
                case _:
                    self.picture(shape)
        self.comments()
        self.notes()
        self.deck.objects.write(self.blocks, level=2)
        if not self.blocks and not self.titles:
            return ""
        page = Blocks()
        # Without a title, a slide would look like a part of the one before it.
        page.heading(1, " ".join(self.titles) or f"Slide {self.number}")
        page.extend(self.blocks)
        return page.text()

    def leave_out_faint(self, root: etree._Element) -> None:
        paper = Paper(self.archive, self.part, root)
        for run in root.iter("{*}r"):
            if paper.is_faint(run):
                for text in run.findall("{*}t"):
                    self.hidden += len(words(text))
                    run.remove(text)

    def put_in_order(self, tree: etree._Element | None) -> None:
        """The shapes of a slide: the order of the file is that of screen readers, but often only that of drawing."""
        shapes = [] if tree is None else [shape for shape in tree if local_name(shape) in SHAPES]
        shapes = [shape for shape in shapes if _kind(shape) not in (*TITLES, *FOOTERS, *UNSEEN)]
        places = [place for shape in shapes if (place := self.place_of(shape))]
        if tree is None or len(places) < len(shapes) or next(tree.iterfind(".//{*}pPr[@rtl='1']"), None) is not None:
            return
        order = reading_order(places)
        if order != sorted(order):
            tree.extend([shapes[number] for number in order])  # which takes them from where they were

    def place_of(self, shape: etree._Element) -> Place | None:
        found = next((each for path in TRANSFORMS if (each := shape.find(path)) is not None), None)
        if found is None and (placeholder := shape.find(PLACEHOLDER)) is not None:
            known = self.layout()
            found = known.get(placeholder.get("idx", ""), known.get(placeholder.get("type", "")))
        if found is None:
            return None
        corner, size = _place(found.find("{*}off"), "x", "y"), _place(found.find("{*}ext"), "cx", "cy")
        if corner is None or size is None:
            return None
        return Place(corner[0], corner[1], corner[0] + size[0], corner[1] + size[1])

    def layout(self) -> dict[str, etree._Element]:
        """By number and type, where the layout puts what says no place of its own."""
        if self._layout is None:
            self._layout = {}
            part = next(iter(related(self.archive, self.part, "slideLayout").values()), None)
            root = self.archive.xml(part) if part else None
            for shape in () if root is None else root.iterfind("{*}cSld/{*}spTree/{*}sp"):
                placeholder, found = shape.find(PLACEHOLDER), shape.find(TRANSFORMS[0])
                if placeholder is not None and found is not None:
                    self._layout |= {placeholder.get(name, ""): found for name in ("type", "idx")}
        return self._layout

    def is_new(self, part: str | None) -> bool:
        is_new = part not in self.deck.read
        self.deck.read.add(part or "")
        return is_new

    def is_unseen(self, shape: etree._Element) -> bool:
        """Whether it is hidden, or lies beside the slide. A title may: screen readers read it there."""
        within = [shape, *shape.iterancestors("{*}grpSp")]
        named = (each.find("{*}*/{*}cNvPr") for each in within)
        if any(each is not None and each.get("hidden") in ("1", "true") for each in named):
            return True
        place = shape.find("{*}spPr/{*}xfrm") if local_name(shape) == "sp" else shape.find("{*}xfrm")
        placeholder = shape.find(PLACEHOLDER)
        is_title = placeholder is not None and placeholder.get("type") in TITLES
        if place is None or len(within) > 1 or is_title or not self.deck.paper:  # a group has measures of its own
            return False
        corner, size = _place(place.find("{*}off"), "x", "y"), _place(place.find("{*}ext"), "cx", "cy")
        if corner is None or size is None or place.get("rot"):
            return False
        return any(
            start >= paper or start + length <= 0
            for start, length, paper in zip(corner, size, self.deck.paper, strict=True)
        )

    def root(self, part: str | None) -> etree._Element:
        """The part without the copies that it keeps for old programs."""
        root = self.archive.xml(part or "")
        if root is None:
            raise ConversionFailed(f"'{self.archive.filename}' is damaged: a part of slide {self.number} is missing.")
        etree.strip_elements(root, "{*}Fallback", with_tail=False)
        return root

    def shape(self, shape: etree._Element) -> None:
        placeholder = shape.find(PLACEHOLDER)
        kind = None if placeholder is None else placeholder.get("type")
        paragraphs = shape.findall("{*}txBody/{*}p")
        if kind in TITLES:
            self.titles += filter(None, map(text_of, paragraphs))
        elif kind in FOOTERS:
            footer = "\n".join(map(text_of, paragraphs))
            if footer not in self.deck.footers:
                self.deck.footers.add(footer)
                self.blocks.paragraph(footer)
        elif kind not in UNSEEN:
            for paragraph in paragraphs:
                self.paragraph(paragraph, bulleted=placeholder is not None and kind in BULLETED)

    def paragraph(self, paragraph: etree._Element, bulleted: bool) -> None:
        depth = 0
        properties = paragraph.find("{*}pPr")
        if properties is not None:
            level = properties.get("lvl", "")
            depth = int(level) if level.isdigit() else 0
            if properties.find("{*}buNone") is not None:
                bulleted = False
            elif any(properties.find(bullet) is not None for bullet in BULLETS):
                bulleted = True
        if bulleted:
            self.blocks.item(depth, text_of(paragraph))
        else:
            self.blocks.paragraph(text_of(paragraph))

    def graphic(self, frame: etree._Element) -> None:
        if next(frame.iterancestors("{*}graphicFrame"), None) is not None:
            return  # it was read
        for table in outermost(frame, "{*}tbl"):
            rows = table.findall("{*}tr")
            for row in rows:
                self.blocks.row([texts_of(cell) for cell in row.iterfind("{*}tc")])
                if row is rows[0] is not rows[-1] and _has_header(table):
                    self.blocks.end_header()
        for element in frame.iterfind("{*}graphic/{*}graphicData/{*}chart"):
            part = related(self.archive, self.part, "chart").get(attribute(element, "id") or "")
            if part and self.is_new(part):
                self.blocks.extend(chart(self.root(part)))
        for element in frame.iterfind("{*}graphic/{*}graphicData/{*}relIds"):
            data = related(self.archive, self.part, "diagramData").get(attribute(element, "dm") or "")
            if self.is_new(data):
                self.blocks.extend(diagram(self.root(data)))
        for element in frame.iterfind("{*}graphic/{*}graphicData//{*}oleObj"):
            if part := self.deck.objects.part(self.part, element):
                self.deck.objects.add(part, element.get("progId"))

    def picture(self, blip: etree._Element) -> None:
        if any(local_name(around) == "oleObj" for around in blip.iterancestors()):
            return  # how an embedded file looks
        part = related(self.archive, self.part, "image").get(attribute(blip, "embed") or "")
        self.blocks.written(self.deck.pictures.text(part))

    def comments(self) -> None:
        for part in filter(self.is_new, related(self.archive, self.part, "comments").values()):
            for text in self.root(part).iter("{*}text", "{*}txBody"):  # before and after 2021
                comment = text.getparent()
                author = None if comment is None else self.deck.authors.get(comment.get("authorId", ""))
                self.blocks.comment(author, texts_of(text) or words(text))

    def notes(self) -> None:
        for part in filter(self.is_new, related(self.archive, self.part, "notesSlide").values()):
            notes = Blocks()
            for shape in self.root(part).iter("{*}sp"):
                placeholder = shape.find(PLACEHOLDER)
                if placeholder is None or placeholder.get("type") not in (*UNSEEN, *FOOTERS):
                    for paragraph in shape.iterfind("{*}txBody/{*}p"):
                        notes.paragraph(text_of(paragraph))
            if notes:
                self.blocks.paragraph("Notes:")
                self.blocks.extend(notes)
