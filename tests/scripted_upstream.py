"""A real HTTP server that speaks chat completions by script: it answers, fails, hangs or breaks off as told."""

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn


@dataclass(frozen=True)
class Text:
    """Some of the answer."""

    text: str
    bytewise: bool = False
    """Whether each byte comes alone, and letters that are no ASCII as they are; streams only."""


@dataclass(frozen=True)
class Delta:
    """Anything else a chunk's `delta` may carry, such as tool calls; streams only."""

    delta: Mapping[str, Any]
    logprobs: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Finish:
    """The `finish_reason`, when it is not `stop`."""

    reason: str


@dataclass(frozen=True)
class Fail:
    """An HTTP error, or an error event when the stream has begun."""

    status: int = 500
    message: str = "the upstream failed"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """Nothing more until the client goes away."""


@dataclass(frozen=True)
class Drop:
    """Close the connection in the middle."""


@dataclass(frozen=True)
class Raw:
    """These bytes are all of the answer, whatever was asked for; `times` over, with a pause of `every` seconds."""

    body: bytes
    status: int = 200
    media: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    every: float = 0


Step = Text | Delta | Pause | Finish | Fail | Hang | Drop | Raw
Script = Sequence[Step] | Callable[[dict[str, Any]], Sequence[Step]]  # fixed, or made from the request's body

HELLO: Script = (Text("Hello"), Text(" there"), Text("."))


@dataclass
class Seen:
    """A request as it came; the times are of `time.monotonic()`."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    came_at: float
    left_at: float | None = None
    left: threading.Event = field(default_factory=threading.Event)
    """Set when the client goes away before its answer is complete."""
    answered: threading.Event = field(default_factory=threading.Event)
    """Set when the whole answer was sent."""


class Dropped(Exception):
    """Ends a connection without ending its answer."""


class ScriptedUpstream:
    """`script` answers every request, unless `by_model` has one for its model, or `queue` one for the next; `models` is
    the list of models, if it is to be an odd one."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url  # ends in /v1
        self.forget()

    def forget(self) -> None:
        """Begin anew, as for another test."""
        self.script: Script = HELLO
        self.by_model: dict[str, Script] = {}
        self.queue: deque[Script] = deque()
        self.models: Raw | None = None
        self.requests: list[Seen] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        came_at = time.monotonic()
        content, more = b"", True
        while more:
            message = await receive()
            content, more = content + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = json.loads(content or b"{}")
        seen = Seen(scope["path"], headers, body, came_at)
        self.requests.append(seen)

        left = asyncio.create_task(_disconnected(receive))
        answer = asyncio.create_task(self._answer(seen, send))
        await asyncio.wait([left, answer], return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            left.cancel()
            answer.result()
            seen.answered.set()
        else:
            seen.left_at = time.monotonic()
            answer.cancel()
            seen.left.set()

    async def _answer(self, seen: Seen, send: Any) -> None:
        if not seen.path.endswith("/chat/completions"):
            if self.models:
                await _send_raw(self.models, send)
                return
            models = [
                {"id": model, "object": "model", "created": 1, "owned_by": "test"}
                for model in ("scripted", *self.by_model)
            ]
            await _send_json(send, 200, {"object": "list", "data": models})
            return
        script = self.queue.popleft() if self.queue else self.by_model.get(seen.body["model"], self.script)
        steps = script(seen.body) if callable(script) else script
        if isinstance(steps[0], Raw):
            await _send_raw(steps[0], send)
        elif seen.body.get("stream"):
            await _stream(seen.body, steps, send)
        else:
            await _reply(seen.body, steps, send)


async def _stream(body: dict[str, Any], steps: Sequence[Step], send: Any) -> None:
    chunk = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    begun, reason, pieces = False, "stop", 0

    async def event(value: dict[str, Any], bytewise: bool = False) -> None:
        nonlocal begun
        if not begun:
            await _start(send, 200, "text/event-stream", {})
            begun = True
        line = f"data: {json.dumps(value, ensure_ascii=not bytewise)}\n\n".encode()
        step = 1 if bytewise else len(line)
        for at in range(0, len(line), step):
            await send({"type": "http.response.body", "body": line[at : at + step], "more_body": True})

    async def delta(
        value: Mapping[str, Any], finish: str | None = None, logprobs: Any = None, bytewise: bool = False
    ) -> None:
        choice = {"index": 0, "delta": value, "logprobs": logprobs, "finish_reason": finish}
        await event({**chunk, "choices": [choice]}, bytewise)

    for step in steps:
        match step:
            case Text(text, bytewise):
                if not pieces:
                    await delta({"role": "assistant", "content": ""})
                pieces += 1
                await delta({"content": text}, bytewise=bytewise)
            case Delta(value, logprobs):
                pieces += 1
                await delta(value, logprobs=logprobs)
            case Finish():
                reason = step.reason
            case Fail() if begun:
                await event(_error(step))
                await send({"type": "http.response.body"})
                return
            case Drop():
                if not begun:
                    await _start(send, 200, "text/event-stream", {})
                raise Dropped
            case _:
                if await _interrupt(step, send):
                    return
    await delta({}, reason)
    if (body.get("stream_options") or {}).get("include_usage"):
        await event({**chunk, "choices": [], "usage": _usage(body, pieces)})
    await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})


async def _reply(body: dict[str, Any], steps: Sequence[Step], send: Any) -> None:
    texts, reason = [], "stop"
    for step in steps:
        match step:
            case Text(text):
                texts.append(text)
            case Finish():
                reason = step.reason
            case Drop():
                await _start(send, 200, "application/json", {})
                raise Dropped
            case _:
                if await _interrupt(step, send):
                    return
    message = {"role": "assistant", "content": "".join(texts), "refusal": None}
    choices = [
        {"index": index, "message": message, "logprobs": None, "finish_reason": reason}
        for index in range(body.get("n") or 1)
    ]
    reply = {"id": "chatcmpl-scripted", "object": "chat.completion", "created": 1, "model": body["model"]}
    await _send_json(send, 200, {**reply, "choices": choices, "usage": _usage(body, len(texts))})


async def _interrupt(step: Step, send: Any) -> bool:
    """Carry out a step that is no part of the answer; true when it was the answer's end."""
    match step:
        case Pause(seconds):
            await asyncio.sleep(seconds)
        case Hang():
            await asyncio.Event().wait()
        case Fail():
            await _send_json(send, step.status, _error(step), step.headers)
            return True
    return False


def _error(step: Fail) -> dict[str, Any]:
    return {"error": {"message": step.message, "type": "upstream_error", "param": None, "code": None}}


def _usage(body: dict[str, Any], pieces: int) -> dict[str, int]:
    prompt = len(json.dumps(body["messages"]).split())
    return {"prompt_tokens": prompt, "completion_tokens": pieces, "total_tokens": prompt + pieces}


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Any, status: int, media: str, headers: Mapping[str, str]) -> None:
    lines = [(b"content-type", media.encode()), *((k.lower().encode(), v.encode()) for k, v in headers.items())]
    await send({"type": "http.response.start", "status": status, "headers": lines})


async def _send_json(send: Any, status: int, value: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
    await _start(send, status, "application/json", headers or {})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})


async def _send_raw(raw: Raw, send: Any) -> None:
    await _start(send, raw.status, raw.media, raw.headers)
    for _ in range(raw.times):
        await send({"type": "http.response.body", "body": raw.body, "more_body": True})
        await asyncio.sleep(raw.every)
    await send({"type": "http.response.body"})


@contextmanager
def running() -> Iterator[ScriptedUpstream]:
    listener = socket.create_server(("127.0.0.1", 0))
    upstream = ScriptedUpstream(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    config = uvicorn.Config(upstream, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.force_exit = True  # answers that hang are not waited for
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield upstream  # the socket listens already: an early request waits in its backlog
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def scripted_upstream() -> Iterator[ScriptedUpstream]:
    with running() as upstream:
        yield upstream
