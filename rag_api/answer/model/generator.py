"""The language model behind an OpenAI-compatible server, as a Haystack generator."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import aclosing
from typing import Any, TypeVar, cast

import httpx2
import openai
from haystack import component, default_to_dict
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import AsyncStreamingCallbackT, ChatMessage, StreamingCallbackT
from haystack.tools import ToolsType
from openai import AsyncOpenAI, AsyncStream

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.choices import Choices, failed, model_of, usage_of
from rag_api.answer.model.connection import DONE, events, new_client, whole
from rag_api.answer.model.cut_prompts import look_for_cut
from rag_api.answer.model.stream import Stream, broken_off
from rag_api.answer.model.upstream_errors import in_words, logged_error, no_such_model
from rag_api.answer.model.values import MAX_EVENT_VALUES, Json, not_understood, parsed
from rag_api.answer.question import Model

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

PATH = "/chat/completions"
MODELS_TIMEOUT_S = 5.0
MAX_MODELS = 10_000
LONG_BYTES = 64 << 10  # from which on an answer is read in a thread
UNREAD: dict[str, Any] = {"cast_to": httpx2.Response, "stream": True, "stream_cls": AsyncStream[Any]}
"""How the client is asked for a response whose body is not read yet."""


@component
class UpstreamChatGenerator(OpenAIChatGenerator):
    """An `OpenAIChatGenerator` that passes on what the server sends, choice by choice.

    Haystack's own turns each chunk into a pydantic object, then into one of its own, which loses refusals, reasoning,
    the form of logprobs and, when streaming, all choices but the first. Here `meta["choice"]` of a chunk or reply is
    the JSON that came, as `choices.py` evens it out. `docs/benchmarks.md` has what each costs.
    """

    def to_dict(self) -> dict[str, Any]:
        """Without what the settings say: which model it is, where, and with which key."""
        return default_to_dict(self, generation_kwargs=self.generation_kwargs)

    async def warm_up_async(self) -> None:
        if self.async_client is None:
            self.async_client = AsyncOpenAI(http_client=new_client(), **self._client_kwargs())

    @component.output_types(replies=list[ChatMessage])
    def run(
        self,
        messages: list[ChatMessage] | str,
        streaming_callback: StreamingCallbackT | None = None,
        generation_kwargs: dict[str, Any] | None = None,
        model: str | None = None,
        *,
        tools: ToolsType | None = None,
        tools_strict: bool | None = None,
    ) -> dict[str, list[ChatMessage]]:
        """As `run_async`, in a loop of its own."""

        async def run() -> dict[str, list[ChatMessage]]:
            try:
                return await self.run_async(messages, streaming_callback, generation_kwargs, model)
            finally:
                await self.close_async()  # its connections end with the loop

        return asyncio.run(run())

    @component.output_types(replies=list[ChatMessage])
    async def run_async(
        self,
        messages: list[ChatMessage] | str,
        streaming_callback: StreamingCallbackT | None = None,
        generation_kwargs: dict[str, Any] | None = None,
        model: str | None = None,
        *,
        tools: ToolsType | None = None,
        tools_strict: bool | None = None,
    ) -> dict[str, list[ChatMessage]]:
        """`generation_kwargs` go into the request's body as they are; `model` is asked in place of its own. Raises
        `ModelFailed`."""
        await self.warm_up_async()
        assert not isinstance(messages, str)
        assert tools is None and tools_strict is None, "function tools come in generation_kwargs, in OpenAI's form"
        body = {
            "model": model or self.model,
            "messages": [message.to_openai_dict_format() for message in messages],
            **self.generation_kwargs,
            **(generation_kwargs or {}),
        }
        try:
            if streaming_callback is None:
                replies = await self._ask(body)
            else:
                replies = await self._ask_streaming(body, streaming_callback)
        except ModelFailed as error:
            if error.status != 404:
                raise
            names = [model.name for model in await self.models()]
            raise no_such_model(body["model"], names, default=self.model) or error from None
        except openai.APIError as error:
            raise in_words(error) from error
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise ModelFailed.late() from error
        except httpx2.TransportError as error:
            raise broken_off() from error
        await look_for_cut(messages, replies[0].meta["usage"])
        return {"replies": replies}

    async def models(self) -> list[Model]:
        """The models that the server offers; none if it does not say."""
        await self.warm_up_async()
        assert self.async_client is not None
        try:
            async with asyncio.timeout(MODELS_TIMEOUT_S):
                response = await self.async_client.get("/models", **UNREAD)
                async with aclosing(response):
                    listed = await whole(response, MODELS_TIMEOUT_S)
                return await _in_thread_if_long(listed, lambda: list(_models(parsed(listed))))
        except (openai.APIError, httpx2.TransportError, ModelFailed, TimeoutError) as error:
            logger.warning("the language model's server did not list its models: %s", error)
            return []

    async def _ask(self, body: dict[str, Any]) -> list[ChatMessage]:
        async with aclosing(await self._post(body)) as response:
            sent = await whole(response, self._patience)

        def read() -> tuple[Any, list[Json]]:
            completion = self._without_error(parsed(sent))
            return completion, Choices(_wanted(body)).of(completion, "message")

        completion, said = await _in_thread_if_long(sent, read)
        if not said:
            raise not_understood()
        meta = {"model": model_of(completion, body["model"]), "usage": usage_of(completion)}
        return [
            ChatMessage.from_assistant(choice["message"].get("content") or "", meta={**meta, "choice": choice})
            for choice in said
        ]

    async def _ask_streaming(self, body: dict[str, Any], callback: StreamingCallbackT) -> list[ChatMessage]:
        options = {**(body.get("stream_options") or {}), "include_usage": True}
        async with aclosing(await self._post({**body, "stream": True, "stream_options": options})) as response:
            stream = Stream(body["model"], _wanted(body), cast(AsyncStreamingCallbackT, callback))
            media = response.headers.get("content-type", "").lower()
            if media.startswith("application/json"):  # it does not stream
                sent = await whole(response, self._patience)
                await _in_thread_if_long(sent, lambda: stream.add(self._without_error(parsed(sent)), "message"))
                await stream.finish()
            else:
                await self._follow(response, stream)
        return [ChatMessage.from_assistant(stream.text, meta=stream.meta)]

    async def _follow(self, response: httpx2.Response, stream: Stream) -> None:
        """Read events up to the last one. Comments and events that say nothing do not count as a sign of life."""
        now = asyncio.get_running_loop().time
        heard_at = now()
        async with aclosing(events(response, self._patience)) as arrived:
            async for several in arrived:
                said = False
                try:
                    for event in several:
                        if event == DONE:
                            return await stream.finish()
                        said |= stream.add(self._without_error(parsed(event, MAX_EVENT_VALUES)))
                except ModelFailed:
                    await stream.pass_on()  # what it said before
                    raise
                await stream.pass_on()
                if said:
                    heard_at = now()
                elif now() - heard_at > self._patience:
                    raise TimeoutError
        stream.check_finished()

    def _without_error(self, sent: Any) -> Any:
        """What was sent, if it is not an error. Raises `ModelFailed`."""
        if isinstance(sent, dict) and (sent.get("error") or sent.get("object") == "error"):
            assert self.async_client is not None
            logged_error("in place of an answer", str(sent.get("error") or sent), self.async_client.api_key)
            raise failed()
        return sent

    @property
    def _patience(self) -> float:
        """The seconds in which something has to come."""
        return float(self._client_kwargs()["timeout"])

    async def _post(self, body: dict[str, Any]) -> httpx2.Response:
        """The response, whose body is still to come. Raises `ModelFailed` for anything but an answer."""
        assert self.async_client is not None
        async with asyncio.timeout(self._patience):
            try:
                return await self._posted(body)
            except openai.APIConnectionError as error:
                if not isinstance(error.__cause__, httpx2.ReadError):
                    raise
                # The server may have closed an idle connection just as it was used again. Only this is tried twice,
                # since clients retry the rest themselves.
                return await self._posted(body)

    async def _posted(self, body: dict[str, Any]) -> httpx2.Response:
        assert self.async_client is not None
        response: httpx2.Response = await self.async_client.post(PATH, body=body, **UNREAD)
        return response


async def _in_thread_if_long(sent: bytes, read: Callable[[], Result]) -> Result:
    return await asyncio.to_thread(read) if len(sent) > LONG_BYTES else read()


def _wanted(body: dict[str, Any]) -> int:
    """How many choices were asked for."""
    return body.get("n") or 1


def _models(sent: Any) -> Iterator[Model]:
    listed = sent.get("data") if isinstance(sent, dict) else None
    for each in listed[:MAX_MODELS] if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            owner, created = each.get("owned_by"), each.get("created")
            yield Model(
                each["id"],
                owner if isinstance(owner, str) else "upstream",
                created if isinstance(created, int) and abs(created) < 2**53 else 0,
            )
