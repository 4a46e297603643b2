"""What is ours of a passage: in a citation, and in a result of a search whose request asks why it was found."""

from collections.abc import Sequence
from typing import Any

from haystack import Document
from pydantic import BaseModel

from ingest.chunk.meta import chunk_meta, on_one_page
from rag_api.answer.citations import Citation
from rag_api.answer.matched import matched
from rag_api.answer.source_url import url_of
from rag_api.deps import Link


def cited(citation: Citation, passage: Document) -> dict[str, Any]:
    """What a citation says beyond OpenAI's keys: its words, and where they stand."""
    meta = chunk_meta(passage)
    return {
        "page_start": citation.page_start,
        "page_end": citation.page_end,
        "quote": on_one_page(citation.quote),
        "attributes": dict(meta.get("attributes") or {}),
        "vector_store_id": meta.get("store_id") or None,
        "chunk_start": meta["position"],
        "chunk_end": meta.get("position_end", meta["position"]),
    }


class Details(BaseModel):
    vector_store_id: str | None
    chunk: int
    """The number of the chunk in its file, from 0."""
    chunk_end: int
    """Of the last, where adjacent ones were put together."""
    page_start: int | None
    page_end: int | None
    headings: list[str]
    matched: list[str]
    """The words of the query that it has, as they are written there."""
    words: float | None
    """The score by words alone."""
    meaning: float | None
    """The score by meaning alone, if that was searched, too."""
    found_at: int | None
    """Its place, from 1, before a model put the results in order."""
    number: int
    """Its place, from 1: the number by which a model cites it."""
    url: str

    @classmethod
    def of(cls, passage: Document, number: int, asked: Sequence[str], link: Link) -> "Details":
        meta = chunk_meta(passage)
        near = [word for words in meta.get("near_spellings", {}).values() for word in words]
        parts = meta.get("score_parts") or {"words": passage.score or 0.0}
        first = meta.get("page_start")
        return cls(
            vector_store_id=meta.get("store_id") or None,
            chunk=meta["position"],
            chunk_end=meta.get("position_end", meta["position"]),
            page_start=first,
            page_end=meta.get("page_end", first),
            headings=list(meta.get("headings") or ()),
            matched=list(dict.fromkeys([*matched(passage.content or "", asked), *near])),
            words=parts.get("words"),
            meaning=parts.get("meaning"),
            found_at=meta.get("found_at"),
            number=number,
            url=url_of(passage, first, link),
        )
