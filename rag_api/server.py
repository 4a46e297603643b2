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
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import FrameType
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

from ingest.corpus import open_corpus
from ingest.data_folder import PRIVATE
from ingest.errors import IngestError, Invalid
from ingest.printable import LineFormatter
from ingest.settings import load
from rag_api import tracing
from rag_api.access.database import open_access
from rag_api.access.keys import Keys
from rag_api.answer import pipeline_file
from rag_api.answer.dry_run import made_up
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.http import observed
from rag_api.http.connection import Limits, Listener
from rag_api.http.json_log import JsonFormatter
from rag_api.loopback import is_loopback
from rag_api.settings import Settings
from rag_api.started import lines
from rag_api.v1 import errors

GRACE_S = 4  # how long answers may go on once the server is told to stop; the worker's jobs have their own, after it
END_S = 8  # when the process has to have ended, whatever is going on in its threads: docker kills after ten seconds
MAX_DESCRIPTORS = 1 << 16

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
    os.umask(PRIVATE)
    _give_back_memory()
    try:
        settings = load(Settings, OPTIONS, **given)
        _log(settings.log_level, settings.log_format)
        _check_port(settings.api_host, settings.api_port)
        pipeline_file.check(settings, made_up(settings))
        with ExitStack() as opened:
            corpus = opened.enter_context(open_corpus(settings))
            reserve = corpus.database.reserve
            history = opened.enter_context(
                open_history(settings, days=settings.answers_days, reserve=reserve, lease=corpus.lease)
            )
            access = opened.enter_context(open_access(settings, reserve))
            check_keys(settings, access.keys)
            app = create_app(settings, corpus, history, access)
            if tracer := opened.enter_context(tracing.exported(os.environ)):
                from rag_api.tracing.spans import Traced

                app.add_middleware(Traced, tracer=tracer)
            need_keys = bool(settings.api_keys) or access.keys.any()
            _run(settings, app, lambda url: lines(settings, corpus, access.projects, need_keys, url))
    except IngestError as error:
        sys.exit(f"rag-api: {error}")


def check_keys(settings: Settings, keys: Keys) -> None:
    """Raise `Invalid` if others could do everything here."""
    if not settings.api_keys and not is_loopback(settings.api_host) and not keys.any():
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


def _run(settings: Settings, app: FastAPI, tell: Callable[[str], Iterable[str]]) -> None:
    # Answers should not wait while the garbage collector looks through what stays anyway.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    config = uvicorn_config(
        app, _raise_descriptors(), settings.trusted_proxies, host=settings.api_host, port=settings.api_port
    )
    Server(config, tell).run()


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
    """`tell` gives the lines to log once the server answers at an address."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[str], Iterable[str]] = lambda _url: ()) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for line in await asyncio.to_thread(lambda: list(self._tell(self._url()))):
            logger.info("%s", line)

    def _url(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        if ipaddress.ip_address(host).is_unspecified:
            host = "127.0.0.1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, in order. What cannot be stopped, such as a thread at work, is ended by the kernel when its time is
        over; nothing that was acknowledged is lost by that."""
        signal.alarm(END_S)
        super().handle_exit(sig, frame)


def _raise_descriptors() -> int:
    """Let this process have as many file descriptors as it may; their number."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if most == resource.RLIM_INFINITY else min(most, MAX_DESCRIPTORS)
    if wanted > allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(wanted, allowed)
