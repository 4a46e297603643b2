"""Whoever sends wrong keys waits for each refusal, longer each time; nobody else waits for anything."""

import asyncio
import ipaddress
import logging
import time
from collections import OrderedDict

from rag_api.http.refused import Refused
from rag_api.http.seldom import Seldom

FREE = 5  # wrong keys that are refused at once: people make mistakes
FIRST_DELAY_S, MAX_DELAY_S = 0.2, 5.0
FORGOTTEN_S = 60.0
MAX_PEERS = 1024
MAX_WAITING_PER_PEER, MAX_WAITING = 32, 256

logger = logging.getLogger(__name__)


class _Peer:
    def __init__(self) -> None:
        self.tried = self.waiting = 0
        self.last = 0.0


class WrongKeys:
    """Those of the last minute, by the address that they came from."""

    def __init__(self) -> None:
        self._peers: OrderedDict[str, _Peer] = OrderedDict()
        self._waiting = 0
        self._seldom = Seldom(logger)

    async def delay(self, address: str, key: bytes) -> None:
        """Wait for as long as this address has to. Raises `Refused` if too many of its requests wait already."""
        peer = self._peer(address)
        beginning = key[: min(4, len(key) // 4)].decode("latin-1")
        self._seldom.warning("a wrong API key from %r, beginning with %r", address, beginning)
        peer.tried += 1
        if peer.tried <= FREE:
            return
        if peer.waiting >= MAX_WAITING_PER_PEER or self._waiting >= MAX_WAITING:
            retry = {"retry-after": str(round(FORGOTTEN_S))}
            message = "Too many wrong API keys came from your address: try again in a minute."
            raise Refused(message, status=429, code="rate_limit_exceeded", headers=retry)
        doubled = min(peer.tried - FREE - 1, 16)
        peer.waiting += 1
        self._waiting += 1
        try:
            await asyncio.sleep(min(FIRST_DELAY_S * 2**doubled, MAX_DELAY_S))
        finally:
            peer.waiting -= 1
            self._waiting -= 1

    def slows(self, address: str) -> bool:
        """Whether the next wrong key from there waits."""
        peer = self._peers.get(network(address))
        return peer is not None and peer.tried >= FREE and time.monotonic() - peer.last <= FORGOTTEN_S

    def _peer(self, address: str) -> _Peer:
        name = network(address)
        now = time.monotonic()
        peer = self._peers.setdefault(name, _Peer())
        if now - peer.last > FORGOTTEN_S:
            peer.tried = 0
        peer.last = now
        self._peers.move_to_end(name)
        if len(self._peers) > MAX_PEERS:
            self._peers.popitem(last=False)
        return peer


def network(address: str) -> str:
    """Of IPv6, a client has 2**64 addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
