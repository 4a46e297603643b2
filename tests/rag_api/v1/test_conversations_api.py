"""`/v1/conversations`, and responses that continue one."""

import concurrent.futures
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from ingest.records import paging
from tests.installation import Serve
from tests.official_client import MakeClient, asynchronous, http_of, put
from tests.scripted_upstream import Fail, Pause, ScriptedUpstream, Text

SEARCH: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
HELLO: Any = {"role": "user", "content": "Hello"}


def texts(client: OpenAI, conversation_id: str) -> list[str]:
    items = client.conversations.items.list(conversation_id, order="asc")
    return [item.content[0].text for item in items if item.type == "message"]  # type: ignore[union-attr]


def test_a_conversation_is_made_read_changed_and_deleted(client: OpenAI) -> None:
    made = client.conversations.create(metadata={"who": "me"}, items=[HELLO])
    assert client.conversations.retrieve(made.id) == made
    assert made.metadata == {"who": "me"}
    assert client.conversations.update(made.id, metadata={"topic": "birds"}).metadata == {"topic": "birds"}
    assert client.conversations.update(made.id, metadata=None).metadata == {}
    assert client.conversations.delete(made.id).deleted
    for call in (client.conversations.retrieve, client.conversations.delete, client.conversations.items.list):
        with pytest.raises(openai.NotFoundError, match=made.id):
            call(made.id)
    assert client.conversations.create().metadata == {}


def test_conversations_are_listed_page_by_page_the_newest_first(client: OpenAI) -> None:
    made = [client.conversations.create(metadata={"title": name}) for name in ("first", "second", "third")]
    http = http_of(client)

    page = http.get("/v1/conversations", params={"limit": 2}).json()
    assert [each["metadata"]["title"] for each in page["data"]] == ["third", "second"]
    assert page["has_more"]
    rest = http.get("/v1/conversations", params={"after": page["last_id"]}).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == ([made[0].id], False)
    client.conversations.delete(made[2].id)
    assert [each["id"] for each in http.get("/v1/conversations", params={"order": "asc"}).json()["data"]] == [
        made[0].id,
        made[1].id,
    ]


def test_items_are_added_read_listed_and_deleted(client: OpenAI) -> None:
    conversation = client.conversations.create()
    sent: Any = [
        HELLO,
        {"role": "assistant", "content": "Hi."},
        {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "done"},
        {"type": "reasoning", "summary": []},
    ]
    added = client.conversations.items.create(conversation.id, items=sent)
    assert [item.type for item in added.data] == [item.get("type", "message") for item in sent]
    assert (added.first_id, added.last_id) == (added.data[0].id, added.data[-1].id)
    hello: Any = added.data[0]
    assert (hello.role, hello.status, hello.content[0].text) == ("user", "completed", "Hello")
    assert client.conversations.items.retrieve(hello.id, conversation_id=conversation.id) == hello
    listed = list(client.conversations.items.list(conversation.id, limit=2))
    assert listed == added.data[::-1]
    assert list(client.conversations.items.list(conversation.id, limit=2, order="asc")) == added.data

    assert client.conversations.items.delete(hello.id, conversation_id=conversation.id) == conversation
    assert len(client.conversations.items.list(conversation.id).data) == 4
    for call in (client.conversations.items.retrieve, client.conversations.items.delete):
        with pytest.raises(openai.NotFoundError, match=hello.id):
            call(hello.id, conversation_id=conversation.id)


def test_twenty_items_at_a_time_are_enough(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.conversations.create(items=[HELLO] * 21)
    assert refused.value.param == "items"
    with pytest.raises(openai.BadRequestError):
        client.conversations.items.create(client.conversations.create().id, items=[])


def test_an_empty_conversation_is_an_empty_list(client: OpenAI) -> None:
    page = client.conversations.items.list(client.conversations.create().id)
    assert (page.data, page.has_more) == ([], False)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_page_of_large_items_has_fewer_and_none_is_left_out(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch, order: Any
) -> None:
    monkeypatch.setattr(paging, "MAX_BYTES", 3000)
    texts = ["a" * 900, "b" * 900, "c" * 900, "d" * 5000, "e", "f" * 3500, "g"]
    said: Any = [{"type": "message", "role": "user", "content": text} for text in texts]
    conversation = client.conversations.create(items=said)
    page = client.conversations.items.list(conversation.id, limit=100, order=order)
    assert (len(page.data), page.has_more) == ((2, True) if order == "asc" else (1, True))
    listed = [item.content[0].text for item in page if item.type == "message"]  # type: ignore[union-attr]
    assert listed == (texts if order == "asc" else texts[::-1])
    last = client.conversations.items.list(
        conversation.id, limit=100, order=order, extra_query={"before": page.last_id}
    )
    assert last.data == page.data[:-1]


@pytest.mark.asyncio
async def test_the_asynchronous_client_gets_the_same(client: OpenAI) -> None:
    async with asynchronous(client) as other:
        conversation = await other.conversations.create(items=[HELLO])
        await other.responses.create(model="m", input="What?", conversation=conversation.id)
        items = [item async for item in other.conversations.items.list(conversation.id, limit=1)]
        assert len(items) == 3
        assert (await other.conversations.delete(conversation.id)).deleted


def test_a_response_continues_a_conversation_and_becomes_part_of_it(client: OpenAI) -> None:
    put(client, "herons.txt", "The grey heron weighs up to two kilograms. It has a wingspan of 195 cm.")
    put(client, "owls.txt", "The barn owl has a wingspan of 90 cm.")
    conversation = client.conversations.create()
    first = client.responses.create(
        model="m", input="How much does a grey heron weigh?", conversation=conversation.id, tools=[SEARCH]
    )
    assert first.conversation
    assert first.conversation.id == conversation.id
    second = client.responses.create(
        model="m", input="And what is its wingspan?", conversation={"id": conversation.id}, tools=[SEARCH], stream=True
    )
    final: Any = list(second)[-1]
    assert "195 cm" in final.response.output_text
    items = list(client.conversations.items.list(conversation.id, order="asc", include=["file_search_call.results"]))
    assert [item.type for item in items] == ["message", "file_search_call", "message"] * 2
    assert items[4].results  # type: ignore[union-attr]
    assert items[-1].id == final.response.output[-1].id
    client.responses.delete(first.id)
    assert len(list(client.conversations.items.list(conversation.id))) == 6


def test_a_response_that_is_not_stored_is_part_of_its_conversation_all_the_same(client: OpenAI) -> None:
    conversation = client.conversations.create()
    client.responses.create(model="m", input="Hello", conversation=conversation.id, store=False)
    assert texts(client, conversation.id)[0] == "Hello"


def test_what_fails_is_not_part_of_the_conversation(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Fail(500),)
    client = new_client(openai_base_url=scripted_upstream.base_url)
    conversation = client.conversations.create()
    for stream in (False, True):
        with pytest.raises(openai.APIError):
            list(client.responses.create(model="m", input="Hello", conversation=conversation.id, stream=stream))
    assert texts(client, conversation.id) == []


def test_the_oldest_of_a_conversation_is_left_out_when_there_is_no_room(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Text("so " * 30),)
    client = new_client(openai_base_url=scripted_upstream.base_url, history_tokens=100)
    conversation = client.conversations.create(items=[HELLO] * 20)
    for number in range(5):
        client.responses.create(model="m", input=f"Turn {number}?", conversation=conversation.id)
    told = [message["content"] for message in scripted_upstream.requests[-1].body["messages"]]
    assert [text for text in told if text.startswith(("Turn", "Hello"))] == ["Turn 2?", "Turn 3?", "Turn 4?"]
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model="m", input="?", conversation=conversation.id, truncation="disabled")
    assert refused.value.code == "context_length_exceeded"


def test_turns_that_come_together_are_taken_one_after_the_other(
    tmp_path: Path, serve: Serve, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = lambda body: (Pause(0.05), Text(f"so {len(body['messages'])}"))
    with serve(tmp_path, {"OPENAI_BASE_URL": scripted_upstream.base_url}) as server, server.client() as client:
        conversation = client.conversations.create()

        def ask(number: int) -> None:
            client.responses.create(model="m", input=f"Turn {number}?", conversation=conversation.id)

        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(ask, range(5)))
        said = texts(client, conversation.id)
        assert [text.startswith("Turn") for text in said] == [True, False] * 5
        assert said[1::2] == [f"so {2 * turn + 1}" for turn in range(5)]  # each knew all that was said before


def test_conversations_and_responses_survive_a_restart(tmp_path: Path, serve: Serve) -> None:
    with serve(tmp_path) as server, server.client() as client:
        put(client, "herons.txt", "The grey heron weighs up to two kilograms. It has a wingspan of 195 cm.")
        conversation = client.conversations.create(metadata={"who": "me"})
        first = client.responses.create(
            model="m", input="How much does a grey heron weigh?", conversation=conversation.id
        )
        before = list(client.conversations.items.list(conversation.id))
    with serve(tmp_path) as server, server.client() as client:
        assert client.conversations.retrieve(conversation.id) == conversation
        assert list(client.conversations.items.list(conversation.id)) == before
        assert client.responses.retrieve(first.id) == first
        for continued in ({"conversation": conversation.id}, {"previous_response_id": first.id}):
            second = client.responses.create(model="m", input="And what is its wingspan?", **continued)  # type: ignore[call-overload]
            assert "195 cm" in second.output_text
