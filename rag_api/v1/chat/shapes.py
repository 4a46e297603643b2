"""A chat request as OpenAI's clients send it, and the annotations of its completion."""

from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.chunk.meta import chunk_meta
from ingest.search.passages import Passage
from rag_api.answer.citations import Citation
from rag_api.answer.question import Question
from rag_api.answer.source_url import url_of
from rag_api.deps import Link
from rag_api.http.refused import Refused
from rag_api.v1.body import Body
from rag_api.v1.details import cited
from rag_api.v1.errors import invalid
from rag_api.v1.file_search import FileSearch
from rag_api.v1.limits import ALL_TEXT, MESSAGES, STOP, TOOLS, Json, Metadata, Model, StoreIds
from rag_api.v1.messages import chat_message

Messages = Annotated[list[Json], Field(min_length=1, max_length=MESSAGES, fail_fast=True)]
StopText = Annotated[str, Field(max_length=STOP)]
Stop = StopText | Annotated[list[StopText], Field(max_length=4)]


class StreamOptions(Body):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class ChatRequest(BaseModel):
    """What this server reads has a field here; the rest of the body goes to the language model unchanged."""

    model_config = ConfigDict(extra="allow")

    model: Model | None = None
    messages: Messages
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: Annotated[list[Json], Field(max_length=TOOLS, fail_fast=True)] | None = None
    vector_store_ids: StoreIds | None = None
    n: int | None = Field(None, ge=1, le=128)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    stop: Stop | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    response_format: Json | None = None
    store: bool | None = None
    metadata: Metadata | None = None

    @model_validator(mode="after")
    def _stream_options_go_with_a_stream(self) -> Self:
        if self.stream_options and not self.stream:
            raise ValueError("'stream_options' is only allowed when 'stream' is true")
        return self

    @property
    def include_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    @property
    def names_stores(self) -> bool:
        return self.file_search is not None or self.vector_store_ids is not None

    def question(self, default_store: str) -> Question:
        """The question of this request. Raises `Refused` for messages or tools that are not valid."""
        search = self.file_search
        messages = [chat_message(message, f"messages[{i}]") for i, message in enumerate(self.messages)]
        if sum(len(text) for message in messages for text in message.texts) > ALL_TEXT:
            raise Refused(f"Invalid 'messages': their texts have at most {ALL_TEXT:,} characters.", param="messages")
        store_ids = search.vector_store_ids if search else [default_store]
        return Question(
            messages=messages,
            store_ids=store_ids if self.vector_store_ids is None else self.vector_store_ids,
            model=self.model,
            passages=search.max_num_results if search else None,
            filters=search.haystack_filters if search else None,
            min_score=search.min_score if search else 0.0,
            embedding_weight=search.embedding_weight if search else None,
            rerank=search.rerank if search else True,
            stream=bool(self.stream),
            markers=(self.response_format or {}).get("type", "text") == "text",
            parameters=self._parameters(),
        )

    def _parameters(self) -> dict[str, Any]:
        """The parameters for the model: all that were sent, except those for this server."""
        ours = {"model", "messages", "stream", "vector_store_ids", "store", "tools"}
        if self.store:
            ours.add("metadata")  # it is stored here, with the completion
        sent = self.model_dump(exclude_unset=True, exclude_none=True, exclude=ours)
        functions = [tool for tool in self.tools or [] if tool.get("type") != "file_search"]
        return sent | ({"tools": functions} if functions else {})

    @cached_property
    def file_search(self) -> FileSearch | None:
        """The tool of the Responses API, which works here as well. Raises `Refused`."""
        searches = [(i, tool) for i, tool in enumerate(self.tools or []) if tool.get("type") == "file_search"]
        if len(searches) > 1:
            raise Refused("Name all the stores in one 'file_search' tool.", param=f"tools[{searches[1][0]}]")
        for i, tool in searches:
            try:
                return FileSearch.model_validate(tool)
            except ValidationError as error:
                fault = error.errors()[0]
                raise invalid(fault, ("tools", i, *fault["loc"])) from error
        return None


def annotation(citation: Citation, passages: list[Passage], link: Link) -> dict[str, Any]:
    """A citation as a `url_citation`, whose URL is the file's content, at the page, or the one that its attributes say.
    Beyond OpenAI's keys, it has `file_id`, `filename`, and what `cited` says."""
    passage = passages[citation.passage]
    meta = chunk_meta(passage)
    return {
        "type": "url_citation",
        "url_citation": {
            "url": url_of(passage, citation.page_start, link),
            "title": meta["filename"],
            "start_index": citation.start,
            "end_index": citation.end,
        },
        "file_id": meta["file_id"],
        "filename": meta["filename"],
        **cited(citation, passage),
    }
