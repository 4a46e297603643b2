"""Attached files: those that a question brings itself, as chunks that can be cited."""

import hashlib
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from haystack import Document

from ingest.blobs import Blobs
from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.convert.file_converter import FileConverter, Source
from ingest.convert.sandbox.call import always
from ingest.index.backend import ChunkStore
from ingest.records.files import Files
from ingest.records.listing import ListedFile, Listing
from ingest.records.store_files import Chunking

MAX_CHUNKS = 2000  # of one file that are looked at
MAX_REMEMBERED = 32  # files: conversations send the same ones with every turn
MAX_REMEMBERED_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class Attached:
    """A file, and its chunks in order. One that is not kept here has an id without the usual beginning."""

    file: ListedFile
    chunks: list[Document]


class AttachedFiles:
    """Reads what is in a store from the index, anything else in the sandbox. Methods raise `ConversionFailed` and
    `StorageFailed`; any thread may call them."""

    def __init__(
        self,
        files: Files,
        blobs: Blobs,
        listing: Listing,
        chunks: ChunkStore,
        converter: FileConverter,
        chunking: Chunking,
    ) -> None:
        self._files = files
        self._blobs = blobs
        self._listing = listing
        self._chunks = chunks
        self._converter = converter
        self._chunking = chunking
        self._remembered: OrderedDict[tuple[str, str], Attached] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, file_id: str, still_wanted: Callable[[], bool] = always) -> Attached:
        """A file that was uploaded. Raises `NotFound`."""
        if listed := self._listing.of_file(file_id):
            ids = [chunk_id(listed.store_id, file_id, listed.store_file_id, n) for n in range(MAX_CHUNKS)]
            found = self._chunks.filter_documents({"field": "id", "operator": "in", "value": ids})
            if found:
                return Attached(listed, sorted(found, key=lambda chunk: chunk_meta(chunk)["position"]))
        file = self._files.get(file_id)
        listed = ListedFile("", "", file.id, {}, file.filename, file.bytes, file.sha256, file.created_at)
        with self._blobs.local_path(file.sha256) as path:
            return self._read(listed, path, still_wanted)

    def sent(self, content: bytes, filename: str, still_wanted: Callable[[], bool] = always) -> Attached:
        """A file that is not kept."""
        sha256 = hashlib.sha256(content).hexdigest()
        listed = ListedFile("", "", f"attached-{sha256[:24]}", {}, filename, len(content), sha256, 0)
        with tempfile.TemporaryDirectory(prefix="attached-") as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            return self._read(listed, path, still_wanted)

    def _read(self, file: ListedFile, path: Path, still_wanted: Callable[[], bool]) -> Attached:
        known = file.file_id, file.filename
        with self._lock:
            if known in self._remembered:
                self._remembered.move_to_end(known)
                return self._remembered[known]
        meta = {
            "store_id": "",
            "file_id": file.file_id,
            "store_file_id": file.file_id,
            "filename": file.filename,
            "attributes": {},
            "chunk_tokens": self._chunking.chunk_tokens,
            "overlap_tokens": self._chunking.overlap_tokens,
        }
        read = self._converter.run([Source(path, meta)], still_wanted=still_wanted)
        if read["failures"]:
            raise read["failures"][0].error
        attached = Attached(file, read["documents"][:MAX_CHUNKS])
        with self._lock:
            self._remembered[known] = attached
            while len(self._remembered) > MAX_REMEMBERED or self._characters() > MAX_REMEMBERED_CHARACTERS:
                self._remembered.popitem(last=False)
        return attached

    def _characters(self) -> int:
        return sum(len(chunk.content or "") for each in self._remembered.values() for chunk in each.chunks)
