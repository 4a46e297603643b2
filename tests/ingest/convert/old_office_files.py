"""Small files of old Word ([MS-DOC]) and PowerPoint ([MS-PPT]), written by hand."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.convert.parts.word_binary import (
    CHARACTERS,
    FONTS,
    HEADERS,
    LENGTHS,
    PAGE,
    PARAGRAPHS,
    PIECES,
    STORIES,
    TABLES,
)
from tests.ingest.convert.msg_files import compound_file

TEXT_AT = 3 * PAGE
IN_TABLE, ROW_END = b"\x16\x24\x01", b"\x17\x24\x01"
HIDDEN, DELETED, RAISED, STRUCK = b"\x3c\x08\x01", b"\x00\x08\x01", b"\x48\x2a\x01", b"\x37\x08\x01"
FORM_FIELD = b"\x06\x08\x01\x03\x6a"  # and where in the stream of data


def symbol(font: int, code: int) -> bytes:
    return b"\x09\x6a" + struct.pack("<HH", font, code)


def check_box(result: int, default: int) -> bytes:
    """Of a form, as it lies in the stream of data."""
    field = struct.pack("<IHHHH", 0xFFFFFFFF, 1 | result << 2, 0, 20, 1) + b"A\0\0\0" + struct.pack("<H", default)
    return struct.pack("<IH", 68 + len(field), 68) + bytes(62) + field


def item(depth: int) -> bytes:
    return b"\x0b\x46\x01\x00" + b"\x0a\x26" + bytes([depth])


def outlined(level: int) -> bytes:
    return b"\x40\x26" + bytes([level])


@dataclass(frozen=True)
class P:
    """A paragraph, with what ends it, its style and other properties. What is beyond 0xFFFF counts twice."""

    text: str
    end: str = "\r"
    style: int = 0
    properties: bytes = b""

    def units(self) -> str:
        data = (self.text + self.end).encode("utf-16-le")
        return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))


def row(*cells: str, edges: Sequence[int] = (), going_on: Sequence[int] = ()) -> list[P]:
    """`going_on` are the numbers of cells merged with those above them."""
    definition = b""
    if edges:
        flags = b"".join(bytes([(number in going_on) << 5]).ljust(20, b"\0") for number in range(len(cells)))
        said = bytes([len(cells)]) + struct.pack(f"<{len(edges)}h", *edges) + flags
        definition = b"\x08\xd6" + struct.pack("<H", len(said) + 1) + said
    end = P("", "\x07", properties=IN_TABLE + ROW_END + definition)
    return [*(P(cell, "\x07", properties=IN_TABLE) for cell in cells), end]


def word(
    *main: P,
    marked: dict[str, bytes] | None = None,
    piece: int = 0,
    headers: Sequence[str] = (),
    version: int = 0xC1,
    flags: int = 0,
    fonts: Sequence[str] = (),
    data: bytes = b"",
    more: dict[int, bytes] | None = None,
    **stories: Sequence[P],
) -> bytes:
    """A document. Words in `marked` have these properties. If it was saved fast, in pieces of so many characters, these
    lie from the last to the first, each second one in cp1252. Of `headers` come first those of even pages; `more` are
    other tables, by their numbers."""
    stories |= {"main": main, "headers": [P(text) for text in headers]}
    paragraphs = [paragraph for name in STORIES for paragraph in stories.get(name.replace(" ", "_"), ())]
    text = "".join(paragraph.units() for paragraph in paragraphs)
    size = piece or len(text)
    cut = [text[start : start + size] for start in range(0, len(text), size)]
    stream, places = b"", {}
    for number in reversed(range(len(cut))):
        places[number] = TEXT_AT + len(stream)
        stream += cut[number].encode(*(("cp1252",) if number % 2 else ("utf-16-le", "surrogatepass")))

    def place(at: int) -> tuple[int, int]:
        """Of a character, and of the next one."""
        number = at // size
        width = 1 if number % 2 else 2
        start = places[number] + at % size * width
        return start, start + width

    pages: list[bytes] = []
    first_page = TEXT_AT // PAGE + -(-len(stream) // PAGE)

    def page(start: int, end: int, head: bytes, properties: bytes) -> tuple[int, int]:
        data = struct.pack("<II", start, end) + bytes([200]) + head
        pages.append(data.ljust(400, b"\0") + properties.ljust(PAGE - 401, b"\0") + b"\1")
        return start, first_page + len(pages) - 1

    looks, at = [], 0
    for paragraph in paragraphs:
        at += len(paragraph.units())
        properties = struct.pack("<H", paragraph.style) + paragraph.properties
        properties += b"\0" * (len(properties) % 2)
        looks.append(page(*place(at - 1), bytes(12), bytes([0, len(properties) // 2]) + properties))
    hidden = []
    for said, properties in (marked or {}).items():
        for each in range(start := text.index(said), start + len(said)):
            hidden.append(page(*place(each), b"", bytes([len(properties)]) + properties))
    bounds = [0] * 7
    for header in headers:
        bounds.append(bounds[-1] + len(header) + 1)
    tables = {
        PIECES: b"\1\2\0\0\0\2"
        + bytes(4)
        + struct.pack(f"<{len(cut)}I", *range(0, len(text), size))
        + struct.pack("<I", len(text))
        + b"".join(struct.pack("<HIH", 0, 2 * places[n] | 1 << 30 if n % 2 else places[n], 0) for n in range(len(cut))),
        PARAGRAPHS: runs(looks),
        CHARACTERS: runs(hidden),
        FONTS: struct.pack("<HH", len(fonts), 0) + b"".join(map(_font, fonts)),
        HEADERS: struct.pack(f"<{len(bounds)}I", *bounds),
        **(more or {}),
    }
    head, table = bytearray(TEXT_AT), b""
    struct.pack_into("<HH6xH", head, 0, 0xA5EC, version, flags | 0x0200)
    for number, name in enumerate(STORIES):
        length = sum(len(each.units()) for each in stories.get(name.replace(" ", "_"), ()))
        struct.pack_into("<I", head, LENGTHS + 4 * number, length)
    for kind, content in tables.items():
        struct.pack_into("<II", head, TABLES + 8 * kind, len(table), len(content))
        table += content
    stream = (bytes(head) + stream).ljust(first_page * PAGE, b"\0") + b"".join(pages)
    return compound_file({"WordDocument": stream, "1Table": table, **({"Data": data} if data else {})})


def _font(name: str) -> bytes:
    entry = bytes(39) + name.encode("utf-16-le") + b"\0\0"
    return bytes([len(entry)]) + entry


def runs(pages: Sequence[tuple[int, int]]) -> bytes:
    starts = [start for start, _ in pages]
    return struct.pack(f"<{len(pages) + 1}I", *starts, 0) + struct.pack(f"<{len(pages)}I", *(page for _, page in pages))


def record(kind: int, data: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(data)) + data


def container(kind: int, *records: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | 0xF, kind, sum(map(len, records))) + b"".join(records)


def words(kind: int, text: str, single: bool = False) -> bytes:
    """A text and, before it, its kind: 0 for a title, 1 for a body, 2 for notes, 4 for others."""
    body = record(0x0FA8, text.encode("latin-1")) if single else record(0x0FA0, text.encode("utf-16-le"))
    return record(0x0F9F, struct.pack("<I", kind)) + body


def looks(of_paragraphs: Sequence[tuple[int, int, bool | None]], of_letters: Sequence[tuple[int, bool, int]]) -> bytes:
    """How the text before it looks: of paragraphs, their letters, depth and whether they have a bullet; of letters
    how many, whether they are struck, and how far they are raised."""
    said = b""
    for length, depth, bullet in of_paragraphs:
        said += struct.pack("<IHI", length, depth, 0x0100_0801 if bullet is not None else 0x1_0800)
        said += (
            (b"" if bullet is None else struct.pack("<H", bullet)) + b"\1\0" + (b"" if bullet is not None else bytes(2))
        )
    for length, is_struck, raised in of_letters:
        said += struct.pack("<IIHHh", length, 0x000A_0101, is_struck << 8, 18, raised)
    return record(0x0FA1, said)


def shape(*records: bytes) -> bytes:
    return container(0x040C, container(0xF002, container(0xF004, container(0xF00D, *records))))


def drawing(*shapes: bytes) -> bytes:
    """As programs write it: all shapes in a group, which begins with one for all of it."""
    return container(0x040C, container(0xF002, container(0xF003, container(0xF004), *shapes)))


def placed(left: int, top: int, right: int, bottom: int, *records: bytes) -> bytes:
    place = record(0xF010, struct.pack("<4h", top, left, right, bottom))
    return container(0xF004, place, container(0xF00D, *records))


def table(*cells: tuple[tuple[int, int, int, int], bytes]) -> bytes:
    """A group that is marked as a table; a line between cells is one without width."""
    mark = record(0xF122, struct.pack("<HI", 0x039F, 1), instance=1)
    shapes = (
        container(0xF004, record(0xF00F, struct.pack("<4i", *place)), container(0xF00D, said)) for place, said in cells
    )
    return container(0xF003, container(0xF004, mark, record(0xF010, struct.pack("<4h", 0, 0, 90, 90))), *shapes)


@dataclass(frozen=True)
class Slide:
    shapes: bytes
    outline: bytes = b""
    notes: str = ""


def deck(*slides: Slide, before: Sequence[Slide] = (), token: int = 0xE391C05F) -> bytes:
    """A presentation; `before` it was changed, it had these slides, which are still in the file."""
    stream, edit = b"", 0
    for version in filter(None, (before, slides)):
        places = []
        for number, slide in enumerate(version, start=1):
            places.append(len(stream))
            atom = record(0x03EF, struct.pack("<16xII", 1000 + number if slide.notes else 0, 0))
            stream += container(0x03EE, atom, slide.shapes)
        for slide in version:
            places.append(len(stream))
            stream += container(0x03F0, shape(words(2, slide.notes)))
        count = len(version)
        listed = [
            record(0x03F3, struct.pack("<5I", n + 1, 0, 0, 256 + n, 0)) + s.outline for n, s in enumerate(version)
        ]
        notes = [record(0x03F3, struct.pack("<5I", count + n, 0, 0, 1000 + n, 0)) for n in range(1, count + 1)]
        lists = container(0x0FF0, *listed), container(0x0FF0, *notes, instance=2)
        places.append(len(stream))
        stream += container(0x03E8, *lists)
        directory = len(stream)
        stream += record(0x1772, struct.pack(f"<{len(places) + 1}I", 1 | len(places) << 20, *places))
        edit, before_that = len(stream), edit
        stream += record(0x0FF5, struct.pack("<8xIII", before_that, directory, len(places)))
    user = record(0x0FF6, struct.pack("<III", 20, token, edit))
    return compound_file({"PowerPoint Document": stream, "Current User": user})
