"""Compound files ([MS-CFB]): the streams in which old Office and Outlook keep a document.

Their sectors are lists, each of which names the next one. In a damaged or hostile file a list may lead round in a
circle; olefile follows it for as many sectors as the file says that there are, up to all memory.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import olefile

SMALLEST_SECTOR = 512  # bytes, of those that lists of sectors lie in
COUNTS = struct.Struct("<44xI16xI4xI")  # in the header: sectors of the table, of the table of small ones, of lists


def opened(file: BinaryIO) -> olefile.OleFileIO:
    """To be used as a context manager. Raises `OSError` for one that is damaged."""
    file.seek(0)
    header = file.read(COUNTS.size)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if len(header) < COUNTS.size or max(COUNTS.unpack(header)) * SMALLEST_SECTOR > size:
        raise OSError("the file is smaller than its tables of sectors")
    with _faults_named():
        return olefile.OleFileIO(file)


def stream(compound: olefile.OleFileIO, name: str | Sequence[str]) -> bytes:
    """The bytes of a stream. Raises `OSError` if there is none such, or it is damaged."""
    path = name if isinstance(name, str) else list(name)
    if max(compound.get_size(path), compound.root.size) > compound.fp.seek(0, os.SEEK_END):
        raise OSError("the file is smaller than one of its streams")
    with _faults_named():
        data: bytes = compound.openstream(path).read()
    return data


@contextmanager
def _faults_named() -> Iterator[None]:
    """What olefile raises where it does not look before it computes."""
    try:
        yield
    except (ValueError, LookupError, OverflowError, struct.error) as error:
        raise OSError("its header or its lists of sectors make no sense") from error
