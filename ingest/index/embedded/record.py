"""A document as the columns of a row, and a row as a document."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from haystack import Document
from haystack.dataclasses import ByteStream, SparseEmbedding

from ingest.index.chunk_fields import ID_COLUMNS, content_hash

Vector = tuple[str, str, bytes]
"""The id of a chunk, the model that read it, and one byte a dimension."""

Record = tuple[str, str | None, str | None, str | None, str, str | None, str | None, int | None]


class Entry(NamedTuple):
    """What the full-text index needs of a row."""

    row: int
    content: str | None
    meta: dict[str, Any]
    copy: bool = False
    """Whether another row has the same content and counts for it."""


class Hit(NamedTuple):
    """A row as found."""

    row: int
    score: float
    """In 0..1."""
    content_hash: int
    parts: Mapping[str, float] | None = None
    """What of the score is due to words and what to meaning, where both are searched."""


def record(document: Document) -> Record:
    """A document as the columns of its row. Raises `TypeError` if its meta is not JSON."""
    store_id, file_id, store_file_id = (
        value if isinstance(value := document.meta.get(column), str) else None for column in ID_COLUMNS
    )
    # Not escaped to ASCII, so that SQLite refuses half a surrogate pair here, before it fails in the index.
    meta = json.dumps(document.meta, ensure_ascii=False)
    rest = {
        "embedding": document.embedding,
        "score": document.score,
        "blob": document.blob and document.blob.to_dict(),
        "sparse_embedding": document.sparse_embedding and document.sparse_embedding.to_dict(),
    }
    rest = {key: value for key, value in rest.items() if value is not None}
    content = document.content
    hashed = None if content is None else content_hash(content)
    return document.id, store_id, file_id, store_file_id, meta, content, json.dumps(rest) if rest else None, hashed


def document(id: str, meta: str, content: str | None, rest: str | None = None, score: float | None = None) -> Document:
    fields: dict[str, Any] = json.loads(rest) if rest else {"score": score}
    if blob := fields.get("blob"):
        fields["blob"] = ByteStream.from_dict(blob)
    if sparse := fields.get("sparse_embedding"):
        fields["sparse_embedding"] = SparseEmbedding.from_dict(sparse)
    return Document(id=id, content=content, meta=json.loads(meta), **fields)
