"""Each request as whoever runs the server sees it: its id, who asked, which route it took, and how it ended.

The id is in the reply's header `x-request-id`, which clients show with errors; metrics and log have the rest. Neither
has the path or the query, which say what was asked for.
"""

import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.ids import new_id
from ingest.projects import DEFAULT
from rag_api import metrics
from rag_api.http.wrong_keys import network

METHODS = frozenset(("GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"))
OTHER = "other"
NO_ROUTE = "none"  # refused before it came to one, or there is none for its path
PROBES = frozenset(("/healthz", "/readyz", "/metrics"))  # which come every few seconds

CLIENT_GONE, FAULT = 499, 500

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Request:
    id: str
    project: str = DEFAULT
    key: str = ""
    """The beginning of it."""
    client: str = ""
    """Who shares with whom: the id of a key, or the address of who has none."""
    method: str = OTHER
    route: str = NO_ROUTE
    status: int = 0


current: ContextVar[Request | None] = ContextVar("request", default=None)
"""The request that this code is at work for, in threads that wait for it and in the background, too."""


class Observed:
    """ASGI middleware, outside all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = time.perf_counter()
        address, _ = scope.get("client") or ("", 0)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        request = Request(new_id("req_"), method=method, client=network(address))
        current.set(request)
        scope["request_id"] = request.id
        request.status = CLIENT_GONE

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request.id
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception:
            request.status = FAULT  # as is told outside all middleware
            raise
        finally:
            _note(request, time.perf_counter() - began)


class Routed:
    """ASGI middleware, inside all others: it sees the route that was taken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if (request := current.get()) and (route := scope.get("route")):
                request.route = route.path


def count_refused(status: int) -> None:
    """Count a request that was refused before the application saw it."""
    metrics.requests.labels(OTHER, NO_ROUTE, status).inc()


def _note(request: Request, seconds: float) -> None:
    method, status = request.method, request.status
    metrics.requests.labels(method, request.route, status).inc()
    metrics.request_seconds.labels(request.route).observe(seconds)
    if logger.isEnabledFor(logging.INFO) and not (request.route in PROBES and status < 400):
        told = {"method": method, "route": request.route, "status": status, "seconds": round(seconds, 6)}
        logger.info("%s %s %s", method, request.route, status, extra={"told": told})
