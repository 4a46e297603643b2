"""The texts of slides in PowerPoint 97 to 2003, with how their paragraphs and letters look ([MS-PPT], 2.9.44)."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.convert.parts.looks import is_power, put_together, struck

PARAGRAPH_END, LINE_END = "\r", "\v"

# What may be stated, in this order, if one of these bits of the mask is set: the bytes of its value.
HAS_BULLET, BULLET = 1, 0xF
TAB_STOPS = 1 << 20
OF_PARAGRAPHS = (
    *((BULLET, 2), (1 << 7, 2), (1 << 4, 2), (1 << 6, 2), (1 << 5, 4), (1 << 11, 2), (1 << 12, 2), (1 << 13, 2)),
    *((1 << 14, 2), (1 << 8, 2), (1 << 10, 2), (1 << 15, 2), (TAB_STOPS, 2), (1 << 16, 2), (0xE << 16, 2)),
    (1 << 21, 2),
)
STYLE, STRUCK, POSITION = 0xFFFF, 1 << 8, 1 << 19
OF_LETTERS = (
    *((STYLE, 2), (1 << 16, 2), (1 << 21, 2), (1 << 22, 2), (1 << 23, 2), (1 << 17, 2), (1 << 18, 4), (POSITION, 2)),
)


class Paragraph(NamedTuple):
    text: str
    depth: int
    is_item: bool | None  # None where only the master says


class _Run(NamedTuple):
    """What holds for the paragraphs, or letters, up to a place in the text."""

    end: int
    depth: int = 0
    is_item: bool | None = None
    is_struck: bool = False
    is_raised: bool = False


class Text(NamedTuple):
    kind: int  # that of a title, of a body, ...
    units: str  # a character of two units counts as two
    looks: bytes = b""

    def paragraphs(self) -> Iterator[Paragraph]:
        of_paragraphs, of_letters = _runs(self.looks, len(self.units) + 1)
        start, outer, inner = 0, 0, 0
        for line in self.units.split(PARAGRAPH_END):
            end = start + len(line)
            outer = _at(of_paragraphs, start, outer)
            pieces: list[str] = []
            while True:
                inner = _at(of_letters, start, inner)
                look = of_letters[inner]
                text = shown(self.units[start : min(look.end, end)])
                if look.is_raised and is_power(text, pieces):
                    pieces.append("^")
                pieces.append(struck(text) if look.is_struck else text)
                if look.end >= end:
                    break
                start = look.end
            yield Paragraph(put_together(pieces), of_paragraphs[outer].depth, of_paragraphs[outer].is_item)
            start = end + 1


def units(data: bytes, is_single: bool) -> str:
    if is_single:
        return data.decode("latin-1")
    return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) & ~1])))


def shown(units: str) -> str:
    text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace(LINE_END, "\n").replace("\0", "")


def _at(runs: Sequence[_Run], place: int, number: int) -> int:
    """The number of the run that holds at this place, which comes after the one before."""
    while number < len(runs) - 1 and runs[number].end <= place:
        number += 1
    return number


def _runs(looks: bytes, length: int) -> tuple[list[_Run], list[_Run]]:
    """Those of paragraphs, and those of letters; what cannot be read says nothing."""
    of_paragraphs, of_letters = [], []
    at = end = 0
    try:
        while end < length:
            count, depth = struct.unpack_from("<IH", looks, at)
            mask, at, values = _stated(looks, at + 6, OF_PARAGRAPHS)
            has_bullet = bool(values[BULLET] & HAS_BULLET) if mask & HAS_BULLET else None
            end += max(count, 1)
            of_paragraphs.append(_Run(end, depth, has_bullet))
        end = 0
        while end < length:
            (count,) = struct.unpack_from("<I", looks, at)
            mask, at, values = _stated(looks, at + 4, OF_LETTERS)
            end += max(count, 1)
            raised = 0 < values.get(POSITION, 0) < 0x8000
            of_letters.append(_Run(end, is_struck=bool(mask & values.get(STYLE, 0) & STRUCK), is_raised=raised))
    except struct.error:
        pass
    return [*of_paragraphs, _Run(length)], [*of_letters, _Run(length)]


def _stated(looks: bytes, at: int, order: Sequence[tuple[int, int]]) -> tuple[int, int, dict[int, int]]:
    """The mask, where it ends, and the values by their bits."""
    (mask,) = struct.unpack_from("<I", looks, at)
    at += 4
    values = {}
    for bits, size in order:
        if mask & bits:
            (values[bits],) = struct.unpack_from("<H" if size == 2 else "<I", looks, at)
            at += size + (4 * values[bits] if bits == TAB_STOPS else 0)
    return mask, at, values
