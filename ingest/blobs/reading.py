"""Reading a blob so that damage is noticed: all of it is compared with the sha256 that it is kept under."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from ingest.errors import Damaged

READ_BYTES = 1 << 20


def intact(source: BinaryIO, sha256: str, at_once: int = READ_BYTES) -> Iterator[bytes]:
    """All bytes, in pieces; the last one comes only if they are those that were kept. Raises `Damaged`."""
    hashed = hashlib.sha256()
    held_back = b""
    with source:
        while piece := _read(source, at_once):
            if held_back:
                yield held_back
            hashed.update(piece)
            held_back = piece
    if hashed.hexdigest() != sha256:
        raise Damaged("not those that were uploaded")
    if held_back:
        yield held_back


def within(source: BinaryIO, part: range, at_once: int = READ_BYTES) -> Iterator[bytes]:
    """The bytes of a part, in pieces, as they are. Raises `Damaged` if they cannot be read."""
    with source:
        source.seek(part.start)
        for start in range(part.start, part.stop, at_once):
            yield _read(source, min(at_once, part.stop - start))


def _read(source: BinaryIO, at_most: int) -> bytes:
    try:
        return source.read(at_most)
    except OSError as error:
        raise Damaged(f"unreadable ({error.strerror})") from error
