"""What all of them ask: a canned language model and a real model of meaning, as an OpenAI-compatible server.

    python -m benchmarks.peers.model PORT

The language model costs next to nothing, and searches before it answers where it is given a function for that.
"""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.embed import minilm

CHAT, EMBEDDING = "canned", "minilm"
TOKENS = [f" word{number}" for number in range(20)]
USAGE = {"prompt_tokens": 5, "completion_tokens": len(TOKENS), "total_tokens": 5 + len(TOKENS)}
BASE = {"id": "chatcmpl-canned", "created": 1, "model": CHAT}


async def models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in (CHAT, EMBEDDING)]})


async def embeddings(request: Request) -> Response:
    asked = (await request.json())["input"]
    texts = [asked] if isinstance(asked, str) else asked
    vectors = await run_in_threadpool(lambda: [_embedder.run(text)["embedding"] for text in texts])
    data = [{"object": "embedding", "index": number, "embedding": each} for number, each in enumerate(vectors)]
    return JSONResponse({"object": "list", "model": EMBEDDING, "data": data, "usage": USAGE})


async def chat(request: Request) -> Response:
    body = await request.json()
    message = _message(body)
    if body.get("stream"):
        return StreamingResponse(_events(message), media_type="text/event-stream")
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": None, **message},
        "finish_reason": _ending(message),
    }
    return JSONResponse({**BASE, "object": "chat.completion", "choices": [choice], "usage": USAGE})


def _message(body: dict[str, Any]) -> dict[str, Any]:
    functions = [tool["function"]["name"] for tool in body.get("tools") or () if "function" in tool]
    if functions and all(message["role"] != "tool" for message in body["messages"]):
        [asked] = [message["content"] for message in body["messages"] if message["role"] == "user"][-1:]
        query = asked if isinstance(asked, str) else " ".join(part.get("text", "") for part in asked)
        call = {"name": functions[0], "arguments": json.dumps({"query": query})}
        return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": call}]}
    return {"content": "".join(TOKENS)}


def _ending(message: dict[str, Any]) -> str:
    return "stop" if "content" in message else "tool_calls"


async def _events(message: dict[str, Any]) -> AsyncIterator[bytes]:
    deltas = [{"content": token} for token in TOKENS] if "content" in message else [message]
    choices = [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None} for delta in deltas]
    for choice in [*choices, {"index": 0, "delta": {}, "finish_reason": _ending(message)}]:
        yield (
            b"data: " + json.dumps({**BASE, "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
        )
    yield b"data: [DONE]\n\n"


app = Starlette(
    routes=[
        Route("/v1/models", models),
        Route("/v1/embeddings", embeddings, methods=["POST"]),
        Route("/v1/chat/completions", chat, methods=["POST"]),
    ]
)
_embedder = minilm.load().text

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
