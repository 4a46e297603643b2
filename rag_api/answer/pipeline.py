"""The Haystack pipeline that answers: query builder, BM25 retriever, perhaps a ranker, prompt builder, generator."""

from typing import Any

from haystack import Pipeline
from haystack.core.component import Component
from haystack.dataclasses import ChatMessage

from ingest.search.passages import PassageRetriever
from rag_api.answer.prompt import PromptBuilder
from rag_api.answer.query import QueryBuilder


def query_pipeline(passages: PassageRetriever, generator: Component, ranker: Component | None = None) -> Pipeline:
    """Inputs: the messages to `query_builder` and `prompt_builder`; where to search, and how much to bring, to
    `retriever`; how much of that to keep to `ranker`; the model's own parameters to `generator`."""
    pipeline = Pipeline()
    pipeline.add_component("query_builder", QueryBuilder())
    pipeline.add_component("retriever", PassageRetriever(passages.retriever, passages.store_files))  # one's own, each
    pipeline.add_component("prompt_builder", PromptBuilder())
    pipeline.add_component("generator", generator)
    pipeline.connect("query_builder.query", "retriever.query")
    pipeline.connect("query_builder.context", "retriever.context")
    found = "retriever.documents"
    if ranker:
        pipeline.add_component("ranker", ranker)
        pipeline.connect("query_builder.question", "ranker.question")
        pipeline.connect(found, "ranker.documents")
        found = "ranker.documents"
    pipeline.connect(found, "prompt_builder.documents")
    pipeline.connect("prompt_builder.prompt", "generator.messages")
    if "documents" in pipeline.inputs()["generator"]:  # the extractive model answers from the passages themselves
        pipeline.connect("query_builder.question", "generator.query")
        pipeline.connect(found, "generator.documents")
    return pipeline


def inputs(
    messages: list[ChatMessage],
    search: dict[str, Any],
    generation: dict[str, Any],
    rewritten: str | None,
    *,
    markers: bool,
) -> dict[str, dict[str, Any]]:
    """The inputs of a pipeline, but for a ranker's; `rewritten` is the query as the language model wrote it, if it did,
    and `markers` says whether the answer is to carry `[n]`."""
    return {
        "query_builder": {"messages": messages, "rewritten": rewritten},
        "retriever": search,
        "prompt_builder": {"messages": messages, "markers": markers, "searched": bool(search["store_ids"])},
        "generator": generation,
    }
