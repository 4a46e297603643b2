"""API keys: without any, everyone may ask; else only those who send one."""

import hashlib
import hmac
from collections.abc import Iterable

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.refused import RefusalWriter, Refused
from rag_api.http.wrong_keys import WrongKeys

MISSING = (
    "You didn't provide an API key. Send one of this server's RAG_API_KEYS in the header 'Authorization: Bearer KEY'."
)
WRONG = "Incorrect API key provided. Use one of this server's RAG_API_KEYS."


class Auth:
    """ASGI middleware that requires a key for every path under `/v1`. It holds the hashes of the keys, not the keys."""

    def __init__(self, app: ASGIApp, keys: Iterable[SecretStr], refusal: RefusalWriter) -> None:
        self.app = app
        self._refusal = refusal
        self._wrong_keys = WrongKeys()
        self._hashes = [_hash(key.get_secret_value().encode()) for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1") and scope["method"] != "OPTIONS":
            key = _key(dict(scope["headers"]).get(b"authorization", b""))
            if not key or not self._is_known(key):
                refused = await self._refused(key, scope)
                return await self._refusal(refused)(scope, receive, send)
        await self.app(scope, receive, send)

    def _is_known(self, key: bytes) -> bool:
        offered = _hash(key)
        # All hashes are compared, so that the time taken does not show which one was close.
        return any([hmac.compare_digest(offered, each) for each in self._hashes])

    async def _refused(self, key: bytes, scope: Scope) -> Refused:
        if key:
            address, _ = scope.get("client") or ("an unknown address", 0)
            try:
                await self._wrong_keys.delay(address, key)
            except Refused as too_many:
                return too_many
        headers = {"www-authenticate": "Bearer"}
        return Refused(WRONG if key else MISSING, status=401, code="invalid_api_key", headers=headers)


def _key(authorization: bytes) -> bytes:
    scheme, _, key = authorization.partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def _hash(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
