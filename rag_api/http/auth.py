"""API keys: without any, everyone may ask; else only those who send one."""

import hashlib
import hmac
from collections.abc import Iterable

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.refused import RefusalWriter, Refused

MISSING = (
    "You didn't provide an API key. Send one of this server's RAG_API_KEYS in the header 'Authorization: Bearer KEY'."
)
WRONG = "Incorrect API key provided. Use one of this server's RAG_API_KEYS."


class Auth:
    """ASGI middleware that requires a key for every path under `/v1`. It holds the hashes of the keys, not the keys."""

    def __init__(self, app: ASGIApp, keys: Iterable[SecretStr], refusal: RefusalWriter) -> None:
        self.app = app
        self._refusal = refusal
        self._hashes = [_hash(key.get_secret_value().encode()) for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1") and scope["method"] != "OPTIONS":
            fault = self._fault(dict(scope["headers"]).get(b"authorization", b""))
            if fault:
                wrong = Refused(fault, status=401, code="invalid_api_key", headers={"www-authenticate": "Bearer"})
                return await self._refusal(wrong)(scope, receive, send)
        await self.app(scope, receive, send)

    def _fault(self, authorization: bytes) -> str | None:
        scheme, _, key = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or not key.strip():
            return MISSING
        offered = _hash(key.strip())
        # All hashes are compared, so that the time taken does not show which one was close.
        known = [hmac.compare_digest(offered, each) for each in self._hashes]
        return None if any(known) else WRONG


def _hash(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
