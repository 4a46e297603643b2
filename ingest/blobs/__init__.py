"""The bytes as they came, each kept once under its sha256: what keeping them takes, and where that can be.

To add a place: a module with `open_blobs(url)`, and a line in `BLOBS`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from ingest.blobs.draft import SPLIT_IT, Draft

__all__ = ["BLOBS", "SPLIT_IT", "Blobs", "Draft", "open_blobs"]

BLOBS = {"file": "ingest.blobs.local"}
"""By the scheme of a place's URL, the module that keeps bytes there; a vendor's library is imported only when used."""


class Blobs(Protocol):
    """What every place does. All of it raises `StorageFailed`."""

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        """Takes at most `limit` bytes; `advice` is for whoever sends more."""

    def keep(self, *drafts: Draft) -> None:
        """Make finished drafts blobs; they are on disk when this returns. Keeping the same bytes twice is fine."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, from any place: what is returned can `seek`. Raises `FileNotFoundError`."""

    def size(self, sha256: str) -> int | None:
        """Bytes; None if there is no such blob."""

    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path at which a program can read the bytes."""

    def delete(self, sha256: str) -> None:
        """One that is not there is deleted already."""

    def recover(self) -> Iterator[str]:
        """Take away the drafts of a process that died. Yields the sha256 of each blob that it kept shortly before its
        end, perhaps without having written its record. Nobody may write meanwhile."""

    def list(self, prefix: str) -> list[str]:
        """The sha256 of every blob that begins with these two digits."""


def open_blobs(url: str) -> Blobs:
    blobs: Blobs = import_module(BLOBS[urlsplit(url).scheme]).open_blobs(url)
    return blobs
