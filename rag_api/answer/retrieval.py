"""Retrieval: what an answer is to come from, in stores, in files that messages bring, or of whole documents."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from haystack import Document

from ingest import rerank
from ingest.query import Query
from ingest.search.documents import Documents
from ingest.search.passages import Passage, fit_tokens, found_here
from rag_api.answer.as_found import as_found
from rag_api.answer.attached import overview_of, passages_of
from rag_api.answer.errors import ModelFailed
from rag_api.answer.events import Retrieved
from rag_api.answer.live import Live
from rag_api.answer.model.rewriting import rewritten
from rag_api.answer.overview.retriever import OverviewRetriever
from rag_api.answer.pipeline import QueryPipeline
from rag_api.answer.query import QueryBuilder, recent_turns
from rag_api.answer.question import Question

MOST_DOCUMENTS = 1000  # of one's own pipeline that are looked at; more than fifty are never shown


class Found(NamedTuple):
    retrieved: Retrieved
    asked: str
    """The question, with the turns that it depends on."""
    shown: Sequence[Document]
    """The passages, as the model is to see them."""


class Retrieval:
    """Raises what pipelines raise, `ModelFailed` and `StorageFailed`."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._settings = live.settings
        self._documents: Documents | None = live.documents
        self._overviews = (
            OverviewRetriever(live.documents, live.settings.context_tokens, live.turns) if live.documents else None
        )

    async def run(self, question: Question, pipeline: QueryPipeline, model: str) -> Found:
        """What is found by the pipeline whose language model is called so."""
        if question.attached:
            retrieved, asked = await self._read_attached(question, pipeline, model)
            return Found(retrieved, asked, retrieved.passages)
        return await self._search(question, pipeline, model)

    async def _read_attached(self, question: Question, pipeline: QueryPipeline, model: str) -> tuple[Retrieved, str]:
        """The passages of attached files; then those of stores, which have at least half of the room."""
        room = self._settings.context_tokens
        built = QueryBuilder().run(list(question.messages))
        query: Query = built["query"]
        passages, overview = await asyncio.to_thread(overview_of, question.attached, query.text, room)
        if not overview:
            stores = await self._search(question, pipeline, model) if question.store_ids else None
            found = stores.retrieved.passages if stores else []
            own = room // 2 if question.store_ids else room
            score = max((passage.score or 0.0 for passage in found), default=1.0)  # none is better for being attached
            passages = await asyncio.to_thread(passages_of, question.attached, query, own, score, self._documents)
            passages = fit_tokens([*passages, *found], room)
        return Retrieved(query.text, passages, overview), built["question"]

    async def _search(self, question: Question, pipeline: QueryPipeline, model: str) -> Found:
        if overview := await self._overview(question):
            return Found(overview, overview.query, overview.passages)
        rewritten = await self._rewritten(question, pipeline, model)
        built: Mapping[str, Any] = {}
        if not question.store_ids or not pipeline.builds_query:
            built = QueryBuilder().run(list(question.messages), rewritten)
        if not question.store_ids:
            return Found(Retrieved(built["query"].text, []), built["question"], [])
        top_k = question.passages or self._settings.passages
        values = {
            "messages": question.messages,
            "rewritten": rewritten,
            "store_ids": question.store_ids,
            "filters": question.filters,
            "top_k": top_k,
            "candidates": max(top_k, self._settings.rerank or rerank.PASSAGES),
            "min_score": question.min_score,
            "embedding_weight": question.embedding_weight,
            "rerank": question.rerank,
            "model": model,
            **({"query": built["query"].text, "question": built["question"]} if built else {}),
        }
        passages, shown, building = await self._found(pipeline, values)
        built = building or built
        return Found(Retrieved(built["query"].text, passages), built["question"], shown)

    async def _found(
        self, pipeline: QueryPipeline, values: Mapping[str, Any]
    ) -> tuple[list[Passage], Sequence[Document], Mapping[str, Any]]:
        """The passages, the same as the model is to see them, and what the query builder made."""
        if pipeline.name is None:
            passages, built = await pipeline.retrieve(values)
            return passages, passages, built
        noted: list[Passage] = []
        found_here.set(noted)
        try:
            async with asyncio.timeout(self._settings.model_timeout_s):
                documents, built = await pipeline.retrieve(values)
        except TimeoutError as error:
            raise ModelFailed.late() from error
        finally:
            found_here.set(None)
        documents = documents[:MOST_DOCUMENTS]
        passages = as_found(pipeline.name, documents, noted)
        fitting = set(map(id, fit_tokens(passages, self._settings.context_tokens)))
        kept = [(each, shown) for each, shown in zip(passages, documents, strict=True) if id(each) in fitting]
        kept = kept[: values["top_k"]]
        return [each for each, _ in kept], [shown for _, shown in kept], built

    async def _overview(self, question: Question) -> Retrieved | None:
        """How the documents begin that the question is about as wholes, if it is."""
        if self._overviews is None:
            return None
        found = await self._overviews.run_async(
            messages=question.messages,
            store_ids=question.store_ids,
            filters=question.filters,
            top_k=question.passages,
            min_score=question.min_score,
        )
        if not found["overview"]:
            return None
        return Retrieved(recent_turns(question.messages)[-1], found["documents"], found["overview"])

    async def _rewritten(self, question: Question, pipeline: QueryPipeline, model: str) -> str | None:
        asks = self._settings.upstream and self._settings.rewrite_query and question.store_ids
        if asks and pipeline.takes("rewritten") and not pipeline.extracts:
            model = model if pipeline.takes("model") else self._settings.model
            return await rewritten(self._live.generator, question.messages, model)
        return None
