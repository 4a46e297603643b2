"""Checks of an index in OpenSearch: which chunks each store file has."""

from collections.abc import Iterator
from typing import Any

from ingest.index.backend import StoredChunks
from ingest.index.opensearch.index import Index

_AT_ONCE = 1000  # store files


def stored(index: Index) -> Iterator[StoredChunks]:
    """The chunks of each store file, in the order of their ids."""
    after: dict[str, Any] = {}
    while True:
        of_each = {
            "first": {"min": {"field": "position"}},
            "last": {"max": {"field": "position"}},
            "usage_bytes": {"sum": {"field": "usage_bytes"}},
            "store_id": {"terms": {"field": "store_id", "size": 2}},
            "file_id": {"terms": {"field": "file_id", "size": 2}},
        }
        sources = [{"store_file_id": {"terms": {"field": "store_file_id"}}}]
        composite = {"composite": {"size": _AT_ONCE, "sources": sources, **after}, "aggs": of_each}
        answer = index.aggregated([], {"files": composite})["files"]
        for bucket in answer["buckets"]:
            yield _stored(bucket)
        if "after_key" not in answer:
            return
        after = {"after": answer["after_key"]}


def _stored(bucket: dict[str, Any]) -> StoredChunks:
    stores, files = ([each["key"] for each in bucket[key]["buckets"]] for key in ("store_id", "file_id"))
    chunks = bucket["doc_count"]
    # No position is there twice: a chunk's id follows from its position.
    complete = bucket["first"]["value"] == 0 and bucket["last"]["value"] == chunks - 1
    return StoredChunks(
        id=bucket["key"]["store_file_id"],
        store_id=min(stores, default=None),
        file_id=min(files, default=None),
        chunks=chunks,
        usage_bytes=int(bucket["usage_bytes"]["value"]),
        gapless=complete and len(stores) == 1 and len(files) == 1,
    )
