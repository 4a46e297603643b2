"""The server in this process, and the official client in front of it, for every test that asks for it."""

from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openai import AsyncOpenAI, OpenAI
from openai.types.vector_stores import VectorStoreFile
from starlette.types import ASGIApp

from ingest.convert.sandbox import Sandbox
from ingest.corpus import Corpus
from rag_api.access.database import open_access
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings
from tests.corpora import OpenCorpus
from tests.databases import NewDatabase
from tests.openai_schema import DOCUMENT, Recorder, Spec
from tests.several import SERVERS, Alternating, Installations, workers

SPEC = Spec.load()

MakeClient = Callable[..., OpenAI]
OpenApp = Callable[[dict[str, Any]], AbstractContextManager[ASGIApp]]


def pytest_report_header() -> list[str]:
    """What is checked less is said, as what is skipped is."""
    unchecked = f"answers are not compared with OpenAI's document: {DOCUMENT.name} is not beside the repository"
    return [unchecked] if SPEC is None else []


@contextmanager
def app_of(settings: Settings, open_corpus: OpenCorpus) -> Iterator[FastAPI]:
    with (
        open_corpus(settings) as corpus,
        open_history(settings, days=settings.answers_days, lease=corpus.lease) as history,
        open_access(settings) as access,
    ):
        yield create_app(settings, corpus, history, access)


@pytest.fixture
def open_app(request: pytest.FixtureRequest, open_corpus: OpenCorpus, new_database: NewDatabase) -> OpenApp:
    """The application with the given settings, over an installation of its own; it may be several servers."""
    if SERVERS == 1:
        return lambda values: app_of(Settings(_env_file=None, database_url=new_database(), **values), open_corpus)
    installations: Installations = request.getfixturevalue("installations")
    sandbox: Sandbox = request.getfixturevalue("sandbox")

    @contextmanager
    def open(values: dict[str, Any]) -> Iterator[ASGIApp]:
        folder = values["data_dir"]
        settings = Settings(_env_file=None, **{**installations.settings(folder), "worker": "off", **values})
        each = [settings.model_copy(update={"data_dir": folder / f"server{n}"}) for n in range(SERVERS)]
        with ExitStack() as opened:
            apps = [opened.enter_context(app_of(settings, open_corpus)) for settings in each]
            opened.enter_context(workers(settings, sandbox))
            yield Alternating(apps)

    return open


@pytest.fixture
def new_client(tmp_path: Path, open_app: OpenApp) -> Iterator[MakeClient]:
    """Makes official clients, each in front of a server of its own with the given settings. They check every body
    against their own types, and a recorder checks them against OpenAI's document."""
    recorders: list[Recorder] = []
    numbers = count()
    with ExitStack() as opened:

        def make(api_key: str = "any", **settings: object) -> OpenAI:
            values: dict[str, Any] = {
                "data_dir": tmp_path / f"store{next(numbers)}",
                "conversion_processes": 1,
                "allowed_hosts": "testserver",
                **settings,
            }
            http = TestClient(opened.enter_context(open_app(values)), raise_server_exceptions=False)
            if SPEC is not None:
                recorders.append(Recorder(SPEC))
                http.event_hooks = {"response": [recorders[-1]]}
            opened.enter_context(http)
            return OpenAI(
                base_url="http://testserver/v1",
                api_key=api_key,
                http_client=http,
                max_retries=0,
                _strict_response_validation=True,
            )

        yield make
    assert [fault for recorder in recorders for fault in recorder.faults] == []


@pytest.fixture
def client(new_client: MakeClient) -> OpenAI:
    """The official client in front of a server with nothing set: the extractive model answers."""
    return new_client()


def http_of(client: OpenAI) -> TestClient:
    """The HTTP client of an official one, in front of the same server: for what the official one would not send."""
    http = client._client
    assert isinstance(http, TestClient)
    return http


def corpus_of(client: OpenAI) -> Corpus:
    """What the server has open that the client is in front of."""
    corpus: Corpus = http_of(client).app_state["corpus"]
    return corpus


@pytest.fixture
def http(client: OpenAI) -> TestClient:
    return http_of(client)


@asynccontextmanager
async def asynchronous(client: OpenAI) -> AsyncIterator[AsyncOpenAI]:
    """The official asynchronous client in front of the same server."""
    http = http_of(client)

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await http.app({**scope, "state": http.app_state}, receive, send)

    async with (
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver/v1") as inner,
        AsyncOpenAI(
            base_url="http://testserver/v1",
            api_key="any",
            http_client=inner,
            max_retries=0,
            _strict_response_validation=True,
        ) as other,
    ):
        yield other


def put(client: OpenAI, name: str, text: str | bytes, store_id: str = "vs_default") -> VectorStoreFile:
    """Upload a text to a store, and wait until it was ingested, or failed."""
    content = text.encode() if isinstance(text, str) else text
    file = client.files.create(file=(name, content), purpose="assistants")
    if store_id != "vs_default":
        client.vector_stores.files.create(file_id=file.id, vector_store_id=store_id)
    return client.vector_stores.files.poll(file_id=file.id, vector_store_id=store_id, poll_interval_ms=20)
