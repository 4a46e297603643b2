"""A document as the fields of the index, and back."""

from typing import Any

import orjson
from haystack import Document
from haystack.dataclasses import ByteStream, SparseEmbedding

from ingest.index.chunk_fields import ID_COLUMNS, content_hash, terms_of
from ingest.index.filters import LONGEST_TEXT
from ingest.index.opensearch.client import JSON
from ingest.index.statistics import ASSUMED_LENGTHS, COUNTERWEIGHT, MARK, Lengths
from ingest.index.terms import attribute_terms

_NO_OTHER_TYPES = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Than JSON has: they would come back as texts."""


def fields(document: Document) -> JSON:
    """What is indexed and kept of a document that is no copy."""
    meta, content = document.meta, document.content
    own = _whose(document.id, meta)
    found: JSON = {
        "all_docs": ["1"],
        "copy": False,
        "document": orjson.Fragment(_kept(document)),
        **own,
        **wordless({}),
    }
    if isinstance(position := meta.get("position"), int):
        found["position"] = position
    if content is None:
        return found
    language, words, bigrams, numbers = terms_of(meta, content)
    found |= {"language": [language.name], "numbers": list(numbers), "content_hash": content_hash(content)}
    found |= {"text": words or [MARK], "bigrams": bigrams or [MARK]}
    found["usage_bytes"] = len(content.encode())
    return found


def as_copy(fields: JSON) -> JSON:
    """The same for a chunk whose text another one has, and counts for it: its terms are there a second time, to be
    taken off."""
    terms = {*fields["text"], *fields["numbers"], *fields["bigrams"], MARK, MARK + fields["language"][0]}
    return {**fields, "copy": True, "copied": list(terms)}


def counterweight(fields: JSON, lengths: Lengths) -> JSON:
    """A document that stands beside a copy."""
    own = {key: fields[key] for key in ("chunk_id", "attributes", *ID_COLUMNS) if key in fields}
    return {"all_docs": [COUNTERWEIGHT], **own, **wordless(lengths)}


def lengths(fields: JSON) -> Lengths:
    return {field: len(fields[field]) for field in ASSUMED_LENGTHS}


def wordless(lengths: Lengths) -> JSON:
    """Fields of these lengths, without words. Each has one term at least: a document without a field does not count for
    the average length in Lucene, as it does in Tantivy."""
    return {field: [MARK] * max(1, round(lengths.get(field, 1))) for field in ASSUMED_LENGTHS}


def document(id: str, kept: JSON) -> Document:
    if blob := kept.get("blob"):
        kept["blob"] = ByteStream.from_dict(blob)
    if sparse := kept.get("sparse_embedding"):
        kept["sparse_embedding"] = SparseEmbedding.from_dict(sparse)
    return Document(id=id, **kept)


def _kept(document: Document) -> bytes:
    """In JSON already, so that what cannot be written is the error of whoever writes it, and not of those who share the
    request. Raises `TypeError`."""
    kept = {
        "embedding": document.embedding,
        "score": document.score,
        "blob": document.blob and document.blob.to_dict(),
        "sparse_embedding": document.sparse_embedding and document.sparse_embedding.to_dict(),
    }
    rest = {key: value for key, value in kept.items() if value is not None}
    return orjson.dumps({"content": document.content, "meta": document.meta, **rest}, option=_NO_OTHER_TYPES)


def _whose(id: str, meta: dict[str, Any]) -> JSON:
    own: JSON = {"chunk_id": id, "attributes": attribute_terms(meta.get("attributes"))}
    columns = {key: meta.get(key) for key in ID_COLUMNS}
    # A longer text is none that filters are translated for, and could be too long for a term.
    return own | {key: value for key, value in columns.items() if isinstance(value, str) and len(value) <= LONGEST_TEXT}
