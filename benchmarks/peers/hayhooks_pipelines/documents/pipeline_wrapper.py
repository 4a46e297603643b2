"""Documents and questions as Hayhooks serves them: an uploaded file goes through a pipeline of converter, splitter and
writer, a question through retriever, prompt builder and generator. Haystack's own store, in memory."""

import os
import uuid
from collections.abc import AsyncGenerator
from typing import Any

from hayhooks import BasePipelineWrapper, async_streaming_generator, get_last_user_message
from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.converters import TextFileToDocument
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ByteStream, ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

PROMPT = """Answer the question from these passages.
{% for document in documents %}{{ document.meta.name }}: {{ document.content }}
{% endfor %}Question: {{ question }}"""


class PipelineWrapper(BasePipelineWrapper):
    def setup(self) -> None:
        store = InMemoryDocumentStore()
        self.indexing = Pipeline()
        self.indexing.add_component("converter", TextFileToDocument())
        self.indexing.add_component("splitter", DocumentSplitter(split_by="word", split_length=200, split_overlap=20))
        self.indexing.add_component("writer", DocumentWriter(store))
        self.indexing.connect("converter", "splitter")
        self.indexing.connect("splitter", "writer")
        self.retriever = InMemoryBM25Retriever(store)
        generator = OpenAIChatGenerator(
            api_key=Secret.from_token("any"), model=os.environ["MODEL"], api_base_url=os.environ["MODEL_URL"]
        )
        self.pipeline = Pipeline()
        self.pipeline.add_component("retriever", InMemoryBM25Retriever(store))
        self.pipeline.add_component(
            "prompt", ChatPromptBuilder([ChatMessage.from_user(PROMPT)], required_variables="*")
        )
        self.pipeline.add_component("generator", generator)
        self.pipeline.connect("retriever.documents", "prompt.documents")
        self.pipeline.connect("prompt.prompt", "generator.messages")

    def run_file_upload(
        self, filename: str | None, content_type: str | None, content: bytes, purpose: str
    ) -> dict[str, Any]:
        source = ByteStream(content, meta={"name": filename})
        self.indexing.run({"converter": {"sources": [source]}})
        said = {"bytes": len(content), "created_at": 1, "filename": filename, "purpose": purpose}
        return {"id": f"file-{uuid.uuid4().hex}", "object": "file", **said}

    def run_api(self, query: str, top_k: int) -> list[str]:
        return [document.meta["name"] for document in self.retriever.run(query, top_k=top_k)["documents"]]

    async def run_chat_completion_async(
        self, model: str, messages: list[dict[str, Any]], body: dict[str, Any]
    ) -> AsyncGenerator[Any, None]:
        question = get_last_user_message(messages)
        return async_streaming_generator(
            pipeline=self.pipeline,
            pipeline_run_args={"retriever": {"query": question}, "prompt": {"question": question}},
        )
