"""The names by which this server may be called.

Without keys, whoever can connect may do everything, so the browser's rule that a page reaches its own site only is all
that keeps other sites out. Their owner can get around it by having the name of the site point to this machine. The name
that the browser asked for still stands in `Host`.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.refused import RefusalWriter, Refused
from rag_api.loopback import is_loopback

ANY = "*"
HEALTH = ("/healthz", "/readyz")  # asked for by whatever name a supervisor knows, and they tell nothing


class Hosts:
    """ASGI middleware. A client that sends no `Host` is no browser."""

    def __init__(self, app: ASGIApp, allowed: Collection[str], refusal: RefusalWriter) -> None:
        self._app = app
        self._refusal = refusal
        self._allowed = {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in HEALTH:
            for name, value in scope["headers"]:
                if name != b"host":
                    continue
                authority = value.decode("latin-1")
                if not self._is_allowed(host := host_name(authority)):
                    advice = f"This server is not to be called {host!r}: add that name to RAG_ALLOWED_HOSTS if it is."
                    return await self._refusal(Refused(advice, status=403))(scope, receive, send)
                if not _is_authority(authority):
                    advice = f"The header 'Host' is {authority!r}, which is no name of a server."
                    return await self._refusal(Refused(advice))(scope, receive, send)
        await self._app(scope, receive, send)

    def _is_allowed(self, host: str) -> bool:
        return host in self._allowed or ANY in self._allowed or is_loopback(host)


def _is_authority(authority: str) -> bool:
    """Whether addresses can be made of it, as links in answers are."""
    try:
        return urlsplit(f"http://{authority}/").netloc == authority
    except ValueError:
        return False


def host_name(authority: str) -> str:
    """The name in `name:port` or `[address]:port`, in lower case."""
    name = authority.strip().lower()
    if name.startswith("["):
        address, _, port = name[1:].partition("]")
        return address if not port or port.startswith(":") else name
    return name.partition(":")[0].removesuffix(".")
