"""`/v1/chat/completions` with `store`: completions that are kept, listed, read, changed and deleted."""

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.official_client import MakeClient, asynchronous, http_of, put
from tests.scripted_upstream import Delta, Drop, Finish, ScriptedUpstream, Text

MESSAGES: Any = [{"role": "user", "content": "What do herons eat?"}]


def ask(client: OpenAI, **options: Any) -> Any:
    return client.chat.completions.create(**{"model": "m", "messages": MESSAGES, "store": True, **options})


def test_a_completion_is_kept_when_it_is_to_be_stored(client: OpenAI) -> None:
    put(client, "herons.txt", "Herons eat frogs and fish.")
    completion = ask(client, metadata={"who": "me"})
    stored = client.chat.completions.retrieve(completion.id)
    assert stored.choices == completion.choices
    assert stored.choices[0].message.annotations
    assert stored.metadata == {"who": "me"}
    for options in ({"store": False}, {"store": None}, {"store": openai.omit}):
        with pytest.raises(openai.NotFoundError, match="is stored"):
            client.chat.completions.retrieve(ask(client, **options).id)


def test_a_streamed_completion_is_kept_whole(client: OpenAI) -> None:
    put(client, "herons.txt", "Herons eat frogs and fish.")
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    stored = client.chat.completions.retrieve(chunks[0].id)
    whole = ask(client)
    assert (stored.choices, stored.usage, stored.model) == (whole.choices, whole.usage, whole.model)


def test_they_are_listed_the_oldest_first_by_model_and_metadata(client: OpenAI) -> None:
    kept = [ask(client, metadata={"number": str(number), 'a "b"': "c"}).id for number in range(5)]
    assert [each.id for each in client.chat.completions.list(limit=2)] == kept
    assert [each.id for each in client.chat.completions.list(limit=2, order="desc")] == kept[::-1]
    assert [each.id for each in client.chat.completions.list(after=kept[2])] == kept[3:]
    assert [each.id for each in client.chat.completions.list(metadata={"number": "3"})] == [kept[3]]
    assert [each.id for each in client.chat.completions.list(metadata={"number": "3", "other": "x"})] == []
    assert [each.id for each in client.chat.completions.list(metadata={'a "b"': "c"}, limit=1)] == kept
    assert [each.id for each in client.chat.completions.list(model="extractive")] == kept
    assert [each.id for each in client.chat.completions.list(model="other")] == []
    with pytest.raises(openai.BadRequestError, match="cursor"):
        client.chat.completions.list(after="chatcmpl-nope")


def test_the_metadata_can_be_replaced(client: OpenAI) -> None:
    completion = ask(client, metadata={"who": "me"})
    changed = client.chat.completions.update(completion.id, metadata={"topic": "birds"})
    assert changed.metadata == {"topic": "birds"}
    assert client.chat.completions.retrieve(completion.id) == changed
    assert [each.id for each in client.chat.completions.list(metadata={"topic": "birds"})] == [completion.id]
    assert client.chat.completions.update(completion.id, metadata=None).metadata == {}


def test_what_is_deleted_is_gone(client: OpenAI) -> None:
    completion = ask(client)
    assert client.chat.completions.delete(completion.id).deleted
    for call in (client.chat.completions.retrieve, client.chat.completions.delete):
        with pytest.raises(openai.NotFoundError, match=completion.id):
            call(completion.id)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.update(completion.id, metadata={})
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.messages.list(completion.id)
    assert client.chat.completions.list().data == []


def test_the_messages_that_were_sent_are_listed(client: OpenAI) -> None:
    sent: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What do "}, {"type": "text", "text": "herons eat?"}]},
        {"role": "assistant", "content": "Frogs."},
        *MESSAGES,
    ]
    completion = ask(client, messages=sent)
    path = f"/v1/chat/completions/{completion.id}/messages"
    # OpenAI's document says that all of these are the assistant's, which its own service does not: they are read
    # without the client that believes it.
    http = http_of(client)
    http.event_hooks = {}
    page = http.get(path, params={"limit": 3}).json()
    assert page["has_more"]
    assert [(message["role"], message["content"]) for message in page["data"]] == [
        ("system", "Be brief."),
        ("user", None),
        ("assistant", "Frogs."),
    ]
    assert page["data"][1]["content_parts"] == sent[1]["content"]
    [last] = http.get(path, params={"after": page["last_id"]}).json()["data"]
    assert last["content"] == "What do herons eat?"
    newest = http.get(path, params={"order": "desc"}).json()["data"]
    assert [message["id"] for message in newest] == [last["id"], *(m["id"] for m in page["data"][::-1])]
    assert http.get(path, params={"after": "nope"}).status_code == 400


def test_what_a_model_called_in_a_stream_is_kept_whole(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    def call(index: int, arguments: str, **more: Any) -> Delta:
        return Delta(
            {"tool_calls": [{"index": index, "function": {"arguments": arguments, **more.pop("of", {})}, **more}]}
        )

    token = {"token": "I", "logprob": -0.1, "bytes": None, "top_logprobs": []}
    scripted_upstream.script = (
        Delta({"content": "I "}, logprobs={"content": [token], "refusal": None}),
        Delta({"content": "look."}, logprobs={"content": [token], "refusal": None}),
        call(0, "", id="call_1", type="function", of={"name": "f"}),
        call(0, '{"a":'),
        call(0, " 1}"),
        call(1, "{}", id="call_2", type="function", of={"name": "g"}),
        Finish("tool_calls"),
    )
    client = new_client(openai_base_url=scripted_upstream.base_url)
    tools: Any = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in "fg"]
    [first, *_] = ask(client, stream=True, tools=tools, metadata={"who": "me"})
    assert "metadata" not in scripted_upstream.requests[-1].body
    [choice] = client.chat.completions.retrieve(first.id).choices
    assert choice.message.content == "I look."
    called = [(call.id, call.function.name, call.function.arguments) for call in choice.message.tool_calls or []]  # type: ignore[union-attr]
    assert called == [("call_1", "f", '{"a": 1}'), ("call_2", "g", "{}")]
    assert choice.logprobs
    assert len(choice.logprobs.content or []) == 2


def test_an_answer_that_breaks_off_is_not_kept(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = (Text("Frogs"), Drop())
    client = new_client(openai_base_url=scripted_upstream.base_url)
    with pytest.raises(openai.APIError):
        list(ask(client, stream=True))
    assert client.chat.completions.list().data == []


@pytest.mark.asyncio
async def test_the_asynchronous_client_gets_the_same(client: OpenAI) -> None:
    kept = [ask(client).id for _ in range(3)]
    async with asynchronous(client) as other:
        assert [each.id async for each in other.chat.completions.list(limit=1)] == kept
        assert (await other.chat.completions.delete(kept[0])).deleted
