"""`POST /v1/chat/completions`."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ingest import cancellation
from ingest.records.stores import DEFAULT_STORE
from rag_api.answer.errors import ModelFailed
from rag_api.deps import LongBody, TheAnswerer, TheCorpus, TheHistory, TheLink, TheSettings
from rag_api.http.json_body import LargeJsonRoute
from rag_api.http.sse import DONE, EventStream, unless_gone
from rag_api.v1 import store_models
from rag_api.v1.attached import in_chat, is_attached_to_last, read_all
from rag_api.v1.chat.parameters import check_extractive
from rag_api.v1.chat.shapes import ChatRequest
from rag_api.v1.chat.stored import keep, keep_streamed
from rag_api.v1.chat.stream import Writer
from rag_api.v1.errors import UNFORESEEN, envelope
from rag_api.v1.searched import searched

logger = logging.getLogger(__name__)

router = APIRouter(route_class=LargeJsonRoute)


@router.post("/v1/chat/completions", response_model=None)
async def complete(
    request: Request,
    body: ChatRequest,
    corpus: TheCorpus,
    answerer: TheAnswerer,
    settings: TheSettings,
    history: TheHistory,
    long_body: LongBody,
    link: TheLink,
) -> Response:
    """Answer from the default store, or from the stores that the request or its model (`rag:name`) names. What is no
    question to documents is answered without them."""
    body = await store_models.of_chat(body, corpus.stores, answerer)
    if long_body:
        question = await cancellation.to_thread(body.question, DEFAULT_STORE)
    else:
        question = body.question(DEFAULT_STORE)
    if body.file_search:
        body.file_search.check(settings, "tools")
    if answerer.is_extractive(question.model):
        check_extractive(question.parameters, body.messages)
    if question.store_ids != [DEFAULT_STORE]:
        await run_in_threadpool(corpus.stores.check, question.store_ids)
    parts = list(in_chat(body.messages))
    attached = await unless_gone(request.receive, read_all(parts, corpus.attached)) if parts else []
    if attached:
        question = replace(question, attached=attached, store_ids=question.store_ids if body.names_stores else [])
    unsearched = await answerer.unsearched(
        question.store_ids, question.messages, attached=bool(attached), forced=is_attached_to_last(body.messages)
    )
    question = question.without_search(unsearched)
    writer = Writer(answerer.name(question.model), link, include_usage=body.include_usage)
    events = answerer.answer(question)
    if not question.stream:
        completion = await unless_gone(request.receive, writer.whole(events))
        if body.store:
            await keep(history, body, completion)
        return Response(orjson.dumps(completion), headers=searched(unsearched), media_type="application/json")
    pieces = keep_streamed(history, body, writer, events) if body.store else writer.stream(events)
    # An error before the first word keeps its status; after it, it can only be an event of the stream.
    first = await unless_gone(request.receive, anext(pieces))
    return EventStream(_rest(first, pieces), searched(unsearched))


async def _rest(first: bytes, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(pieces):
        yield first
        try:
            async for piece in pieces:
                yield piece
        except ModelFailed as error:
            yield _event(envelope(error.status, error.message, param=error.param, code=error.code))
        except Exception:
            logger.exception("a fault in the middle of a stream")
            yield _event(envelope(500, UNFORESEEN))


def _event(fault: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(fault) + b"\n\n" + DONE
