"""`/v1/responses/input_tokens` and `/v1/responses/compact`: how long a conversation is, and a shorter form of it."""

import time
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ingest import cancellation
from ingest.ids import new_id
from rag_api.answer.tokens import count
from rag_api.deps import TheHistory, TheSettings
from rag_api.history import History
from rag_api.http import room
from rag_api.http.json_body import LargeJsonRoute
from rag_api.http.room import LARGE
from rag_api.settings import Settings
from rag_api.v1.limits import Model, Name
from rag_api.v1.responses.compaction import packed
from rag_api.v1.responses.context import check_continued, remembered, said, sent, tokens
from rag_api.v1.responses.shapes import ResponseInput, usage

router = APIRouter(route_class=LargeJsonRoute)


class InputTokens(BaseModel):
    object: Literal["response.input_tokens"] = "response.input_tokens"
    input_tokens: int


@router.post("/v1/responses/input_tokens")
async def input_tokens(history: TheHistory, settings: TheSettings, body: ResponseInput | None = None) -> InputTokens:
    """How many tokens the input of a request has, without the passages that its search will find."""
    return await cancellation.run_in(LARGE, partial(_counted, history, settings, body or ResponseInput()))


def _counted(history: History, settings: Settings, body: ResponseInput) -> InputTokens:
    check_continued(body, history)
    messages = said(body, sent(body, history), history, settings.history_tokens)
    return InputTokens(input_tokens=sum(count(text) for message in messages for text in message.texts))


class Compact(ResponseInput):
    model: Model
    prompt_cache_key: Name | None = None
    prompt_cache_retention: Name | None = None
    service_tier: Name | None = None


class Compacted(BaseModel):
    id: str
    object: Literal["response.compaction"] = "response.compaction"
    created_at: int
    output: list[dict[str, Any]]
    usage: dict[str, Any]


@router.post("/v1/responses/compact", response_model=Compacted)
async def compact(history: TheHistory, settings: TheSettings, body: Compact) -> Response:
    """The conversation in one item, to send instead of all its items; without search results and reasoning."""
    return await room.answer(lambda: _compacted(history, settings, body).model_dump_json())


def _compacted(history: History, settings: Settings, body: Compact) -> Compacted:
    check_continued(body, history)
    items = remembered(body, sent(body, history), history, settings.history_tokens)
    taken = usage(sum(map(tokens, items)))
    return Compacted(id=new_id("resp_"), created_at=int(time.time()), output=[packed(items)], usage=taken)
