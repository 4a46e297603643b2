"""The Haystack document store over an index in OpenSearch."""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from haystack import Document, default_from_dict, default_to_dict
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils.filters import document_matches_filter

from ingest.errors import StorageFailed
from ingest.index import metadata
from ingest.index.backend import StoredChunks
from ingest.index.copies import told_apart
from ingest.index.filters import Filters, split
from ingest.index.opensearch import check
from ingest.index.opensearch.clauses import Conditions, QueryDialect
from ingest.index.opensearch.client import JSON, Client, Replaced
from ingest.index.opensearch.index import Index, Search
from ingest.index.opensearch.rebuild import rebuild
from ingest.index.opensearch.source import document
from ingest.index.opensearch.versions import Versions
from ingest.index.opensearch.writing import Writer
from ingest.index.spelling import with_near_spellings
from ingest.index.to_thread import to_thread
from ingest.query import Query

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class OpenSearchDocumentStore:
    """Keeps documents in an index of OpenSearch, which it opens on first use and makes if there is none.

    Any number of threads and processes may use it. When a write or deletion returns, it is durable and searches see it,
    whichever process they are in. An address may have a user and a password: these are not in what `to_dict` returns,
    and are read from RAG_OPENSEARCH_URL where a pipeline is loaded. Methods raise `StorageFailed`.
    """

    def __init__(
        self, addresses: list[str], index: str, shards: int = 1, replicas: int = 1, ca: str | None = None
    ) -> None:
        self.addresses = addresses
        self.index = index
        self.shards = shards
        self.replicas = replicas
        self.ca = ca
        self._client = Client(addresses, Path(ca) if ca else None)
        self._versions = Versions(self._client, index, shards, replicas)
        self._opening = threading.Lock()
        self._open: tuple[Index, Writer] | None = None

    def to_dict(self) -> dict[str, Any]:
        named = {"index": self.index, "shards": self.shards, "replicas": self.replicas, "ca": self.ca}
        return default_to_dict(self, addresses=[_without_password(each) for each in self.addresses], **named)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OpenSearchDocumentStore":
        known = {_without_password(each): each for each in os.environ.get("RAG_OPENSEARCH_URL", "").split(",")}
        parameters = data["init_parameters"]
        parameters["addresses"] = [known.get(each, each) for each in parameters["addresses"]]
        return default_from_dict(cls, data)

    def open(self) -> None:
        if not self._versions.is_of_this_version(self._reading):
            logger.warning("%s", _OF_ANOTHER_VERSION)

    def close(self) -> None:
        self._client.close()

    def reindex(self) -> None:
        """Build the index anew, from the documents in it, and have searches use it from one moment to the next. What is
        written meanwhile is refused."""
        rebuild(self._client, self._versions, self._reading)
        with self._opening:
            self._open = None

    def drop(self) -> None:
        """Delete the index, in all versions."""
        self._versions.drop()
        with self._opening:
            self._open = None

    def search(self, query: Query) -> list[Document]:
        """The best `top_k` documents that pass the filters, with scores in 0..1; those with the content of a better one
        come last."""
        return self._in_current(lambda index, _: self._search(index, query))

    def _search(self, index: Index, query: Query) -> list[Document]:
        search = index.search(query)
        top_k = query.top_k
        if search is None or top_k < 1:
            return []
        if search.residual is None:
            return with_near_spellings(_best(index, search, top_k), search.near)
        firsts: dict[str | None, Document] = {}
        copies: list[Document] = []
        for hit in index.ranked(search.query):
            found = _found(hit, search)
            if document_matches_filter(search.residual, found):
                if found.content not in firsts:
                    firsts[found.content] = found
                elif len(copies) < top_k:
                    copies.append(found)
            if len(firsts) == top_k:
                break
        return with_near_spellings([*firsts.values(), *copies][:top_k], search.near)

    def documents(self) -> Iterator[Document]:
        """All of them, in the order in which they were written."""
        return (found for found, _ in self._select(None))

    @property
    def place(self) -> str:
        return f"the index {self.index} in OpenSearch at {self._client.where}"

    def size_bytes(self) -> int:
        """The bytes of the index that is searched, with those of its replicas."""
        return self._reading.size_bytes()

    def stored(self) -> Iterator[StoredChunks]:
        """The chunks of each store file, in the order of their ids."""
        return check.stored(self._reading)

    def faults(self) -> Iterator[str]:
        """What is wrong with the index, in words; `reindex` repairs it."""
        if not self._versions.is_of_this_version(self._reading):
            yield _OF_ANOTHER_VERSION

    def count_documents(self) -> int:
        return self._reading.count([])

    def filter_documents(self, filters: Filters | None = None) -> list[Document]:
        """The documents that pass the filters, in the order they were written."""
        return [found for found, _ in self._select(filters)]

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """The number written. Without a policy, raises `DuplicateDocumentError` for an id that is taken; raises
        `ValueError` for anything but documents."""
        if not isinstance(documents, list) or not all(isinstance(d, Document) for d in documents):
            raise ValueError("write_documents needs a list of Documents.")
        return self._write(documents, policy, {})

    def write_in_turn(self, documents: list[Document], turns: Mapping[str, int]) -> None:
        """Write or replace chunks, except those that were written in a higher turn; `turns` has that of each store
        file."""
        versions = {each.id: turns[each.meta["store_file_id"]] for each in documents}
        self._write(documents, DuplicatePolicy.OVERWRITE, versions)

    def delete_documents(self, document_ids: list[str]) -> None:
        self.delete_by_filter({"field": "id", "operator": "in", "value": document_ids})

    def delete_all_documents(self) -> None:
        self._writer.delete([])

    def delete_by_filter(self, filters: Filters) -> int:
        return self._writer.delete(self._chosen(filters))

    def update_by_filter(self, filters: Filters, meta: dict[str, Any]) -> int:
        """Merge `meta` into that of each document that passes the filters, and return how many did. One that another
        process writes meanwhile stays as that wrote it."""
        versions = {}
        changed = []
        for found, version in self._select(filters):
            versions[found.id] = version
            changed.append(replace(found, meta=found.meta | meta))
        return self._write(changed, DuplicatePolicy.OVERWRITE, versions)

    def update_in_turn(self, store_file_id: str, meta: dict[str, Any], turn: int) -> None:
        """`update_by_filter` for the chunks of one store file, except those that were written in a higher turn."""
        chosen = self._select({"field": "meta.store_file_id", "operator": "==", "value": store_file_id})
        changed = [replace(found, meta=found.meta | meta) for found, _ in chosen]
        self.write_in_turn(changed, {store_file_id: turn})

    def count_documents_by_filter(self, filters: Filters) -> int:
        conditions, residual = split(filters, QueryDialect())
        return self._reading.count(conditions) if residual is None else len(self.filter_documents(filters))

    def count_unique_metadata_by_filter(self, filters: Filters, metadata_fields: list[str]) -> dict[str, int]:
        return metadata.count_unique(self.filter_documents(filters), metadata_fields)

    def get_metadata_fields_info(self) -> dict[str, dict[str, str]]:
        return metadata.fields_info(found for found, _ in self._select(None))

    def get_metadata_field_min_max(self, metadata_field: str) -> dict[str, Any]:
        return metadata.min_max((found for found, _ in self._select(None)), metadata_field)

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
        values = metadata.unique((found for found, _ in self._select(filters)), metadata_field)
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

    def _select(self, filters: Filters | None) -> Iterator[tuple[Document, int]]:
        """The documents that pass the filters, with their versions."""
        conditions, residual = split(filters, QueryDialect())
        for hit in self._reading.scan(conditions):
            found = document(hit["_id"], hit["_source"]["document"])
            if residual is None or document_matches_filter(residual, found):
                yield found, hit["_version"]

    def _chosen(self, filters: Filters) -> Conditions:
        conditions, residual = split(filters, QueryDialect())
        if residual is None:
            return conditions
        return [{"terms": {"chunk_id": [found.id for found, _ in self._select(filters)]}}]

    def _opened(self) -> tuple[Index, Writer]:
        opened = self._open
        if opened is None:
            with self._opening:
                if self._open is None:
                    index = self._versions.open()
                    self._open = index, Writer(index)
                opened = self._open
        return opened

    @property
    def _reading(self) -> Index:
        """Of any version, since it is only read by what is no word."""
        return self._opened()[0]

    @property
    def _writer(self) -> Writer:
        return self._opened()[1]

    def _write(self, documents: list[Document], policy: DuplicatePolicy, versions: Mapping[str, int]) -> int:
        if not documents:
            return 0
        return self._in_current(lambda _, writer: writer.write(documents, policy, versions))

    def _in_current(self, use: Callable[[Index, Writer], Result]) -> Result:
        """What it gives for the index that the alias leads to now: another process may have made it anew."""
        try:
            return use(*self._current())
        except Replaced:
            with self._opening:
                self._open = None
            return use(*self._current())

    def _current(self) -> tuple[Index, Writer]:
        opened = self._opened()
        if not self._versions.is_of_this_version(opened[0]):
            with self._opening:
                self._open = None  # it may have been made meanwhile
            opened = self._opened()
            if not self._versions.is_of_this_version(opened[0]):
                raise StorageFailed(_OF_ANOTHER_VERSION)
        return opened


_OF_ANOTHER_VERSION = (
    "The index in OpenSearch was made by another version of this program: `rag-ingest reindex` makes one of this "
    "version beside it. Servers of that version go on answering meanwhile."
)


def _best(index: Index, search: Search, top_k: int) -> list[Document]:
    """As many texts, best first, each once; where there are fewer, their copies come last."""
    found = [_found(hit, search) for hit in index.first(search.query, top_k, search.preference)]
    firsts, copies = told_apart(found, _content)
    if copies and len(found) == top_k:  # texts with that many copies are passed over by the engine
        once = index.first(search.query, top_k, search.preference, each_text_once=True)
        firsts = [_found(hit, search) for hit in once]
    return [*firsts, *copies][:top_k]


def _content(document: Document) -> str | None:
    return document.content


def _found(hit: JSON, search: Search) -> Document:
    kept = hit["_source"]["document"]
    return Document(id=hit["_id"], content=kept["content"], meta=kept["meta"], score=search.score(hit["_score"]))


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
