"""Question in, events out: runs the query pipeline and reads the citations out of the model's words.

Knows nothing of HTTP, nor of the JSON in which questions and answers travel.
"""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from haystack.core.errors import PipelineRuntimeError
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from ingest.search.passages import Passage, PassageRetriever
from rag_api.answer.citations import CitationReader
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved
from rag_api.answer.extractive.generator import ExtractiveChatGenerator
from rag_api.answer.model.reranking import LanguageModelRanker
from rag_api.answer.model.rewriting import rewritten
from rag_api.answer.pipeline import inputs, query_pipeline
from rag_api.settings import Settings

if TYPE_CHECKING:
    from rag_api.answer.model.generator import UpstreamChatGenerator

logger = logging.getLogger(__name__)

EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Model:
    name: str
    owner: str
    created: int = 0


@dataclass(frozen=True)
class Question:
    messages: list[ChatMessage]
    store_ids: list[str]
    """Where to search; with none, the model answers from the messages alone."""
    model: str | None = None
    passages: int | None = None
    filters: dict[str, Any] | None = None
    min_score: float = 0.0
    embedding_weight: float | None = None
    """What likeness in meaning counts, from 0 to 1, where vectors are searched too; None for what is usual."""
    stream: bool = False
    markers: bool = True
    """Whether `[n]` in the answer is a citation; not when it is to be JSON."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """For the model, in the words of its own protocol."""


class Answerer:
    """Answers with the language model or, when there is none, from the passages alone."""

    def __init__(self, settings: Settings, passages: PassageRetriever) -> None:
        self._settings = settings
        self._searching = asyncio.Semaphore(os.cpu_count() or 1)
        self._extractive = query_pipeline(passages, ExtractiveChatGenerator(min_confidence=settings.min_confidence))
        self._generator = _generator(settings) if settings.upstream else None
        self._upstream = query_pipeline(passages, self._generator, self._ranker()) if self._generator else None

    def _ranker(self) -> LanguageModelRanker | None:
        return LanguageModelRanker(self._generator) if self._generator and self._settings.rerank else None

    async def close(self) -> None:
        if self._generator:
            await self._generator.close_async()

    def name(self, model: str | None) -> str:
        """The name of the model that answers a request for `model`."""
        return EXTRACTIVE if self.is_extractive(model) else model or self._settings.model

    async def models(self) -> list[Model]:
        """The default model, all others that its server offers, and the built-in one."""
        models = [Model(EXTRACTIVE, "rag-api")]
        if self._generator:
            offered = [Model(model.id, model.owned_by, model.created) for model in await self._generator.models()]
            if all(model.name != self._settings.model for model in offered):
                offered.insert(0, Model(self._settings.model, "upstream"))
            models = offered + models
        return models

    def is_extractive(self, model: str | None) -> bool:
        """Whether the built-in model answers a request for `model`."""
        return self._upstream is None or model == EXTRACTIVE

    async def answer(self, question: Question) -> AsyncGenerator[Event, None]:
        """Closing this iterator, at any point, stops the language model too. Raises `ModelFailed`."""
        extractive = self.is_extractive(question.model)
        pipeline = self._extractive if extractive or not self._upstream else self._upstream
        model = question.model or self._settings.model
        parameters = dict(question.parameters) if extractive else {**question.parameters, "model": model}
        ranks = 0 if extractive else self._settings.rerank
        turn = _Turn(self._searching)
        reading = _Reading(question, self._settings.citation_overlap)
        happened: asyncio.Queue[Event | Exception | None] = asyncio.Queue()

        def searched(query: str, passages: list[Passage]) -> None:
            turn.end()
            reading.query = query
            if not ranks:
                found(passages)

        def found(passages: list[Passage]) -> None:
            happened.put_nowait(reading.found(passages))

        async def say(chunk: StreamingChunk) -> None:
            for event in reading.said(chunk.content, chunk.meta, chunk.finish_reason):
                happened.put_nowait(event)

        async def run() -> None:
            try:
                rewritten = None if extractive else await self._rewritten(question, model)
                data = inputs(question.messages, search, generation, rewritten, markers=question.markers)
                if ranks:
                    data["ranker"] = ranking
                async with turn if question.store_ids else nullcontext():
                    outputs = await pipeline.run_async(data)
                for event in reading.end(outputs["generator"]["replies"]):
                    happened.put_nowait(event)
                happened.put_nowait(None)
            except PipelineRuntimeError as error:
                happened.put_nowait(error.__cause__ if isinstance(error.__cause__, Exception) else error)
            except Exception as error:
                happened.put_nowait(error)

        brought = question.passages or self._settings.passages
        search = {
            "store_ids": question.store_ids,
            "top_k": max(brought, ranks),
            "max_tokens": None if ranks else self._settings.context_tokens,
            "filters": question.filters,
            "min_score": question.min_score,
            "embedding_weight": question.embedding_weight if self._settings.embeddings else None,
            "found_callback": searched,
            "join": True,
        }
        ranking = {
            "model": model,
            "top_k": brought,
            "max_tokens": self._settings.context_tokens,
            "found_callback": found if question.store_ids else None,
        }
        generation = {"generation_kwargs": parameters} | ({"streaming_callback": say} if question.stream else {})
        running = asyncio.create_task(run())
        try:
            while (event := await happened.get()) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def _rewritten(self, question: Question, model: str) -> str | None:
        if not (self._settings.rewrite_query and self._generator and question.store_ids):
            return None
        return await rewritten(self._generator, question.messages, model)


class _Turn:
    """A place among those who search, which may be given up before the end of the block.

    Questions that come together are searched for one after the other, not all at once: the first has its answer early
    and the last no later, where otherwise all would have theirs as late as the last.
    """

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> None:
        await self._places.acquire()
        self._held = True

    async def __aexit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


class _Reading:
    """Makes events of what the components of a pipeline run tell."""

    def __init__(self, question: Question, overlap: float) -> None:
        self._question = question
        self._overlap = overlap
        self.query = ""
        self._passages: list[Passage] = []
        self._readers: dict[int, CitationReader] = {}

    def found(self, passages: list[Passage]) -> Retrieved:
        self._passages = passages if self._question.markers else []
        return Retrieved(self.query, passages)

    def said(self, text: str, meta: dict[str, Any], reason: str | None = None) -> Iterator[Event]:
        """A piece of an answer, or the whole: `meta["choice"]` is what the language model's server sent, if one did."""
        choice = meta.get("choice") or {"index": meta.get("index"), "finish_reason": reason}
        index = choice.get("index") or 0
        reader = self._readers.get(index)
        if reader is None:
            reader = self._readers[index] = CitationReader(self._passages, self._overlap)
        message = choice.get("delta") or choice.get("message") or {}
        extras = {key: value for key, value in message.items() if key not in ("role", "content") and value is not None}
        logprobs = choice.get("logprobs") and {"content": None, "refusal": None, **choice["logprobs"]}
        if text or extras or logprobs:
            reader.feed(text)
            yield Delta(index, text, extras, logprobs)
        if choice.get("finish_reason"):
            citations = reader.finish()
            if reader.unsupported:
                logger.debug("%d markers are no citations: their passages do not say it", reader.unsupported)
            yield Finished(index, choice["finish_reason"], citations, reader.unsupported)

    def end(self, replies: list[ChatMessage]) -> Iterator[Event]:
        if not self._question.stream:
            for reply in replies:
                yield from self.said(reply.text or "", reply.meta, reply.meta.get("finish_reason"))
        yield Answered(replies[0].meta["model"], replies[0].meta.get("usage"))


def _generator(settings: Settings) -> "UpstreamChatGenerator":
    from rag_api.answer.model.generator import UpstreamChatGenerator  # half a second, for those who have such a server

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return UpstreamChatGenerator(
        api_key=Secret.from_token(key),
        model=settings.model,
        api_base_url=settings.openai_base_url,
        timeout=settings.model_timeout_s,
        max_retries=0,  # the client retries by itself: retrying here as well would multiply
    )
