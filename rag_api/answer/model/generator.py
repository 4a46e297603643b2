"""The language model behind an OpenAI-compatible server, as a Haystack generator."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
import orjson
from haystack import component
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingCallbackT, StreamingChunk
from haystack.tools import ToolsType
from openai import AsyncOpenAI, AsyncStream, DefaultAioHttpClient
from openai.types.chat import ChatCompletionChunk

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.upstream_errors import in_words

logger = logging.getLogger(__name__)

PATH = "/chat/completions"
MODELS_TIMEOUT_S = 5.0


@component
class UpstreamChatGenerator(OpenAIChatGenerator):
    """An `OpenAIChatGenerator` that passes on what the server sends, choice by choice and unchanged.

    Haystack's own turns each chunk into a pydantic object, then into one of its own, which loses refusals, reasoning,
    the form of logprobs and, when streaming, all choices but the first. Here `meta["choice"]` of a chunk or reply is
    the JSON that came. `docs/benchmarks.md` has what each costs.
    """

    async def warm_up_async(self) -> None:
        if self.async_client is None:
            self.async_client = AsyncOpenAI(http_client=DefaultAioHttpClient(), **self._client_kwargs())

    @component.output_types(replies=list[ChatMessage])
    async def run_async(
        self,
        messages: list[ChatMessage] | str,
        streaming_callback: StreamingCallbackT | None = None,
        generation_kwargs: dict[str, Any] | None = None,
        *,
        tools: ToolsType | None = None,
        tools_strict: bool | None = None,
    ) -> dict[str, list[ChatMessage]]:
        """`generation_kwargs` go into the request's body as they are. Raises `ModelFailed`."""
        await self.warm_up_async()
        assert not isinstance(messages, str)
        assert tools is None and tools_strict is None, "function tools come in generation_kwargs, in OpenAI's form"
        body = {
            "model": self.model,
            "messages": [message.to_openai_dict_format() for message in messages],
            **self.generation_kwargs,
            **(generation_kwargs or {}),
        }
        try:
            if streaming_callback is None:
                return {"replies": await self._ask(body)}
            return {"replies": await self._ask_streaming(body, streaming_callback)}
        except openai.APIError as error:
            raise in_words(error) from error
        except httpx2.TimeoutException as error:  # this and the next come from the middle of a stream
            raise ModelFailed.late() from error
        except httpx2.TransportError as error:
            raise ModelFailed("The language model's answer broke off before its end; try again.") from error

    async def models(self) -> list[openai.types.Model]:
        """The models that the server offers; none if it does not say."""
        await self.warm_up_async()
        assert self.async_client is not None
        try:
            return (await self.async_client.models.list(timeout=MODELS_TIMEOUT_S)).data
        except openai.APIError as error:
            logger.warning("the language model's server did not list its models: %s", error)
            return []

    async def _ask(self, body: dict[str, Any]) -> list[ChatMessage]:
        completion: Any = await self._post(body, cast_to=object)
        meta = {"model": completion.get("model", body["model"]), "usage": completion.get("usage")}
        return [
            ChatMessage.from_assistant(choice["message"].get("content") or "", meta={**meta, "choice": choice})
            for choice in completion["choices"]
        ]

    async def _ask_streaming(self, body: dict[str, Any], callback: StreamingCallbackT) -> list[ChatMessage]:
        stream = await self._post({**body, "stream": True}, stream=True)
        texts: list[str] = []
        meta: dict[str, Any] = {"model": body["model"], "usage": None}
        finished = False
        async for chunk in _chunks(stream):
            meta = {"model": chunk.get("model") or meta["model"], "usage": chunk.get("usage") or meta["usage"]}
            for choice in chunk.get("choices", ()):
                text = choice["delta"].get("content") or ""
                texts.append(text)
                finished = finished or choice.get("finish_reason") is not None
                await callback(StreamingChunk(text, meta={"model": meta["model"], "choice": choice}))  # type: ignore[misc]
        if not finished:
            raise ModelFailed("The language model's answer broke off before its end; try again.")
        return [ChatMessage.from_assistant("".join(texts), meta=meta)]

    async def _post(self, body: dict[str, Any], **how: Any) -> Any:
        assert self.async_client is not None
        if how.get("stream"):
            how |= {"cast_to": ChatCompletionChunk, "stream_cls": AsyncStream[ChatCompletionChunk]}
        try:
            return await self.async_client.post(PATH, body=body, **how)
        except openai.APITimeoutError:
            raise
        except openai.APIConnectionError:
            # The server may have closed an idle connection just as it was used again. Only this is tried twice, since
            # clients retry the rest themselves.
            return await self.async_client.post(PATH, body=body, **how)


async def _chunks(stream: AsyncStream[Any]) -> AsyncIterator[dict[str, Any]]:
    """The JSON of each event of a stream, up to `[DONE]`. Raises `ModelFailed` for an error event."""
    rest = b""
    try:
        # Bytes, since splitting into lines of text would cost more than parsing them.
        async for data in stream.response.aiter_bytes():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if not line.startswith(b"data:"):
                    continue
                event = line[5:].strip()
                if event == b"[DONE]":
                    return
                chunk = _parsed(event)
                if error := chunk.get("error"):
                    said = error.get("message") if isinstance(error, dict) else error
                    raise ModelFailed(f"The language model failed while it answered: {said}")
                yield chunk
    finally:
        await stream.close()


def _parsed(event: bytes) -> dict[str, Any]:
    parsed: dict[str, Any]
    try:
        parsed = orjson.loads(event)
    except orjson.JSONDecodeError:  # it may be cut within a surrogate pair, which orjson refuses
        parsed = json.loads(event)
    return parsed
