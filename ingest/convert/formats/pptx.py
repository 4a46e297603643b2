"""PowerPoint (ECMA-376, part 1): one page per slide, with its tables, charts, diagrams, notes and comments."""

from importlib.metadata import version
from typing import BinaryIO

from lxml import etree

from ingest.convert import Extracted
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import NEW_PAGE, Blocks, decimal
from ingest.convert.parts.ooxml import attribute, local_name, main_part, related, title, words
from ingest.errors import ConversionFailed

CONVERTER = f"pptx 1 (lxml {version('lxml')})"

# What a placeholder on a slide is for; without a type, it holds the slide's text, as "body" does.
TITLES = ("title", "ctrTitle")
BULLETED = (None, "body", "obj")
FOOTERS = ("ftr", "hdr")
UNSEEN = ("sldNum", "dt", "sldImg")  # the slide's number, its date, its picture above the notes
BULLETS = ("{*}buChar", "{*}buAutoNum", "{*}buBlip")


def convert(file: BinaryIO, filename: str) -> Extracted:
    with Archive(file, filename) as archive:
        main = main_part(archive, "ppt/presentation.xml")
        presentation = archive.xml(main)
        if presentation is None:
            raise ConversionFailed(f"'{filename}' is damaged: its list of slides is missing.")
        slides = related(archive, main, "slide")
        footers: set[str] = set()  # each is read once, not on every slide
        pages = [
            _Slide(archive, slides.get(attribute(entry, "id") or "", ""), number, footers).text()
            for number, entry in enumerate(presentation.iterfind("{*}sldIdLst/{*}sldId"), start=1)
        ]
        return Extracted(NEW_PAGE.join(pages), CONVERTER, title=title(archive), paged=True)


class _Slide:
    """One slide and the parts that belong to it."""

    def __init__(self, archive: Archive, part: str, number: int, footers: set[str]) -> None:
        self.archive = archive
        self.part = part
        self.number = number
        self.footers = footers
        self.titles: list[str] = []
        self.blocks = Blocks()

    def text(self) -> str:
        root = self.root(self.part)
        # In the order of the file, which is that of screen readers.
        for shape in root.iter("{*}sp", "{*}graphicFrame"):
            if local_name(shape) == "sp":
                self.shape(shape)
            else:
                self.graphic(shape)
        self.comments()
        self.notes()
        if not self.blocks and not self.titles:
            return ""
        page = Blocks()
        # Without a title, a slide would look like a part of the one before it.
        page.heading(1, " ".join(self.titles) or f"Slide {self.number}")
        page.extend(self.blocks)
        return page.text()

    def root(self, part: str | None) -> etree._Element:
        """The part without the copies that it keeps for old programs."""
        root = self.archive.xml(part or "")
        if root is None:
            raise ConversionFailed(f"'{self.archive.filename}' is damaged: a part of slide {self.number} is missing.")
        etree.strip_elements(root, "{*}Fallback", with_tail=False)
        return root

    def shape(self, shape: etree._Element) -> None:
        placeholder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        kind = None if placeholder is None else placeholder.get("type")
        paragraphs = shape.findall("{*}txBody/{*}p")
        if kind in TITLES:
            self.titles += filter(None, map(_text, paragraphs))
        elif kind in FOOTERS:
            footer = "\n".join(map(_text, paragraphs))
            if footer not in self.footers:
                self.footers.add(footer)
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
            self.blocks.item(depth, _text(paragraph))
        else:
            self.blocks.paragraph(_text(paragraph))

    def graphic(self, frame: etree._Element) -> None:
        for row in frame.iterfind(".//{*}tbl/{*}tr"):
            self.blocks.row([_texts(cell) for cell in row.iterfind("{*}tc")])
        for chart in frame.iterfind("{*}graphic/{*}graphicData/{*}chart"):
            if part := related(self.archive, self.part, "chart").get(attribute(chart, "id") or ""):
                self.chart(self.root(part))
        for diagram in frame.iterfind("{*}graphic/{*}graphicData/{*}relIds"):
            data = related(self.archive, self.part, "diagramData").get(attribute(diagram, "dm") or "")
            for paragraph in self.root(data).iterfind("{*}ptLst/{*}pt/{*}t/{*}p"):
                self.blocks.item(0, _text(paragraph))

    def chart(self, root: etree._Element) -> None:
        """Its titles, then its numbers: a row a category, a column a series."""
        for heading in root.iter("{*}title"):
            self.blocks.paragraph(_texts(heading))
        names: list[str] = []
        rows: dict[tuple[str, str], dict[int, str]] = {}  # by index and category
        for column, series in enumerate(root.iter("{*}ser")):
            names.append(" ".join(value.text or "" for value in series.iterfind("{*}tx//{*}v")))
            categories = _points(series, "cat", "xVal")
            for index, value in _points(series, "val", "yVal").items():
                rows.setdefault((index, categories.get(index, "")), {})[column] = value
        for (_, category), values in rows.items():
            self.blocks.record(["", *names], [category, *(values.get(column, "") for column in range(len(names)))])

    def comments(self) -> None:
        for part in related(self.archive, self.part, "comments").values():
            for text in self.root(part).iter("{*}text", "{*}txBody"):  # before and after 2021
                self.blocks.paragraph(f"Comment: {_texts(text) or words(text)}")

    def notes(self) -> None:
        for part in related(self.archive, self.part, "notesSlide").values():
            notes = Blocks()
            for shape in self.root(part).iter("{*}sp"):
                placeholder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
                if placeholder is None or placeholder.get("type") not in (*UNSEEN, *FOOTERS):
                    for paragraph in shape.iterfind("{*}txBody/{*}p"):
                        notes.paragraph(_text(paragraph))
            if notes:
                self.blocks.paragraph("Notes:")
                self.blocks.extend(notes)


def _text(paragraph: etree._Element) -> str:
    return "".join("\n" if local_name(e) == "br" else words(e) for e in paragraph.iter("{*}t", "{*}br"))


def _texts(element: etree._Element) -> str:
    return "\n".join(_text(paragraph) for paragraph in element.iter("{*}p"))


def _points(series: etree._Element, *kinds: str) -> dict[str, str]:
    """What a chart keeps of the cells it was made from, by their indices."""
    points: dict[str, str] = {}
    for point in (p for kind in kinds for p in series.iterfind(f"{{*}}{kind}//{{*}}pt")):
        value = point.findtext("{*}v") or ""
        index = point.get("idx", "")
        # Categories may have several levels, the innermost first.
        points[index] = f"{_number(value)} {points.get(index, '')}".strip()
    return points


def _number(value: str) -> str:
    try:
        return decimal(float(value))
    except ValueError:
        return value
