"""The records of PowerPoint 97 to 2003 ([MS-PPT], 2.13.24, and [MS-ODRAW] for what is drawn)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

CONTAINER = 0x0F


class Record(NamedTuple):
    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


class Records:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def at(self, place: int) -> Record:
        kind, number, size = struct.unpack_from("<HHI", self.data, place)
        start = place + 8
        return Record(number, kind >> 4, kind & 0xF == CONTAINER, start, min(start + size, len(self.data)))

    def children(self, outer: Record) -> Iterator[Record]:
        at = outer.start
        while at + 8 <= outer.end:
            record = self.at(at)
            yield record
            at = record.end

    def within(self, outer: Record) -> Iterator[Record]:
        """All records in it, those of its containers, too."""
        at = outer.start
        while at + 8 <= outer.end:
            record = self.at(at)
            yield record
            at = record.start if record.is_container else record.end

    def bytes(self, record: Record) -> bytes:
        return self.data[record.start : record.end]
