"""The process that keeps the data folder while several others answer (`RAG_SERVERS`): it ingests, writes the index, and
sees to it that they run."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from tempfile import TemporaryDirectory

from ingest.corpus import Corpus, open_corpus
from ingest.errors import Invalid
from ingest.index.backend import can_be_kept
from ingest.projects import Projects
from ingest.working import OtherProjects, working
from rag_api import metrics
from rag_api.settings import Settings

LOOK_AGAIN_S = 1.0  # for servers that have ended, and for projects that are new or gone
STARTED_WITHIN_S = 60.0
SILENT_LOOKS = 30  # looks, not seconds: who was asleep itself hears first what was said meanwhile
ENDED_WITHIN_S = 8.0  # they end by themselves by then
END_S = 9  # when this process has to have ended, too: docker kills after ten seconds
SOON_S = 10.0  # a server that ends so soon is not started again at once
BACKLOG = 1024

Answer = Callable[[Mapping[str, str], Sequence[socket.socket], Connection], None]
"""What a server does in its process: it gets the settings that were given, the sockets to answer at, and where to say
that it does, again and again."""

logger = logging.getLogger(__name__)


def keep(
    settings: Settings,
    given: Mapping[str, str],
    corpus: Corpus,
    projects: Projects,
    answer: Answer,
    tell: Callable[[socket.socket], Iterable[str]],
) -> None:
    """Have servers `answer` until told to stop; `tell` gives the lines to log once they do. Raises `Invalid` if one of
    them cannot start."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        signal.alarm(END_S)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with ExitStack() as opened:
        os.environ[metrics.FOLDER] = opened.enter_context(TemporaryDirectory(prefix="rag-metrics-"))
        ingests = settings.worker == "on"
        others = opened.enter_context(
            OtherProjects(settings, projects, corpus.shared, working if ingests else open_corpus)
        )
        others.follow()
        if ingests:
            corpus.worker.start()
            opened.callback(corpus.worker.stop)
        servers: list[_Server] = []
        opened.callback(_stop, servers)
        port = settings.api_port
        for _ in range(settings.servers):
            server = _Server(given, _sockets(settings.api_host, port), answer)
            servers.append(server)
            port = server.port
        for server in servers:
            server.wait_until_it_answers(stopping)
        for line in tell(servers[0].sockets[0]):
            logger.info("%s", line)
        while not stopping.wait(LOOK_AGAIN_S):
            others.follow()
            for server in servers:
                server.see_to_it()


def check_possible(settings: Settings) -> None:
    """Raise `Invalid` if several processes cannot answer over one folder with these settings."""
    if settings.database_url:
        lacking = "RAG_DATABASE_URL is set, over which any number of servers can be started: leave it at 1"
    elif not can_be_kept(settings):
        lacking = f"the index is {settings.index_backend!r}, which one process has: set RAG_INDEX_BACKEND=embedded"
    elif settings.embeddings:
        lacking = "several search by words alone as yet: leave it at 1, or unset RAG_EMBEDDINGS"
    else:
        return
    raise Invalid(f"RAG_SERVERS is {settings.servers}, and {lacking}.")


class _Server:
    """A process that answers. When it ends, another takes its place, and its sockets."""

    def __init__(self, given: Mapping[str, str], sockets: Sequence[socket.socket], answer: Answer) -> None:
        self.sockets = sockets
        self._given = given
        self._answer = answer
        self._start()

    @property
    def port(self) -> int:
        return int(self.sockets[0].getsockname()[1])

    def _start(self) -> None:
        self._started_at = time.monotonic()  # of the process; its sockets are open all the time
        self._answers, answers = get_context("spawn").Pipe(duplex=False)
        # Not a daemon, as it has processes of its own.
        self._process = get_context("spawn").Process(target=self._answer, args=[self._given, self.sockets, answers])
        self._process.start()
        answers.close()
        self._silent = -round(STARTED_WITHIN_S / LOOK_AGAIN_S)  # for how many looks, beyond those that a start may take

    def wait_until_it_answers(self, stopping: threading.Event) -> None:
        """Raises `Invalid` if it ended instead, which it gave the reason for."""
        until = time.monotonic() + STARTED_WITHIN_S
        while not stopping.is_set() and not wait([self._answers], LOOK_AGAIN_S):
            if time.monotonic() > until:
                raise Invalid(f"a server did not start within {STARTED_WITHIN_S:.0f} seconds.")
        try:
            if not stopping.is_set():
                self._answers.recv()
        except EOFError:
            self._process.join()
            raise Invalid("the servers could not start.") from None

    def see_to_it(self) -> None:
        """Start it again if it has ended, and end it if it answers no more: its connections would wait for ever."""
        if self._process.exitcode is None:
            self._silent = 0 if self._has_said() else self._silent + 1
            if self._silent == SILENT_LOOKS:
                logger.error("server process %d does not answer any more: it is ended", self._process.pid)
                self._process.kill()
            return
        if time.monotonic() < self._started_at + SOON_S:
            return
        logger.error("server process %d has ended (%s): it is started again", self._process.pid, self._process.exitcode)
        self._start()

    def _has_said(self) -> bool:
        """Whether it has said since the last look that it answers."""
        said = False
        with suppress(EOFError):
            while self._answers.poll():
                self._answers.recv()
                said = True
        return said

    def tell_to_stop(self) -> None:
        if self._process.exitcode is None:
            self._process.terminate()

    def wait_until_it_ends(self, until: float) -> None:
        self._process.join(max(0.0, until - time.monotonic()))
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        for each in self.sockets:
            each.close()


def _stop(servers: Sequence[_Server]) -> None:
    until = time.monotonic() + ENDED_WITHIN_S
    for server in servers:
        server.tell_to_stop()
    for server in servers:
        server.wait_until_it_ends(until)


def _sockets(host: str, port: int) -> list[socket.socket]:
    """Those of one server. The system gives each connection to one of the servers that listen at an address."""
    return [
        socket.create_server(address[:2], family=family, backlog=BACKLOG, reuse_port=True)
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ]
