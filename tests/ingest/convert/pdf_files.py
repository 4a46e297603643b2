"""Small PDF files, written by hand."""

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
BOLD = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"

# A font of shapes that does not say which letters they are: codes 1 to 126 are drawn by the same box.
SHAPES = (
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] "
    "/CharProcs << /box 4 0 R >> /Encoding << /Type /Encoding /Differences [1 "
    + " /box" * 126
    + "] >> /FirstChar 1 /LastChar 126 /Widths ["
    + " 1000" * 126
    + "] >>"
)
BOX = "<< /Length 38 >>\nstream\n1000 0 0 0 750 750 d1 0 0 750 750 re f\nendstream"


def glyph_font(name: str, glyphs: Mapping[str, Sequence[Sequence[tuple[int, int]]]]) -> list[str]:
    """Objects 7 to 9: a font (TrueType) with these letters, each drawn by these outlines."""
    shapes, offsets = b"", [0, 0]
    for outlines in glyphs.values():
        points = [point for outline in outlines for point in outline]
        last, at = b"", 0
        for outline in outlines:
            at += len(outline)
            last += struct.pack(">H", at - 1)
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise([(0, 0), *points])]
        shape = struct.pack(">hhhhh", len(outlines), 0, 0, 1000, 1000) + last + b"\0\0" + b"\x01" * len(points)
        shape += b"".join(struct.pack(">h", x) for x, _ in steps) + b"".join(struct.pack(">h", y) for _, y in steps)
        shapes += shape + bytes(-len(shape) % 4)
        offsets.append(len(shapes))
    count = len(glyphs) + 1
    codes = sorted(map(ord, glyphs))
    segments = [(code, code, list(glyphs).index(chr(code)) + 1 - code) for code in codes] + [(0xFFFF, 0xFFFF, 1)]
    ends, starts, deltas = zip(*((end, start, delta) for start, end, delta in segments), strict=True)
    parts = [*ends, 0, *starts, *(delta & 0xFFFF for delta in deltas), *[0] * len(segments)]
    mapped = struct.pack(f">HHHHHHH{len(parts)}H", 4, 14 + 2 * len(parts), 0, 2 * len(segments), 0, 0, 0, *parts)
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + mapped,
        b"glyf": shapes,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 1000, 1000, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", 1 << 16, 1000, 0, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, count),
        b"hmtx": struct.pack(">Hh", 1000, 0) * count,
        b"loca": struct.pack(f">{count + 1}I", *offsets),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 1 << 16, count, 99, 9, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head, body = struct.pack(">IHHHH", 1 << 16, len(tables), 64, 2, 48), b""
    for tag, table in tables.items():
        head += tag + struct.pack(">III", 0, 12 + 16 * len(tables) + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    data = (head + body).hex()
    widths = f"/FirstChar 0 /LastChar 255 /Widths [{'1000 ' * 256}]"
    return [
        f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /Encoding /WinAnsiEncoding {widths} "
        "/FontDescriptor 8 0 R >>",
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 1000 "
        "/Descent 0 /CapHeight 1000 /StemV 80 /FontFile2 9 0 R >>",
        f"<< /Length {len(data)} /Length1 {len(head + body)} /Filter /ASCIIHexDecode >>\nstream\n{data}\nendstream",
    ]


class Body(NamedTuple):
    """A page: the operators that draw it, and the objects of its annotations."""

    content: str
    annotations: Sequence[str] = ()


def pdf(*pages: str, title: str | None = None) -> bytes:
    """One line of text a page, in Helvetica."""
    return drawn(*(Body(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET") for text in pages), title=title)


def lines(*parts: tuple[float, float, float, str] | tuple[float, float, float, str, str]) -> str:
    """Operators for pieces of text: x, y, size, text, and the font (`F1`, or `F2`, which is bold)."""
    drawn = []
    for x, y, size, text, *font in parts:
        drawn.append(f"BT /{font[0] if font else 'F1'} {size} Tf {x} {y} Td ({text}) Tj ET")
    return "\n".join(drawn)


def picture() -> Body:
    """A scan."""
    return Body("q 400 0 0 400 72 200 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")


def drawn(
    *pages: Body, title: str | None = None, catalog: str = "", more: Sequence[str] = (), fonts: str = ""
) -> bytes:
    """`more` are objects from number 7 on, `catalog` are entries that name them, `fonts` those of fonts. F1 is
    Helvetica, F2 bold, F3 has shapes that are no letters."""
    objects = [
        "",
        "",
        HELVETICA,
        BOX,
        BOLD,
        SHAPES,
        *more,
    ]
    kids = []
    for page in pages:
        annotations = []
        for each in page.annotations:
            objects.append(each)
            annotations.append(f"{len(objects)} 0 R")
        objects.append(f"<< /Length {len(page.content)} >>\nstream\n{page.content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 3 0 R /F2 5 0 R /F3 6 0 R {fonts} >> >> "
            f"/Annots [{' '.join(annotations)}] >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>"
    objects.append(f"<< /Title ({title}) >>" if title else "<< >>")
    body, offsets = "%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{value}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


def with_scans() -> bytes:
    """Of two pages, the second is a picture."""
    return drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture())
