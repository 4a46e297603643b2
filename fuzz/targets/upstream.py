"""What a language model's server sends: an answer or `ModelFailed`, and the same however its bytes are cut."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

import httpx2
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret
from openai import AsyncOpenAI

from fuzz.target import Target, first_difference, literals
from rag_api.answer.errors import ModelFailed
from rag_api.answer.joined import Joined
from rag_api.answer.model.generator import UpstreamChatGenerator

MESSAGES = [ChatMessage.from_user("What do herons eat?")]
_NEW_ID = re.compile(r"call_[0-9a-f]{24}")  # of calls that came without one
STREAM, WHOLE = b"data:", b"{"


class Sent(httpx2.AsyncByteStream):
    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def check(data: bytes) -> None:
    """The first byte says whether it is a stream."""
    streams, body = data[:1] != WHOLE, data
    at_once = asyncio.run(answered([body], streams))
    in_pieces = asyncio.run(answered([body[at : at + 3] for at in range(0, len(body), 3)], streams))
    first_difference(in_pieces, at_once)


async def answered(pieces: Sequence[bytes], streams: bool) -> tuple[list[str], dict[int, object]]:
    """The replies, and what the chunks before them say of each choice."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        media_type = "text/event-stream" if streams else "application/json"
        return httpx2.Response(200, headers={"content-type": media_type}, stream=Sent(pieces))

    heard: defaultdict[int, Joined] = defaultdict(Joined)

    async def tell(chunk: StreamingChunk) -> None:
        choice = chunk.meta["choice"]
        json.dumps(choice)  # it is sent on
        heard[choice["index"]].add({**choice["delta"], "reason": choice["finish_reason"] or ""}, choice["logprobs"])

    def said() -> dict[int, object]:
        told = {index: json.dumps([joined.said(), joined.logprobs()]) for index, joined in heard.items()}
        return {index: _NEW_ID.sub("", each) for index, each in told.items()}

    generator = UpstreamChatGenerator(
        Secret.from_token("any"), "m", api_base_url="http://127.0.0.1:1/v1", max_retries=0
    )
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
        generator.async_client = AsyncOpenAI(
            api_key="any", base_url="http://127.0.0.1:1/v1", http_client=http, max_retries=0
        )
        try:
            replies = (await generator.run_async(MESSAGES, tell if streams else None))["replies"]
        except ModelFailed as failure:
            return [failure.message], said()
    return [reply.text or "" for reply in replies], said()


PIECE = '{"choices": [{"index": 0, "delta": {"content": "Frogs."}, "finish_reason": null}]}'
END = '{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {"total_tokens": 3}}'
CALL = (
    '{"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{"}}]}}]}'
)
SEEDS = [
    f"data: {PIECE}\n\ndata: {END}\n\ndata: [DONE]\n\n",
    f"data:{PIECE}\r\n\r\n: comment\r\n\r\nevent: x\r\ndata: {END}\r\n\r\n",
    f"data: {CALL}\n\ndata: {END}\n\ndata: [DONE]\n\n",
    'data: {"error": {"message": "overloaded"}}\n\n',
    'data: {"choices": null}\n\ndata: null\n\ndata: [1]\n\ndata: 7\n\n',
    '{"choices": [{"message": {"content": "Frogs."}, "finish_reason": "stop"}]}',
    '{"choices": [{"message": {"content": null, "tool_calls": [{"id": "c"}]}}], "usage": null, "model": 7}',
]
TOKENS = [
    "data: ",
    "\n\n",
    "[DONE]",
    '"choices"',
    '"delta"',
    '"content"',
    '"finish_reason"',
    '"error"',
    '"index"',
    "null",
]
TARGET = Target(
    check, [*(seed.encode() for seed in SEEDS), *literals("tests/rag_api/v1/test_upstream_api.py")], tokens=TOKENS
)
