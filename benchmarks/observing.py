"""What it costs a request to be counted and logged: processor time of the middleware around an application that does
nothing."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.json_log import JsonFormatter
from rag_api.http.observed import Observed, Routed

REQUESTS = 20_000


class Route:
    path = "/v1/files/{file_id}"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    scope["route"] = Route
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def receive() -> Any:
    return {"type": "http.request"}


async def send(_message: Any) -> None:
    pass


async def seconds(app: ASGIApp) -> float:
    scope = {"type": "http", "method": "GET", "path": "/v1/files/file-1", "headers": []}
    began = time.process_time()
    for _ in range(REQUESTS):
        await app({**scope}, receive, send)
    return (time.process_time() - began) / REQUESTS


def run(name: str, make: Callable[[], ASGIApp], without: float = 0) -> float:
    best = min(asyncio.run(seconds(make())) for _ in range(5)) - without
    print(f"{name:30} {best * 1e6:6.1f} us", file=sys.stderr)
    return best


def main() -> None:
    logger = logging.getLogger("rag_api.http.observed")
    without = run("nothing", lambda: application)
    logger.setLevel(logging.WARNING)
    run("id and metrics", lambda: Observed(Routed(application)), without)
    with open(os.devnull, "w") as nowhere:
        handler = logging.StreamHandler(nowhere)
        handler.setFormatter(JsonFormatter())
        logging.basicConfig(level=logging.INFO, handlers=[handler])
        logger.setLevel(logging.INFO)
        run("id, metrics and a line of JSON", lambda: Observed(Routed(application)), without)


if __name__ == "__main__":
    main()
