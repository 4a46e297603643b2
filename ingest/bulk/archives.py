"""The files in a ZIP or TAR archive, one after the other; none is unpacked to where its name points."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from weakref import finalize

from ingest.bulk import tar
from ingest.errors import Invalid

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
MAX_MEMBERS = 1_000_000
MAX_RATIO = 200  # of unpacked to packed size; tables of numbers reach 50
RATIO_MATTERS_FROM = 256 << 20  # bytes unpacked
MAX_DIRECTORY = 16 << 20  # bytes that list the files of a zip, some 200,000
MAX_XZ_MEMORY = 96 << 20  # bytes; 65 MB is what the strongest of its usual levels needs
PIECE = 64 << 10
IN_MEMORY = 1 << 20  # bytes; a larger member is kept in a nameless file
ENCRYPTED = 1  # bit 0 of the flags: APPNOTE.TXT of PKWARE, 4.4.4


@dataclass(frozen=True)
class Member:
    """A file in an archive. `open` works as long as the archive exists; `refusal` says why not to open it."""

    name: str
    size: int
    open: Callable[[], BinaryIO]
    refusal: str | None = None


def is_archive(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def members(packed: BinaryIO, name: str, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """The files in an archive of this name whose own name is wanted; it is closed when the last of them is gone. Raises
    `Invalid` if it is damaged or a bomb, and `OSError`."""
    try:
        yield from _of_zip(packed, wanted) if name.lower().endswith(".zip") else _of_tar(packed, name, wanted)
    except (OSError, Invalid):
        raise
    except Exception as error:  # whatever the readers of damaged archives raise: others are to be taken in all the same
        raise Invalid(f"the archive is damaged, or not what its name says ({error})") from error


def _of_zip(packed: BinaryIO, wanted: Callable[[str], bool]) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(cast(BinaryIO, _Directory(packed)))
    except BaseException:
        packed.close()
        raise
    finalize(archive, packed.close)
    entries = archive.infolist()
    budget = _Budget(packed)
    for entry in entries:
        budget.spend(entry.file_size)  # no more than that is ever read
    for number, entry in enumerate(entries):
        _check_number(number)
        if not entry.is_dir() and wanted(entry.filename):
            refusal = "it is encrypted: unpack it yourself" if entry.flag_bits & ENCRYPTED else _refusal(entry.filename)
            yield Member(entry.filename, entry.file_size, partial(_unzipped, archive, entry), refusal)


def _unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    try:
        with archive.open(entry) as source:
            return _held(cast(BinaryIO, source))()
    except (OSError, Invalid):
        raise
    except Exception as error:
        raise Invalid(f"it is damaged within its archive ({error})") from error


def _of_tar(packed: BinaryIO, name: str, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Read in one pass, since going back in a compressed stream means to unpack it again."""
    with packed, _unpacked(packed, name) as stream:
        for number, entry in enumerate(tar.entries(cast(BinaryIO, _Counted(stream, _Budget(packed))))):
            _check_number(number)
            if not wanted(entry.name):
                continue
            refusal = "it is a sparse file: unpack it yourself" if entry.is_sparse else _refusal(entry.name)
            opened = io.BytesIO if refusal else _held(cast(BinaryIO, entry.content))
            yield Member(entry.name, entry.size, opened, refusal)


def _unpacked(packed: BinaryIO, name: str) -> BinaryIO:
    name = name.lower()
    if name.endswith((".gz", ".tgz")):
        return cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    if name.endswith((".bz2", ".tbz2")):
        return cast(BinaryIO, bz2.BZ2File(packed))
    if name.endswith((".xz", ".txz")):
        return cast(BinaryIO, _Xz(packed))
    return packed


class _Xz:
    """A stream of xz, which may say how much memory its reader has to have."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._stream = lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY)

    def __enter__(self) -> "_Xz":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def read(self, size: int) -> bytes:
        while True:
            if self._stream.eof:
                rest = (self._stream.unused_data or self._packed.read(PIECE)).lstrip(b"\0")
                if not rest:
                    return b""
                self._stream = lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY)
            else:
                rest = self._packed.read(PIECE) if self._stream.needs_input else b""
                if self._stream.needs_input and not rest:
                    raise EOFError("it ends early")
            if data := self._stream.decompress(rest, size):
                return data


class _Budget:
    """How much an archive of this size may unpack to."""

    def __init__(self, packed: BinaryIO) -> None:
        self._left = max(RATIO_MATTERS_FROM, MAX_RATIO * os.fstat(packed.fileno()).st_size)

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Invalid(f"it unpacks to more than {MAX_RATIO} times its size; unpack it yourself if that is right")


class _Directory:
    """A zip that is read only if what lists its files is no longer than can be meant: all of it is kept."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self.seek, self.tell, self.seekable = packed.seek, packed.tell, packed.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise Invalid(f"it lists more files than {MAX_DIRECTORY >> 20} MB have room for: unpack it yourself")
        return self._packed.read(size)


class _Counted(io.RawIOBase):
    """A stream that spends the budget as it is read, whether or not anyone wants the bytes."""

    def __init__(self, stream: BinaryIO, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._budget.spend(len(data))
        return data


def _held(source: BinaryIO) -> Callable[[], BinaryIO]:
    """The rest of a stream, which can be opened any number of times."""
    beginning = source.read(IN_MEMORY + 1)
    return partial(io.BytesIO, beginning) if len(beginning) <= IN_MEMORY else _OnDisk(beginning, source).open


class _OnDisk:
    """Bytes in a file without a name, which is gone once nothing refers to it."""

    def __init__(self, beginning: bytes, rest: BinaryIO) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - __del__ closes it
        self._file.write(beginning)
        shutil.copyfileobj(rest, self._file)
        self._file.flush()

    def __del__(self) -> None:
        self._file.close()

    def open(self) -> BinaryIO:
        opened = os.fdopen(os.dup(self._file.fileno()), "rb")
        opened.seek(0)
        return opened


def _check_number(number: int) -> None:
    if number >= MAX_MEMBERS:
        raise Invalid(f"it holds more than {MAX_MEMBERS:,} files; unpack it yourself")


def _refusal(name: str) -> str | None:
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        return "its name leads out of the archive"
    if is_archive(name):
        return "an archive within an archive is not opened: unpack it yourself"
    return None
