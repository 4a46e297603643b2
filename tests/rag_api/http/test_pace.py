"""How many requests begin in one turn of the event loop, however many come at once."""

import asyncio
from typing import Any

import pytest

from rag_api.http.pace import IN_A_TURN, Pace


class Begun:
    """An application that notes what was begun in each turn of the loop."""

    def __init__(self) -> None:
        self.turns: list[list[str]] = [[]]
        self._paced = Pace(self._app)
        self._loop = asyncio.get_running_loop()
        self._loop.call_soon(self._next)

    def _next(self) -> None:
        self.turns.append([])
        self._loop.call_soon(self._next)

    async def _app(self, scope: Any, _receive: Any, _send: Any) -> None:
        self.turns[-1].append(scope["path"])

    def ask(self, path: str) -> "asyncio.Task[None]":
        return asyncio.create_task(self._paced({"type": "http", "path": path}, None, None))  # type: ignore[arg-type]

    @property
    def all(self) -> list[str]:
        return [path for turn in self.turns for path in turn]


@pytest.mark.asyncio
async def test_few_begin_in_a_turn_in_the_order_in_which_they_came() -> None:
    begun = Begun()
    paths = [f"/v1/{number}" for number in range(50)]
    tasks = [begun.ask(path) for path in paths]
    health = begun.ask("/healthz")
    await health
    assert len(begun.all) <= 2 * IN_A_TURN + 1  # it waits for no turn
    tasks[20].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [path for path in begun.all if path != "/healthz"] == [*paths[:20], *paths[21:]]
    assert max(map(len, begun.turns)) <= IN_A_TURN + 1
    await asyncio.gather(*map(begun.ask, paths))  # and so when all have gone
    assert len(begun.all) == 100
