"""`POST /v1/responses`."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from haystack.dataclasses import ChatMessage
from starlette.concurrency import run_in_threadpool

from ingest import cancellation
from ingest.corpus import Corpus
from ingest.ids import new_id
from ingest.records.stores import DEFAULT_STORE
from rag_api.answer import metering
from rag_api.answer.answerer import Answerer
from rag_api.deps import Link, LongBody, TheAnswerer, TheCorpus, TheHistory, TheLink, TheSettings
from rag_api.history import History, Item
from rag_api.history.responses import Response as KeptResponse
from rag_api.history.responses import ResponseState
from rag_api.http.json_body import LargeJsonRoute
from rag_api.http.refused import Refused
from rag_api.http.room import LARGE
from rag_api.http.sse import DONE, PING_AFTER_S, EventStream, unless_gone
from rag_api.settings import Settings
from rag_api.v1 import store_models
from rag_api.v1.attached import in_items, is_attached_to_last
from rag_api.v1.responses.context import check_continued, last_turn, sent
from rag_api.v1.responses.items import RESULTS
from rag_api.v1.responses.making import Making
from rag_api.v1.responses.shapes import CreateResponse, response_object, usage
from rag_api.v1.searched import searched

router = APIRouter(route_class=LargeJsonRoute)


@router.post("/v1/responses", response_model=None)
async def create(
    request: Request,
    corpus: TheCorpus,
    answerer: TheAnswerer,
    settings: TheSettings,
    history: TheHistory,
    link: TheLink,
    long_body: LongBody,
    body: CreateResponse | None = None,
) -> Response:
    """Answer from the stores that the tool `file_search` or the model (`rag:name`) names, else from the default one.
    What is no question to documents is answered without them."""
    body = await store_models.of_response(body or CreateResponse(), corpus.stores, answerer)
    making = await _prepare(body, corpus, answerer, settings, history, link, long_body)
    if body.background:
        run = history.runs.start(making, long_body)
        metering.reserve_until_end(run.task)
        if not body.stream:
            return json_of(response_object(making.response), searched(making.unsearched))
        return EventStream(ended(run.frames()), searched(making.unsearched))
    frames = making.frames()
    if not body.stream:
        await unless_gone(request.receive, _whole(frames))
        return json_of(response_object(making.response), searched(making.unsearched))
    return EventStream(ended(await unless_gone(request.receive, _begun(making, frames))), searched(making.unsearched))


async def _prepare(
    body: CreateResponse,
    corpus: Corpus,
    answerer: Answerer,
    settings: Settings,
    kept: History,
    link: Link,
    long_body: bool,
) -> Making:
    """Refuse at once what can be refused. A thread is used only if the records are needed."""
    if body.background and not body.kept:
        raise Refused("A response in the background is one that is kept: leave 'store' out.", param="store")
    if body.background and kept.runs.is_full(long_body):
        message = "Too many responses are being made in the background: wait for some of them, or cancel them."
        raise Refused(message, status=429, code="rate_limit_exceeded", headers={"retry-after": "5"})
    if body.input in (None, []) and not body.continues:
        raise Refused(
            "Missing required parameter: 'input', or 'previous_response_id' or 'conversation' to go on with.",
            param="input",
            code="missing_required_parameter",
        )
    body.check_tools()
    if body.search:
        body.search.check(settings, "tools")
    if body.continues:
        await run_in_threadpool(check_continued, body, kept)
    if body.refers:
        items, turn, asked = await cancellation.run_in(LARGE, partial(_sent, body, kept, settings))
    elif long_body:
        items, turn, asked = await cancellation.to_thread(_sent, body, kept, settings)
    else:
        items, turn, asked = _sent(body, kept, settings)
    if answerer.is_extractive(body.model):
        body.check_extractive(items)
    if body.store_ids != [DEFAULT_STORE]:
        await run_in_threadpool(corpus.stores.check, body.store_ids)
    unsearched = await answerer.unsearched(
        body.store_ids,
        turn,
        answered=body.continues,
        forced=body.must_search or is_attached_to_last(items),
        attached=any(in_items(items, None)),
    )
    response = _new(body, asked, answerer)
    if body.background:
        await run_in_threadpool(kept.responses.add, response, items)
    return Making(
        body,
        items,
        response,
        kept,
        answerer,
        settings.history_tokens,
        unsearched,
        corpus.attached,
        link,
        long_body=long_body,
    )


def _sent(
    body: CreateResponse, kept: History, settings: Settings
) -> tuple[list[Item], list[ChatMessage], dict[str, Any]]:
    """The items of the input, what tells the intent of the request, and what is told back of it."""
    items = sent(body, kept)
    return items, last_turn(body.instructions, items), body.told_back(settings.passages)


def _new(body: CreateResponse, asked: dict[str, Any], answerer: Answerer) -> KeptResponse:
    return KeptResponse(
        id=new_id("resp_"),
        created_at=int(time.time()),
        state=ResponseState.QUEUED if body.background else ResponseState.RUNNING,
        model=answerer.name(body.model),
        asked=asked,
        usage=usage(0),
        shows_results=RESULTS in (body.include or ()),
        background=bool(body.background),
        previous_id=body.previous_response_id,
        conversation_id=body.conversation_id,
    )


async def _whole(frames: AsyncGenerator[bytes, None]) -> None:
    async with aclosing(frames):
        async for _ in frames:
            pass


async def _begun(making: Making, frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The frames, once there is an answer: an error before it keeps its status.

    If that takes longer than a silent connection should last, they are sent before.
    """
    held: list[bytes] = []
    until = time.monotonic() + PING_AFTER_S
    coming = asyncio.ensure_future(anext(frames))
    try:
        while not making.begun:
            await asyncio.wait([coming], timeout=max(0, until - time.monotonic()))
            making.begun = making.begun or not coming.done()
            if not making.begun:
                held.append(coming.result())
                coming = asyncio.ensure_future(anext(frames))
    except BaseException:
        coming.cancel()
        raise
    return _joined(held, coming, frames)


async def _joined(
    held: list[bytes], coming: asyncio.Future[bytes], frames: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    async with aclosing(frames):
        try:
            for frame in held:
                yield frame
            yield await coming
        finally:
            coming.cancel()  # `frames` cannot be closed while one is being made
            await asyncio.wait([coming])
        async for frame in frames:
            yield frame


async def ended(frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """A stream with its end."""
    async with aclosing(frames):
        async for frame in frames:
            yield frame
    yield DONE


def json_of(value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), headers=headers, media_type="application/json")
