"""Writes the events of an answer as a chat completion, whole or as a stream of chunks."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import orjson

from ingest.ids import new_id
from ingest.search.passages import Passage
from rag_api.answer.citations import Citation
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved
from rag_api.deps import Link
from rag_api.http.sse import DONE
from rag_api.v1.chat.shapes import annotation
from rag_api.v1.searched import told


class Writer:
    """Writes one completion."""

    def __init__(self, model: str, link: Link, *, include_usage: bool = False) -> None:
        self._id = new_id("chatcmpl-")
        self._created = int(time.time())
        self._model = model
        self._link = link
        self._include_usage = include_usage
        self._passages: list[Passage] = []

    async def whole(self, events: AsyncIterator[Event]) -> dict[str, Any]:
        """The completion, once all events are in, of which each choice has one `Delta`."""
        choices: dict[int, dict[str, Any]] = {}
        usage = None
        async for event in events:
            match event:
                case Retrieved():
                    self._passages = event.passages
                case Delta():
                    choice = choices.setdefault(event.choice, _choice(event.choice))
                    choice["message"] |= {**_numberless(event.extras), "content": event.text}
                    choice["logprobs"] = event.logprobs
                case Finished():
                    choice = choices.setdefault(event.choice, _choice(event.choice))
                    choice["finish_reason"] = event.reason
                    if annotations := self._annotations(event.citations):
                        choice["message"]["annotations"] = annotations
                    choice["message"] |= self._nearest(event)
                case Answered():
                    self._model, usage = event.model, event.usage
        for choice in choices.values():
            message = choice["message"]
            if not message["content"] and len(message) > 3:  # it has only tool calls, or a refusal
                message["content"] = None
        completion = {**self._head("chat.completion"), "choices": [choices[i] for i in sorted(choices)]}
        return completion | ({"usage": usage} if usage else {})

    async def stream(self, events: AsyncIterator[Event]) -> AsyncGenerator[bytes, None]:
        """The completion as server-sent events, as they happen."""
        begun: set[int] = set()
        usage = None
        async for event in events:
            match event:
                case Retrieved():
                    self._passages = event.passages
                case Delta():
                    if event.choice not in begun:
                        begun.add(event.choice)
                        yield self._chunk(event.choice, {"role": "assistant", "content": "", "refusal": None})
                    delta = {"content": event.text, **event.extras} if event.text else event.extras
                    yield self._chunk(event.choice, delta, logprobs=event.logprobs)
                case Finished():
                    if event.choice not in begun:
                        begun.add(event.choice)
                        yield self._chunk(event.choice, {"role": "assistant", "content": "", "refusal": None})
                    if annotations := self._annotations(event.citations):
                        yield self._chunk(event.choice, {"annotations": annotations})
                    yield self._chunk(event.choice, self._nearest(event), event.reason)
                case Answered():
                    usage = event.usage
        if self._include_usage:
            yield self._event({"choices": [], "usage": usage})
        yield DONE

    def _chunk(self, choice: int, delta: dict[str, Any], reason: str | None = None, logprobs: Any = None) -> bytes:
        choices = [{"index": choice, "delta": delta, "logprobs": logprobs, "finish_reason": reason}]
        return self._event({"choices": choices, "usage": None} if self._include_usage else {"choices": choices})

    def _event(self, rest: dict[str, Any]) -> bytes:
        return b"data: " + orjson.dumps({**self._head("chat.completion.chunk"), **rest}) + b"\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model}

    def _nearest(self, finished: Finished) -> dict[str, Any]:
        return {} if finished.nearest is None else {"nearest": told(finished.nearest, self._passages)}

    def _annotations(self, citations: list[Citation]) -> list[dict[str, Any]]:
        return [annotation(citation, self._passages, self._link) for citation in citations]


def _choice(index: int) -> dict[str, Any]:
    message = {"role": "assistant", "content": "", "refusal": None}
    return {"index": index, "message": message, "logprobs": None, "finish_reason": "stop"}


def _numberless(extras: dict[str, Any]) -> dict[str, Any]:
    """With tool calls as they are where they are whole: only pieces are numbered."""
    calls = [{key: value for key, value in call.items() if key != "index"} for call in extras.get("tool_calls", ())]
    return extras | ({"tool_calls": calls} if calls else {})
