"""Blobs: the bytes of uploaded files, each kept once under its sha256. Here is what a blob storage has to do, and which
module does it for which URL.

To add a storage: a module with `open_blobs(address, scratch)`, a line in `STORAGES`, and what its URL may say in
`address.py`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Protocol

from ingest.blobs import address
from ingest.blobs.draft import SPLIT_IT, Draft
from ingest.blobs.reading import intact, within
from ingest.data_folder import BLOBS, SCRATCH
from ingest.errors import Invalid

__all__ = ["SPLIT_IT", "STORAGES", "Blobs", "Draft", "check_url", "intact", "open_at", "open_blobs", "within"]

OBJECT_STORE = "ingest.blobs.object_store"
STORAGES = {"file": "ingest.blobs.local", "s3": OBJECT_STORE, "gs": OBJECT_STORE, "az": OBJECT_STORE}
"""By URL scheme, the module that keeps bytes there. It is imported only when used, and a vendor's library with it."""

EXTRA, PACKAGE = "objects", "obstore"


class Blobs(Protocol):
    """What every blob storage does. All methods raise `StorageFailed`, and those that read raise `Damaged` for bytes
    that are not what they were."""

    shared: bool
    """Whether other processes keep and delete blobs here, too: `records.kept_blobs` says what follows from it."""

    def expect(self, kept: Sequence[str]) -> None:
        """Take some blobs of which at least one has to be there, else these are not the blobs of who calls."""

    def check_there(self) -> None:
        """Raise `StorageFailed` if the bytes are missing or were removed while they are in use, so that what is kept
        now would be lost when they are put back; or if none can be kept."""

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        """A draft for at most `limit` bytes; `advice` tells a user with a larger file what to do."""

    def keep(self, *drafts: Draft) -> None:
        """Turn drafts into blobs. Those that were finished are on disk when this returns, others when `flush` has
        returned. Keeping the same bytes twice does no harm."""

    def flush(self, *sha256s: str) -> None:
        """Have blobs on disk that were kept as drafts that were not finished. It is no error if there is no such
        blob."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, as a file that can `seek`. Raises `FileNotFoundError`, if the others are there."""

    def size(self, sha256: str) -> int | None:
        """In bytes; None if there is no such blob."""

    def fetch(self, sha256s: Sequence[str]) -> None:
        """Have these at hand: `local_path` is about to be asked for each of them, and says what is wrong with it."""

    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path at which a program can read the bytes, which were compared with their sha256 just before. Raises
        `Damaged`."""

    def delete(self, *sha256s: str) -> None:
        """It is no error if there is no such blob."""

    def recover(self) -> Iterator[str]:
        """Delete the drafts that a process left on this machine when it died; none of this process may be in use.
        Yields the sha256 of each blob that it may have kept without writing a record, if no record says so."""

    def list(self, prefix: str) -> dict[str, int]:
        """The sha256 of every blob that begins with `prefix`, two hexadecimal digits, and how many bytes it has."""

    def is_empty(self) -> bool:
        """Whether there is no blob at all."""

    def delete_all(self) -> None:
        """All of them, for a project that is deleted."""


class BlobSettings(Protocol):
    """What of the settings decides where blobs are."""

    @property
    def data_dir(self) -> Path: ...

    @property
    def blob_url(self) -> str: ...

    @property
    def project(self) -> str: ...


def check_url(url: str) -> None:
    """Raise `Invalid`, in words that follow the name of a setting, if nothing can be kept there."""
    scheme = address.read(url).scheme
    if STORAGES[scheme] == OBJECT_STORE and not find_spec(PACKAGE):
        raise Invalid(
            f"needs a package that is not installed ({PACKAGE}): type 'make .venv/ready-{EXTRA}', or install rag-api "
            f"with its extra '{EXTRA}'"
        )


def open_blobs(settings: BlobSettings) -> Blobs:
    """Those of the project that is set."""
    scratch = settings.data_dir / SCRATCH
    if settings.blob_url:
        return open_at(settings.blob_url, scratch, settings.project)
    return open_at((settings.data_dir / BLOBS).absolute().as_uri(), scratch)


def open_at(url: str, scratch: Path, project: str = "") -> Blobs:
    """Those at a URL, or those of a project there. `scratch` is a folder of this process, in which nothing is kept."""
    place = address.read(url)
    opened: Blobs = import_module(STORAGES[place.scheme]).open_blobs(
        place.within(project) if project else place, scratch
    )
    return opened
