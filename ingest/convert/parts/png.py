"""A picture as a PNG file. Pillow is an extra, and takes longer for pages of text."""

import struct
import zlib

GREY, COLOUR = 0, 2
NOTHING, UP = b"\0", b"\2"  # how a row is written: as it is, or by what differs from the one above
LEVEL = 6  # of compression; a tenth smaller than the least, for a hundredth of a second


def png(pixels: bytes, width: int, height: int) -> bytes:
    """`pixels` have three bytes each: red, green, blue."""
    kind, channels = COLOUR, 3
    if (shades := pixels[0::3]) == pixels[1::3] == pixels[2::3]:  # half the size
        pixels, kind, channels = shades, GREY, 1
    size = width * channels
    rows = [pixels[start : start + size] for start in range(0, size * height, size)]
    same = UP + bytes(size)
    written = b"".join(same if number and row == rows[number - 1] else NOTHING + row for number, row in enumerate(rows))
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(written, LEVEL)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, content) for name, content in parts)


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
