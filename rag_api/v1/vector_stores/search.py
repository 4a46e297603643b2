"""`/v1/vector_stores/{id}/search`: passages for a query, without an answer."""

from operator import attrgetter
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request, Response
from haystack import Document
from pydantic import BaseModel, Field

from ingest import cancellation
from ingest.chunk.meta import chunk_meta, on_one_page
from ingest.corpus import Corpus
from ingest.index.copies import copies_last
from ingest.query import Query, shortened
from ingest.search.passages import SEARCHING, queries
from rag_api.deps import Link, TheCorpus, link_of
from rag_api.http.json_body import JsonRoute
from rag_api.http.sse import unless_gone
from rag_api.v1.details import Details
from rag_api.v1.file_search import SearchOptions
from rag_api.v1.limits import INCLUDED, QUERIES, QUERY
from rag_api.v1.vector_stores.rewriting import rewritten
from rag_api.v1.vector_stores.shapes import TextContent, absent

router = APIRouter(route_class=JsonRoute)

MOST_RESULTS = 10  # unless the request says otherwise

Text = Annotated[str, Field(min_length=1, max_length=QUERY)]


class Search(SearchOptions):
    query: Text | Annotated[list[Text], Field(min_length=1, max_length=QUERIES, fail_fast=True)]
    rewrite_query: bool | None = None
    include: Annotated[list[Literal["details"]], Field(max_length=INCLUDED, fail_fast=True)] | None = None
    """Ours: why each result was found, and where in its file it stands."""

    @property
    def queries(self) -> list[str]:
        asked = [self.query] if isinstance(self.query, str) else self.query
        queries = [shortened(query) for query in asked]
        return [rewritten(query) for query in queries] if self.rewrite_query else queries


# These two are for the OpenAPI document. No passage is made one: to validate it would take as long as to write it.


class SearchResult(BaseModel):
    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    content: list[TextContent]
    details: Details | None = Field(exclude_if=absent)


class SearchResults(BaseModel):
    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[SearchResult]
    has_more: Literal[False] = False
    next_page: None = None


@router.post("/v1/vector_stores/{store_id}/search", response_model=SearchResults)
async def search(request: Request, corpus: TheCorpus, store_id: str, body: Search) -> Response:
    """The best passages for the query, or for several queries together, best first; scores are between 0 and 1. With
    `"include": ["details"]`, which is ours, each says why it was found."""
    body.check(corpus.settings, "ranking_options")
    link = link_of(request) if body.include else None
    # All in one thread, while FastAPI would use one to search, another to validate, and the event loop to write.
    found = cancellation.run_in(SEARCHING, lambda: orjson.dumps(_found(corpus, link, store_id, body)))
    return Response(await unless_gone(request.receive, found), media_type="application/json")


def _found(corpus: Corpus, link: Link | None, store_id: str, body: Search) -> dict[str, Any]:
    corpus.stores.check([store_id])
    most = body.max_num_results or MOST_RESULTS
    best: dict[str, Document] = {}
    weight = body.embedding_weight if corpus.settings.embeddings else None
    for text in body.queries:
        query = Query(text, body.haystack_filters, top_k=most, embedding_weight=weight, rerank=body.rerank)
        found = corpus.passages.run(query, [store_id], body.min_score)
        for passage in found["documents"]:
            if passage.id not in best or (passage.score or 0) > (best[passage.id].score or 0):
                best[passage.id] = passage
    ranked = sorted(best.values(), key=lambda passage: -(passage.score or 0))
    passages = copies_last(ranked, attrgetter("content"))[:most]
    searched = [query for text in body.queries for query in queries(text, passages)]
    results = list(map(_result, passages))
    if link:
        for number, (result, passage) in enumerate(zip(results, passages, strict=True), start=1):
            result["details"] = Details.of(passage, number, body.queries, link).model_dump()
    page = {"object": "vector_store.search_results.page", "search_query": searched, "data": results}
    return {**page, "has_more": False, "next_page": None}


def _result(passage: Document) -> dict[str, Any]:
    meta = chunk_meta(passage)
    return {
        "file_id": meta["file_id"],
        "filename": meta["filename"],
        "score": passage.score or 0.0,
        "attributes": meta["attributes"],
        "content": [{"type": "text", "text": on_one_page(passage.content or "")}],
    }
