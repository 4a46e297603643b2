"""PowerPoint 97 to 2003 ([MS-PPT]): one page per slide, with its texts, comments and notes."""

import struct
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from typing import BinaryIO, NamedTuple

import olefile

from ingest.convert import Extracted
from ingest.convert.parts.blocks import NEW_PAGE, Blocks
from ingest.convert.parts.compound import opened, stream
from ingest.errors import ConversionFailed

CONVERTER = f"ppt 1 (olefile {version('olefile')})"

# Records (2.13.24)
SLIDE_ATOM, SLIDE_PERSIST, SLIDE_LIST = 0x03EF, 0x03F3, 0x0FF0
OUTLINE_REFERENCE, TEXT_HEADER, TEXT, TEXT_OF_BYTES, STRING = 0x0F9E, 0x0F9F, 0x0FA0, 0x0FA8, 0x0FBA
EDIT, PERSIST_DIRECTORY, COMMENT = 0x0FF5, 0x1772, 0x2EE0
CONTAINER = 0x0F
ENCRYPTED = 0xF3D1C4DF  # in place of a number that says nothing

SLIDES, NOTES = 0, 2  # kinds of lists
TITLES, BULLETED, NOTE = (0, 6), (1, 7, 8), 2  # kinds of texts
NUMBER = "*"  # what stands for a slide's number or its date


class Record(NamedTuple):
    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


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
        self.data: bytes = stream(compound, "PowerPoint Document")
        token, edit = struct.unpack_from("<12xII", stream(compound, "Current User"))
        if token == ENCRYPTED:
            raise ConversionFailed(f"'{filename}' is protected by a password. Save it without one and try again.")
        self.places: dict[int, int] = {}
        document = self.read_edits(edit)
        self.slides: list[int] = []  # what each is called in `places`
        self.outlines: dict[int, list[tuple[int, str]]] = defaultdict(list)  # texts by slide, each with its kind
        self.notes: dict[int, int] = {}  # by their ids
        for record in self.within(self.at(self.places[document])):
            if record.kind == SLIDE_LIST:
                self.read_list(record)

    def read_edits(self, edit: int) -> int:
        """Where the latest version of each part is; returns what the document is called."""
        document: int | None = None
        seen: set[int] = set()
        while edit and edit not in seen:
            seen.add(edit)
            edit, directory, last = struct.unpack_from("<8xIII", self.data, edit + 8)
            document = last if document is None else document
            record = self.at(directory)
            at = record.start
            while at < record.end:
                (entry,) = struct.unpack_from("<I", self.data, at)
                first, number = entry & 0xFFFFF, entry >> 20
                for each, (place,) in enumerate(struct.iter_unpack("<I", self.data[at + 4 : at + 4 + 4 * number])):
                    self.places.setdefault(first + each, place)
                at += 4 + 4 * number
        if document is None:
            raise LookupError
        return document

    def read_list(self, slides: Record) -> None:
        persist, kind = 0, 0
        for record in self.within(slides):
            if record.kind == SLIDE_PERSIST:
                persist, id = struct.unpack_from("<I8xI", self.data, record.start)
                if slides.instance == SLIDES:
                    self.slides.append(persist)
                elif slides.instance == NOTES:
                    self.notes[id] = persist
            elif record.kind == TEXT_HEADER:
                (kind,) = struct.unpack_from("<I", self.data, record.start)
                self.outlines[persist].append((kind, ""))
            elif record.kind in (TEXT, TEXT_OF_BYTES) and self.outlines[persist]:
                self.outlines[persist][-1] = (kind, self.text(record))

    def page(self, number: int, slide: int) -> str:
        titles, blocks = [], Blocks()
        notes = None
        for record in self.within(self.at(self.places[slide])):
            if record.kind == SLIDE_ATOM:
                (id,) = struct.unpack_from("<16xI", self.data, record.start)
                notes = self.notes.get(id)
            elif record.kind == COMMENT:
                said = {each.instance: self.text(each) for each in self.within(record) if each.kind == STRING}
                blocks.comment(said.get(0), said.get(1, ""))
        for kind, text in self.texts(slide):
            if kind in TITLES:
                titles.append(" ".join(text.split()))
                continue
            for paragraph in text.split("\r"):
                blocks.item(0, paragraph) if kind in BULLETED else blocks.paragraph(paragraph)
        said_there = [text for kind, text in self.texts(notes) if kind == NOTE] if notes is not None else []
        if any(said_there):
            blocks.paragraph("Notes:")
            for paragraph in "\r".join(said_there).split("\r"):
                blocks.paragraph(paragraph)
        if not blocks and not any(titles):
            return ""
        page = Blocks()
        page.heading(1, " ".join(titles) or f"Slide {number}")  # without one, it would look like a part of the last
        page.extend(blocks)
        return page.text()

    def texts(self, slide: int) -> Iterator[tuple[int, str]]:
        """Those of the shapes, each with its kind, in the order of the file."""
        kind = 0
        for record in self.within(self.at(self.places[slide])):
            if record.kind == OUTLINE_REFERENCE:
                (index,) = struct.unpack_from("<I", self.data, record.start)
                yield from self.outlines[slide][index : index + 1]
            elif record.kind == TEXT_HEADER:
                (kind,) = struct.unpack_from("<I", self.data, record.start)
            elif record.kind in (TEXT, TEXT_OF_BYTES) and (text := self.text(record)) != NUMBER:
                yield kind, text

    def text(self, record: Record) -> str:
        data = self.data[record.start : record.end]
        text = data.decode("latin-1") if record.kind == TEXT_OF_BYTES else data.decode("utf-16-le", "replace")
        return text.replace("\v", "\n").replace("\0", "")

    def at(self, place: int) -> Record:
        kind, number, size = struct.unpack_from("<HHI", self.data, place)
        start = place + 8
        return Record(number, kind >> 4, kind & 0xF == CONTAINER, start, min(start + size, len(self.data)))

    def within(self, outer: Record) -> Iterator[Record]:
        """All records in it, those of its containers, too."""
        at = outer.start
        while at + 8 <= outer.end:
            record = self.at(at)
            yield record
            at = record.start if record.is_container else record.end
