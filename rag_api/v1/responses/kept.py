"""`/v1/responses/{id}`: a response that was kept, or is still being made in the background."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from ingest import cancellation
from ingest.errors import NotFound
from rag_api.deps import Link, TheHistory, TheLink
from rag_api.history import History
from rag_api.history.elsewhere import Elsewhere
from rag_api.history.responses import Response as KeptResponse
from rag_api.history.responses import ResponseState
from rag_api.http import room
from rag_api.http.refused import Refused
from rag_api.http.room import LARGE
from rag_api.http.sse import EventStream
from rag_api.v1.paging import ListOf, ThePaging
from rag_api.v1.responses.create import ended, json_of
from rag_api.v1.responses.items import RESULTS, Included, item_list
from rag_api.v1.responses.shapes import response_object
from rag_api.v1.responses.stream import Writer

router = APIRouter()


class ResponseDeleted(BaseModel):
    id: str
    object: Literal["response"] = "response"
    deleted: Literal[True] = True


@router.get("/v1/responses/{response_id}", response_model=None)
async def retrieve(
    history: TheHistory,
    response_id: str,
    include: Included,
    link: TheLink,
    stream: bool = False,
    starting_after: Annotated[int | None, Query(ge=0)] = None,
    include_obfuscation: bool | None = None,
) -> Response:
    """The response as it is now; with `stream`, all of its events, or those after a given one."""
    run = history.runs.find(response_id)
    response = (
        await run.response() if run else await cancellation.run_in(LARGE, partial(history.responses.get, response_id))
    )
    if not stream:
        return json_of(response_object(response, results=RESULTS in include))
    start = 0 if starting_after is None else starting_after + 1
    if run:
        return EventStream(ended(run.frames(start)))
    if history.elsewhere and not response.state.ended:
        return EventStream(ended(_followed(history, history.elsewhere, response_id, start, link)))
    return EventStream(ended(_each(await run_in_threadpool(_kept, history, response, start, link))))


async def _followed(
    history: History, elsewhere: Elsewhere, response_id: str, start: int, link: Link
) -> AsyncGenerator[bytes, None]:
    async with aclosing(elsewhere.frames(response_id, start)) as frames:
        async for frame in frames:
            yield frame
            start += 1
    try:
        response = await run_in_threadpool(history.responses.get, response_id)
    except NotFound:  # it was deleted meanwhile
        return
    for frame in await run_in_threadpool(_kept, history, response, start, link):
        yield frame


def _kept(history: History, response: KeptResponse, start: int, link: Link) -> Iterator[bytes]:
    """The frames of a response that has ended, from number `start` on."""
    frames = history.responses.frames(response.id)
    begun = list(islice(frames, 1)) or _interrupted(response, link)
    return islice(chain(begun, frames), start, None)


def _interrupted(response: KeptResponse, link: Link) -> list[bytes]:
    """The stream of a response whose own stream never ended."""
    writer = Writer(replace(response, state=ResponseState.QUEUED), link)
    frames = list(writer.begin())
    if response.state is not ResponseState.FAILED:
        return frames
    writer.response = response
    return [*frames, writer.end()]


async def _each(frames: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    for frame in frames:
        yield frame


@router.delete("/v1/responses/{response_id}")
async def delete(history: TheHistory, response_id: str) -> ResponseDeleted:
    """Delete a response, and stop it if it is still being made. Responses that continue it then start after it."""
    if run := history.runs.find(response_id):
        await history.runs.drop(run)
    await run_in_threadpool(history.responses.delete, response_id)
    return ResponseDeleted(id=response_id)


@router.post("/v1/responses/{response_id}/cancel", response_model=None)
async def cancel(history: TheHistory, response_id: str) -> Response:
    """Stop a response that is being made in the background; one that has ended stays as it is."""
    if run := history.runs.find(response_id):
        await history.runs.cancel(run)
        return json_of(response_object(run.making.response))
    response = await run_in_threadpool(history.responses.get, response_id)
    if not response.background:
        raise Refused("Only a response that was created with 'background' can be cancelled.", param="response_id")
    if history.elsewhere and not response.state.ended:
        response = await history.elsewhere.cancel(response_id)
    return json_of(response_object(response))


@router.get("/v1/responses/{response_id}/input_items", response_model=ListOf[Any])
async def input_items(history: TheHistory, response_id: str, include: Included, paging: ThePaging) -> Response:
    """The input of the request, without what it continues and without its instructions."""

    def listed() -> str:
        page = history.responses.input(response_id, **paging)
        return item_list(page.items, page.has_more, include).model_dump_json()

    return await room.answer(listed)
