"""The answerer: a question in, events out. It runs the pipelines, and finds the citations in the model's answer.

It knows neither HTTP nor the JSON of questions and answers.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError
from haystack.core.pipeline.pipeline import PipelineStreamHandle
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from ingest import cancellation
from ingest.embed import Embeddings
from ingest.query import Query
from ingest.search.documents import Documents
from ingest.search.passages import PassageRetriever, fit_tokens, near_spellings
from rag_api.answer import metering
from rag_api.answer.attached import overview_of, passages_of
from rag_api.answer.conversation import Conversation, Parameters
from rag_api.answer.events import Answered, Event, Retrieved
from rag_api.answer.extractive.evidence import all_weights
from rag_api.answer.extractive.generator import ExtractiveChatGenerator
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.extractive.whole_tables import WholeTables
from rag_api.answer.intent import Intent, intent_of
from rag_api.answer.model.reranking import LanguageModelRanker
from rag_api.answer.model.rewriting import rewritten
from rag_api.answer.overview.retriever import OverviewRetriever
from rag_api.answer.pipeline import generation_pipeline, retrieval_pipeline
from rag_api.answer.query import QueryBuilder, recent_turns
from rag_api.answer.question import Model, Question, Unsearched
from rag_api.answer.transcript import Transcript
from rag_api.settings import Settings

if TYPE_CHECKING:
    from rag_api.answer.model.generator import UpstreamChatGenerator

EXTRACTIVE = "extractive"

_LONG = 20_000  # characters of an answer
_UNREAD = 16  # pieces of one that are made ahead


class Pipelines(NamedTuple):
    retrieval: Pipeline
    generation: Pipeline


class Answerer:
    """Answers with the language model or, without one, with sentences of the passages. With `documents`, it gives
    overviews of them, too. With `embeddings`, sentences are chosen by their meaning, too."""

    def __init__(
        self,
        settings: Settings,
        passages: PassageRetriever,
        documents: Documents | None = None,
        embeddings: Embeddings | None = None,
    ) -> None:
        self._settings = settings
        self._store_files = passages.store_files
        self._offered: frozenset[str] = frozenset()
        budget = settings.context_tokens
        turns = asyncio.Semaphore(os.cpu_count() or 1)

        def retriever(max_tokens: int | None) -> PassageRetriever:
            searcher, store_files = passages.searcher, passages.store_files
            return PassageRetriever(searcher, store_files, max_tokens=max_tokens, merge=True, turns=turns)

        self._documents = documents
        self._overviews = OverviewRetriever(documents, budget, turns) if documents else None
        retrieval = retrieval_pipeline(retriever(budget))
        meaning = Meaning(embeddings) if embeddings and embeddings.model in all_weights() else None
        extractive = ExtractiveChatGenerator(min_confidence=settings.min_confidence, meaning=meaning)
        self._extractive = Pipelines(
            retrieval_pipeline(retriever(budget), tables=WholeTables(documents)) if documents else retrieval,
            generation_pipeline(extractive),
        )
        self._upstream: Pipelines | None = None
        self._generator = _generator(settings) if settings.upstream else None
        self._ranked = 0 if settings.rerank_model else settings.rerank
        """How many passages the language model puts in order."""
        if self._generator:
            if self._ranked:
                retrieval = retrieval_pipeline(retriever(None), LanguageModelRanker(self._generator, budget))
            may_know = settings.grounding == "open"
            self._upstream = Pipelines(retrieval, generation_pipeline(self._generator, open=may_know))

    async def close(self) -> None:
        if self._generator:
            await self._generator.close_async()

    def name(self, model: str | None) -> str:
        """The name of the model that answers a request for `model`."""
        return EXTRACTIVE if self.is_extractive(model) else model or self._settings.model

    async def models(self) -> list[Model]:
        """The default model, the others that its server offers, and the built-in one."""
        models = [Model(EXTRACTIVE, "rag-api")]
        if self._generator:
            offered = await self._offers()
            if all(model.name != self._settings.model for model in offered):
                offered.insert(0, Model(self._settings.model, "upstream"))
            models = offered + models
        return models

    async def has(self, model: str) -> bool:
        """Whether the language model's server has this model, as far as it says which ones it has."""
        if not self._generator or model == EXTRACTIVE:
            return False
        if model == self._settings.model or model in self._offered:
            return True
        names = {each.name for each in await self._offers()}
        return not names or model in names or f"{model}:latest" in names  # the latter is how Ollama lists it

    async def _offers(self) -> list[Model]:
        assert self._generator
        offered = await self._generator.models()
        self._offered = frozenset(model.name for model in offered)
        return offered

    def is_extractive(self, model: str | None) -> bool:
        """Whether the built-in model answers a request for `model`."""
        return self._upstream is None or model == EXTRACTIVE

    async def unsearched(
        self,
        store_ids: Sequence[str],
        messages: Sequence[ChatMessage],
        *,
        answered: bool = False,
        forced: bool = False,
        attached: bool = False,
    ) -> Unsearched | None:
        """Why nothing is to be searched for the last of these messages, if so; `answered` says that there was an answer
        before them, `forced` that a search was demanded, `attached` that they bring files. Raises `StorageFailed`."""
        if not store_ids and not attached:
            return Unsearched.UNASKED
        if not forced and (intent := intent_of(messages, answered=answered)) is not Intent.DOCUMENTS:
            return Unsearched(intent)
        if attached:
            return None
        searchable = await asyncio.to_thread(self._store_files.searchable, store_ids)
        return None if searchable else Unsearched.EMPTY

    async def answer(self, question: Question) -> AsyncGenerator[Event, None]:
        """What happens, as it happens. Closing this iterator stops the language model as well. Raises `ModelFailed` and
        `StorageFailed`."""
        question = replace(question, messages=Conversation(question.messages))
        try:
            retrieved, asked = await self._retrieve(question)
            passages = retrieved.passages if question.markers else []
            cites = question.markers and question.searched and self._answers_from_documents_only(question.model)
            cites = cites and not retrieved.overview  # which documents there are may be said without a citation
            transcript = Transcript(passages, self._settings.citation_overlap, asked if cites else None)
            # The model is asked first; the passages are sent while it thinks.
            unread = asyncio.Semaphore(_UNREAD)
            async with _running(self._generate(question, asked, retrieved, unread)) as chunks:
                yield retrieved
                async for chunk in chunks:
                    unread.release()
                    for event in await _read(transcript.add(chunk), transcript.length):
                        yield event
            replies = chunks.result["generator"]["replies"]
            length = sum(len(passage.content or "") for passage in passages) // 10
            length += 0 if question.stream else sum(len(reply.text or "") for reply in replies)
            for event in await _read(transcript.end(replies, streamed=question.stream), length):
                if isinstance(event, Answered):
                    read = [message.text for message in question.messages]
                    read += [passage.content for passage in retrieved.passages]
                    metering.count(event.usage, transcript.length + sum(len(text or "") for text in read))
                yield event
        except PipelineRuntimeError as error:
            if cause := error.__cause__:
                raise cause from cause.__cause__  # the component's own error, without Haystack's around it
            raise

    async def _retrieve(self, question: Question) -> tuple[Retrieved, str]:
        """The passages, and the question with the turns that it depends on."""
        if question.attached:
            return await self._read_attached(question)
        return await self._search(question)

    async def _read_attached(self, question: Question) -> tuple[Retrieved, str]:
        """The passages of attached files; then those of stores, which have at least half of the room."""
        room = self._settings.context_tokens
        built = QueryBuilder().run(list(question.messages))
        query: Query = built["query"]
        passages, overview = await asyncio.to_thread(overview_of, question.attached, query.text, room)
        if not overview:
            found = (await self._search(question))[0].passages if question.store_ids else []
            own = room // 2 if question.store_ids else room
            score = max((passage.score or 0.0 for passage in found), default=1.0)  # none is better for being attached
            passages = await asyncio.to_thread(passages_of, question.attached, query, own, score, self._documents)
            passages = fit_tokens([*passages, *found], room)
        return Retrieved(query.text, passages, overview), built["question"]

    async def _search(self, question: Question) -> tuple[Retrieved, str]:
        if overview := await self._overview(question):
            return overview, overview.query
        brought = question.passages or self._settings.passages
        ranked = 0 if self.is_extractive(question.model) else self._ranked
        data: dict[str, dict[str, Any]] = {
            "query_builder": {
                "messages": question.messages,
                "rewritten": await self._rewritten(question),
                "filters": question.filters,
                "top_k": max(brought, ranked),
                "embedding_weight": question.embedding_weight,
                "rerank": question.rerank,
            },
            "retriever": {"store_ids": question.store_ids, "min_score": question.min_score},
        }
        if ranked:
            data["ranker"] = {"model": self.name(question.model), "top_k": brought}
        retrieval = self._pipelines(question.model).retrieval
        outputs = await retrieval.run_async(data, include_outputs_from={"query_builder"})
        last = next(name for name in ("tables", "ranker", "retriever") if name in outputs)
        built, found = outputs["query_builder"], outputs[last]
        return Retrieved(built["query"].text, found["documents"]), built["question"]

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

    def _generate(
        self, question: Question, asked: str, retrieved: Retrieved, unread: asyncio.Semaphore
    ) -> PipelineStreamHandle:
        """Run the model; if it does not stream, its answer is in the result. If it does, it waits where `unread` is
        used up, as a client that reads slowly, or not at all, would have all of the answer pile up here."""

        async def wait(_chunk: StreamingChunk) -> None:
            await unread.acquire()

        data: dict[str, dict[str, Any]] = {
            "prompt_builder": {
                "messages": question.messages,
                "documents": retrieved.passages,
                "markers": question.markers,
                "searched": question.searched,
                "overview": retrieved.overview and retrieved.overview.told,
                "near": near_spellings(retrieved.query, retrieved.passages),
            },
            "generator": {"generation_kwargs": Parameters({**question.parameters, "model": self.name(question.model)})},
        }
        if question.stream:
            data["generator"]["streaming_callback"] = wait
        if self.is_extractive(question.model):  # it needs the passages themselves
            data["generator"] |= {
                "documents": retrieved.passages,
                "query": asked,
                "overview": retrieved.overview,
                "unsearched": question.unsearched,
            }
        generation = self._pipelines(question.model).generation
        return generation.stream(data, streaming_components=["generator"] if question.stream else [])

    def _answers_from_documents_only(self, model: str | None) -> bool:
        return self._settings.grounding == "strict" or self.is_extractive(model)

    def _pipelines(self, model: str | None) -> Pipelines:
        return self._upstream if self._upstream and model != EXTRACTIVE else self._extractive

    async def _rewritten(self, question: Question) -> str | None:
        if self._generator and self._settings.rewrite_query and question.store_ids and question.model != EXTRACTIVE:
            return await rewritten(self._generator, question.messages, self.name(question.model))
        return None


async def _read(events: Iterator[Event], length: int) -> Iterable[Event]:
    """The events of an answer of that length: to find the citations of a long one is work for a thread."""
    return await cancellation.to_thread(list, events) if length > _LONG else events


@asynccontextmanager
async def _running(chunks: PipelineStreamHandle) -> AsyncIterator[PipelineStreamHandle]:
    """The model at work, until the end of the block at the latest."""
    try:
        yield chunks
    finally:
        await chunks.aclose()
        with suppress(Exception):  # whoever still listens was told of it; else asyncio would log that nobody was
            _ = chunks.result


def _generator(settings: Settings) -> "UpstreamChatGenerator":
    from rag_api.answer.model.generator import UpstreamChatGenerator  # takes half a second, and not all need it

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return UpstreamChatGenerator(
        api_key=Secret.from_token(key),
        model=settings.model,
        api_base_url=settings.openai_base_url,
        timeout=settings.model_timeout_s,
        max_retries=0,  # clients retry: retrying here too would multiply
    )
