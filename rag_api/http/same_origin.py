"""Pages of other sites may not write here unasked, though browsers send their forms even to a server on this
machine."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.refused import RefusalWriter, Refused

READING = ("GET", "HEAD", "OPTIONS")
OTHER_SITE = ("cross-site", "same-site")  # the latter is another port of this machine, or another name of the domain


class SameOrigin:
    """ASGI middleware. Browsers send the writing page's origin in `Origin`, or at least in `Sec-Fetch-Site` whether it
    is another one; other clients send neither."""

    def __init__(self, app: ASGIApp, allowed: Collection[str | None], refusal: RefusalWriter) -> None:
        self._app = app
        self._refusal = refusal
        self._allowed = {address if address == "*" else origin_of(address) for address in allowed if address}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin and not self._is_allowed(origin, headers.get("host", "")):
                advice = f"Pages of {origin} may not write here: add that origin to RAG_CORS_ORIGINS if they should."
                return await self._refusal(Refused(advice, status=403))(scope, receive, send)
            if not origin and headers.get("sec-fetch-site") in OTHER_SITE and "*" not in self._allowed:
                advice = "A page of another site, whose origin the browser does not tell, may not write here."
                return await self._refusal(Refused(advice, status=403))(scope, receive, send)
        await self._app(scope, receive, send)

    def _is_allowed(self, origin: str, host: str) -> bool:
        return "*" in self._allowed or origin in self._allowed or _netloc(origin) == host


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no address, but what else a program may send
        return None


def origin_of(address: str) -> str:
    """The origin of an address as browsers write it: no path, and no port that goes without saying."""
    parts = urlsplit(address.lower())
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual) if usual else parts.netloc}"
