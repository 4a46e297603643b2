"""Documents of Word 97 to 2003 ([MS-DOC]): their text, put together from its pieces, and how each paragraph looks."""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import olefile

from ingest.convert.parts.compound import stream
from ingest.convert.parts.symbols import BOXES, PRIVATE_CHARACTER, symbol
from ingest.convert.parts.word_lists import WordLists
from ingest.convert.parts.word_styles import made_of, styles
from ingest.errors import ConversionFailed

WORD_97 = 0x00C0
ENCRYPTED, OTHER_TABLE = 0x0100, 0x0200  # flags of the header (2.5.2)
STORIES = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "text boxes", "boxes of headers")
LENGTHS = 0x4C  # of the stories, one after the other
TABLES = 0x9A  # where tables are, and their sizes
STYLES, HEADERS, CHARACTERS, PARAGRAPHS, FONTS, PIECES, LISTS, LIST_USES = 1, 11, 12, 13, 15, 33, 73, 74
PAGE = 512
SINGLE_BYTES = 1 << 30  # of the place of a piece: cp1252, at half of it

# Changes of properties (2.6) that matter here, and how long what follows them is.
DELETED, HIDDEN, SYMBOL, POSITION, STRIKE, DOUBLE_STRIKE = 0x0800, 0x083C, 0x6A09, 0x2A48, 0x0837, 0x2A53
FORM_FIELD, DATA, FONT = 0x0806, 0x6A03, 0x4A4F
TOLD = frozenset([DELETED, HIDDEN, SYMBOL, POSITION, STRIKE, DOUBLE_STRIKE, FORM_FIELD])
LIST, LIST_LEVEL, OUTLINE_LEVEL, IN_TABLE, ROW_END = 0x460B, 0x260A, 0x2640, 0x2416, 0x2417
OF_STYLES = frozenset([LIST, LIST_LEVEL, OUTLINE_LEVEL])  # what is taken from them
SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
TABLE_DEFINITION, TABS, VERTICAL_MERGE = 0xD608, 0xC615, 0xD62B
CELL_SIZE = 20  # bytes of what is said of a cell
MERGED = 1  # with the cell above
BODY_LEVEL = 9
HEADINGS = range(1, 10)  # the styles with these numbers

RAISED = b"\1"  # of positions
FONT_NAME = 39  # bytes before it, in an entry of the table of fonts
CHECK_BOX, AS_IT_IS = 1, 25  # kind of a field of a form; a result that is the one by default
# Where characters with a look that says something are moved to, so that all keep their places: planes of Unicode for
# private use, which the halves of which the text is made do not reach.
STRUCK_PLANE, RAISED_PLANE = 0xF0000, 0x100000

UNSEEN = "\0"  # what stands for a character that nobody sees, so that all others keep their places


class Paragraph(NamedTuple):
    heading: int | None = None  # from 1
    list_depth: int | None = None  # from 0
    list_use: int = 0  # which of the uses of lists, from 1
    in_table: bool = False
    ends_row: bool = False
    edges: Sequence[int] = ()  # of the cells of the row that it ends
    going_on: frozenset[int] = frozenset()  # those of them that belong to one above


class Piece(NamedTuple):
    start: int  # characters from the beginning of the text
    end: int
    place: int  # of its first byte
    width: int  # bytes of a character


class WordText:
    """Raises `ConversionFailed`, and `struct.error` for a damaged file."""

    def __init__(self, compound: olefile.OleFileIO, filename: str) -> None:
        self._stream = stream(compound, "WordDocument")
        version, flags = struct.unpack_from("<2xH6xH", self._stream)
        if flags & ENCRYPTED:
            raise ConversionFailed(f"'{filename}' is protected by a password. Save it without one and try again.")
        if version < WORD_97:
            raise ConversionFailed(
                f"'{filename}' is in the format of Word 95 or older. Save it as a .docx file and try again."
            )
        self._table = stream(compound, "1Table" if flags & OTHER_TABLE else "0Table")
        self._pieces = list(self._read_pieces())
        bounds = [bound for piece in self._pieces for bound in piece[:2]]
        if bounds != sorted(bounds) or (bounds and bounds[-1] > len(self._stream)):
            raise ConversionFailed(f"'{filename}' is damaged: its pieces are not those of a text.")
        (lists, size) = struct.unpack_from("<II", self._stream, TABLES + 8 * LISTS)
        self.lists = WordLists(self._table, self._table_of(LISTS), lists + size, self._table_of(LIST_USES))
        text = "".join(map(self._characters, self._pieces))
        told = TOLD | {FONT} if PRIVATE_CHARACTER.search(text) else TOLD
        self._fonts = list(self._font_names())
        self._data = stream(compound, "Data") if compound.exists("Data") else b""
        runs = self._character_runs(told)
        self.text = replaced(text, ((start, end, self._look(properties)) for start, end, properties in runs))
        self._starts = [piece.start for piece in self._pieces]
        self._paragraphs = sorted(self._runs(PARAGRAPHS))
        self._places = [start for start, _, _ in self._paragraphs]
        self._styles = styles(self._table_of(STYLES))
        self._of_styles: dict[int, dict[int, int]] = {}  # what they say, of those that were asked for

    def _look(self, properties: dict[int, bytes]) -> Callable[[str], str]:
        """What becomes of characters with these properties."""
        if b"\1" in (properties.get(DELETED), properties.get(HIDDEN)):
            return _unseen
        if (code := properties.get(SYMBOL)) is not None:
            font, character = struct.unpack("<HH", code)
            sign = symbol(self._font(font), character) or UNSEEN
            return lambda text: sign * len(text)
        if properties.get(FORM_FIELD) == b"\1":
            box = self._box(int.from_bytes(properties.get(DATA, b""), "little"))
            return lambda text: box * len(text)
        font = self._font(int.from_bytes(properties.get(FONT, b"\xff\xff"), "little"))
        plane = 0
        if b"\1" in (properties.get(STRIKE), properties.get(DOUBLE_STRIKE)):
            plane = STRUCK_PLANE
        elif properties.get(POSITION) == RAISED:
            plane = RAISED_PLANE

        def look(text: str) -> str:
            signs = (symbol(font, ord(each)) or UNSEEN if PRIVATE_CHARACTER.match(each) else each for each in text)
            return "".join(chr(plane + ord(each)) if " " <= each <= "\uffff" else each for each in signs)

        return look

    def _font(self, number: int) -> str:
        return self._fonts[number] if number < len(self._fonts) else ""

    def _font_names(self) -> Iterator[str]:
        table = self._table_of(FONTS)
        at = 4
        while at < len(table):
            name = table[at + 1 + FONT_NAME : at + 1 + table[at]]
            yield str(name[: len(name) // 2 * 2], "utf-16-le", "replace").partition("\0")[0]
            at += 1 + table[at]

    def _box(self, place: int) -> str:
        """What stands for the field of a form: a box, empty or ticked (2.9.78)."""
        if place + 6 > len(self._data):
            return UNSEEN
        at = place + struct.unpack_from("<H", self._data, place + 4)[0]
        if at + 12 > len(self._data):
            return UNSEEN
        bits, _, _, name = struct.unpack_from("<4xHHHH", self._data, at)
        if bits & 3 != CHECK_BOX:
            return UNSEEN
        result = bits >> 2 & 31
        if result == AS_IT_IS:
            result = int.from_bytes(self._data[at + 14 + 2 * name : at + 16 + 2 * name], "little")
        return BOXES[result == 1]

    def stories(self) -> dict[str, range]:
        """Where in the text each story is: the main one, the footnotes, ..."""
        lengths = struct.unpack_from(f"<{len(STORIES)}i", self._stream, LENGTHS)
        found, start = {}, 0
        for name, length in zip(STORIES, lengths, strict=True):
            found[name] = range(start, start := start + max(length, 0))
        return found

    def headers(self) -> Iterator[tuple[int, range]]:
        """The headers and footers of each section, as places within their story, each with what it is for: 0, 1 and 4
        are headers of even, odd and first pages, 2, 3 and 5 footers."""
        places = self._table_of(HEADERS)
        bounds = [bound for (bound,) in struct.iter_unpack("<I", places[: len(places) // 4 * 4])]
        last = 0
        for number, (start, end) in enumerate(pairwise(bounds[6:])):  # those before are lines above notes
            if last <= start <= end:  # one that goes back would say again what others said
                last = end
                yield number % 6, range(start, end)

    def paragraph(self, at: int) -> Paragraph:
        """How the paragraph looks to which the character there belongs."""
        piece = self._pieces[bisect_right(self._starts, at) - 1]
        place = piece.place + (at - piece.start) * piece.width
        number = bisect_right(self._places, place) - 1
        if number < 0 or place >= self._paragraphs[number][1]:
            return Paragraph()
        properties = self._paragraphs[number][2]
        (style,) = struct.unpack_from("<H", properties)
        if style not in self._of_styles:
            said = (change for each in made_of(self._styles, style) for change in _small(each))
            self._of_styles[style] = {code: value for code, value in said if code in OF_STYLES}
        return _paragraph(style, properties[2:], self._of_styles[style])

    def _table_of(self, number: int) -> bytes:
        start, size = struct.unpack_from("<II", self._stream, TABLES + 8 * number)
        table: bytes = self._table[start : start + size]
        return table

    def _read_pieces(self) -> Iterator[Piece]:
        table = self._table_of(PIECES)
        at = 0
        while table[at : at + 1] == b"\1":  # properties for pieces, in files that were saved fast
            at += 3 + struct.unpack_from("<H", table, at + 1)[0]
        plan = table[at + 5 :]
        number = (len(plan) - 4) // 12
        bounds = struct.unpack_from(f"<{number + 1}I", plan)
        for each in range(number):
            (place,) = struct.unpack_from("<2xI2x", plan, 4 * (number + 1) + 8 * each)
            single = bool(place & SINGLE_BYTES)
            place &= SINGLE_BYTES - 1
            yield Piece(bounds[each], bounds[each + 1], place // 2 if single else place, 1 if single else 2)

    def _characters(self, piece: Piece) -> str:
        length = piece.end - piece.start
        data = self._stream[piece.place : piece.place + length * piece.width]
        if piece.width == 1:
            return str(data, "cp1252", "replace").ljust(length, UNSEEN)
        # Halves of characters beyond 0xFFFF stay apart, as they count; `extract` puts them together.
        return "".join(map(chr, array("H", data[: len(data) // 2 * 2]))).ljust(length, UNSEEN)

    def _runs(self, kind: int) -> Iterator[tuple[int, int, bytes]]:
        """The first and last place of each paragraph or run of characters, and its properties (2.9.33, 2.9.175)."""
        table = self._table_of(kind)
        number = (len(table) - 4) // 8
        for (entry,) in struct.iter_unpack("<I", table[4 * (number + 1) : 4 * (number + 1) + 4 * number]):
            start = (entry & 0x3FFFFF) * PAGE
            page = self._stream[start : start + PAGE]
            if len(page) < PAGE:
                continue
            runs = page[-1]
            bounds = struct.unpack_from(f"<{runs + 1}I", page)
            for run in range(runs):
                step = 1 if kind == CHARACTERS else 13
                if at := 2 * page[4 * (runs + 1) + step * run]:
                    size = page[at] if kind == CHARACTERS else 2 * page[at] - 1
                    if size < 0:
                        at, size = at + 1, 2 * page[at + 1]
                    yield bounds[run], bounds[run + 1], page[at + 1 : at + 1 + size]

    def _character_runs(self, told: frozenset[int]) -> Iterator[tuple[int, int, dict[int, bytes]]]:
        """The first and last place in the text of characters with properties of their own, and these."""
        by_place = sorted(self._pieces, key=lambda piece: piece.place)
        places = [piece.place for piece in by_place]
        last = 0
        for start, end, properties in sorted(self._runs(CHARACTERS)):
            start, last = max(start, last), max(end, last)
            said = dict(_sprms(properties))
            if told.isdisjoint(said):
                continue
            for piece in by_place[max(bisect_right(places, start) - 1, 0) : bisect_right(places, end)]:
                first = piece.start + max(start - piece.place, 0) // piece.width
                yield first, min(piece.start + (end - piece.place) // piece.width, piece.end), said


def without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with what is there made unseen; all else keeps its place."""
    return replaced(text, ((start, end, _unseen) for start, end in places))


def _unseen(text: str) -> str:
    return UNSEEN * len(text)


def replaced(text: str, places: Iterable[tuple[int, int, Callable[[str], str]]]) -> str:
    """The text with what is there replaced by as many characters, each in its way; all else keeps its place."""
    pieces: list[str] = []
    kept = 0
    for start, end, by in sorted(places, key=lambda place: place[:2]):
        if end > max(start, kept):
            pieces += [text[kept:start], by(text[max(start, kept) : end])]
            kept = end
    return "".join([*pieces, text[kept:]])


def _paragraph(style: int, properties: bytes, of_style: Mapping[int, int]) -> Paragraph:
    found = {**of_style, **dict(_small(properties))}
    level = found.get(OUTLINE_LEVEL, BODY_LEVEL)
    heading = style if style in HEADINGS else level + 1 if level < BODY_LEVEL else None
    depth = found.get(LIST_LEVEL, 0) if found.get(LIST) else None
    ends_row = bool(found.get(ROW_END))
    edges, going_on = _cells(properties) if ends_row else ((), frozenset())
    return Paragraph(heading, depth, found.get(LIST, 0), bool(found.get(IN_TABLE)), ends_row, edges, going_on)


def _small(properties: bytes) -> Iterator[tuple[int, int]]:
    return ((code, int.from_bytes(value, "little")) for code, value in _sprms(properties) if len(value) <= 2)


def _cells(properties: bytes) -> tuple[Sequence[int], frozenset[int]]:
    """The edges of the cells of a row (2.9.322), and which cells are merged with those above."""
    edges: Sequence[int] = ()
    merged: dict[int, bool] = {}
    for code, value in _sprms(properties):
        if code == TABLE_DEFINITION and len(value) > 1:
            number = value[1]
            if len(value) < 4 + 2 * number:
                continue
            edges = struct.unpack_from(f"<{number + 1}h", value, 2)
            flags = value[4 + 2 * number :: CELL_SIZE][:number]
            merged = {cell: each >> 5 & 3 == MERGED for cell, each in enumerate(flags)}
        elif code == VERTICAL_MERGE and len(value) > 1:
            merged[value[0]] = value[1] & 3 == MERGED
    return edges, frozenset(cell for cell, is_merged in merged.items() if is_merged)


def _sprms(properties: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 3 <= len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        at += 2
        size = SIZES.get(code >> 13)
        if size is None:
            size = properties[at]
            if code == TABLE_DEFINITION:
                size = int.from_bytes(properties[at : at + 2], "little")
            elif code == TABS and size == 255:
                return  # its size has to be reckoned; it comes last where it is that long
            at += 1
        yield code, properties[at : at + size]
        at += size
