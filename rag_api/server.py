"""The server's process, from its settings to the signal that ends it."""

import asyncio
import ctypes
import gc
import ipaddress
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, NamedTuple, cast

import uvicorn
from fastapi import FastAPI

from ingest.corpus import BY_SETTINGS, Corpus, Parts, open_corpus
from ingest.data_folder import PRIVATE
from ingest.errors import IngestError, Invalid
from ingest.printable import LineFormatter
from ingest.settings import load
from rag_api import tracing
from rag_api.access.database import Access, open_access
from rag_api.access.keys import Keys
from rag_api.answer import pipeline_file
from rag_api.answer.dry_run import made_up
from rag_api.app import create_app
from rag_api.history import History, open_history
from rag_api.http import observed
from rag_api.http.connection import Limits, Listener
from rag_api.http.json_log import JsonFormatter
from rag_api.keeper import check_possible, keep
from rag_api.loopback import is_loopback
from rag_api.settings import Settings
from rag_api.started import lines
from rag_api.v1 import errors

GRACE_S = 4  # how long answers may go on once the server is told to stop; the worker's jobs have their own, after it
END_S = 8  # when the process has to have ended, whatever is going on in its threads: docker kills after ten seconds
MAX_DESCRIPTORS = 1 << 16
TICKS = 10  # of uvicorn, in a second
QUIET_S, TRIMMED_EVERY_S = 5, 30  # for so long nothing is at work when memory is given back, and that at most so often

OPTIONS = {"API_HOST": "--host", "API_PORT": "--port", "data_dir": "--data-dir"}

TALKATIVE = "haystack", "alembic", "httpx", "httpx2", "mcp"
"""They log every step of every request."""

# By default, Python looks through all objects after every 70,000 new ones. While large files were ingested, that held
# up all answers for a tenth of a second.
GARBAGE = 5_000, 10, 50

# What glibc does with memory, by the numbers of its mallopt: it gives large blocks back to the system when they are
# freed. By default, the first one makes it keep all those that follow, up to 32 MB each, in each of many arenas.
MMAP_THRESHOLD, TRIM_THRESHOLD, ARENA_MAX = -3, -1, -8
MEMORY = {MMAP_THRESHOLD: 1 << 20, TRIM_THRESHOLD: 16 << 20, ARENA_MAX: 4}

logger = logging.getLogger(__name__)


def serve(given: Mapping[str, str]) -> None:
    """Serve until told to stop; exits with a sentence if it cannot. `given` settings take precedence over the
    environment."""
    try:
        settings = _begin(given)
        if settings.servers > 1:
            check_possible(settings)
        _check_port(settings.api_host, settings.api_port)
        pipeline_file.check(settings, made_up(settings))
        with ExitStack() as opened:
            parts = _open(settings, BY_SETTINGS, opened)
            check_keys(settings, parts.access.keys)
            need_keys = parts.access.keys.needed(settings.api_keys)

            def told(listening: socket.socket) -> Iterable[str]:
                return lines(settings, parts.corpus, parts.access.projects, need_keys, _url(listening))

            if settings.servers > 1:
                keep(settings, given, parts.corpus, parts.access.projects, answer_beside, told)
            else:
                _answer(settings, parts, opened, told)
    except IngestError as error:
        sys.exit(f"rag-api: {error}")


def answer_beside(given: Mapping[str, str], sockets: Sequence[socket.socket], answering: Connection) -> None:
    """Answer as one of several servers, in a process of its own, until told to stop or until the one that keeps the
    data folder is gone; see `keeper`."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        settings = _begin(given).model_copy(update={"worker": "off"})
        os.set_blocking(answering.fileno(), False)  # who does not listen does not hold up answers

        def turns() -> None:
            with suppress(OSError):
                answering.send(None)

        with ExitStack() as opened:
            parts = _open(settings, Parts(kept=True), opened)
            _answer(settings, parts, opened, sockets=sockets, turns=turns)
    except IngestError as error:
        sys.exit(f"rag-api: {error}")


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class _Parts(NamedTuple):
    corpus: Corpus
    history: History
    access: Access


def _begin(given: Mapping[str, str]) -> Settings:
    os.umask(PRIVATE)
    _give_back_memory()
    settings = load(Settings, OPTIONS, **given)
    _log(settings.log_level, settings.log_format)
    return settings


def _open(settings: Settings, parts: Parts, opened: ExitStack) -> _Parts:
    corpus = opened.enter_context(open_corpus(settings, parts))
    reserve = corpus.database.reserve
    days = 0 if parts.kept else settings.answers_days  # who keeps the folder deletes what is old
    history = opened.enter_context(open_history(settings, days=days, reserve=reserve, lease=corpus.lease))
    return _Parts(corpus, history, opened.enter_context(open_access(settings, reserve)))


def _answer(
    settings: Settings,
    parts: _Parts,
    opened: ExitStack,
    tell: Callable[[socket.socket], Iterable[str]] = lambda _listening: (),
    sockets: Sequence[socket.socket] = (),
    turns: Callable[[], None] = lambda: None,
) -> None:
    """At these sockets, or where the settings say; see `Server`."""
    app = create_app(settings, *parts)
    if tracer := opened.enter_context(tracing.exported(os.environ)):
        from rag_api.tracing.spans import Traced

        app.add_middleware(Traced, tracer=tracer)
    # Answers should not wait while the garbage collector looks through what stays anyway.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    config = uvicorn_config(
        app, _raise_descriptors(), settings.trusted_proxies, host=settings.api_host, port=settings.api_port
    )
    Server(config, tell, turns).run(list(sockets) or None)


def check_keys(settings: Settings, keys: Keys) -> None:
    """Raise `Invalid` if others could do everything here."""
    if not is_loopback(settings.api_host) and not keys.needed(settings.api_keys):
        raise Invalid(
            f"API_HOST is {settings.api_host!r}, which other machines can reach, and there are no keys. Make one with "
            "`rag-api keys create`, or set RAG_API_KEYS to one or more of your own making, separated by commas, or "
            "API_HOST to 127.0.0.1"
        )


def _check_port(host: str, port: int) -> None:
    """Raise `Invalid` if the server cannot listen there, before it opens anything."""
    try:
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            socket.create_server(address[:2], family=family).close()
    except OSError as error:
        raise Invalid(
            f"The server cannot listen on {host}, port {port} ({error.strerror}): name another with --port or "
            "API_PORT, or stop the program that listens there."
        ) from error


def _log(level: str, form: str) -> None:
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger(observed.__name__).setLevel(logging.WARNING)  # a line for each request is for programs
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # who sent a broken form is told what is wrong


def _give_back_memory() -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other systems have none
    if mallopt:
        for option, value in MEMORY.items():
            mallopt(option, value)


class Trim:
    """Gives back what the system's library keeps of memory that was freed between what is still used, once there is
    nothing to do: it then has to be looked through, which takes the longer the more there is."""

    def __init__(self, trim: Callable[[], object] | None = None) -> None:
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other systems have none
        self._trim = trim or (partial(malloc_trim, 0) if malloc_trim else None)
        self._quiet_s, self._since_s = 0, TRIMMED_EVERY_S
        self._requests = 0  # when it was done last

    async def second(self, at_work: int, requests: int) -> None:
        """What is done each second: so many requests are at work, and so many were there since the start."""
        self._quiet_s = 0 if at_work else self._quiet_s + 1
        self._since_s += 1
        if self._trim and self._quiet_s >= QUIET_S and self._since_s > TRIMMED_EVERY_S and requests != self._requests:
            self._since_s, self._requests = 0, requests
            await asyncio.to_thread(self._trim)


def uvicorn_config(
    app: FastAPI, descriptors: int, trusted_proxies: Sequence[str] = (), **options: Any
) -> uvicorn.Config:
    """With as many connections as these descriptors allow, the files of the databases and of uploads beside them."""
    limits = Limits()
    limits = replace(limits, connections=min(limits.connections, max(descriptors - 512, descriptors // 2)))
    return uvicorn.Config(
        app,
        http=cast(Any, Listener(limits, errors.refusal, descriptors).connection),
        ws="none",
        backlog=min(
            1024, (descriptors - limits.connections) // 4
        ),  # that many are accepted before the first of them is counted
        log_config=None,
        access_log=False,
        timeout_keep_alive=cast(Any, limits.idle_s),
        timeout_graceful_shutdown=GRACE_S,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=[*trusted_proxies, *map(_in_ipv6, trusted_proxies)],
        **options,
    )


def _in_ipv6(network: str) -> str:
    """How these addresses look to a server that listens on IPv6, too."""
    parsed = ipaddress.ip_network(network)
    return f"::ffff:{parsed.network_address}/{96 + parsed.prefixlen}" if parsed.version == 4 else network


class Server(uvicorn.Server):
    """`tell` gives the lines to log once the server answers at a socket; `turns` is called each second from then on, as
    long as the event loop turns."""

    def __init__(
        self,
        config: uvicorn.Config,
        tell: Callable[[socket.socket], Iterable[str]] = lambda _listening: (),
        turns: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._tell = tell
        self._turns = turns
        self._trim = Trim()
        self._trimming: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        listening = self.servers[0].sockets[0]
        for line in await asyncio.to_thread(lambda: list(self._tell(listening))):
            logger.info("%s", line)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self._turns()
            if not self._trimming or self._trimming.done():
                state = self.server_state
                self._trimming = asyncio.create_task(self._trim.second(len(state.tasks), state.total_requests))
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, in order. What cannot be stopped, such as a thread at work, is ended by the kernel when its time is
        over; nothing that was acknowledged is lost by that."""
        signal.alarm(END_S)
        super().handle_exit(sig, frame)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _raise_descriptors() -> int:
    """Let this process have as many file descriptors as it may; their number."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if most == resource.RLIM_INFINITY else min(most, MAX_DESCRIPTORS)
    if wanted > allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(wanted, allowed)
