"""Responses in the background: waited for, called off, listened to again, and what a restart makes of them."""

import concurrent.futures
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import Response

from rag_api.history import History
from rag_api.history.background import AT_ONCE, MOST_LONG
from rag_api.history.responses import ResponseState
from tests.corpora import wait_until
from tests.installation import Serve
from tests.official_client import MakeClient, http_of, put
from tests.scripted_upstream import Fail, Hang, Pause, ScriptedUpstream, Text, running
from tests.server import Server

QUESTION: Any = {"model": "m", "input": "What do herons eat?", "background": True}
SEARCH: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}


@pytest.fixture(scope="module")
def upstream() -> Iterator[ScriptedUpstream]:
    with running() as upstream:
        yield upstream


@pytest.fixture
def scripted_upstream(upstream: ScriptedUpstream) -> ScriptedUpstream:
    upstream.forget()
    return upstream


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, serve: Serve, upstream: ScriptedUpstream) -> Iterator[OpenAI]:
    """A client of a real server: what is in the background goes on between requests, and while others are answered.
    Who uses it sees that what is begun is ended."""
    settings = {"OPENAI_BASE_URL": upstream.base_url}
    with serve(tmp_path_factory.mktemp("served"), settings) as server, server.client() as client:
        yield client


def ended(client: OpenAI, response: Response) -> Response:
    deadline = time.monotonic() + 20
    while response.status in ("queued", "in_progress"):
        assert time.monotonic() < deadline
        response = client.responses.retrieve(response.id)
    return response


def until_asked(upstream: ScriptedUpstream, times: int = 1) -> None:
    deadline = time.monotonic() + 20
    while len(upstream.requests) < times:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_it_is_queued_and_then_done(client: OpenAI) -> None:
    put(client, "herons.txt", "Herons eat frogs and fish.")
    response = client.responses.create(**QUESTION, tools=[SEARCH])
    assert (response.status, response.output, response.background) == ("queued", [], True)
    done = ended(client, response)
    assert done.output_text == "Herons eat frogs and fish. [1]"
    assert client.responses.cancel(done.id) == done
    item: Any
    [item] = client.responses.input_items.list(done.id).data
    assert item.content[0].text == QUESTION["input"]
    assert client.responses.create(model="m", input="And?", previous_response_id=done.id).status == "completed"


def test_a_stream_tells_of_the_queue(client: OpenAI) -> None:
    put(client, "herons.txt", "Herons eat frogs and fish.")
    events = list(client.responses.create(**QUESTION, stream=True))
    assert [event.type for event in events[:3]] == ["response.created", "response.queued", "response.in_progress"]
    assert events[0].response.status == "queued"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].response.output_text == "Herons eat frogs and fish. [1]"
    with client.responses.stream(**QUESTION) as stream:
        assert stream.get_final_response().output_text == "Herons eat frogs and fish. [1]"


def test_a_run_goes_on_when_its_listener_goes_and_can_be_taken_up_again(
    served: OpenAI, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Text("Frogs "), Pause(2), Text("and "), Text("fish."))
    heard = []
    for event in served.responses.create(**QUESTION, stream=True):
        heard.append(event)
        if event.type == "response.output_text.delta":
            break
    last = heard[-1].sequence_number
    while (running := served.responses.retrieve(heard[0].response.id)).status == "queued":
        pass  # another server is told a little later
    assert running.status == "in_progress"
    rest: list[Any] = list(served.responses.retrieve(running.id, stream=True, starting_after=last))
    assert [event.sequence_number for event in rest] == list(range(last + 1, last + 1 + len(rest)))
    assert rest[-1].response.output_text == "Frogs and fish."
    assert list(served.responses.retrieve(running.id, stream=True)) == heard + rest
    assert not scripted_upstream.requests[0].left.is_set()


def test_it_can_be_called_off(served: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = (Text("Frogs "), Hang())
    with concurrent.futures.ThreadPoolExecutor() as pool:
        response = served.responses.create(**QUESTION)
        listening = pool.submit(lambda: list(served.responses.retrieve(response.id, stream=True)))
        until_asked(scripted_upstream)
        cancelled = served.responses.cancel(response.id)
        assert cancelled.status == "cancelled"
        assert scripted_upstream.requests[0].left.wait(30)
        assert listening.result(30)[0].type == "response.created"
    assert served.responses.retrieve(response.id) == served.responses.cancel(response.id) == cancelled
    with pytest.raises(openai.NotFoundError):
        served.responses.cancel("resp_nope")


def test_only_what_is_in_the_background_can_be_called_off(client: OpenAI) -> None:
    response = client.responses.create(model="m", input="Hello")
    with pytest.raises(openai.BadRequestError, match="background"):
        client.responses.cancel(response.id)


@pytest.mark.one_server("each server makes so many")
def test_however_many_are_asked_for_only_some_are_made_at_a_time(
    served: OpenAI, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Hang(),)
    asked = [served.responses.create(**QUESTION) for _ in range(AT_ONCE + 2)]
    until_asked(scripted_upstream, AT_ONCE)
    waiting = [response for response in asked if served.responses.retrieve(response.id).status == "queued"]
    assert len(waiting) == 2
    served.responses.cancel(waiting[0].id)
    assert len(scripted_upstream.requests) == AT_ONCE
    served.responses.delete(asked[0].id)
    until_asked(scripted_upstream, AT_ONCE + 1)
    assert served.responses.retrieve(waiting[1].id).status == "in_progress"
    for response in asked[1:]:
        served.responses.delete(response.id)


@pytest.mark.one_server("each server keeps so many")
def test_only_some_with_long_bodies_wait(served: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = [Hang()]
    long = "frogs " * 10_000
    begun = [served.responses.create(model="m", input=long, background=True) for _ in range(MOST_LONG)]
    until_asked(scripted_upstream, MOST_LONG)
    with pytest.raises(openai.RateLimitError, match="cancel them"):
        served.responses.create(model="m", input=long, background=True)
    begun.append(served.responses.create(model="m", input="frogs", background=True))
    served.responses.cancel(begun[0].id)
    begun.append(served.responses.create(model="m", input=long, background=True))
    until_asked(scripted_upstream, MOST_LONG + 2)
    for response in begun:
        served.responses.delete(response.id)


def test_what_is_deleted_stops(served: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = (Hang(),)
    response = served.responses.create(**QUESTION)
    until_asked(scripted_upstream)
    with pytest.raises(openai.BadRequestError, match="still being made"):
        served.responses.create(model="m", input="And?", previous_response_id=response.id)
    served.responses.delete(response.id)
    assert scripted_upstream.requests[0].left.wait(30)
    with pytest.raises(openai.NotFoundError):
        served.responses.retrieve(response.id)


def test_a_model_that_fails_is_told_by_the_response(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url)
    for fail, code in ((Fail(429, "slow down"), "rate_limit_exceeded"), (Fail(500, "slow down"), "server_error")):
        scripted_upstream.script = (fail,)
        failed = ended(client, client.responses.create(**QUESTION))
        assert failed.status == "failed"
        assert failed.error
        assert (failed.error.code, "language model" in failed.error.message) == (code, True)


@pytest.mark.one_server("it locks the file of SQLite's database; another server could not tell it meanwhile")
def test_what_cannot_be_kept_is_told_meanwhile_and_kept_later(
    new_client: MakeClient,
    scripted_upstream: ScriptedUpstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for setting in ("ingest.records.sqlite.BUSY_TIMEOUT_S", "rag_api.v1.responses.making.RETRY_S"):
        monkeypatch.setattr(setting, 0.05)
    monkeypatch.setattr("rag_api.history.background.STORING_S", 0.2)
    scripted_upstream.script = (Pause(0.3), Text("Frogs."))
    client = new_client(openai_base_url=scripted_upstream.base_url, data_dir=tmp_path / "store")
    response = client.responses.create(**QUESTION)
    with closing(sqlite3.connect(tmp_path / "store" / "answers.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # refused as a full disk refuses
        wait_until(lambda: "cannot be kept now" in caplog.text)
        told = client.responses.retrieve(response.id)
        assert (told.status, told.output_text) == ("completed", "Frogs.")
        other.execute("COMMIT")
    history: History = http_of(client).app_state["history"]
    wait_until(lambda: history.runs.find(response.id) is None)
    assert history.responses.get(response.id).state is ResponseState.DONE
    assert client.responses.retrieve(response.id) == told
    assert "Traceback" not in caplog.text


def test_turns_of_a_conversation_wait_in_the_queue(served: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.queue.extend([(Pause(0.2), Text("one")), (Text("two"),)])
    conversation = served.conversations.create()
    first = served.responses.create(**QUESTION, conversation=conversation.id)
    until_asked(scripted_upstream)
    second = served.responses.create(**QUESTION | {"input": "And?"}, conversation=conversation.id)
    assert served.responses.retrieve(second.id).status == "queued"
    assert (ended(served, first).output_text, ended(served, second).output_text) == ("one", "two")
    assert [message["content"] for message in scripted_upstream.requests[1].body["messages"][-3:]] == [
        QUESTION["input"],
        "one",
        "And?",
    ]


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_what_a_restart_interrupts_has_failed_with_words(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, how: str
) -> None:
    scripted_upstream.script = (Text("Frogs "), Hang())
    settings = {"OPENAI_BASE_URL": scripted_upstream.base_url}
    with Server(tmp_path, settings) as server, server.client() as client:
        response = client.responses.create(**QUESTION)
        until_asked(scripted_upstream)
        getattr(server, how)()
    with Server(tmp_path, settings) as server, server.client() as client:
        failed = client.responses.retrieve(response.id)
        assert failed.status == "failed"
        assert failed.error
        assert "ask again" in failed.error.message
        told = list(client.responses.retrieve(response.id, stream=True))
        assert [event.type for event in told] == ["response.created", "response.queued", "response.failed"]
        assert client.responses.create(model="extractive", input="And?", previous_response_id=failed.id).output


def test_many_listeners_hear_the_same(served: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = (Pause(0.2), *(Text(f"{number} ") for number in range(50)))
    response = served.responses.create(**QUESTION)

    def listen(_: int) -> list[str]:
        with served.responses.with_streaming_response.retrieve(response.id, stream=True) as heard:
            return heard.read().decode().split("\n\n")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(listen, range(8))
    assert all(other == first for other in others)
    numbers = [json.loads(block.partition("\ndata: ")[2])["sequence_number"] for block in first[:-2]]
    assert numbers == list(range(len(numbers)))
    assert first[-2:] == ["data: [DONE]", ""]
