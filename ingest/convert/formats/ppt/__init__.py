"""PowerPoint 97 to 2003 ([MS-PPT]): one page per slide, with its texts, tables, comments and notes."""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import BinaryIO

import olefile

from ingest.convert import Extracted
from ingest.convert.formats.ppt import tables
from ingest.convert.formats.ppt.records import Record, Records
from ingest.convert.formats.ppt.texts import Text, shown, units
from ingest.convert.parts.blocks import NEW_PAGE, Blocks
from ingest.convert.parts.compound import opened, stream
from ingest.convert.parts.places import reading_order
from ingest.convert.parts.spans import Again
from ingest.errors import ConversionFailed

CONVERTER = f"ppt 2 (olefile {version('olefile')})"

SLIDE_ATOM, SLIDE_PERSIST, SLIDE_LIST = 0x03EF, 0x03F3, 0x0FF0
OUTLINE_REFERENCE, TEXT_HEADER, TEXT, LOOKS, TEXT_OF_BYTES, STRING = 0x0F9E, 0x0F9F, 0x0FA0, 0x0FA1, 0x0FA8, 0x0FBA
EDIT, PERSIST_DIRECTORY, COMMENT = 0x0FF5, 0x1772, 0x2EE0
LEAST_USER = 20  # bytes of the stream that says which edit is the last
ENCRYPTED = 0xF3D1C4DF  # in place of a number that says nothing

SLIDES, NOTES = 0, 2  # kinds of lists
TITLES, BULLETED, NOTE = (0, 6), (1, 7, 8), 2  # kinds of texts
NUMBER = "*"  # what stands for a slide's number or its date


def convert(file: BinaryIO, filename: str) -> Extracted:
    try:
        with opened(file) as compound:
            deck = _Deck(compound, filename)
            pages = [deck.page(number, slide) for number, slide in enumerate(deck.slides, start=1)]
            return Extracted(NEW_PAGE.join(pages), CONVERTER, paged=True)
    except (OSError, ValueError, struct.error, LookupError) as error:
        raise ConversionFailed(f"'{filename}' is damaged: it may have been cut short.") from error


class _Deck:
    """The records of a file. A change is written behind what was there before: only what the last edits name counts."""

    def __init__(self, compound: olefile.OleFileIO, filename: str) -> None:
        user = stream(compound, "Current User") if compound.exists("PowerPoint Document") else b""
        if len(user) < LEAST_USER and (not user or compound.exists("Header")):
            raise ConversionFailed(
                f"'{filename}' is in the format of PowerPoint 95 or older. Save it as a .pptx file and try again."
            )
        self.records = Records(stream(compound, "PowerPoint Document"))
        token, edit = struct.unpack_from("<12xII", user)
        if token == ENCRYPTED:
            raise ConversionFailed(f"'{filename}' is protected by a password. Save it without one and try again.")
        self.places: dict[int, int] = {}
        document = self.read_edits(edit)
        self.slides: list[int] = []  # what each is called in `places`
        self.outlines: dict[int, list[Text]] = defaultdict(list)  # by slide
        self.notes: dict[int, int] = {}  # by their ids
        self.again = Again()
        for record in self.within(document):
            if record.kind == SLIDE_LIST:
                self.read_list(record)

    def read_edits(self, edit: int) -> int:
        """Where the latest version of each part is; returns what the document is called."""
        document: int | None = None
        seen: set[int] = set()
        data = self.records.data
        while edit and edit not in seen:
            seen.add(edit)
            edit, directory, last = struct.unpack_from("<8xIII", data, edit + 8)
            document = last if document is None else document
            record = self.records.at(directory)
            at = record.start
            while at < record.end:
                (entry,) = struct.unpack_from("<I", data, at)
                first, number = entry & 0xFFFFF, entry >> 20
                for each, (place,) in enumerate(struct.iter_unpack("<I", data[at + 4 : at + 4 + 4 * number])):
                    self.places.setdefault(first + each, place)
                at += 4 + 4 * number
        if document is None:
            raise LookupError
        return document

    def read_list(self, slides: Record) -> None:
        persist = 0
        for record in self.records.within(slides):
            if record.kind == SLIDE_PERSIST:
                persist, id = struct.unpack_from("<I8xI", self.records.data, record.start)
                if slides.instance == SLIDES:
                    self.slides.append(persist)
                elif slides.instance == NOTES:
                    self.notes[id] = persist
            else:
                self.read_text(record, self.outlines[persist])

    def read_text(self, record: Record, texts: list[Text]) -> None:
        """A text comes in several records: its kind, what it says, and how it looks."""
        if record.kind == TEXT_HEADER:
            (kind,) = struct.unpack_from("<I", self.records.data, record.start)
            texts.append(Text(kind, ""))
        elif record.kind in (TEXT, TEXT_OF_BYTES) and texts:
            said = units(self.records.bytes(record), is_single=record.kind == TEXT_OF_BYTES)
            texts[-1] = texts[-1]._replace(units=said)
        elif record.kind == LOOKS and texts:
            texts[-1] = texts[-1]._replace(looks=self.records.bytes(record))

    def page(self, number: int, slide: int) -> str:
        titles, blocks, comments = list[str](), Blocks(), Blocks()
        notes = None
        for record in self.within(slide):
            if record.kind == SLIDE_ATOM:
                (id,) = struct.unpack_from("<16xI", self.records.data, record.start)
                notes = self.notes.get(id)
            elif record.kind == COMMENT:
                strings = (each for each in self.records.within(record) if each.kind == STRING)
                said = {each.instance: shown(units(self.records.bytes(each), is_single=False)) for each in strings}
                comments.comment(said.get(0), said.get(1, ""))
        for shape in self.shapes(slide):
            self.write(shape, slide, titles, blocks)
        blocks.extend(comments)
        if notes is not None and (said_there := self.spoken(notes)):
            blocks.paragraph("Notes:")
            blocks.extend(said_there)
        if not blocks and not any(titles):
            return ""
        page = Blocks()
        page.heading(1, " ".join(titles) or f"Slide {number}")  # without one, it would look like a part of the last
        page.extend(blocks)
        return page.text()

    def shapes(self, slide: int) -> list[Record]:
        """In the order of the file, unless this goes back."""
        shapes: list[Record] = []
        for drawing in self.within(slide):
            if drawing.kind == tables.DRAWING:
                for each in self.records.children(drawing):
                    # What is in the outermost group, of which the first stands for all.
                    shapes += list(self.records.children(each))[1:] if each.kind == tables.GROUP else [each]
        places = [place for shape in shapes if (place := tables.place(self.records, shape))]
        return [shapes[number] for number in reading_order(places)] if len(places) == len(shapes) else shapes

    def write(self, shape: Record, slide: int, titles: list[str], blocks: Blocks) -> None:
        """What a shape says, or each of a group."""
        groups = [shape]
        while groups:
            each = groups.pop()
            if each.kind != tables.GROUP:
                self.write_texts(self.texts(each, slide), titles, blocks)
            elif tables.is_table(self.records, each):
                self.write_table(each, slide, blocks)
            else:
                groups += reversed(list(self.records.children(each)))

    def write_table(self, table: Record, slide: int, blocks: Blocks) -> None:
        cells = []
        for shape in list(self.records.children(table))[1:]:  # the first stands for all
            place = tables.place(self.records, shape)
            if place and place.left < place.right and place.top < place.bottom:  # no line between cells
                said = Blocks()
                self.write_texts(self.texts(shape, slide), [], said)
                cells.append(tables.Cell(place, said))
        tables.write(cells, blocks, self.again)

    def write_texts(self, texts: Iterable[Text], titles: list[str], blocks: Blocks) -> None:
        for text in texts:
            if text.kind in TITLES:
                titles.append(" ".join(" ".join(each.text for each in text.paragraphs()).split()))
            elif text.units != NUMBER:
                for each in text.paragraphs():
                    if each.is_item or (each.is_item is None and text.kind in BULLETED):
                        blocks.item(each.depth, each.text)
                    else:
                        blocks.paragraph(each.text)

    def texts(self, shape: Record, slide: int) -> list[Text]:
        """Those of a shape; what stands in the outline, too, is kept there."""
        texts: list[Text] = []
        for record in self.records.within(shape):
            if record.kind == OUTLINE_REFERENCE:
                (index,) = struct.unpack_from("<I", self.records.data, record.start)
                texts += self.outlines[slide][index : index + 1]
            else:
                self.read_text(record, texts)
        return texts

    def spoken(self, notes: int) -> Blocks:
        said = Blocks()
        for shape in self.shapes(notes):
            for text in self.texts(shape, notes):
                if text.kind == NOTE:
                    for each in text.paragraphs():
                        said.paragraph(each.text)
        return said

    def within(self, part: int) -> Iterator[Record]:
        return self.records.within(self.records.at(self.places[part]))
