"""The Haystack pipeline that answers a question: what its halves get, and which values a question has for them.

It is written as one pipeline and run as two, one after the other: retrieval, then generation. Their intermediate result
is needed: passages are sent before the first word, a search without an answer needs only the first, and Haystack can
stream the second, which then has nothing else to report. Only passages go from one to the other, so that those that an
answer cites are the ones that it was given.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haystack import Pipeline
from haystack.core.component import Component
from haystack.core.pipeline.pipeline import PipelineStreamHandle
from haystack.dataclasses import ChatMessage

from ingest.search.passages import PassageRetriever
from rag_api.answer.conversation import as_list
from rag_api.answer.extractive.generator import ExtractiveChatGenerator
from rag_api.answer.extractive.whole_tables import WholeTables
from rag_api.answer.foreign import guard
from rag_api.answer.live import Live
from rag_api.answer.model.reranking import LanguageModelRanker
from rag_api.answer.overview.retriever import Overview
from rag_api.answer.prompt import PromptBuilder
from rag_api.answer.query import QueryBuilder
from rag_api.answer.question import Unsearched

Routes = Mapping[str, Sequence[str]]
"""By value, the inputs of components that get it, as `component.input`."""

VALUES: Mapping[str, Any] = {
    "messages": list[ChatMessage],
    "query": str,
    "question": str,
    "rewritten": str | None,
    "store_ids": list[str],
    "filters": dict[str, Any] | None,
    "top_k": int,
    "candidates": int,
    "min_score": float,
    "embedding_weight": float | None,
    "rerank": bool,
    "model": str,
    "generation_kwargs": dict[str, Any],
    "markers": bool,
    "searched": bool,
    "near": dict[str, str],
    "overview": Overview | None,
    "unsearched": Unsearched | None,
}
"""What a question has for a pipeline; `docs/pipelines.md` says what each is."""


@dataclass(frozen=True)
class Whole:
    """A pipeline as one writes it. The passages and the answers are outputs of components, as `component.output`."""

    pipeline: Pipeline
    inputs: Routes
    documents: str
    replies: str


class QueryPipeline:
    """`name` is the one of its file, if it was read from one."""

    def __init__(self, whole: Whole, name: str | None = None) -> None:
        """Takes the pipeline apart: it can no longer be used by itself."""
        self.name = name
        self._documents, self._replies = whole.documents.split("."), whole.replies.split(".")
        self.retrieval, self.generation, taken = _halves(whole)
        self._inputs = {**whole.inputs, "documents": taken}
        generator: Any = self.generation.get_component(self._replies[0])
        self.streams = _streams(generator)
        self.extracts = isinstance(generator, ExtractiveChatGenerator)
        self.foreign = not _is_ours(generator)
        """Whether the component that answers is not of this program."""
        for half in (self.retrieval, self.generation):
            for _, each in half.walk():
                guard(each)
        self._cold: list[Any] = [
            each for half in (self.retrieval, self.generation) for _, each in half.walk() if _loads(each)
        ]
        self._warming = asyncio.Lock()
        own = getattr(generator, "model", None)
        self.model: str = own if isinstance(own, str) and own else name or type(generator).__name__
        """The model that answers where a request names none."""
        builders = (each for each, component in self.retrieval.walk() if isinstance(component, QueryBuilder))
        self._query_builder = next(builders, None)

    def takes(self, value: str) -> bool:
        return bool(self._inputs.get(value))

    @property
    def builds_query(self) -> bool:
        """Whether it finds out itself what to search for, and nothing in it needs that before."""
        needed = [*self._inputs.get("query", ()), *self._inputs.get("question", ())]
        return bool(self._query_builder) and not any(component_of(each) in self.retrieval.graph for each in needed)

    async def retrieve(self, values: Mapping[str, Any]) -> tuple[list[Any], Mapping[str, Any]]:
        """The documents, and what the query builder made, if there is one."""
        component, output = self._documents
        wanted = {component, *filter(None, [self._query_builder])}
        outputs = await self.retrieval.run_async(self._given(self.retrieval, values), include_outputs_from=wanted)
        return outputs[component][output], outputs.get(self._query_builder or "", {})

    def generate(self, values: Mapping[str, Any], **more: Any) -> PipelineStreamHandle:
        """Answer from `values["documents"]`; `more` are inputs of the component that answers. It streams if it gets a
        `streaming_callback` among them."""
        component = self._replies[0]
        data = self._given(self.generation, values)
        data.setdefault(component, {}).update(more)
        return self.generation.stream(data, streaming_components=[component] if "streaming_callback" in more else [])

    def replies(self, outputs: Mapping[str, Any]) -> list[ChatMessage]:
        component, output = self._replies
        replies: list[ChatMessage] = outputs[component][output]
        return replies

    async def warm_up(self) -> None:
        """In threads, since to load a model takes long; Haystack would do it in the event loop, with the first
        question."""
        if self._cold:
            async with self._warming:
                while self._cold:
                    await asyncio.to_thread(self._cold[-1].warm_up)
                    self._cold.pop()

    async def close(self) -> None:
        await self.retrieval.close_async()
        await self.generation.close_async()

    def _given(self, half: Pipeline, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        if not all(_is_ours(component) for _, component in half.walk() if "messages" in _inputs(component)):
            values = {**values, "messages": as_list(values["messages"])}
        data: dict[str, dict[str, Any]] = {}
        for value, given in values.items():
            for receiver in self._inputs.get(value, ()):
                component, _, socket = receiver.partition(".")
                if component in half.graph:
                    data.setdefault(component, {})[socket] = given
        return data


def extractive_pipeline(live: Live) -> Whole:
    """The built-in model, which needs the passages themselves, and is given whole tables."""
    return _default(
        live.made(PassageRetriever),
        live.made(ExtractiveChatGenerator),
        tables=live.made(WholeTables) if live.documents else None,
    )


def upstream_pipeline(live: Live) -> Whole:
    """The language model of the settings, which also orders the passages, if that is set."""
    settings = live.settings
    ranks = bool(settings.rerank and not settings.rerank_model)
    retriever = live.made(PassageRetriever, max_tokens=None) if ranks else live.made(PassageRetriever)
    ranker = live.made(LanguageModelRanker) if ranks else None
    return _default(retriever, live.generator, ranker=ranker, open=settings.grounding == "open")


def _default(
    retriever: PassageRetriever,
    generator: Component,
    *,
    ranker: Component | None = None,
    tables: Component | None = None,
    open: bool = False,
) -> Whole:
    pipeline = Pipeline()
    pipeline.add_component("query_builder", QueryBuilder())
    pipeline.add_component("retriever", retriever)
    pipeline.connect("query_builder.query", "retriever.query")
    inputs = {each: [f"query_builder.{each}"] for each in ("messages", "rewritten", "filters", "embedding_weight")}
    inputs |= {"rerank": ["query_builder.rerank"], "top_k": ["query_builder.top_k"]}
    inputs |= {each: [f"retriever.{each}"] for each in ("store_ids", "min_score")}
    documents = "retriever.documents"
    if ranker:
        pipeline.add_component("ranker", ranker)
        pipeline.connect("query_builder.question", "ranker.question")
        pipeline.connect(documents, "ranker.documents")
        inputs |= {"candidates": ["query_builder.top_k"], "top_k": ["ranker.top_k"], "model": ["ranker.model"]}
        documents = "ranker.documents"
    if tables:
        pipeline.add_component("tables", tables)
        pipeline.connect("query_builder.query", "tables.query")
        pipeline.connect(documents, "tables.documents")
        documents = "tables.documents"
    pipeline.add_component("prompt_builder", PromptBuilder(open))
    pipeline.add_component("generator", generator)
    pipeline.connect(documents, "prompt_builder.documents")
    pipeline.connect("prompt_builder.prompt", "generator.messages")
    inputs["messages"].append("prompt_builder.messages")
    inputs |= {each: [f"prompt_builder.{each}"] for each in ("markers", "searched", "near", "overview")}
    inputs["generation_kwargs"] = ["generator.generation_kwargs"]
    if isinstance(generator, ExtractiveChatGenerator):
        pipeline.connect(documents, "generator.documents")
        inputs["overview"].append("generator.overview")
        inputs |= {"question": ["generator.query"], "unsearched": ["generator.unsearched"]}
    else:
        inputs.setdefault("model", []).append("generator.model")
    return Whole(pipeline, inputs, documents, "generator.replies")


def connections(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    for sender, receiver, edge in pipeline.graph.edges(data=True):
        yield f"{sender}.{edge['from_socket'].name}", f"{receiver}.{edge['to_socket'].name}"


def retrieving(whole: Whole) -> set[str]:
    """The components that the documents come from."""
    found, new = set[str](), {component_of(whole.documents)}
    while new:
        found |= new
        senders = {component_of(sender) for sender, to in connections(whole.pipeline) if component_of(to) in new}
        new = senders - found
    return found


def _loads(component: Any) -> bool:
    return hasattr(component, "warm_up") and not hasattr(component, "warm_up_async")


def _is_ours(component: Component) -> bool:
    return type(component).__module__.startswith("rag_api.")


def _inputs(component: Component) -> Mapping[str, Any]:
    inputs: Mapping[str, Any] = component.__haystack_input__._sockets_dict  # type: ignore[attr-defined]
    return inputs


def _streams(generator: Component) -> bool:
    return "streaming_callback" in _inputs(generator) and getattr(generator, "__haystack_supports_async__", False)


def _halves(whole: Whole) -> tuple[Pipeline, Pipeline, list[str]]:
    """Retrieval, generation, and the inputs of the second that get the documents."""
    first = retrieving(whole)
    joined = list(connections(whole.pipeline))
    components = {name: whole.pipeline.remove_component(name) for name, _ in list(whole.pipeline.walk())}
    runs = whole.pipeline._max_runs_per_component
    retrieval = _part("retrieval", {name: each for name, each in components.items() if name in first}, joined, runs)
    generation = _part(
        "generation", {name: each for name, each in components.items() if name not in first}, joined, runs
    )
    taken = [
        receiver for sender, receiver in joined if sender == whole.documents and component_of(receiver) not in first
    ]
    return retrieval, generation, taken


def _part(name: str, components: Mapping[str, Component], joined: Iterable[tuple[str, str]], runs: int) -> Pipeline:
    """`name` is what traces call it."""
    part = Pipeline(metadata={"name": name}, max_runs_per_component=runs)
    for name, component in components.items():
        part.add_component(name, component)
    for sender, receiver in joined:
        if component_of(sender) in components and component_of(receiver) in components:
            part.connect(sender, receiver)
    return part


def component_of(socket: str) -> str:
    return socket.partition(".")[0]
