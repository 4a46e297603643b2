"""The two Haystack pipelines that answer a question, one after the other: retrieval, then generation.

They are two because their intermediate result is needed: passages are sent before the first word, a search without an
answer needs only the first, and Haystack can stream the second, which then has nothing else to report. Either can be
read from YAML, with other components between its first and its last.
"""

from haystack import Pipeline
from haystack.core.component import Component

from ingest.search.passages import PassageRetriever
from rag_api.answer.prompt import PromptBuilder
from rag_api.answer.query import QueryBuilder


def retrieval_pipeline(
    retriever: PassageRetriever, ranker: Component | None = None, tables: Component | None = None
) -> Pipeline:
    """Inputs: for `query_builder`, the messages, what to search in, and how much to find; for `retriever`, the stores;
    for `ranker`, how much to keep. The `documents` of the last are the result."""
    pipeline = Pipeline(metadata={"name": "retrieval"})
    pipeline.add_component("query_builder", QueryBuilder())
    pipeline.add_component("retriever", retriever)
    pipeline.connect("query_builder.query", "retriever.query")
    if ranker:
        pipeline.add_component("ranker", ranker)
        pipeline.connect("query_builder.question", "ranker.question")
        pipeline.connect("retriever.documents", "ranker.documents")
    if tables:
        pipeline.add_component("tables", tables)
        pipeline.connect("query_builder.query", "tables.query")
        pipeline.connect("retriever.documents", "tables.documents")
    return pipeline


def generation_pipeline(generator: Component, *, open: bool = False) -> Pipeline:
    """Inputs: for `prompt_builder`, the messages and the documents; for `generator`, the model's own parameters. Its
    `replies` are the result. With `open`, the model may add what it knows."""
    pipeline = Pipeline(metadata={"name": "generation"})
    pipeline.add_component("prompt_builder", PromptBuilder(open))
    pipeline.add_component("generator", generator)
    pipeline.connect("prompt_builder.prompt", "generator.messages")
    return pipeline
