"""The Haystack document store over an index folder: chunks in SQLite, found through Tantivy."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from haystack import Document, default_from_dict, default_to_dict
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils.filters import document_matches_filter

from ingest import cancellation
from ingest.embed import DocumentEmbedder
from ingest.index import metadata
from ingest.index.backend import StoredChunks
from ingest.index.embedded.folder import Folder, ReadFolder
from ingest.index.embedded.fulltext import Broken, FullText
from ingest.index.embedded.hybrid import hybrid
from ingest.index.embedded.record import Vector, record
from ingest.index.embedded.rows import Transaction
from ingest.index.embedded.vectors import packed
from ingest.index.embedded.verify import faults, stored
from ingest.index.embedded.where import EVERYTHING, RowDialect, Where
from ingest.index.filters import Filters, split
from ingest.index.spelling import with_near_spellings
from ingest.index.to_thread import to_thread
from ingest.query import Query

_EMBEDDED_AT_ONCE = 256
_MOST_AT_ONCE = 10_000  # hits fetched at a time where filters have to be checked on the documents


class _Opened:
    """The folders that this process has open, shared by its stores.

    A pipeline read from YAML gives each component its own store, but a folder can be opened only once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[Path, tuple[Folder, int]] = {}

    def take(self, path: Path, embedding_model: str | None, lag: int) -> Folder:
        with self._lock:
            folder, users = self._folders.get(path) or (Folder(path, embedding_model, lag), 0)
            self._folders[path] = folder, users + 1
            return folder

    def give_back(self, path: Path) -> None:
        with self._lock:
            folder, users = self._folders.pop(path)
            if users > 1:
                self._folders[path] = folder, users - 1
            else:
                folder.close()


_opened = _Opened()


class EmbeddedDocumentStore:
    """Keeps documents in a folder, which it opens on first use and holds until `close()`.

    Any number of threads may use it. Concurrent writes share a commit; when a write or deletion returns, it is durable
    and searches see it. With an embedding model, documents are written with its embeddings, which serve searches only:
    documents come back without them. With a `lag`, searches may miss the last so many documents before `close()`, which
    makes writing cheaper where nobody searches; they are just as durable, and indexed at the latest when the folder is
    opened next. Methods raise `StorageFailed`, and those that open the folder `FolderInUse`.
    """

    def __init__(self, folder: str, embedding_model: str | None = None, lag: int = 0) -> None:
        self.folder = folder
        self.embedding_model = embedding_model
        self.lag = lag
        self._path = Path(folder).resolve()
        self._opening = threading.Lock()
        self._open: Folder | None = None

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(self, folder=self.folder, embedding_model=self.embedding_model, lag=self.lag)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "EmbeddedDocumentStore":
        return default_from_dict(cls, data)

    def close(self) -> None:
        with self._opening:
            if self._open is not None:
                self._open = None
                _opened.give_back(self._path)

    def reindex(self) -> None:
        """Rebuild the full-text index from the rows."""
        self._folder.reindex()

    def mend_as_told(self) -> None:
        self._folder.mend_as_told()

    def search(self, query: Query) -> list[Document]:
        """The best `top_k` documents that pass the filters, with scores in 0..1 and without embeddings; those with the
        content of a better one come last."""
        folder = self._read
        fulltext = folder.fulltext
        try:
            return self._search(folder, fulltext, query)
        except Broken:
            folder.mend(fulltext)
            return self._search(folder, folder.fulltext, query)

    def _search(self, folder: ReadFolder, fulltext: FullText, query: Query) -> list[Document]:
        if query.dense and folder.vectors is not None:
            return hybrid(folder.rows, fulltext, folder.vectors, query, query.dense)
        search = fulltext.search(query.text, query.filters, query.context)
        if search is None:
            return []
        top_k = query.top_k
        if search.residual is None:
            return with_near_spellings(folder.rows.fetch(search.best(top_k)), search.near)
        firsts: dict[str | None, Document] = {}
        copies: list[Document] = []
        offset, limit = 0, top_k
        while len(firsts) < top_k:
            cancellation.check()
            hits = search.hits(offset, limit)
            for document in folder.rows.fetch(hits):
                if document_matches_filter(search.residual, document):
                    if document.content not in firsts:
                        firsts[document.content] = document
                    elif len(copies) < top_k:
                        copies.append(document)
            if len(hits) < limit:
                break
            offset, limit = offset + limit, min(limit * 4, _MOST_AT_ONCE)
        return with_near_spellings([*firsts.values(), *copies][:top_k], search.near)

    def count_without_vector(self) -> int:
        """How many chunks have no vector to be searched by, and are found by their words alone."""
        folder = self._read
        return folder.rows.count() - len(folder.vectors) if folder.vectors is not None else 0

    def check_there(self) -> None:
        """Raise `StorageFailed` if the files were removed or replaced while they are in use."""
        self._read.rows.check_there()

    def documents(self) -> Iterator[Document]:
        """All of them, in the order in which they were written."""
        return self._folder.rows.select()

    @property
    def place(self) -> str:
        return self.folder

    def size_bytes(self) -> int:
        """The bytes of all files of the index, some of which may go while they are looked at."""
        size = 0
        for path in self._path.rglob("*"):
            with suppress(FileNotFoundError):
                size += path.stat().st_size if path.is_file() else 0
        return size

    def stored(self) -> Iterator[StoredChunks]:
        """The chunks of each store file, in the order of their ids."""
        return stored(self._path)

    def faults(self) -> Iterator[str]:
        """What is wrong with the full-text index, in words; `reindex` repairs it. Nobody may write meanwhile."""
        return faults(self._path, self._folder.fulltext)

    def count_documents(self) -> int:
        return self._read.rows.count()

    def filter_documents(self, filters: Filters | None = None) -> list[Document]:
        """The documents that pass the filters, in the order they were written."""
        where, residual = split(filters, RowDialect())
        found = self._read.rows.select(where)
        return [d for d in found if residual is None or document_matches_filter(residual, d)]

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """The number written. Without a policy, raises `DuplicateDocumentError` for an id that is taken; raises
        `ValueError` for anything but documents."""
        if not isinstance(documents, list) or not all(isinstance(d, Document) for d in documents):
            raise ValueError("write_documents needs a list of Documents.")
        if not documents:
            return 0
        vectors: list[Vector] = []
        if self.embedding_model:
            vectors = _vectors(documents, self.embedding_model)
            documents = [replace(document, embedding=None) for document in documents]
        records = [record(document) for document in documents]

        def write(rows: Transaction) -> int:
            written = rows.add(records, policy)
            rows.add_vectors(vectors)
            return written

        return self._folder.write(write)

    def embed(self, embedder: DocumentEmbedder) -> int:
        """Make the vectors that chunks lack or have of another model, and return how many; after an interruption, it
        goes on where it was. Raises `EmbeddingsFailed`."""
        if not self.embedding_model:
            return 0
        model = self.embedding_model
        [probe] = embedder.run(documents=[Document(content="Any text.")])["documents"]
        made, row = 0, 0
        while lacking := self._folder.rows.without_vector(row, model, len(probe.embedding or []), _EMBEDDED_AT_ONCE):
            texts = [Document(id=id, content=content) for _, id, content in lacking]
            vectors = _vectors(embedder.run(documents=texts)["documents"], model)
            self._folder.write(partial(Transaction.add_vectors, vectors=vectors))
            made, row = made + len(vectors), lacking[-1][0]
        self._folder.load_vectors()
        return made

    def delete_documents(self, document_ids: list[str]) -> None:
        self._folder.write(lambda rows: rows.remove(Where.one_of("id", document_ids)))

    def delete_all_documents(self) -> None:
        self._folder.write(lambda rows: rows.remove(EVERYTHING))

    def delete_by_filter(self, filters: Filters) -> int:
        return self._folder.write(lambda rows: rows.remove(_chosen(rows, filters)))

    def update_by_filter(self, filters: Filters, meta: dict[str, Any]) -> int:
        """Merge `meta` into that of each document that passes the filters, and return how many did."""

        def update(rows: Transaction) -> int:
            chosen = _chosen(rows, filters)
            vectors = rows.vectors(chosen)
            changed = [record(replace(document, meta=document.meta | meta)) for _, document in rows.select(chosen)]
            updated = rows.add(changed, DuplicatePolicy.OVERWRITE)
            rows.add_vectors(vectors)
            return updated

        return self._folder.write(update)

    def count_documents_by_filter(self, filters: Filters) -> int:
        where, residual = split(filters, RowDialect())
        return self._read.rows.count(where) if residual is None else len(self.filter_documents(filters))

    def count_unique_metadata_by_filter(self, filters: Filters, metadata_fields: list[str]) -> dict[str, int]:
        return metadata.count_unique(self.filter_documents(filters), metadata_fields)

    def get_metadata_fields_info(self) -> dict[str, dict[str, str]]:
        return metadata.fields_info(self._read.rows.select())

    def get_metadata_field_min_max(self, metadata_field: str) -> dict[str, Any]:
        return metadata.min_max(self._read.rows.select(), metadata_field)

    def get_metadata_field_unique_values(
        self,
        metadata_field: str,
        search_term: str | None = None,
        from_: int = 0,
        size: int = 10,
        filters: Filters | None = None,
    ) -> tuple[list[Any], int]:
        """A page of the values that contain `search_term`, in the order of their text, and how many there are in
        all."""
        values = metadata.unique(self.filter_documents(filters), metadata_field)
        if search_term:
            values = [value for value in values if search_term.lower() in str(value).lower()]
        return values[from_ : from_ + size], len(values)

    search_async = to_thread(search)
    count_documents_async = to_thread(count_documents)
    filter_documents_async = to_thread(filter_documents)
    write_documents_async = to_thread(write_documents)
    delete_documents_async = to_thread(delete_documents)
    delete_all_documents_async = to_thread(delete_all_documents)
    delete_by_filter_async = to_thread(delete_by_filter)
    update_by_filter_async = to_thread(update_by_filter)
    count_documents_by_filter_async = to_thread(count_documents_by_filter)
    count_unique_metadata_by_filter_async = to_thread(count_unique_metadata_by_filter)
    get_metadata_fields_info_async = to_thread(get_metadata_fields_info)
    get_metadata_field_min_max_async = to_thread(get_metadata_field_min_max)
    get_metadata_field_unique_values_async = to_thread(get_metadata_field_unique_values)

    @property
    def _read(self) -> ReadFolder:
        return self._folder

    @property
    def _folder(self) -> Folder:
        folder = self._open
        if folder is None:
            with self._opening:
                folder = self._open = self._open or _opened.take(self._path, self.embedding_model, self.lag)
        return folder


def _vectors(documents: list[Document], model: str) -> list[Vector]:
    packs = ((document.id, packed(document.embedding)) for document in documents if document.embedding)
    return [(id, model, vector) for id, vector in packs if vector]


def _chosen(rows: Transaction, filters: Filters) -> Where:
    where, residual = split(filters, RowDialect())
    if residual is None:
        return where
    matching = [row for row, document in rows.select(where) if document_matches_filter(residual, document)]
    return Where.one_of("row", matching)
