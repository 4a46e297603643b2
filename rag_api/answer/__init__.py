"""Question in, events out: runs the query pipeline and reads the citations out of the model's words.

Knows nothing of HTTP, nor of the JSON in which questions and answers travel.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from haystack import Document
from haystack.core.errors import PipelineRuntimeError
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from ingest.passages import PassageRetriever
from rag_api.answer.cite import CitationReader
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved
from rag_api.answer.extractive import ExtractiveChatGenerator
from rag_api.answer.generator import UpstreamChatGenerator
from rag_api.answer.pipeline import inputs, query_pipeline
from rag_api.settings import Settings

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
    model: str | None = None
    passages: int | None = None
    filters: dict[str, Any] | None = None
    stream: bool = False
    markers: bool = True
    """Whether `[n]` in the answer is a citation; not when it is to be JSON."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """For the model, in the words of its own protocol."""


class Answerer:
    """Answers with the language model or, when there is none, from the passages alone."""

    def __init__(self, settings: Settings, passages: PassageRetriever) -> None:
        self._settings = settings
        self._extractive = query_pipeline(passages, ExtractiveChatGenerator())
        self._generator = _generator(settings) if settings.upstream else None
        self._upstream = query_pipeline(passages, self._generator) if self._generator else None

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

    async def answer(self, question: Question) -> AsyncIterator[Event]:
        """Closing this iterator, at any point, stops the language model too. Raises `ModelFailed`."""
        extractive = self.is_extractive(question.model)
        pipeline = self._extractive if extractive or not self._upstream else self._upstream
        parameters = dict(question.parameters)
        if not extractive:
            parameters["model"] = question.model or self._settings.model
        generation: dict[str, Any] = {"generation_kwargs": parameters}
        happened: asyncio.Queue[Any] = asyncio.Queue()

        async def say(chunk: StreamingChunk) -> None:
            happened.put_nowait(chunk)

        if question.stream:
            generation["streaming_callback"] = say
        search = {
            "store_ids": question.store_ids,
            "top_k": question.passages or self._settings.passages,
            "max_tokens": self._settings.context_tokens,
            "filters": question.filters,
        }
        data = inputs(question.messages, search, generation, markers=question.markers)

        async def run() -> None:
            try:
                parts = pipeline.run_async_generator(data, include_outputs_from={"retriever"})
                async for part in parts:
                    happened.put_nowait(part)
                happened.put_nowait(None)
            except PipelineRuntimeError as error:
                happened.put_nowait(error.__cause__ or error)
            except Exception as error:
                happened.put_nowait(error)

        running = asyncio.create_task(run())
        try:
            reading = _Reading(question)
            while (what := await happened.get()) is not None:
                for event in reading.events(what):
                    yield event
            yield reading.end()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


class _Reading:
    """Makes events of what a pipeline run gives out: the outputs of its components, and the chunks of a stream."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._passages: list[Document] | None = None
        self._readers: dict[int, CitationReader] = {}
        self._last: dict[str, Any] = {}

    def events(self, what: Any) -> list[Event]:
        if isinstance(what, StreamingChunk):
            return self._chunk(what)
        if isinstance(what, Exception):
            raise what
        # The last part repeats those before it.
        if "retriever" in what and self._passages is None:
            self._passages = what["retriever"]["documents"]
            return [Retrieved(what["retriever"]["query"], self._passages)]
        if "generator" in what and not self._last:
            replies: list[ChatMessage] = what["generator"]["replies"]
            self._last = replies[0].meta
            if not self._question.stream:
                return [event for reply in replies for event in self._reply(reply)]
        return []

    def end(self) -> Answered:
        return Answered(self._last["model"], self._last.get("usage"))

    def _chunk(self, chunk: StreamingChunk) -> list[Event]:
        choice = chunk.meta.get("choice") or {"finish_reason": chunk.finish_reason}
        return self._said(choice, chunk.content, choice.get("delta") or {})

    def _reply(self, reply: ChatMessage) -> list[Event]:
        choice = reply.meta.get("choice") or reply.meta
        return self._said(choice, reply.text or "", choice.get("message") or {})

    def _said(self, choice: dict[str, Any], text: str, message: dict[str, Any]) -> list[Event]:
        index = choice.get("index", 0)
        extras = {key: value for key, value in message.items() if key not in ("role", "content") and value is not None}
        events: list[Event] = []
        if index not in self._readers:
            self._readers[index] = CitationReader(self._passages or [] if self._question.markers else [])
        if text or extras or choice.get("logprobs"):
            logprobs = choice.get("logprobs") and {"content": None, "refusal": None, **choice["logprobs"]}
            events.append(Delta(index, text, extras, logprobs))
            self._readers[index].feed(text)
        if choice.get("finish_reason"):
            events.append(Finished(index, choice["finish_reason"], self._readers[index].finish()))
        return events


def _generator(settings: Settings) -> UpstreamChatGenerator:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return UpstreamChatGenerator(
        api_key=Secret.from_token(key),
        model=settings.model,
        api_base_url=settings.openai_base_url,
        timeout=settings.model_timeout_s,
        max_retries=0,  # the client retries by itself: retrying here as well would multiply
    )
