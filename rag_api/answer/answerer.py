"""The answerer: a question in, events out. It runs the pipelines, and finds the citations in the model's answer.

It knows neither HTTP nor the JSON of questions and answers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import replace

from haystack import Document
from haystack.core.errors import PipelineRuntimeError
from haystack.core.pipeline.pipeline import PipelineStreamHandle
from haystack.dataclasses import ChatMessage, StreamingChunk

from ingest import cancellation
from ingest.corpus import Corpus
from ingest.embed import Embeddings
from ingest.errors import IngestError
from ingest.records.store_files import UNFINISHED, State
from ingest.search.documents import Documents
from ingest.search.passages import PassageRetriever, near_spellings
from rag_api.answer import metering
from rag_api.answer.conversation import Conversation, Parameters
from rag_api.answer.errors import TIMEOUT, UNREACHABLE, ModelFailed
from rag_api.answer.events import Answered, Event, Retrieved
from rag_api.answer.intent import Intent, intent_of
from rag_api.answer.live import Live
from rag_api.answer.model.choices import MAX_CHARACTERS, too_long
from rag_api.answer.pipeline import QueryPipeline, extractive_pipeline, upstream_pipeline
from rag_api.answer.pipeline_file import files, load
from rag_api.answer.question import Model, Question, Unsearched
from rag_api.answer.retrieval import Retrieval
from rag_api.answer.timing import Timing, count_failure
from rag_api.answer.transcript import Transcript
from rag_api.http import turns
from rag_api.http.refused import Refused
from rag_api.settings import Settings

logger = logging.getLogger(__name__)

EXTRACTIVE = "extractive"

CURRENT_FOR_S = 10.0  # after which its server is asked again whether it has a model

MOST_REPLIES = 128

_LONG = 20_000  # characters of an answer
_UNREAD = 16  # pieces of one that are made ahead


class Answerer:
    """Answers with the language model or, without one, with sentences of the passages; or by pipelines from files. With
    `documents`, it gives overviews of them, too; with `embeddings`, sentences are chosen by their meaning, too."""

    def __init__(
        self,
        settings: Settings,
        passages: PassageRetriever,
        documents: Documents | None = None,
        embeddings: Embeddings | None = None,
    ) -> None:
        """Raises `Invalid` for a file that holds no pipeline."""
        self._settings = settings
        self._store_files = passages.store_files
        self._offered: frozenset[str] = frozenset()
        self._live = Live(settings, passages.searcher, passages.store_files, documents, embeddings)
        self._offered_at = float("-inf")
        self._retrieval = Retrieval(self._live)
        self._extractive = QueryPipeline(extractive_pipeline(self._live))
        self._generator = self._live.generator if settings.upstream else None
        if settings.query_pipeline:
            self.default = QueryPipeline(load(settings.query_pipeline, self._live), settings.query_pipeline.stem)
        else:
            self.default = QueryPipeline(upstream_pipeline(self._live)) if self._generator else self._extractive
        self._own = {name: QueryPipeline(load(path, self._live), name) for name, path in files(settings).items()}

    @classmethod
    def over(cls, settings: Settings, corpus: Corpus) -> "Answerer":
        """That of the documents of a corpus. Raises `Invalid` for a file that holds no pipeline."""
        return cls(settings, corpus.passages, corpus.documents, corpus.embeddings)

    async def close(self) -> None:
        for pipeline in (self.default, self._extractive, *self._own.values()):
            await pipeline.close()
        if self._generator:  # which orders passages in a pipeline that does not answer with it
            await self._generator.close_async()

    def name(self, model: str | None) -> str:
        """The name of the model that answers a request for `model`."""
        pipeline = self._pipeline(model)
        return model if model and model not in self._own and pipeline.takes("model") else pipeline.model

    async def models(self) -> list[Model]:
        """The default model, the others that its server offers, and the built-in one."""
        models = await self._offers() if self._generator else []
        default = self.default.model
        if not self.default.extracts and all(model.name != default for model in models):
            models.insert(0, Model(default, "upstream"))
        return [*models, Model(EXTRACTIVE, "rag-api")]

    @property
    def pipelines(self) -> list[str]:
        """The models that are pipelines from files."""
        return list(self._own)

    async def has(self, model: str) -> bool:
        """Whether the language model's server has this model, as far as it says which ones it has."""
        if model == EXTRACTIVE or self.default.extracts:
            return False
        spellings = {model, f"{model}:latest"}  # the latter is how Ollama lists it
        if model == self.default.model or spellings & self._offered:
            return True
        if not self._generator:
            return False
        if not self._offered or time.monotonic() - self._offered_at > CURRENT_FOR_S:
            await self._offers()
        return not self._offered or bool(spellings & self._offered)

    async def meant(self, model: str | None) -> str | None:
        """The model to ask: None, the default one, in place of one that its server does not have, if that is set."""
        if not self._settings.model_fallback or not model or model in self._own or self.is_extractive(model):
            return model
        return model if await self.has(model) else None

    async def _offers(self) -> list[Model]:
        assert self._generator
        offered = await self._generator.models()
        self._offered = frozenset(model.name for model in offered)
        self._offered_at = time.monotonic()
        return offered

    def is_extractive(self, model: str | None) -> bool:
        """Whether the built-in model answers a request for `model`."""
        return self._pipeline(model).extracts

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
        if await asyncio.to_thread(self._store_files.searchable, store_ids):
            return None
        states = await asyncio.to_thread(self._store_files.states_in, store_ids)
        if states & UNFINISHED:
            return Unsearched.UNREAD
        return Unsearched.UNREADABLE if State.FAILED in states else Unsearched.EMPTY

    async def answer(self, question: Question) -> AsyncGenerator[Event, None]:
        """What happens, as it happens. Closing this iterator stops the language model as well. Raises `ModelFailed` and
        `StorageFailed`."""
        pipeline = self._pipeline(question.model)
        _check_parameters(pipeline, question)
        question = replace(question, messages=Conversation(question.messages))
        timing, meter = Timing(), metering.Meter()
        transcript: Transcript | None = None

        def written() -> int:
            return transcript.length if transcript else 0

        try:
            if pipeline.name:  # which may wait for whomever it likes
                turns.leave()
            async with nullcontext() if pipeline.name else turns.at_work():
                await pipeline.warm_up()
                retrieved, asked, shown = await self._retrieval.run(question, pipeline, self.name(question.model))
            if not pipeline.extracts:
                turns.leave()
            timing.see(retrieved)
            passages = retrieved.passages if question.markers else []
            cites = question.markers and question.searched and self._answers_from_documents_only(question.model)
            cites = cites and not retrieved.overview  # which documents there are may be said without a citation
            transcript = Transcript(passages, self._settings.citation_overlap, asked if cites else None)
            texts = [*(message.text for message in question.messages), *(each.content for each in retrieved.passages)]
            is_heard = question.stream and pipeline.streams
            meter.ask(texts, unheard=0 if is_heard else question.parameters.get("n") or 1)
            # The model is asked first; the passages are sent while it thinks.
            unread = asyncio.Semaphore(_UNREAD)
            async with _running(self._generate(question, asked, retrieved, shown, unread)) as chunks:
                yield retrieved
                async for chunk in self._in_time(pipeline, chunks):
                    unread.release()
                    for event in await _read(transcript.add(chunk), transcript.length):
                        timing.see(event)
                        yield event
            replies = pipeline.replies(chunks.result)
            _check_replies(pipeline, replies)
            length = sum(len(passage.content or "") for passage in passages) // 10
            length += 0 if is_heard else sum(len(reply.text or "") for reply in replies)
            for event in await _read(transcript.end(replies, streamed=is_heard), length):
                if isinstance(event, Answered):
                    meter.answered(event.usage, transcript.length)
                    event = replace(event, model=event.model or pipeline.model)
                timing.see(event)
                yield event
        except Exception as error:
            cause = (isinstance(error, PipelineRuntimeError) and error.__cause__) or error
            if not written() and not (isinstance(cause, ModelFailed) and cause.status == TIMEOUT):
                meter.refused()
            if isinstance(cause, ModelFailed):
                count_failure(cause)
            if pipeline.name and not isinstance(cause, ModelFailed | IngestError | Refused | cancellation.Cancelled):
                told = _in_words(pipeline.name, error)
                count_failure(told)
                raise told from error
            if cause is not error:
                raise cause from cause.__cause__  # the component's own error, without Haystack's around it
            raise
        finally:
            meter.cut(written())

    def _generate(
        self,
        question: Question,
        asked: str,
        retrieved: Retrieved,
        shown: Sequence[Document],
        unread: asyncio.Semaphore,
    ) -> PipelineStreamHandle:
        """Run the model; if it does not stream, its answer is in the result. If it does, it waits where `unread` is
        used up, as a client that reads slowly, or not at all, would have all of the answer pile up here."""

        async def wait(_chunk: StreamingChunk) -> None:
            await unread.acquire()

        pipeline = self._pipeline(question.model)
        values = {
            "messages": question.messages,
            "documents": shown,
            "query": retrieved.query,
            "question": asked,
            "markers": question.markers,
            "searched": question.searched,
            "near": near_spellings(retrieved.query, retrieved.passages),
            "overview": retrieved.overview,
            "unsearched": question.unsearched,
            "model": self.name(question.model),
            "generation_kwargs": Parameters(question.parameters),
        }
        if pipeline.foreign:
            values["generation_kwargs"] = dict(question.parameters)
        if question.stream and pipeline.streams:
            return pipeline.generate(values, streaming_callback=wait)
        return pipeline.generate(values)

    async def _in_time(self, pipeline: QueryPipeline, chunks: PipelineStreamHandle) -> AsyncIterator[StreamingChunk]:
        """What the model says, as long as it says something; those of our own see to that themselves."""
        arriving = aiter(chunks)
        characters = 0
        while True:
            try:
                async with asyncio.timeout(self._settings.model_timeout_s if pipeline.name else None):
                    chunk = await anext(arriving)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ModelFailed.late() from error
            characters += len(chunk.content)
            if characters > MAX_CHARACTERS:
                raise too_long()
            yield chunk

    def _answers_from_documents_only(self, model: str | None) -> bool:
        return self._settings.grounding == "strict" or self.is_extractive(model)

    def _pipeline(self, model: str | None) -> QueryPipeline:
        if model == EXTRACTIVE:
            return self._extractive
        return self._own.get(model or "", self.default)


_CALLED = {
    "filters": "the filters of a search",
    "min_score": "a threshold of scores",
    "embedding_weight": "the weights of a search by words and by meaning",
    "rerank": "a search without a ranker",
}


def _check_replies(pipeline: QueryPipeline, replies: Sequence[ChatMessage]) -> None:
    """Raise `ModelFailed` for no answer, or for more than a language model's server may send."""
    if not replies:
        raise ModelFailed(f"The pipeline {pipeline.name!r} gave no answer.")
    if len(replies) > MOST_REPLIES:
        raise ModelFailed(f"The pipeline {pipeline.name!r} gave {len(replies):,} answers to one question.")
    if sum(len(reply.text or "") for reply in replies) > MAX_CHARACTERS:
        raise too_long()


def _check_parameters(pipeline: QueryPipeline, question: Question) -> None:
    """Raise `ModelFailed` for parameters that the pipeline would drop, or fail on."""
    named = [name for name in question.parameters if name != "stream_options"]  # which the client's stream has, too
    if named and not pipeline.takes("generation_kwargs"):
        name = named[0]
        message = f"The pipeline {pipeline.name!r} takes no parameters for its model: leave {name!r} out."
        raise ModelFailed(message, 400, param=name)
    asked = {"filters": question.filters, "min_score": question.min_score}
    asked |= {"embedding_weight": question.embedding_weight, "rerank": not question.rerank}
    for name, value in asked.items():
        if value and not pipeline.takes(name):
            raise ModelFailed(f"The pipeline {pipeline.name!r} has no place for {_CALLED[name]}.", 400)
    if pipeline.foreign and question.stream and (question.parameters.get("n") or 1) > 1:
        raise ModelFailed(f"The pipeline {pipeline.name!r} streams one answer at a time.", 400, param="n")


def _in_words(name: str, error: Exception) -> ModelFailed:
    """The failure of a component that is not ours, whatever it is; the log has it."""
    logger.error("the pipeline %s failed", name, exc_info=error)
    cause = error.__cause__ or error
    if "Timeout" in type(cause).__name__:
        return ModelFailed.late()
    status = getattr(cause, "status_code", None)  # of another server, as its client tells it
    said = f" (status {status})" if isinstance(status, int) else ""
    component = getattr(error, "component_name", None)
    where = f" in its component {component!r}" if component else ""
    return ModelFailed(
        f"The pipeline {name!r} failed{where}{said}; the log of this server says why.",
        status if status in (400, 429) else UNREACHABLE,
    )


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
