"""Who asks: the key of a request, what it allows, and the project that it is for.

Until the first key is made, everyone on this machine may do everything in the project `default`; with a key of
`RAG_API_KEYS`, one always may.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from functools import partial

from pydantic import SecretStr
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import NotFound, StorageFailed
from ingest.projects import DEFAULT
from rag_api.access import scopes
from rag_api.access.audit import Entry
from rag_api.access.database import Access
from rag_api.access.granted import Granted
from rag_api.access.keys import Key, beginning
from rag_api.access.links import unsigned
from rag_api.answer import metering
from rag_api.http.observed import current
from rag_api.http.refused import RefusalWriter, Refused
from rag_api.http.wrong_keys import WrongKeys
from rag_api.workspaces import Workspaces

CURRENT_FOR_S = 1.0  # after which it is noticed that a key was made or revoked
MOST_REMEMBERED = 1024
ASKED = "/v1", "/mcp", "/metrics"  # under which a key is asked for
LINK = "link"  # in the place of a key's id
LONGEST_PATH = 200  # in the audit

FIXED = Key("RAG_API_KEYS", "", DEFAULT, scopes.Scope.ADMIN, "", 0)
"""Any of that setting."""

MISSING = "You didn't provide an API key. Send one in the header 'Authorization: Bearer KEY'."
OLD_LINK = "This link is not valid, or not any more: links to files open for a day. Ask again, or send an API key."
WRONG = "Incorrect API key provided. Use one that `rag-api keys create` made, or one of RAG_API_KEYS."


class Auth:
    """ASGI middleware: behind it, what the state has open is the project's of the key."""

    def __init__(self, app: ASGIApp, access: Access, fixed: Iterable[SecretStr], refusal: RefusalWriter) -> None:
        self.app = app
        self._keys = access.keys
        self._audit = access.audit
        self._links = access.links
        self._refusal = refusal
        self._wrong_keys = WrongKeys()
        self._limits = access.limits
        self._fixed = {_hash(key.get_secret_value().encode()) for key in fixed}
        self._recent: OrderedDict[bytes, tuple[Key | None, float]] = OrderedDict()
        self._hashes: set[bytes] = set()  # as far as they were read
        self._last_read, self._read_at = 0, float("-inf")
        self._any = bool(self._fixed)
        self._looked_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(ASKED) or scope["method"] == "OPTIONS":
            return await self.app(scope, receive, send)
        try:
            key = await self._key(scope)
            if key is None:
                return await self.app(scope, receive, send)
            if request := current.get():
                request.project, request.key = key.project, key.beginning or key.id
                if key.id != LINK:  # which many have
                    request.client = key.id
            # Whoever writes links signs them for the project of the key.
            granted = Granted(key, partial(self._links.query, key.project), self._audit.check)
            if _is_change(scope):
                granted.begin_change()
            headers = self._let_in(key, granted, scope)
            reserve = metering.Reserve(partial(self._limits.give_back, key))
            metering.reserve.set(reserve)
            state = {**scope["state"], "granted": granted}
            query = scope["query_string"]
            scope = {**scope, "state": state, "query_string": unsigned(query) if key.id == LINK else query}
        except Refused as refused:
            return await self._refusal(refused)(scope, receive, send)
        except StorageFailed as error:
            return await self._refusal(_unavailable(error))(scope, receive, send)
        status = 0

        async def send_told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(headers)
            await send(message)

        let_in_at = time.monotonic()

        async def receive_checked() -> Message:
            message = await receive()
            # A body may take long to come, and the key may be revoked meanwhile.
            if message["type"] == "http.request" and time.monotonic() - let_in_at > CURRENT_FOR_S:
                await self._key(scope)
            return message

        try:
            await self._run(key, scope, receive_checked, send_told)
        finally:
            reserve.end()
            if granted.is_change:
                self._note(key, scope, status)

    def _let_in(self, key: Key, granted: Granted, scope: Scope) -> Mapping[str, str]:
        """The headers that say what the key may still use. Raises `Refused`."""
        needed = scopes.needed(scope["method"], scope["path"])
        if not granted.allows(needed) and _is_taken(scope):
            granted.demand(needed)
        headers = self._limits.take(key)
        if key.id not in (FIXED.id, LINK):
            self._keys.note(key, requests=1)
            metering.spend.set(partial(self._spend, key))
        return headers

    def _spend(self, key: Key, tokens: int) -> None:
        self._limits.spend(key, tokens)
        self._keys.note(key, tokens=tokens)

    async def _run(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application in the project of the key."""
        if key.project == DEFAULT:
            return await self.app(scope, receive, send)
        async with AsyncExitStack() as entered:
            try:
                workspaces: Workspaces = scope["state"]["workspaces"]
                workspace = await entered.enter_async_context(workspaces.at(key.project))
            except NotFound:  # it was deleted just now, and its keys with it
                return await self._refusal(_refused(WRONG))(scope, receive, send)
            except StorageFailed as error:
                return await self._refusal(_unavailable(error))(scope, receive, send)
            await self.app({**scope, "state": {**scope["state"], **workspace._asdict()}}, receive, send)

    def _note(self, key: Key, scope: Scope, status: int) -> None:
        address, _ = scope.get("client") or ("", 0)
        path = scope["path"][:LONGEST_PATH].replace("\0", "\ufffd")  # which not every database can keep
        now = int(time.time())
        self._audit.note(
            Entry(now, key.id, key.project, scope["method"], path, status, address, scope.get("request_id", ""))
        )

    async def _key(self, scope: Scope) -> Key | None:
        """The key of a request; None as long as there are no keys. Raises `Refused`."""
        secret = _secret(dict(scope["headers"]).get(b"authorization", b""))
        address, _ = scope.get("client") or ("an unknown address", 0)
        if secret and _hash(secret) in self._fixed:
            return FIXED
        try:
            key = await self._find(secret, address) if secret else None
            if key or not await self._are_any():
                return key
        except StorageFailed as error:
            raise _unavailable(error) from error
        if not secret and b"signature=" in scope["query_string"]:
            return self._link(scope)
        if not secret:
            raise _refused(MISSING)
        await self._wrong_keys.delay(address, secret)
        raise _refused(WRONG)

    def _link(self, scope: Scope) -> Key:
        """What a signed link stands for. Raises `Refused`."""
        project = self._links.project(scope["path"], scope["query_string"])
        if project is None or scope["method"] not in ("GET", "HEAD"):
            raise _refused(OLD_LINK)
        return Key(LINK, "", project, scopes.Scope.READ, "", 0)

    async def _find(self, secret: bytes, address: str) -> Key | None:
        hashed, now = _hash(secret), time.monotonic()
        if not await self._may_be_key(hashed, address):
            return None
        if hashed in self._recent:
            key, read_at = self._recent[hashed]
            if now - read_at < CURRENT_FOR_S:
                return key
        key = await asyncio.to_thread(self._keys.find, secret)
        if key:
            self._hashes.add(beginning(hashed))
        self._recent[hashed] = key, now
        self._recent.move_to_end(hashed)
        if len(self._recent) > MOST_REMEMBERED:
            self._recent.popitem(last=False)
        return key

    async def _may_be_key(self, hashed: bytes, address: str) -> bool:
        """Whether it is worth a look-up. From who sent many wrong ones, only a key that is known is, and one other a
        second, which may be new."""
        if beginning(hashed) in self._hashes or not self._wrong_keys.slows(address):
            return True
        now = time.monotonic()
        if now - self._read_at < CURRENT_FOR_S:
            return False
        self._read_at = now
        new, self._last_read = await asyncio.to_thread(self._keys.hashes, self._last_read)
        self._hashes.update(new)
        return True

    async def _are_any(self) -> bool:
        """Whether keys are needed; once they are, they stay so."""
        now = time.monotonic()
        if not self._any and now - self._looked_at >= CURRENT_FOR_S:
            self._any = await asyncio.to_thread(self._keys.any)
            self._looked_at = now
        return self._any


def _refused(message: str) -> Refused:
    return Refused(message, status=401, code="invalid_api_key", headers={"www-authenticate": "Bearer"})


def _unavailable(error: StorageFailed) -> Refused:
    return Refused(error.message, status=503, headers={"retry-after": "5"})


def _is_change(scope: Scope) -> bool:
    """Whether a request changes documents or deletes anything, rather than ask."""
    method, path = scope["method"], scope["path"]
    return method == "DELETE" or (method != "GET" and scopes.needed(method, path) is not scopes.Scope.READ)


def _is_taken(scope: Scope) -> bool:
    """Whether there is a route for a request, as middleware hands it on. If there is none, any key is told so, rather
    than that it needs another scope."""
    path, method = scope["path"].rstrip("/"), "GET" if scope["method"] == "HEAD" else scope["method"]
    asked = {**scope, "path": path, "method": method}
    return any(route.matches(asked)[0] is Match.FULL for route in scope["app"].routes)


def _secret(authorization: bytes) -> bytes:
    scheme, _, key = authorization.partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
