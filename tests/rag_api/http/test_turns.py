"""Turns at the server's work: how much one client has of it, and who comes next."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag_api.access.auth import Auth
from rag_api.http import turns
from rag_api.http.capacity import Capacity
from rag_api.http.observed import Observed, Request, current
from rag_api.http.turns import Turns

Message = dict[str, Any]


class Server:
    """An application that notes who began, and answers, or does something else, when it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ends: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.between: Callable[[str], Any] | None = None
        self.app = Turns(self._answer)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            return
        name = scope["path"].removeprefix("/")
        self.begun.append(name)
        if self.between:
            await self.between(name)
        await self.ends[name].wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    def ask(
        self, name: str, *, of: str, body: asyncio.Queue[Message] | None = None, stream: asyncio.Event | None = None
    ) -> "asyncio.Task[None]":
        messages = body or asyncio.Queue[Message]()
        if not body:
            messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body" and stream:
                await stream.wait()  # who reads slowly

        async def asked() -> None:
            current.set(Request("req_1", client=of))
            headers = [(b"content-length", b"1")] if body else []
            await self.app({"type": "http", "path": f"/{name}", "headers": headers}, messages.get, send)  # type: ignore[arg-type]

        return asyncio.create_task(asked())

    def end(self, *names: str) -> None:
        for name in names:
            self.ends[name].set()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "EACH", 2)
    monkeypatch.setattr(turns, "TOGETHER", 3)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_one_client_has_some_at_work_and_others_come_before_the_rest_of_them() -> None:
    server = Server()
    tasks = [server.ask(f"a{number}", of="a") for number in range(5)]
    await settled()
    assert server.begun == ["a0", "a1"]
    tasks += [server.ask(name, of=name[0]) for name in ("b0", "b1", "c0")]
    await settled()
    assert server.begun == ["a0", "a1", "b0"]  # as many as may be together
    for name in ("a0", "a1", "a2", "b0", "b1"):
        server.end(name)
        await settled()
    assert server.begun == ["a0", "a1", "b0", "a2", "b1", "c0", "a3", "a4"]
    server.end(*server.begun)
    await asyncio.gather(*tasks)


@pytest.mark.asyncio
async def test_health_waits_for_no_turn() -> None:
    server = Server()
    tasks = [server.ask(f"a{number}", of="a") for number in range(5)]
    probes = [server.ask(name, of="a") for name in ("healthz", "readyz")]
    await settled()
    assert server.begun == ["a0", "a1", "healthz", "readyz"]
    for task in (*tasks, *probes):
        task.cancel()
    await asyncio.gather(*tasks, *probes, return_exceptions=True)
    last = server.ask("a9", of="a")  # and nobody who was cancelled has a place
    await settled()
    assert server.begun[-1] == "a9"
    last.cancel()


@pytest.mark.asyncio
async def test_what_is_still_being_sent_or_being_read_has_no_place() -> None:
    server = Server()
    bodies = [asyncio.Queue[Message]() for _ in range(3)]
    sending = [server.ask(f"slow{number}", of="a", body=body) for number, body in enumerate(bodies)]
    for body in bodies:
        body.put_nowait({"type": "http.request", "body": b"x", "more_body": True})
    unread = asyncio.Event()
    server.end("a0", "a1", "a2", "slow0", "slow1", "slow2")
    reading = [server.ask(f"a{number}", of="a", stream=unread) for number in range(3)]
    await settled()
    assert server.begun == ["a0", "a1", "a2"]
    for body in bodies:
        body.put_nowait({"type": "http.request", "body": b"x", "more_body": False})
    await asyncio.gather(*sending)
    assert sorted(server.begun[3:]) == ["slow0", "slow1", "slow2"]
    unread.set()
    await asyncio.gather(*reading)


@pytest.mark.asyncio
async def test_who_left_while_it_waited_is_not_answered() -> None:
    server = Server()
    tasks = [server.ask(name, of="a") for name in ("a0", "a1")]
    body = asyncio.Queue[Message]()
    body.put_nowait({"type": "http.request", "body": b"x", "more_body": False})
    await settled()
    gone = server.ask("gone", of="a", body=body)
    await settled()
    body.put_nowait({"type": "http.disconnect"})
    await gone
    last = server.ask("last", of="a")
    server.end("a0", "a1", "last")
    await asyncio.gather(*tasks, last)
    assert server.begun == ["a0", "a1", "last"]


@pytest.mark.asyncio
async def test_what_is_refused_while_it_waits_is_told_so_and_takes_no_place() -> None:
    server = Server()
    first = [server.ask(name, of="a") for name in ("a0", "a1")]
    await settled()
    current.set(Request("req_1", client="a"))
    for headers, sent in ([], []), ([(b"content-length", b"1")], [b"x"]):
        body = iter(sent)

        async def receive(body: Iterator[bytes] = body) -> Message:
            for piece in body:
                return {"type": "http.request", "body": piece, "more_body": False}
            raise PermissionError  # as if the key was revoked

        async def send(message: Message) -> None:
            raise AssertionError(message)

        with pytest.raises(PermissionError):
            await server.app({"type": "http", "path": "/refused", "headers": headers}, receive, send)  # type: ignore[arg-type]
    last = server.ask("last", of="a")
    server.end("a0", "a1", "last")
    await asyncio.gather(*first, last)
    assert server.begun == ["a0", "a1", "last"]


@pytest.mark.asyncio
async def test_who_waits_for_a_model_has_no_place_and_has_the_next_one_after_it() -> None:
    server = Server()
    model = asyncio.Event()

    async def ask_model(name: str) -> None:
        if name == "asks":
            async with turns.aside():
                await model.wait()
        server.begun.append(f"{name} at work")

    server.between = ask_model
    tasks = [server.ask(name, of="a") for name in ("asks", "a0", "a1", "a2")]
    await settled()
    assert server.begun == ["asks", "a0", "a0 at work", "a1", "a1 at work"]
    model.set()
    await settled()
    server.end("a0")
    await settled()
    assert server.begun[5:] == ["asks at work"]
    server.end("asks", "a1", "a2")
    await asyncio.gather(*tasks)


@pytest.mark.asyncio
async def test_what_goes_on_when_the_answer_has_begun_takes_a_place_for_its_work() -> None:
    server = Server()
    done: list[str] = []
    free = asyncio.Event()

    async def work(name: str) -> None:
        turns.leave()
        async with turns.at_work():
            done.append(name)
            await free.wait()

    server.between = work
    names = ["a0", "a1", "a2"]
    server.end(*names)
    tasks = [server.ask(name, of="a") for name in names]
    await settled()
    assert done == ["a0", "a1"]
    free.set()
    await asyncio.gather(*tasks)
    assert done == names


def test_the_server_has_turns_behind_what_tells_clients_apart(http: TestClient) -> None:
    layers = [each.cls for each in http.app.user_middleware]  # type: ignore[attr-defined]
    assert layers.index(Observed) < layers.index(Auth) < layers.index(Capacity) < layers.index(Turns)
