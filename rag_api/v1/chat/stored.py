"""`/v1/chat/completions/{id}`: completions that their clients asked to be stored."""

import re
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from ingest.errors import Invalid
from ingest.records.paging import Paging
from rag_api.answer.events import Delta, Event
from rag_api.answer.joined import Joined
from rag_api.deps import TheHistory
from rag_api.history import History
from rag_api.history.completions import Completion
from rag_api.http import room
from rag_api.http.json_body import JsonRoute
from rag_api.http.refused import Refused
from rag_api.http.sse import DONE
from rag_api.v1.body import Body
from rag_api.v1.chat.shapes import ChatRequest
from rag_api.v1.chat.stream import Writer
from rag_api.v1.limits import PAIRS, Metadata
from rag_api.v1.paging import ListOf, Order

router = APIRouter(route_class=JsonRoute)


class MetadataUpdate(Body):
    metadata: Metadata | None


class CompletionDeleted(BaseModel):
    id: str
    object: Literal["chat.completion.deleted"] = "chat.completion.deleted"
    deleted: Literal[True] = True


async def _paging(
    limit: Annotated[int, Query(ge=1, le=100)] = 20, order: Order = "asc", after: str | None = None
) -> Paging:
    return Paging(limit=limit, after=after, ascending=order == "asc")


OldestFirst = Annotated[Paging, Depends(_paging)]


async def _metadata(
    request: Request, metadata: Annotated[str | None, Query(description="As in `metadata[topic]=clocks`.")] = None
) -> dict[str, str]:
    if metadata is not None:
        raise Refused("Name a key of the metadata, as in 'metadata[topic]=clocks'.", param="metadata")
    pairs = ((re.fullmatch(r"metadata\[(.+)\]", key), value) for key, value in request.query_params.items())
    wanted = {match[1]: value for match, value in pairs if match}
    if len(wanted) > PAIRS:
        raise Refused(f"Invalid 'metadata': it has at most {PAIRS} pairs.", param="metadata")
    return wanted


TheMetadata = Annotated[dict[str, str], Depends(_metadata)]


@router.get("/v1/chat/completions", response_model=ListOf[Any])
async def list_completions(
    history: TheHistory, metadata: TheMetadata, paging: OldestFirst, model: str | None = None
) -> Response:
    """The stored completions of a model with all of this metadata, the oldest first."""

    def listed() -> str:
        page = history.completions.list(model=model, metadata=metadata, **paging)
        return _list_of([told(completion) for completion in page.items], page.has_more).model_dump_json()

    return await room.answer(listed)


@router.get("/v1/chat/completions/{completion_id}", response_model=dict[str, Any])
async def retrieve(history: TheHistory, completion_id: str) -> Response:
    return await room.answer(lambda: orjson.dumps(told(history.completions.get(completion_id))))


@router.post("/v1/chat/completions/{completion_id}", response_model=dict[str, Any])
async def update(history: TheHistory, completion_id: str, body: MetadataUpdate) -> Response:
    """Replace all metadata."""
    metadata = body.metadata or {}
    return await room.answer(lambda: orjson.dumps(told(history.completions.update(completion_id, metadata))))


@router.delete("/v1/chat/completions/{completion_id}")
def delete(history: TheHistory, completion_id: str) -> CompletionDeleted:
    history.completions.delete(completion_id)
    return CompletionDeleted(id=completion_id)


@router.get("/v1/chat/completions/{completion_id}/messages", response_model=ListOf[Any])
async def list_messages(history: TheHistory, completion_id: str, paging: OldestFirst) -> Response:
    """The messages that the completion answers."""
    return await room.answer(lambda: _messages(history, completion_id, paging).model_dump_json())


def _messages(history: History, completion_id: str, paging: Paging) -> ListOf[Any]:
    sent = history.completions.get(completion_id).messages
    messages = [_message(message, f"{completion_id}-{index}") for index, message in enumerate(sent)]
    if not paging.get("ascending"):
        messages.reverse()
    if after := paging.get("after"):
        ids = [message["id"] for message in messages]
        if after not in ids:
            raise Invalid(f"The cursor {after!r} is not the id of anything in this list.", field="after")
        messages = messages[ids.index(after) + 1 :]
    limit = paging["limit"]
    return _list_of(messages[:limit], len(messages) > limit)


def _list_of(data: list[dict[str, Any]], has_more: bool) -> ListOf[Any]:
    first, last = (data[0]["id"], data[-1]["id"]) if data else ("", "")
    return ListOf(data=data, first_id=first, last_id=last, has_more=has_more)


def _message(message: dict[str, Any], message_id: str) -> dict[str, Any]:
    content = message.get("content")
    text, parts = (None, content) if isinstance(content, list) else (content, None)
    return {"refusal": None, **message, "id": message_id, "content": text, "content_parts": parts}


def told(completion: Completion) -> dict[str, Any]:
    return {**completion.body, "metadata": completion.metadata}


async def keep(history: History, body: ChatRequest, completion: dict[str, Any]) -> None:
    """Store a completion. Raises `StorageFailed`."""
    stored = Completion(
        completion["id"], completion["created"], completion["model"], body.metadata or {}, completion, body.messages
    )
    await run_in_threadpool(history.completions.add, stored)


async def keep_streamed(
    history: History, body: ChatRequest, writer: Writer, events: AsyncGenerator[Event, None]
) -> AsyncGenerator[bytes, None]:
    """The pieces of the stream; the completion is stored before the last one, `[DONE]`."""
    heard = Heard()
    async with aclosing(writer.stream(heard.listened(events))) as pieces:
        async for piece in pieces:
            if piece == DONE:
                await keep(history, body, await writer.whole(heard.events()))
            yield piece


class Heard:
    """The events of a stream as if it had been none: one `Delta` for each choice."""

    def __init__(self) -> None:
        self._others: list[Event] = []
        self._said: defaultdict[int, Joined] = defaultdict(Joined)

    async def listened(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """The events, which are heard as they pass."""
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Delta):
                    self._said[event.choice].add({**event.extras, "content": event.text}, event.logprobs)
                else:
                    self._others.append(event)
                yield event

    async def events(self) -> AsyncIterator[Event]:
        for event in self._others[:1]:  # the passages come first
            yield event
        for index, joined in self._said.items():
            extras = joined.said()
            yield Delta(index, extras.pop("content"), extras, joined.logprobs())
        for event in self._others[1:]:
            yield event
