"""The files of a TAR archive, in one pass and in bounded memory: POSIX (ustar, pax), GNU and the old form of Unix.

Python's own reader follows headers that extend others as deep as they go, and reads each of them whole, so that a few
hundred KB end it with a `RecursionError` or take gigabytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ingest.errors import Invalid

BLOCK = 512
MAX_EXTENSION = 64 << 10  # bytes of a header that extends the one after it, as with a long name
MAX_EXTENSIONS = 8  # in a row
MAX_SPARSE = 1_000  # headers of a sparse file of GNU's
READ_BYTES = 64 << 10

_FILES, _SPARSE = (b"0", b"\0", b"7"), b"S"
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")  # whatever their size says
_PAX, _GLOBAL, _LONG_NAME, _LONG_LINK = (b"x", b"X"), b"g", b"L", b"K"

_RECORD = re.compile(rb"(\d{1,5}) ([^=]+)=")


class Damaged(ValueError):
    pass


@dataclass
class Entry:
    """A file; `content` has to be read before the next one."""

    name: str
    size: int
    is_sparse: bool
    content: "Content"


class Content:
    """The bytes of one file in the stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size
        self._padding = -size % BLOCK

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = _exactly(self._stream, wanted)
        self._left -= len(data)
        return data

    def skip(self) -> None:
        while self._left:
            self.read(READ_BYTES)
        _exactly(self._stream, self._padding)
        self._padding = 0


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """Raises `Invalid` for an archive that is damaged or more than a reader has to bear, and what the stream does."""
    for_all: dict[str, str] = {}
    pax: dict[str, str] = {}
    name: str | None = None
    extensions = 0
    while header := _header(stream):
        kind, size = header[156:157], _number(header[124:136])
        if kind in _PAX or kind in (_GLOBAL, _LONG_NAME, _LONG_LINK):
            extensions += 1
            if extensions > MAX_EXTENSIONS or size > MAX_EXTENSION:
                raise Invalid("its headers are longer than names can be: unpack it yourself if that is right")
            content = Content(stream, size)
            data = content.read()
            content.skip()
            if kind == _GLOBAL:
                for_all |= _records(data)
            elif kind == _LONG_NAME:
                name = _text(data.partition(b"\0")[0])
            elif kind in _PAX:
                pax |= _records(data)
            continue
        told = for_all | pax
        if "size" in told:
            size = _decimal(told["size"])
        is_sparse = kind == _SPARSE or any(key.startswith("GNU.sparse.") for key in told)
        if kind == _SPARSE:
            _skip_sparse_headers(stream, header)
        content = Content(stream, 0 if kind in _WITHOUT_CONTENT else size)
        named = told.get("GNU.sparse.name") or told.get("path") or name or _name(header)
        if (kind in _FILES or is_sparse) and not named.endswith("/"):
            yield Entry(named, size, is_sparse, content)
        content.skip()
        pax, name, extensions = {}, None, 0


def _header(stream: BinaryIO) -> bytes:
    """The next one; empty at the end of the archive."""
    header = stream.read(BLOCK)
    while 0 < len(header) < BLOCK and (more := stream.read(BLOCK - len(header))):
        header += more
    if not header.strip(b"\0"):
        return b""
    if len(header) < BLOCK:
        raise Damaged("it ends in the middle of a header")
    told = _number(header[148:156])
    others = header[:148] + b" " * 8 + header[156:]
    if told not in (sum(others), sum(byte - 256 if byte > 127 else byte for byte in others)):
        raise Damaged("a header does not have the sum that it says")
    return header


def _number(field: bytes) -> int:
    """Octal, or in base 256, as GNU writes what is larger."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip()
    try:
        number = int(digits or b"0", 8)
    except ValueError:
        raise Damaged("a header has no number where one belongs") from None
    if number < 0:
        raise Damaged("a header has a negative number")
    return number


def _decimal(digits: str) -> int:
    if not re.fullmatch("[0-9]{1,20}", digits):
        raise Damaged("a header has no number where one belongs")
    return int(digits)


def _name(header: bytes) -> str:
    name, prefix = header[:100].partition(b"\0")[0], header[345:500].partition(b"\0")[0]
    is_posix = header[257:263] == b"ustar\0"
    return _text(prefix + b"/" + name if is_posix and prefix else name)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _records(data: bytes) -> dict[str, str]:
    """Of a header of pax: each has its own length before it, in decimal digits."""
    records = {}
    start = 0
    while start < len(data) and data[start]:
        record = _RECORD.match(data, start)
        end = start + int(record[1]) if record else 0
        if not record or not record.end() < end <= len(data) or data[end - 1 : end] != b"\n":
            raise Damaged("a header of pax is not made of records")
        records[_text(record[2])] = _text(data[record.end() : end - 1])
        start = end
    return records


def _skip_sparse_headers(stream: BinaryIO, header: bytes) -> None:
    """Those that follow the header of a sparse file, as long as each says that there is another."""
    goes_on, number = header[482], 0
    while goes_on:
        number += 1
        if number > MAX_SPARSE:
            raise Invalid("it has a sparse file of too many parts: unpack it yourself")
        goes_on = _exactly(stream, BLOCK)[504]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, of a stream that may give fewer at a time."""
    data = stream.read(size) if size else b""
    if len(data) == size:
        return data
    pieces = [data]
    left = size - len(data)
    while left:
        if not (more := stream.read(left)):
            raise Damaged("it ends in the middle of a file")
        pieces.append(more)
        left -= len(more)
    return b"".join(pieces)
