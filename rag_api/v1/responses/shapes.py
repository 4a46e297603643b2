"""A request for a response as OpenAI's clients send it, and the response that they read."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from haystack.dataclasses import ChatMessage
from pydantic import Field, model_validator

from ingest.records.stores import DEFAULT_STORE
from rag_api.answer.question import Question
from rag_api.history import Item
from rag_api.history.responses import Response, ResponseState
from rag_api.http.refused import Refused
from rag_api.v1.body import Body
from rag_api.v1.limits import INCLUDED, MESSAGES, PARTS, Description, Id, Json, Metadata, Model, Name, Text
from rag_api.v1.responses.items import Include, InputItem, Reference, checked_id, either, presented
from rag_api.v1.responses.tools import Offered

LOGPROBS = "message.output_text.logprobs"

SAME_IN_CHATS = (
    *("temperature", "top_p", "presence_penalty", "frequency_penalty", "service_tier"),
    *("user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"),
)
PICTURED = ("input_image",)


class ConversationId(Body):
    id: Id


class Reasoning(Body):
    """How much a reasoning model is to think. If it gives a summary, that is always returned."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None
    generate_summary: Literal["auto", "concise", "detailed"] | None = None


class TextFormat(Body):
    type: Literal["text", "json_object", "json_schema"]
    name: Name | None = None
    description: Description | None = None
    schema_: Json | None = Field(default=None, alias="schema")
    strict: bool | None = None

    @model_validator(mode="after")
    def _a_schema_has_a_name(self) -> Self:
        if self.type == "json_schema" and (self.name is None or self.schema_ is None):
            raise ValueError("the type 'json_schema' needs a 'name' and a 'schema'")
        return self

    def for_chat(self) -> dict[str, Any]:
        if self.type != "json_schema":
            return {"type": self.type}
        schema = self.model_dump(by_alias=True, exclude_none=True, exclude={"type"})
        return {"type": self.type, "json_schema": schema}


class TextOptions(Body):
    format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class StreamOptions(Body):
    include_obfuscation: bool | None = None


class ResponseInput(Offered):
    """The input of a response, which can also be counted without asking for a response."""

    model: Model | None = None
    input: either(Text, Annotated[list[InputItem], Field(max_length=MESSAGES, fail_fast=True)]) | None = None  # type: ignore[valid-type]
    instructions: Text | None = None
    previous_response_id: Id | None = None
    conversation: either(Id, ConversationId) | None = None  # type: ignore[valid-type]
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    truncation: Literal["auto", "disabled"] | None = None

    @property
    def conversation_id(self) -> str | None:
        """Raises `Refused` if the request continues two things at once."""
        if self.conversation is not None and self.previous_response_id is not None:
            raise Refused(
                "A request continues either 'previous_response_id' or a 'conversation', not both.",
                param="previous_response_id",
            )
        given = self.conversation.id if isinstance(self.conversation, ConversationId) else self.conversation
        try:
            return given if given is None else checked_id(given)
        except ValueError as error:
            raise Refused(f"Invalid 'conversation': {error}.", param="conversation", code="invalid_value") from error

    @property
    def continues(self) -> bool:
        return self.conversation is not None or self.previous_response_id is not None

    @property
    def refers(self) -> bool:
        """Whether the input refers to items that are kept."""
        return isinstance(self.input, list) and any(isinstance(item, Reference) for item in self.input)

    @property
    def format(self) -> TextFormat:
        return (self.text and self.text.format) or TextFormat(type="text")


class CreateResponse(ResponseInput):
    include: Annotated[list[Include], Field(max_length=INCLUDED, fail_fast=True)] | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    background: bool | None = None
    max_output_tokens: int | None = Field(default=None, ge=16)
    max_tool_calls: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    metadata: Metadata | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    user: Name | None = None
    safety_identifier: Annotated[str, Field(max_length=64)] | None = None
    prompt_cache_key: Name | None = None
    prompt_cache_retention: Name | None = None
    # Long conversations lose their oldest items anyway.
    context_management: Annotated[list[Json], Field(max_length=PARTS, fail_fast=True)] | None = None

    @property
    def kept(self) -> bool:
        return self.store is not False

    @property
    def searches(self) -> bool:
        """Whether the output contains the search. Without the tool, the default store is searched, as in a chat."""
        return self._may_find

    @property
    def store_ids(self) -> list[str]:
        if self.search is None:
            return [DEFAULT_STORE]
        return self.search.vector_store_ids if self.may_search else []

    def question(self, messages: list[ChatMessage], *, stream: bool) -> Question:
        search = self.search
        return Question(
            messages=messages,
            store_ids=self.store_ids,
            model=self.model,
            passages=search.max_num_results if search else None,
            filters=search.haystack_filters if search else None,
            min_score=search.min_score if search else 0.0,
            embedding_weight=search.embedding_weight if search else None,
            rerank=search.rerank if search else True,
            stream=stream,
            markers=self.format.type == "text",
            parameters=self._parameters() | ({"stream_options": {"include_usage": True}} if stream else {}),
        )

    def _parameters(self) -> dict[str, Any]:
        """The parameters for the model, as in a chat."""
        said = {name: getattr(self, name) for name in SAME_IN_CHATS}
        said["max_completion_tokens"] = self.max_output_tokens
        said["reasoning_effort"] = self.reasoning.effort if self.reasoning else None
        said["verbosity"] = self.text.verbosity if self.text else None
        said["response_format"] = self.format.for_chat() if self.format.type != "text" else None
        if self._wants_logprobs:
            said |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        return {name: value for name, value in said.items() if value is not None} | self.for_chat()

    @property
    def _wants_logprobs(self) -> bool:
        return LOGPROBS in (self.include or ()) or bool(self.top_logprobs)

    def check_extractive(self, sent: Sequence[Item]) -> None:
        """Raise `Refused` for the first parameter that the extractive model cannot honour. It reasons with no effort
        and is as brief as can be, and cannot call functions, which is fine unless one has to be called."""
        wanted = {
            "tool_choice": self.must_call is not None,
            "text.format": self.format.type != "text",
            "top_logprobs": self._wants_logprobs,
            **{
                f"input[{i}].content[{j}]": part.get("type") in PICTURED
                for i, item in enumerate(sent)
                for j, part in enumerate(item.get("content") or ())
            },
        }
        for name, is_wanted in wanted.items():
            if is_wanted:
                raise Refused(
                    f"The built-in extractive model cannot honour {name!r} as it stands: leave it out, or set "
                    "OPENAI_BASE_URL or OPENAI_API_KEY so that a language model answers.",
                    param=name,
                    code="unsupported_value",
                )

    def told_back(self, passages: int) -> dict[str, Any]:
        """What was set, with the defaults filled in."""
        told: dict[str, Any] = {
            "instructions": self.instructions,
            "max_output_tokens": self.max_output_tokens,
            "max_tool_calls": self.max_tool_calls,
            "parallel_tool_calls": self.parallel_tool_calls is not False,
            "prompt_cache_key": self.prompt_cache_key,
            "reasoning": {"effort": None, "summary": None},
            "safety_identifier": self.safety_identifier,
            "service_tier": "default",
            "store": self.kept,
            "temperature": 1.0 if self.temperature is None else self.temperature,
            "top_p": 1.0 if self.top_p is None else self.top_p,
            "presence_penalty": self.presence_penalty or 0.0,
            "frequency_penalty": self.frequency_penalty or 0.0,
            "top_logprobs": self.top_logprobs or 0,
            "text": {"format": self.format.model_dump(by_alias=True, exclude_none=True)},
            "tool_choice": "auto",
            "tools": [tool.told_back(passages) for tool in self.tools or ()],
            "truncation": self.truncation or "auto",
            "metadata": self.metadata or {},
        }
        if self.reasoning:
            told["reasoning"] = {"effort": self.reasoning.effort, "summary": self.reasoning.summary}
        if self.text and self.text.verbosity:
            told["text"]["verbosity"] = self.text.verbosity
        if self.tool_choice is not None:
            choice: Any = self.tool_choice
            told["tool_choice"] = choice if isinstance(choice, str) else choice.model_dump()
        return told | ({"user": self.user} if self.user is not None else {})


# Our states in OpenAI's words.
STATUS: dict[ResponseState, str] = {
    ResponseState.QUEUED: "queued",
    ResponseState.RUNNING: "in_progress",
    ResponseState.DONE: "completed",
    ResponseState.CUT: "incomplete",
    ResponseState.FAILED: "failed",
    ResponseState.CANCELLED: "cancelled",
}


def response_object(response: Response, *, results: bool = False) -> dict[str, Any]:
    """The response, with every key that a client may look for; with search results if they were asked for now or when
    it was made."""
    results = results or response.shows_results
    told: dict[str, Any] = {
        "id": response.id,
        "object": "response",
        "created_at": response.created_at,
        "completed_at": response.completed_at,
        "status": STATUS[response.state],
        "background": response.background,
        "error": None,
        "incomplete_details": {"reason": response.reason} if response.state is ResponseState.CUT else None,
        "model": response.model,
        "previous_response_id": response.previous_id,
        "output": [presented(item, results=results) for item in response.output],
        **response.asked,
        "usage": response.usage,
    }
    if response.state is ResponseState.FAILED:
        told["error"] = {"code": response.reason or "server_error", "message": response.message}
    return told | ({"conversation": {"id": response.conversation_id}} if response.conversation_id else {})


def usage(input_tokens: int, output_tokens: int = 0, cached: int = 0, reasoning: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": input_tokens,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": output_tokens,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": input_tokens + output_tokens,
    }
