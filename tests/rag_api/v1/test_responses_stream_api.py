"""`/v1/responses` as a stream: which events come in which order, and what happens when something breaks."""

import asyncio
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from tests.official_client import MakeClient, asynchronous, put
from tests.scripted_upstream import Delta, Drop, Fail, Finish, Hang, Pause, ScriptedUpstream, Text
from tests.server import Server

HERON = "Grey herons nest in colonies.\n\nHerons eat frogs and fish."
SEARCH: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
WEATHER: Any = {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": False}
ASKED: Any = {"model": "m", "input": "What do herons eat?"}


@pytest.fixture
def upstream(scripted_upstream: ScriptedUpstream) -> ScriptedUpstream:
    scripted_upstream.script = (Text("Herons eat "), Text("frogs and fish ["), Text("1"), Text("]."))
    return scripted_upstream


@pytest.fixture
def modelled(new_client: MakeClient, upstream: ScriptedUpstream) -> OpenAI:
    client = new_client(openai_base_url=upstream.base_url, model="default-model")
    put(client, "herons.txt", HERON)
    return client


def events_of(client: OpenAI, **options: Any) -> list[Any]:
    return list(client.responses.create(**ASKED | options, stream=True))


def kinds(events: list[Any]) -> list[str]:
    """Their types in order, without the leading `response.`, each run of one type told once."""
    types = [event.type.removeprefix("response.") for event in events]
    return [kind for before, kind in zip([None, *types], types, strict=False) if kind != before]


def test_the_events_of_a_search_come_in_order_and_numbered(client: OpenAI) -> None:
    file = put(client, "herons.txt", HERON)
    events = events_of(client, tools=[SEARCH], include=["file_search_call.results"])
    assert kinds(events) == [
        "created",
        "in_progress",
        "output_item.added",
        "file_search_call.in_progress",
        "file_search_call.searching",
        "file_search_call.completed",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.annotation.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    by_type = {event.type.removeprefix("response."): event for event in events}
    for name in ("created", "in_progress"):
        assert (by_type[name].response.status, by_type[name].response.output) == ("in_progress", [])
        assert by_type[name].response.usage.input_tokens > 0
    added, done = (event for event in events if event.type == "response.output_item.done")
    assert (added.item.queries, added.item.results[0].file_id) == ([ASKED["input"]], file.id)
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == by_type["output_text.done"].text == done.item.content[0].text == "Herons eat frogs and fish. [1]"
    [annotation] = done.item.content[0].annotations
    assert by_type["output_text.annotation.added"].annotation.model_dump() == annotation.model_dump()
    final = by_type["completed"].response
    assert final.output == [added.item, done.item]
    assert client.responses.retrieve(final.id) == final


def test_a_stream_and_a_whole_answer_are_the_same_answer(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    whole = client.responses.create(**ASKED, tools=[SEARCH]).model_dump()
    streamed = events_of(client, tools=[SEARCH])[-1].response.model_dump()
    for response in (whole, streamed):
        for item in response["output"]:
            del item["id"]
        for key in ("id", "created_at", "completed_at"):
            del response[key]
    assert streamed == whole


def test_each_event_is_one_write_and_the_last_is_done(client: OpenAI) -> None:
    with client.responses.with_streaming_response.create(**ASKED, stream=True) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        *blocks, done, end = response.read().decode().split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    for block in blocks:
        event, data = block.split("\n")
        assert event.removeprefix("event: ") == json.loads(data.removeprefix("data: "))["type"]


def test_the_clients_own_helper_reads_it(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    with client.responses.stream(**ASKED, tools=[SEARCH]) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        response = stream.get_final_response()
    assert response.output_text == text == "Herons eat frogs and fish. [1]"


@pytest.mark.asyncio
async def test_so_does_that_of_the_asynchronous_client(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    async with asynchronous(client) as other:
        async with other.responses.stream(**ASKED, tools=[SEARCH]) as stream:
            response = await stream.get_final_response()
        assert response.output_text == "Herons eat frogs and fish. [1]"
        again = await other.responses.retrieve(response.id, stream=True)
        assert [event.type async for event in again][-1] == "response.completed"


def test_a_citation_that_comes_in_pieces_is_one(modelled: OpenAI) -> None:
    final = events_of(modelled)[-1].response
    [citation] = final.output[0].content[0].annotations
    assert final.output_text[citation.index :] == "[1]."
    assert citation.quote == "Herons eat frogs and fish."


def test_a_streamed_answer_is_parsed_by_the_clients_own_helper(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    class Meal(BaseModel):
        prey: str

    upstream.script = (Text('{"prey": '), Text('"frogs"}'))
    with modelled.responses.stream(**ASKED, text_format=Meal) as stream:
        assert stream.get_final_response().output_parsed == Meal(prey="frogs")


def test_the_arguments_of_a_call_come_in_pieces(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    def call(index: int, arguments: str, **more: Any) -> dict[str, Any]:
        return {"index": index, "function": {"arguments": arguments, **more.pop("function", {})}, **more}

    upstream.script = (
        Text("Let me look."),
        Delta({"tool_calls": [call(0, "", id="call_1", type="function", function={"name": "weather"})]}),
        Delta({"tool_calls": [call(0, '{"city":')]}),
        Delta({"tool_calls": [call(0, '"Oslo"}')]}),
        Delta({"tool_calls": [call(1, "{}", id="call_2", type="function", function={"name": "weather"})]}),
        Finish("tool_calls"),
    )
    events = events_of(modelled, tools=[WEATHER])
    first = [event for event in events if getattr(event, "output_index", None) == 1]
    assert kinds(first) == [
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
    ]
    assert (first[0].item.name, first[0].item.arguments) == ("weather", "")
    assert (first[-2].name, first[-2].arguments) == ("weather", '{"city":"Oslo"}')
    final = events[-1].response
    assert [(item.type, item.status) for item in final.output] == [
        ("message", "completed"),
        ("function_call", "completed"),
        ("function_call", "completed"),
    ]
    with modelled.responses.stream(**ASKED, tools=[WEATHER]) as stream:
        [_, one, two] = stream.get_final_response().output
    assert (one.arguments, two.call_id) == ('{"city":"Oslo"}', "call_2")  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_the_thoughts_of_a_model_are_an_item_before_its_answer(
    modelled: OpenAI, upstream: ScriptedUpstream, name: str
) -> None:
    upstream.script = (Delta({name: "Frogs? "}), Delta({name: "Yes."}), Text("Frogs."))
    events = events_of(modelled)
    assert kinds(events)[2:8] == [
        "output_item.added",
        "content_part.added",
        "reasoning_text.delta",
        "reasoning_text.done",
        "content_part.done",
        "output_item.done",
    ]
    [thoughts, _] = events[-1].response.output
    assert (thoughts.content[0].text, thoughts.summary) == ("Frogs? Yes.", [])


def test_a_refusal_is_told_as_one(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    upstream.script = (Delta({"refusal": "I would "}), Delta({"refusal": "rather not."}))
    with modelled.responses.stream(**ASKED) as stream:
        assert {"response.refusal.delta", "response.refusal.done"} <= {event.type for event in stream}
        message: Any = stream.get_final_response().output[0]
    [part] = message.content
    assert part.refusal == "I would rather not."


@pytest.mark.parametrize(("reason", "told"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
def test_a_stream_that_is_cut_ends_incomplete(
    modelled: OpenAI, upstream: ScriptedUpstream, reason: str, told: str
) -> None:
    upstream.script = (Text("Herons"), Finish(reason))
    last = events_of(modelled)[-1]
    assert last.type == "response.incomplete"
    assert last.response.incomplete_details.reason == told
    assert last.response.output[-1].status == "incomplete"


@pytest.mark.parametrize(("fault", "code"), [(Fail(500, "out of memory"), "server_error"), (Drop(), "server_error")])
def test_a_model_that_fails_in_the_middle_is_an_error_and_the_end(
    modelled: OpenAI, upstream: ScriptedUpstream, fault: Fail | Drop, code: str
) -> None:
    upstream.script = (Text("Herons "), fault)
    seen = []
    with pytest.raises(openai.APIError, match="language model"):
        for event in modelled.responses.create(**ASKED, stream=True):
            seen.append(event)
    kept = modelled.responses.retrieve(seen[0].response.id)
    assert kept.status == "failed"
    assert kept.error
    assert (kept.error.code, "language model" in kept.error.message) == (code, True)
    assert [item.status for item in kept.output] == ["incomplete"]  # type: ignore[union-attr]

    with modelled.responses.with_streaming_response.create(**ASKED, stream=True) as response:
        *_, error, failed, done, _ = response.read().decode().split("\n\n")
    told = json.loads(error.partition("\ndata: ")[2])
    assert told["type"] == "error"
    assert told["message"] == told["error"]["message"]
    assert set(told["error"]) == {"message", "type", "param", "code"}
    assert json.loads(failed.partition("\ndata: ")[2])["response"]["status"] == "failed"
    assert done == "data: [DONE]"


@pytest.mark.parametrize(
    ("fault", "status"), [(Fail(404), 404), (Fail(429), 429), (Fail(500), 502), (Drop(), 502), (Text(""), None)]
)
def test_an_error_before_the_first_word_is_one_of_http(
    modelled: OpenAI, upstream: ScriptedUpstream, fault: Fail | Drop | Text, status: int | None
) -> None:
    upstream.script = (fault,)
    if status is None:
        assert events_of(modelled, tools=[SEARCH])[-1].type == "response.completed"
        return
    with pytest.raises(openai.APIStatusError) as error:
        events_of(modelled, tools=[SEARCH])
    assert error.value.status_code == status
    assert error.value.response.headers["content-type"] == "application/json"


def test_a_server_that_is_down_is_a_502(new_client: MakeClient) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1")
    with pytest.raises(openai.InternalServerError) as error:
        events_of(client)
    assert error.value.status_code == 502


def test_a_model_that_thinks_for_long_leaves_no_silent_connection(
    modelled: OpenAI, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_api.v1.responses.create.PING_AFTER_S", 0.05)
    upstream.script = (Pause(0.3), Fail(500))
    with pytest.raises(openai.APIError) as error:
        events_of(modelled)
    assert not isinstance(error.value, openai.APIStatusError)  # it is an event
    upstream.script = (Pause(0.3), Text("Herons."))
    assert events_of(modelled)[-1].response.output_text == "Herons."


def test_a_finished_response_is_told_again_from_any_event_on(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    told = events_of(client, tools=[SEARCH])
    response_id = told[0].response.id
    assert list(client.responses.retrieve(response_id, stream=True)) == told
    assert list(client.responses.retrieve(response_id, stream=True, starting_after=5)) == told[6:]
    with client.responses.stream(response_id=response_id, starting_after=5) as stream:
        assert stream.get_final_response().output_text == "Herons eat frogs and fish. [1]"
    last: Any = list(client.responses.retrieve(client.responses.create(**ASKED).id, stream=True))[-1]
    assert last.response


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_client_that_goes_away_stops_the_language_model(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, stream: bool
) -> None:
    scripted_upstream.script = (Text("Herons "), Hang())
    body = json.dumps({**ASKED, "stream": stream}).encode()
    head = b"POST /v1/responses HTTP/1.1\r\nhost: [::1]\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    with Server(tmp_path, {"OPENAI_BASE_URL": scripted_upstream.base_url}) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head % len(body) + body)
            deadline = time.monotonic() + 10
            while not scripted_upstream.requests and time.monotonic() < deadline:
                threading.Event().wait(0.01)
        [request] = scripted_upstream.requests
        assert request.left.wait(5)


def test_the_asynchronous_client_streams_from_a_language_model(tmp_path: Path, upstream: ScriptedUpstream) -> None:
    """A real server, since a language model's connection belongs to one event loop."""

    class Meal(BaseModel):
        prey: str

    async def ask(server: Server) -> None:
        async with openai.AsyncOpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client:
            async with client.responses.stream(**ASKED) as stream:
                assert (await stream.get_final_response()).output_text == "Herons eat frogs and fish [1]."
            upstream.script = (Text('{"prey": "frogs"}'),)
            assert (await client.responses.parse(**ASKED, text_format=Meal)).output_parsed == Meal(prey="frogs")

    with Server(tmp_path, {"OPENAI_BASE_URL": upstream.base_url}) as server:
        asyncio.run(ask(server))
