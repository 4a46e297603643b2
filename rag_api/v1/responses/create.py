"""`POST /v1/responses`."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ingest.corpus import Corpus
from ingest.ids import new_id
from ingest.records.stores import DEFAULT_STORE
from rag_api.answer.answerer import Answerer
from rag_api.deps import TheAnswerer, TheCorpus, TheHistory, TheSettings
from rag_api.history import History, Item
from rag_api.history.responses import Response as KeptResponse
from rag_api.history.responses import ResponseState
from rag_api.http.json_body import LargeJsonRoute
from rag_api.http.refused import Refused
from rag_api.http.sse import DONE, EventStream, unless_gone
from rag_api.settings import Settings
from rag_api.v1 import store_models
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
    body: CreateResponse | None = None,
) -> Response:
    """Answer from the stores that the tool `file_search` or the model (`rag:name`) names, else from the default one.
    What is no question to documents is answered without them."""
    body = await store_models.of_response(body or CreateResponse(), corpus.stores, answerer)
    making = await _prepare(body, corpus, answerer, settings, history)
    if body.background:
        run = history.runs.start(making)
        if not body.stream:
            return json_of(response_object(making.response), searched(making.unsearched))
        return EventStream(ended(run.frames()), searched(making.unsearched))
    frames = making.frames()
    if not body.stream:
        await unless_gone(request, _whole(frames))
        return json_of(response_object(making.response), searched(making.unsearched))
    # An error before the first event keeps its status.
    first = await unless_gone(request, anext(frames))
    return EventStream(ended(frames, first), searched(making.unsearched))


async def _prepare(
    body: CreateResponse, corpus: Corpus, answerer: Answerer, settings: Settings, kept: History
) -> Making:
    """Refuse at once what can be refused. A thread is used only if the records are needed."""
    if body.background and not body.kept:
        raise Refused("A response in the background is one that is kept: leave 'store' out.", param="store")
    body.check_tools()
    if body.search:
        body.search.check(settings, "tools")
    if body.continues:
        await run_in_threadpool(check_continued, body, kept)
    items = await run_in_threadpool(sent, body, kept) if body.refers else sent(body, kept)
    if answerer.is_extractive(body.model):
        body.check_extractive(items)
    if body.store_ids != [DEFAULT_STORE]:
        await run_in_threadpool(corpus.stores.check, body.store_ids)
    unsearched = await answerer.unsearched(
        body.store_ids, last_turn(body.instructions, items), answered=body.continues, forced=body.must_search
    )
    response = _new(body, items, answerer, settings)
    if body.background:
        await run_in_threadpool(kept.responses.add, response, items)
    return Making(body, items, response, kept, answerer, settings.history_tokens, unsearched)


def _new(body: CreateResponse, items: list[Item], answerer: Answerer, settings: Settings) -> KeptResponse:
    return KeptResponse(
        id=new_id("resp_"),
        created_at=int(time.time()),
        state=ResponseState.QUEUED if body.background else ResponseState.RUNNING,
        model=answerer.name(body.model),
        asked=body.told_back(settings.passages),
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


async def ended(frames: AsyncGenerator[bytes, None], first: bytes | None = None) -> AsyncGenerator[bytes, None]:
    """A stream with its end, and with the first frame if that was already taken."""
    async with aclosing(frames):
        if first is not None:
            yield first
        async for frame in frames:
            yield frame
    yield DONE


def json_of(value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), headers=headers, media_type="application/json")
