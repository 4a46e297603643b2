import struct
import zlib

import pytest

from ingest.convert.parts.png import png


def pixels_of(content: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, kind and bytes of a PNG file, read as its specification says; only the filters 0 and 2."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    parts, place = {}, 8
    while place < len(content):
        [length] = struct.unpack_from(">I", content, place)
        name, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", content, place + 8 + length) == (zlib.crc32(name + body),)
        parts[name] = body
        place += 12 + length
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    raw, size = zlib.decompress(parts[b"IDAT"]), width * {0: 1, 2: 3}[kind]
    assert len(raw) == height * (size + 1)
    rows, above = [], bytes(size)
    for start in range(0, len(raw), size + 1):
        row = raw[start + 1 : start + 1 + size]
        above = bytes((a + b) % 256 for a, b in zip(row, above, strict=True)) if raw[start] == 2 else row
        rows.append(above)
    return width, height, kind, b"".join(rows)


COLOURS = bytes(range(36))
GREYS = bytes(shade for shade in range(6) for _ in range(3))


@pytest.mark.parametrize(
    ("pixels", "width", "height", "kind", "kept"),
    [
        (COLOURS, 4, 3, 2, COLOURS),
        (COLOURS[:12] * 3, 4, 3, 2, COLOURS[:12] * 3),
        (GREYS, 3, 2, 0, bytes(range(6))),
        (GREYS[:9] * 4, 3, 4, 0, bytes(range(3)) * 4),
    ],
)
def test_what_is_written_is_what_a_reader_sees(pixels: bytes, width: int, height: int, kind: int, kept: bytes) -> None:
    assert pixels_of(png(pixels, width, height)) == (width, height, kind, kept)


def test_rows_that_are_the_same_take_little() -> None:
    assert len(png(b"\xff\xff\xfe" * 1_000_000, 1000, 1000)) < 20_000
