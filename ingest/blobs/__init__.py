"""Blobs: the bytes of uploaded files, each kept once under its sha256. Here is what a blob storage has to do, and which
module does it for which URL.

To add a storage: a module with `open_blobs(url)`, and a line in `BLOBS`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from ingest.blobs.draft import SPLIT_IT, Draft
from ingest.blobs.reading import intact, within

__all__ = ["BLOBS", "SPLIT_IT", "Blobs", "Draft", "intact", "open_blobs", "within"]

BLOBS = {"file": "ingest.blobs.local"}
"""By URL scheme, the module that keeps bytes there. It is imported only when used, and a vendor's library with it."""


class Blobs(Protocol):
    """What every blob storage does. All methods raise `StorageFailed`, and those that read raise `Damaged` for bytes
    that are not what they were."""

    def expect(self, kept: Sequence[str]) -> None:
        """Take some blobs of which at least one has to be there, else these are not the blobs of who calls."""

    def check_there(self) -> None:
        """Raise `StorageFailed` if the bytes are missing or were removed while they are in use, so that what is kept
        now would be lost when they are put back; or if none can be kept."""

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        """A draft for at most `limit` bytes; `advice` tells a user with a larger file what to do."""

    def keep(self, *drafts: Draft) -> None:
        """Turn drafts into blobs, which are on disk when this returns. Keeping the same bytes twice does no harm."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, as a file that can `seek`. Raises `FileNotFoundError`, if the others are there."""

    def size(self, sha256: str) -> int | None:
        """In bytes; None if there is no such blob."""

    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path at which a program can read the bytes, which were compared with their sha256 just before. Raises
        `Damaged`."""

    def delete(self, sha256: str) -> None:
        """It is no error if there is no such blob."""

    def recover(self) -> Iterator[str]:
        """Delete the drafts that a process left behind when it died; nobody else may write meanwhile. Yields the sha256
        of each blob that it may have kept without writing a record."""

    def list(self, prefix: str) -> list[str]:
        """The sha256 of every blob that begins with `prefix`, two hexadecimal digits."""


def open_blobs(url: str) -> Blobs:
    blobs: Blobs = import_module(BLOBS[urlsplit(url).scheme]).open_blobs(url)
    return blobs
