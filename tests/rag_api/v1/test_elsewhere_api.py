"""Two servers that share a database: a response is made in the background by one, and asked for at the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from ingest.corpus import Corpus
from ingest.records.leases import Lease
from rag_api.access.database import open_access
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings
from tests.corpora import OpenCorpus, wait_until
from tests.scripted_upstream import Hang, Pause, ScriptedUpstream, Text, running

QUESTION: Any = {"model": "m", "input": "What do herons eat?", "background": True}


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    with running() as upstream:
        yield upstream


@pytest.fixture
def clients(tmp_path: Path, upstream: ScriptedUpstream, open_corpus: OpenCorpus) -> Iterator[tuple[OpenAI, OpenAI]]:
    values: dict[str, Any] = {"data_dir": tmp_path / "store", "allowed_hosts": "testserver", "worker": "off"}
    settings = Settings(_env_file=None, OPENAI_BASE_URL=upstream.base_url, conversion_processes=1, **values)
    with ExitStack() as opened:
        corpus = opened.enter_context(open_corpus(settings))
        yield _server(opened, settings, corpus), _server(opened, settings, corpus)


def _server(opened: ExitStack, settings: Settings, corpus: Corpus) -> OpenAI:
    lease = Lease(corpus.database, alone=False)
    history = opened.enter_context(open_history(settings, lease=lease))
    opened.callback(lease.stop)
    access = opened.enter_context(open_access(settings))
    http = opened.enter_context(TestClient(create_app(settings, corpus, history, access)))
    return OpenAI(base_url="http://testserver/v1", api_key="any", http_client=http, max_retries=0)


def test_its_stream_is_taken_up_at_the_other(clients: tuple[OpenAI, OpenAI], upstream: ScriptedUpstream) -> None:
    here, there = clients
    upstream.script = (Text("Frogs "), Pause(1.0), Text("and "), Text("fish."))
    made = here.responses.create(**QUESTION)
    events = list(there.responses.retrieve(made.id, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events == list(here.responses.retrieve(made.id, stream=True))
    end: Any = events[-1]
    assert (end.type, end.response.output_text) == ("response.completed", "Frogs and fish.")
    rest = list(there.responses.retrieve(made.id, stream=True, starting_after=4))
    assert rest == events[5:]
    assert there.responses.create(model="m", input="And?", previous_response_id=made.id).status == "completed"


def test_it_is_cancelled_and_deleted_at_the_other(clients: tuple[OpenAI, OpenAI], upstream: ScriptedUpstream) -> None:
    here, there = clients
    upstream.script = (Text("Frogs "), Hang())
    made = here.responses.create(**QUESTION)
    wait_until(lambda: there.responses.retrieve(made.id).status == "in_progress")
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(lambda: list(there.responses.retrieve(made.id, stream=True)))
        assert there.responses.cancel(made.id).status == "cancelled"
        assert [event.type for event in heard.result(30)][:2] == ["response.created", "response.queued"]
    assert here.responses.retrieve(made.id).status == "cancelled"
    assert upstream.requests[0].left.wait(30)
    again = here.responses.create(**QUESTION)
    there.responses.delete(again.id)
    assert not [event for event in _stream(there, again.id)]
    wait_until(lambda: _is_gone(here, again.id))


def _stream(client: OpenAI, response_id: str) -> list[Any]:
    try:
        return list(client.responses.retrieve(response_id, stream=True))
    except openai.NotFoundError:
        return []


def _is_gone(client: OpenAI, response_id: str) -> bool:
    try:
        client.responses.retrieve(response_id)
    except openai.NotFoundError:
        return True
    return False
