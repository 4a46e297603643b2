"""Whole documents: how many there are, which they are, and as much of each as says what it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from haystack import Document
from haystack.utils.filters import document_matches_filter

from ingest import cancellation
from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.index.backend import ChunkStore, Filters
from ingest.query import Query
from ingest.records.attributes import index_fields
from ingest.records.last_use import LastUse
from ingest.records.listing import ListedFile, Listing
from ingest.search.passages import Passage
from ingest.search.whole_tables import with_whole_tables

MOST_FILTERED = 10_000
"""Files of a store whose attributes are compared with filters, the newest first."""

_HITS = 50  # chunks asked for at a time, in the search for files
_ROUNDS = 6  # of searches, each without the files that were found before


@dataclass(frozen=True)
class Scope:
    """Where to look: in the files of these stores whose attributes pass the filters."""

    store_ids: Sequence[str]
    filters: Filters | None = None


class Newest(NamedTuple):
    files: list[ListedFile]
    total: int
    exact: bool = True
    """Whether there are `total` in all, rather than at least so many."""


class Documents:
    """Nothing here reads all files, or all of a large one. Methods raise `StorageFailed`."""

    def __init__(self, listing: Listing, chunks: ChunkStore, last_use: LastUse) -> None:
        self._listing = listing
        self._chunks = chunks
        self._last_use = last_use

    def newest(self, scope: Scope, limit: int) -> Newest:
        """The newest files, at most `limit`; with filters, those of the newest `MOST_FILTERED`."""
        self._last_use.note(scope.store_ids)
        if scope.filters is None:
            files = self._listing.newest(scope.store_ids, limit)
            return Newest(files, len(files) if len(files) < limit else self._listing.count(scope.store_ids))
        looked_at = self._listing.newest(scope.store_ids, MOST_FILTERED)
        files = list(_passing(looked_at, scope.filters))
        return Newest(files[:limit], len(files), exact=len(looked_at) < MOST_FILTERED)

    def found(self, scope: Scope, text: str, limit: int) -> list[tuple[ListedFile, Document]]:
        """The files that a search for words finds, the best first, each with its best chunk. Likeness in meaning would
        find every file."""
        best: dict[str, tuple[ListedFile, Document]] = {}
        seen: list[str] = []  # store files
        for _ in range(_ROUNDS):
            cancellation.check()
            hits: dict[str, Document] = {}
            for chunk in self._chunks.search(Query(text, _within(scope, seen), _HITS)):
                hits.setdefault(chunk_meta(chunk)["store_file_id"], chunk)
            listed = self._listing.of(hits)
            for store_file_id, chunk in hits.items():
                if file := listed.get(store_file_id):
                    best.setdefault(file.file_id, (file, chunk))
            seen += hits
            if not hits or len(best) >= limit:
                break
        return list(best.values())[:limit]

    def places(self, file: ListedFile, query: Query, limit: int) -> list[Document]:
        """The best chunks of one file, best first."""
        within = {"field": "meta.store_file_id", "operator": "==", "value": file.store_file_id}
        return self._chunks.search(Query(query.text, within, limit, query.context))

    def chunks(self, file: ListedFile, most: int) -> tuple[list[Document], bool]:
        """The chunks of a file in order, and whether these are all; of a file with more than `most`, the first half of
        them from its beginning, the others evenly from its rest."""
        within = {"field": "meta.store_file_id", "operator": "==", "value": file.store_file_id}
        count = self._chunks.count_documents_by_filter(within)
        positions = list(range(count))
        if count > most:
            first = (most + 1) // 2
            step = (count - first) / (most - first) if most > first else 1
            positions = [*range(first), *(first + int(step * n) for n in range(most - first))]
        # By their ids, which any index finds without reading the rest of the file.
        ids = [chunk_id(file.store_id, file.file_id, file.store_file_id, position) for position in positions]
        found = self._chunks.filter_documents({"field": "id", "operator": "in", "value": ids})
        return sorted(found, key=lambda chunk: chunk_meta(chunk)["position"]), count <= most

    def with_whole_tables(self, passages: Sequence[Passage], most: int) -> list[Passage]:
        """The passages, of which the first `most` that are cut from tables have these as wholes."""
        return with_whole_tables(passages, self._chunks, most)


def _within(scope: Scope, seen: list[str]) -> Filters:
    conditions: list[Filters] = [{"field": "meta.store_id", "operator": "in", "value": list(scope.store_ids)}]
    if scope.filters:
        conditions.append(scope.filters)
    if seen:
        conditions.append({"field": "meta.store_file_id", "operator": "not in", "value": seen})
    return {"operator": "AND", "conditions": conditions}


def _passing(files: list[ListedFile], filters: dict[str, Any]) -> Iterator[ListedFile]:
    for file in files:
        attributes = index_fields(file.attributes)
        if document_matches_filter(filters, Document(content="", meta={"attributes": attributes})):
            yield file
