"""Zip files, such as Office documents: opened only if what they unpack to is bearable."""

import os
import zipfile
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

from lxml import etree

from ingest.errors import ConversionFailed

Made = TypeVar("Made")

MAX_ENTRIES = 10_000
MAX_UNPACKED = 1 << 30  # bytes, all entries together; most of it is pictures, which are not read
MAX_PART = 64 << 20  # bytes of one XML part; its tree takes several times as much memory
PIECE = 1 << 20  # bytes read at once of a part that is streamed
MAX_RATIO = 200  # of unpacked to packed; tables of numbers reach 50
RATIO_MATTERS_FROM = 16 << 20  # bytes

# Entities are not expanded, and nothing outside the part is read.
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Archive:
    """A zip file whose parts are XML, as a context manager. Methods raise `ConversionFailed`."""

    def __init__(self, file: BinaryIO, filename: str) -> None:
        self.filename = filename
        self._made: dict[Hashable, Any] = {}
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise _damaged(self.filename) from error
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if (
            len(entries) > MAX_ENTRIES
            or unpacked > MAX_UNPACKED
            or (unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * file.seek(0, os.SEEK_END))
        ):
            self._zip.close()
            raise ConversionFailed(
                f"'{filename}' would unpack to {len(entries):,} parts and {unpacked >> 20:,} MB, which is more "
                "than a document needs. Open it, save it anew and try again."
            )

        # Some programs write names with backslashes, or in small letters, and others open that.
        self._entries = {entry.filename.replace("\\", "/"): entry for entry in entries}
        self._in_small = {name.lower(): name for name in self._entries}

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return self._entry(name) is not None

    def _entry(self, name: str) -> zipfile.ZipInfo | None:
        return self._entries.get(name) or self._entries.get(self._in_small.get(name.lower(), ""))

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes of the parts, made when it is first asked for."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def sizes(self) -> Mapping[str, int]:
        """By the names of the parts, in their order, the bytes they unpack to."""
        return {name: entry.file_size for name, entry in self._entries.items()}

    def size(self, name: str) -> int:
        """Of a part that is there, the bytes it unpacks to."""
        return self._there(name).file_size

    def _there(self, name: str) -> zipfile.ZipInfo:
        if (entry := self._entry(name)) is None:
            raise KeyError(name)
        return entry

    def xml(self, name: str) -> etree._Element | None:
        """The root of the part, or None if there is no such part."""
        data = self.read(name)
        return None if data is None else parsed(data, self.filename)

    def read(self, name: str) -> bytes | None:
        """The bytes of the part, or None if there is no such part."""
        if (entry := self._entry(name)) is None:
            return None
        if entry.file_size > MAX_PART:
            raise ConversionFailed(
                f"'{self.filename}' holds more than {MAX_PART >> 20} MB of text. Split it into smaller files."
            )
        with self._faults_named():
            return self._zip.read(entry)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part of any size, piece by piece."""
        with self._faults_named(), self._zip.open(self._there(name)) as part:
            while piece := part.read(PIECE):
                yield piece

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise _damaged(self.filename) from error
        except (RuntimeError, NotImplementedError) as error:  # how zipfile refuses encryption and rare methods
            raise ConversionFailed(
                f"'{self.filename}' is encrypted or packed in an unusual way. Open it, save it anew and try again."
            ) from error


def parsed(data: bytes, filename: str) -> etree._Element:
    """The root of an XML file, or of a part of one. Raises `ConversionFailed`."""
    try:
        return etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError as error:
        code = getattr(error, "code", None)  # unknown to the type stubs
        if code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise ConversionFailed(f"'{filename}' is nested too deeply to be read, or unpacks without end.") from error
        raise _damaged(filename) from error


def _damaged(filename: str) -> ConversionFailed:
    return ConversionFailed(f"'{filename}' is damaged: it may have been cut short.")
