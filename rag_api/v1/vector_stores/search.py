"""`/v1/vector_stores/{id}/search`: passages for a query, without an answer."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from haystack import Document
from pydantic import BaseModel, Field

from ingest.corpus import Corpus
from ingest.query import Query
from rag_api.deps import TheCorpus
from rag_api.v1.vector_stores.filters import Filter, haystack_filter
from rag_api.v1.vector_stores.rewriting import rewritten
from rag_api.v1.vector_stores.shapes import Body, TextContent

router = APIRouter()

MOST_RESULTS = 10  # unless the request says otherwise

Text = Annotated[str, Field(min_length=1)]


class RankingOptions(Body):
    """Scores mean the same under each name: there is one ranker."""

    ranker: Literal["none", "auto", "default-2024-11-15"] | None = None
    score_threshold: float | None = Field(None, ge=0.0, le=1.0)


class Search(Body):
    query: Text | Annotated[list[Text], Field(min_length=1)]
    filters: Filter | None = None
    max_num_results: int | None = Field(None, ge=1, le=50)
    ranking_options: RankingOptions | None = None
    rewrite_query: bool | None = None

    @property
    def queries(self) -> list[str]:
        queries = [self.query] if isinstance(self.query, str) else self.query
        return [rewritten(query) for query in queries] if self.rewrite_query else queries

    @property
    def threshold(self) -> float:
        return (self.ranking_options and self.ranking_options.score_threshold) or 0.0


class SearchResult(BaseModel):
    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    content: list[TextContent]

    @classmethod
    def of(cls, passage: Document) -> "SearchResult":
        return cls(
            file_id=passage.meta["file_id"],
            filename=passage.meta["filename"],
            score=passage.score or 0.0,
            attributes=passage.meta["attributes"],
            content=[TextContent.of(passage.content or "")],
        )


class SearchResults(BaseModel):
    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[SearchResult]
    has_more: Literal[False] = False
    next_page: None = None


@router.post("/v1/vector_stores/{store_id}/search", response_model=SearchResults)
async def search(corpus: TheCorpus, store_id: str, body: Search) -> Response:
    """The best passages for the query, or for several queries together, best first; scores are between 0 and 1."""
    # All in one thread, where FastAPI would have one search, another check what was found, and the event loop write it.
    results = await asyncio.to_thread(lambda: _found(corpus, store_id, body).model_dump_json())
    return Response(results, media_type="application/json")


def _found(corpus: Corpus, store_id: str, body: Search) -> SearchResults:
    corpus.stores.check([store_id])
    filters = haystack_filter(body.filters) if body.filters else None
    most = body.max_num_results or MOST_RESULTS
    best: dict[str, Document] = {}
    for text in body.queries:
        found = corpus.passages.run(Query(text, filters, top_k=most), [store_id], body.threshold)
        for passage in found["documents"]:
            if passage.id not in best or (passage.score or 0) > (best[passage.id].score or 0):
                best[passage.id] = passage
    passages = sorted(best.values(), key=lambda passage: -(passage.score or 0))[:most]
    return SearchResults(search_query=body.queries, data=[SearchResult.of(passage) for passage in passages])
