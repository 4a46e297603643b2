"""Where and how to search, as requests say it: in the tool `file_search` of chat and responses, or for a store."""

from typing import Any, Literal

from pydantic import Field, model_validator

from ingest.settings import Settings
from rag_api.http.refused import Refused
from rag_api.v1.body import Body
from rag_api.v1.filters import WholeFilter, haystack_filter
from rag_api.v1.limits import StoreIds


class HybridSearch(Body):
    """The weights of likeness in meaning and of shared words. Without a model (`RAG_EMBEDDINGS`) there is only one
    ranking, whose order no weight changes."""

    embedding_weight: float = Field(ge=0)
    text_weight: float = Field(ge=0)

    @model_validator(mode="after")
    def _one_counts(self) -> "HybridSearch":
        if not self.embedding_weight + self.text_weight:
            raise ValueError("one of 'embedding_weight' and 'text_weight' must be above 0")
        return self


class RankingOptions(Body):
    """There is one ranker, so scores mean the same under each name; `none` is without `RAG_RERANK_MODEL`."""

    ranker: Literal["none", "auto", "default-2024-11-15", "default-2024-08-21", "default_2024_08_21"] | None = None
    score_threshold: float | None = Field(None, ge=0, le=1)
    hybrid_search: HybridSearch | None = None


class SearchOptions(Body):
    """How to search, in a tool or a search request."""

    filters: WholeFilter | None = None
    max_num_results: int | None = Field(None, ge=1, le=50)
    ranking_options: RankingOptions | None = None

    @property
    def haystack_filters(self) -> dict[str, Any] | None:
        return haystack_filter(self.filters) if self.filters else None

    @property
    def min_score(self) -> float:
        return (self.ranking_options and self.ranking_options.score_threshold) or 0.0

    @property
    def embedding_weight(self) -> float | None:
        """Its share of both weights; None if the request has none."""
        hybrid = self.ranking_options and self.ranking_options.hybrid_search
        return hybrid.embedding_weight / (hybrid.embedding_weight + hybrid.text_weight) if hybrid else None

    @property
    def rerank(self) -> bool:
        return not (self.ranking_options and self.ranking_options.ranker == "none")

    def check(self, settings: Settings, param: str) -> None:
        """Raise `Refused` if only likeness in meaning is to count, but no embedding model is set."""
        if self.embedding_weight == 1 and not settings.embeddings:
            raise Refused(
                "No embedding model is set, so only words are searched: 'text_weight' must be above 0.", param=param
            )


class FileSearch(SearchOptions):
    """The tool."""

    type: Literal["file_search"]
    vector_store_ids: StoreIds

    def told_back(self, passages: int) -> dict[str, Any]:
        """The tool with its defaults filled in; `passages` is the default number of results."""
        options = self.ranking_options
        ranker = options.ranker if options and options.ranker == "default-2024-11-15" else None  # it has no others
        ranking: dict[str, Any] = {"ranker": ranker or "auto", "score_threshold": self.min_score}
        if options and options.hybrid_search:
            ranking["hybrid_search"] = options.hybrid_search.model_dump()
        return {
            "type": self.type,
            "vector_store_ids": self.vector_store_ids,
            "max_num_results": self.max_num_results or passages,
            "ranking_options": ranking,
            "filters": self.filters.model_dump() if self.filters else None,
        }
