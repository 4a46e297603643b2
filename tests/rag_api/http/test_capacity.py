"""How many requests are at work at a time."""

import asyncio
from typing import Any

import pytest

from rag_api.http import capacity
from rag_api.http.capacity import Capacity
from rag_api.v1 import errors


@pytest.mark.asyncio
async def test_one_too_many_is_told_to_come_again_and_health_is_always_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "MAX_REQUESTS", 2)
    free = asyncio.Event()

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await free.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    limited = Capacity(application, errors.refusal)
    starts: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)

    def ask(path: str) -> "asyncio.Task[None]":
        return asyncio.create_task(limited({"type": "http", "path": path, "headers": []}, None, send))  # type: ignore[arg-type]

    working = [ask("/v1/files"), ask("/readyz"), ask("/healthz")]
    await asyncio.sleep(0)
    await ask("/v1/files")
    [refused] = starts
    assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (503, b"5")
    free.set()
    await asyncio.gather(*working)
    await ask("/v1/files")
    assert [start["status"] for start in starts[1:]] == [200] * 4


@pytest.mark.asyncio
async def test_a_request_is_not_at_work_before_all_of_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "MAX_REQUESTS", 1)
    free, bodies = asyncio.Event(), asyncio.Queue[Any]()

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await free.wait()
        await send({"type": "http.response.start", "status": 200})

    limited = Capacity(application, errors.refusal)
    statuses: list[int] = []

    async def send(message: Any) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    def ask(**headers: str) -> "asyncio.Task[None]":
        told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "path": "/v1/files", "headers": told}
        return asyncio.create_task(limited(scope, bodies.get, send))

    coming = [ask(content_length="5"), ask(transfer_encoding="chunked")]
    bodies.put_nowait({"type": "http.request", "more_body": True})
    await asyncio.sleep(0.01)
    third = ask(content_length="5")
    bodies.put_nowait({"type": "http.request", "more_body": False})  # of one of them, which is at work from now on
    await asyncio.sleep(0.01)
    await ask()
    assert statuses == [503]
    for _ in range(2):
        bodies.put_nowait({"type": "http.request", "more_body": False})
    free.set()
    await asyncio.gather(*coming, third)
    assert statuses == [503, 200, 200, 200]


def test_a_thousand_streams_are_not_too_many() -> None:
    assert capacity.MAX_REQUESTS > 1000
