"""What the styles of Word 97 to 2003 say of their paragraphs ([MS-DOC] 2.9.271 and 2.9.258)."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

OF_PARAGRAPHS = 1
NONE = 0xFFF  # a style that is made of no other
DEEPEST = 20  # styles made of others


class Style(NamedTuple):
    """`properties` are changes of those of the style that it is made of."""

    base: int
    properties: bytes


def styles(sheet: bytes) -> list[Style | None]:
    """By their numbers; those that are not of paragraphs are None, and so is what follows damage."""
    found: list[Style | None] = []
    try:
        head, number, base_size = struct.unpack_from("<HHH", sheet)
        at = 2 + head
        for _ in range(number):
            (size,) = struct.unpack_from("<H", sheet, at)
            found.append(_style(sheet[at + 2 : at + 2 + size], base_size))
            at += 2 + size + size % 2
    except struct.error:
        pass
    return found


def _style(definition: bytes, base_size: int) -> Style | None:
    if not definition:
        return None
    (kind,) = struct.unpack_from("<2xH", definition)
    (name,) = struct.unpack_from("<H", definition, base_size)
    at = base_size + 4 + 2 * name
    (size,) = struct.unpack_from("<H", definition, at)
    return Style(kind >> 4, definition[at + 4 : at + 2 + size]) if kind & 15 == OF_PARAGRAPHS else None


def made_of(found: Sequence[Style | None], number: int) -> list[bytes]:
    """The properties of a style, those of what it is made of before its own."""
    properties: list[bytes] = []
    for _ in range(DEEPEST):
        style = found[number] if number < len(found) and number != NONE else None
        if style is None:
            break
        properties.insert(0, style.properties)
        number = style.base
    return properties
