"""Compound files ([MS-CFB]): the streams in which old Office and Outlook keep a document.

Their sectors are lists, each of which names the next one. In a damaged or hostile file a list may lead round in a
circle; olefile follows it for as many sectors as the file says that there are, up to all memory.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import olefile

SMALLEST_SECTOR = 512  # bytes, of those that lists of sectors lie in
COUNTS = struct.Struct("<44xI16xI4xI")  # in the header: sectors of the table, of the table of small ones, of lists


class _Compound(olefile.OleFileIO):  # type: ignore[misc]  # which has no types
    """Looks paths up in a table, where olefile goes through all entries of a storage."""

    _numbers: dict[tuple[str, ...], int] | None = None

    def _find(self, filename: str | Sequence[str]) -> int:
        if self._numbers is None:
            self._numbers = dict(_numbered(self.root))
        names = filename.split("/") if isinstance(filename, str) else filename
        try:
            return self._numbers[tuple(name.lower() for name in names)]
        except KeyError:
            raise OSError("no such stream") from None


def _numbered(root: Any) -> Iterator[tuple[tuple[str, ...], int]]:
    """The paths of all entries; of two with the same, the first counts. So does the first path of an entry: it may lie
    within itself."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), root)]
    seen = set()
    while waiting:
        path, entry = waiting.pop()
        if entry.sid in seen:
            continue
        seen.add(entry.sid)
        waiting += (((*path, kid.name.lower()), kid) for kid in entry.kids)
        if path:
            yield path, entry.sid


def opened(file: BinaryIO) -> olefile.OleFileIO:
    """To be used as a context manager. Raises `OSError` for one that is damaged."""
    file.seek(0)
    header = file.read(COUNTS.size)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if len(header) < COUNTS.size or max(COUNTS.unpack(header)) * SMALLEST_SECTOR > size:
        raise OSError("the file is smaller than its tables of sectors")
    with _faults_named():
        return _Compound(file)


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
