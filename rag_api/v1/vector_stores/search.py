"""`/v1/vector_stores/{id}/search`: passages for a query, without an answer."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from haystack import Document
from pydantic import BaseModel, Field

from rag_api.deps import TheCorpus
from rag_api.v1.vector_stores.shapes import Body

router = APIRouter()

Query = Annotated[str, Field(min_length=1)]


class RankingOptions(Body):
    ranker: Literal["none", "auto", "default-2024-11-15"] = "auto"
    score_threshold: float = Field(0.0, ge=0.0, le=1.0)


class Search(Body):
    query: Query | Annotated[list[Query], Field(min_length=1)]
    max_num_results: int = Field(10, ge=1, le=50)
    ranking_options: RankingOptions | None = None

    @property
    def queries(self) -> list[str]:
        return [self.query] if isinstance(self.query, str) else self.query


class Text(BaseModel):
    type: Literal["text"] = "text"
    text: str


class SearchResult(BaseModel):
    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    content: list[Text]

    @classmethod
    def of(cls, passage: Document) -> "SearchResult":
        return cls(
            file_id=passage.meta["file_id"],
            filename=passage.meta["filename"],
            score=passage.score or 0.0,
            attributes=passage.meta["attributes"],
            content=[Text(text=(passage.content or "").replace("\f", "\n"))],
        )


class SearchResults(BaseModel):
    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[SearchResult]
    has_more: Literal[False] = False
    next_page: None = None


@router.post("/v1/vector_stores/{store_id}/search")
def search(corpus: TheCorpus, store_id: str, body: Search) -> SearchResults:
    """The best passages for the query, or for several queries together, best first; scores are between 0 and 1."""
    corpus.stores.check([store_id])
    best: dict[str, Document] = {}
    for query in body.queries:
        for passage in corpus.passages.run(query=query, store_ids=[store_id], top_k=body.max_num_results)["documents"]:
            if passage.id not in best or (passage.score or 0) > (best[passage.id].score or 0):
                best[passage.id] = passage
    threshold = body.ranking_options.score_threshold if body.ranking_options else 0.0
    results = [SearchResult.of(passage) for passage in best.values() if (passage.score or 0) >= threshold]
    results.sort(key=lambda result: -result.score)
    return SearchResults(search_query=body.queries, data=results[: body.max_num_results])
