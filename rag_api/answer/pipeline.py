"""The two Haystack pipelines that answer, one after the other: retrieval, then generation.

They are two, not one, because what comes between them is of use: the passages are told before the first word is
written, a search without an answer needs the first one only, and Haystack can stream the second, whose chunks are then
all that there is to hear. Either can be read from YAML, with other components between its first and its last.
"""

from haystack import Pipeline
from haystack.core.component import Component
from haystack.dataclasses import ChatMessage

from ingest.no_copy import NoCopy
from ingest.search.passages import PassageRetriever
from rag_api.answer.prompt import PromptBuilder
from rag_api.answer.query import QueryBuilder


class Message(NoCopy, ChatMessage):
    """A turn of a conversation on its way through the pipelines, which would copy a long one six times before the first
    word of its answer."""

    @classmethod
    def of(cls, message: ChatMessage) -> "Message":
        return cls(**vars(message))


def retrieval_pipeline(retriever: PassageRetriever, ranker: Component | None = None) -> Pipeline:
    """Inputs: the messages, what to search among and how much to bring to `query_builder`; the stores to `retriever`;
    how much of that to keep to `ranker`. The `documents` are those of the last of these."""
    pipeline = Pipeline()
    pipeline.add_component("query_builder", QueryBuilder())
    pipeline.add_component("retriever", retriever)
    pipeline.connect("query_builder.query", "retriever.query")
    if ranker:
        pipeline.add_component("ranker", ranker)
        pipeline.connect("query_builder.question", "ranker.question")
        pipeline.connect("retriever.documents", "ranker.documents")
    return pipeline


def generation_pipeline(generator: Component) -> Pipeline:
    """Inputs: the messages and the documents to `prompt_builder`; the model's own parameters to `generator`. The
    `replies` are those of `generator`."""
    pipeline = Pipeline()
    pipeline.add_component("prompt_builder", PromptBuilder())
    pipeline.add_component("generator", generator)
    pipeline.connect("prompt_builder.prompt", "generator.messages")
    return pipeline
