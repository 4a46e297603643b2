"""Small files of old Excel ([MS-XLS]), written by hand record by record."""

import struct
from collections.abc import Sequence

from tests.ingest.convert.msg_files import compound_file

WORKBOOK, WORKSHEET, CHART = 0x05, 0x10, 0x20


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def begin(kind: int, version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", version, kind, 0, 0, 0, 0x0600))


END = record(0x000A)


def text(words: str, short: bool = False) -> bytes:
    return struct.pack("<BB" if short else "<HB", len(words), 1) + words.encode("utf-16-le")


def cell(kind: int, row: int, column: int, data: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, style) + data)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return cell(0x0203, row, column, struct.pack("<d", value), style)


def label(row: int, column: int, words: str) -> bytes:
    return cell(0x0204, row, column, text(words))


def shape(number: int, words: str) -> bytes:
    """A text box, or what a comment shows; its words are cut in two."""
    half = len(words) // 2
    return (
        record(0x005D, struct.pack("<HHHH14x", 0x15, 0x12, 6, number))
        + record(0x01B6, struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(words), 16, 0))
        + record(0x003C, b"\0" + words[:half].encode("latin-1"))
        + record(0x003C, b"\1" + words[half:].encode("utf-16-le"))
        + record(0x003C, bytes(16))
    )


def comment(row: int, column: int, number: int) -> bytes:
    return record(0x001C, struct.pack("<HHHH", row, column, 0, number) + text("Ann") + b"\0")


def book(
    sheets: dict[str, bytes],
    formats: Sequence[str] = (),
    more: bytes = b"",
    first: bytes = b"",
    stream: str = "Workbook",
    version: int = 0x0600,
) -> bytes:
    """By name, the records of a sheet, which a chart's may be in place of. Styles from 1 on have the formats given."""
    styles = b"".join(record(0x041E, struct.pack("<H", 164 + n) + text(code)) for n, code in enumerate(formats))
    styles += b"".join(record(0x00E0, struct.pack("<HH16x", 0, n)) for n in (0, *range(164, 164 + len(formats))))
    head = begin(WORKBOOK, version) + first + styles + more
    bodies = [
        content if content.startswith(b"\x09\x08") else begin(WORKSHEET) + content + END for content in sheets.values()
    ]
    at = len(head) + len(END) + sum(len(record(0x0085, bytes(6) + text(name, short=True))) for name in sheets)
    listed = b""
    for name, body in zip(sheets, bodies, strict=True):
        listed += record(0x0085, struct.pack("<IBB", at, 0, 0) + text(name, short=True))
        at += len(body)
    return compound_file({stream: head + listed + END + b"".join(bodies)})
