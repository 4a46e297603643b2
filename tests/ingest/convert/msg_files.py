"""Small Outlook files, written by hand: a compound file ([MS-CFB]) with the streams of a message ([MS-OXMSG])."""

import struct
from dataclasses import dataclass

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SMALL_SECTOR, SMALL_UP_TO = 512, 64, 4096

Streams = dict[str, "bytes | Streams"]


def message(texts: dict[int, str], fixed: dict[tuple[int, int], int] | None = None, header: int = 32) -> Streams:
    """String properties, and those of fixed size by number and type."""
    entries = b"".join(struct.pack("<HHIQ", kind, number, 6, value) for (number, kind), value in (fixed or {}).items())
    streams: Streams = {"__properties_version1.0": bytes(header) + entries}
    streams |= {f"__substg1.0_{number:04X}001F": text.encode("utf-16-le") for number, text in texts.items()}
    return streams


def compound_file(streams: Streams) -> bytes:
    """Streams by name; a storage is a dictionary within."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, streams)
    small = bytearray()
    sectors = bytearray()
    table: list[int] = []
    small_table: list[int] = []
    for entry in entries[1:]:
        if entry.kind == 2 and len(entry.data) < SMALL_UP_TO:
            entry.start = _chain(small, small_table, entry.data, SMALL_SECTOR)
        elif entry.kind == 2:
            entry.start = _chain(sectors, table, entry.data, SECTOR)
    entries[0].data = bytes(small)
    entries[0].start = _chain(sectors, table, entries[0].data, SECTOR)
    small_fat = _chain(sectors, table, struct.pack(f"<{len(small_table)}I", *small_table), SECTOR, filler=b"\xff")
    directory = _chain(sectors, table, b"".join(entry.packed() for entry in entries), SECTOR)
    fats = 1
    while (len(table) + fats) * 4 > fats * SECTOR:
        fats += 1
    first_fat = len(table)
    table += [FAT] * fats
    table += [FREE] * (fats * SECTOR // 4 - len(table))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, fats, directory, 0, SMALL_UP_TO, small_fat, -(-len(small_table) * 4 // SECTOR), END, 0),
    )
    header += struct.pack("<109I", *range(first_fat, first_fat + fats), *[FREE] * (109 - fats))
    return header + bytes(sectors) + struct.pack(f"<{len(table)}I", *table)


@dataclass
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    data: bytes = b""
    start: int = END
    right: int = FREE
    child: int = FREE

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16xI8x8xIQ",
            *(name, len(name) + 2, self.kind, 1, FREE, self.right, self.child, 0, self.start, len(self.data)),
        )


def _add(entries: list[_Entry], parent: int, streams: Streams) -> None:
    """Siblings hang on each other's right, in the order of the format: by length, then by name."""
    previous = None
    for name in sorted(streams, key=lambda name: (len(name), name.upper())):
        content = streams[name]
        number = len(entries)
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
        if previous is None:
            entries[parent].child = number
        else:
            entries[previous].right = number
        previous = number
        if not isinstance(content, bytes):
            _add(entries, number, content)


def _chain(sectors: bytearray, table: list[int], data: bytes, size: int, filler: bytes = b"\0") -> int:
    """Append the data and the chain of its sectors; the first of them."""
    if not data:
        return END
    count = -(-len(data) // size)
    start = len(table)
    sectors += data + filler * (count * size - len(data))
    table += [*range(start + 1, start + count), END]
    return start
