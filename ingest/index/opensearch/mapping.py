"""The mapping: which fields a chunk has in OpenSearch, and how they are indexed.

The terms are ours (`ingest/index/analysis.py`), sent as lists: the engine only counts them. Nothing of a client's
becomes a field: fields would grow in number without end, and two files could not have the same attribute as a number
and as a text.
"""

from typing import Any

from ingest.index.analysis import ANALYSIS_VERSION
from ingest.index.scoring import K1

INDEX_VERSION = ANALYSIS_VERSION * 1000 + 1
"""Raise the last summand with any change to the mapping."""

# The analyser `keyword` leaves each term of a list as it is; `whitespace` would cut bigrams in two.
_TERMS = {"type": "text", "analyzer": "keyword", "index_options": "docs", "norms": False}
_COUNTED = {**_TERMS, "index_options": "freqs", "norms": True, "similarity": "words"}
_KEY = {"type": "keyword", "doc_values": False}
_GROUPED = {"type": "keyword"}
_NUMBER = {"type": "long", "index": False}  # with values to be added up

FIELDS = {
    # Of texts and of what stands beside them
    "text": _COUNTED,
    "bigrams": _COUNTED,
    "all_docs": _TERMS,
    # Of chunks
    "numbers": _TERMS,
    "copied": _TERMS,
    "language": _TERMS,
    "content_hash": {"type": "long"},
    "copy": {"type": "boolean"},
    "order": {"type": "long"},
    "position": _NUMBER,
    "usage_bytes": _NUMBER,
    "document": {"type": "object", "enabled": False},  # what comes back; not even parsed
    # Of chunks and of their counterweights, so that a filter finds both
    "chunk_id": _KEY,
    "store_id": _GROUPED,
    "file_id": _GROUPED,
    "store_file_id": _GROUPED,
    "attributes": _KEY,
}


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            # Each write refreshes, once for all that were written together; what a process that died has not refreshed
            # is seen by nobody.
            "refresh_interval": "-1",
            # Each copy indexes by itself: with segments that are copied, a search could miss what was just written.
            "replication.type": "DOCUMENT",
            "similarity": {"words": {"type": "BM25", "k1": K1, "b": 0.75}},
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": ["document"]},
            "properties": FIELDS,
        },
    }
