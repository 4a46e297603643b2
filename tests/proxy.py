"""A proxy that asks several servers in turn, each request another one."""

import asyncio
import itertools
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Self

PIECE = 1 << 16
HEAD = 1 << 17  # the server has its own limit


class Proxy:
    """Runs within `with`, in a thread. Each request has a connection of its own; where a server does not take it,
    the next one is asked, as by `lb_try_duration` of deploy/compose.yaml."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turns = itertools.cycle(range(len(ports)))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, limit=HEAD)
        with closing(server):  # without a wait, which lasts until all connections end: those that do not end with us
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stopping.wait()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with _closed_after(writer), suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            head = re.sub(rb"\r\nconnection:[^\r]*", b"", head, flags=re.IGNORECASE)
            from_server, to_server = await self._connect()
            with _closed_after(to_server):
                to_server.write(head[:-2] + b"connection: close\r\n\r\n")
                ways = [asyncio.create_task(_copy(reader, to_server)), asyncio.create_task(_copy(from_server, writer))]
                # Who goes away first, client or server, ends it for both.
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self._ports[:-1]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._ports[next(self._turns)])
        return await asyncio.open_connection("127.0.0.1", self._ports[next(self._turns)])


@contextmanager
def _closed_after(writer: asyncio.StreamWriter) -> Iterator[None]:
    """What was written is sent first, unless the proxy stops."""
    try:
        yield
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
    finally:
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
