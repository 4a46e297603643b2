"""The server's process, from its settings to the signal that ends it."""

import gc
import logging
import socket
import sys
from collections.abc import Mapping

import uvicorn
from fastapi import FastAPI

from ingest.corpus import open_corpus
from ingest.errors import IngestError, Invalid
from ingest.settings import load
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings

GRACE_S = 10  # how long answers may go on once the server is told to stop

OPTIONS = {"API_HOST": "--host", "API_PORT": "--port", "data_dir": "--data-dir"}

# By default, Python looks through all objects after every 70,000 new ones. While large files were ingested, that held
# up all answers for a tenth of a second.
GARBAGE = 5_000, 10, 50


def serve(given: Mapping[str, str]) -> None:
    """Serve until told to stop; exits with a sentence if it cannot. `given` settings take precedence over the
    environment."""
    try:
        settings = load(Settings, OPTIONS, **given)
        _log(settings.log_level)
        _check_port(settings.api_host, settings.api_port)
        with open_corpus(settings) as corpus:
            reserve = corpus.database.reserve
            with open_history(settings.data_dir, days=settings.answers_days, reserve=reserve) as history:
                _run(settings, create_app(settings, corpus, history))
    except IngestError as error:
        sys.exit(f"rag-api: {error}")


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


def _log(level: str) -> None:
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("haystack", "alembic", "httpx", "httpx2"):  # they log every step of every request
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _run(settings: Settings, app: FastAPI) -> None:
    # Answers should not wait while the garbage collector looks through what stays anyway.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run()
