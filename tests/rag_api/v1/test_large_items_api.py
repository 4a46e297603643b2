"""Pictures and files in what a request continues, refers to or unpacks: as many as there is memory for."""

import base64
import threading
import time
import zlib
from typing import Any

import openai
import orjson
import pytest
from openai import OpenAI

from rag_api.http import room
from rag_api.v1.responses import compaction, context, items, making
from tests.official_client import MakeClient
from tests.scripted_upstream import ScriptedUpstream, Text


@pytest.fixture
def client(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> OpenAI:
    scripted_upstream.script = (Text("so"),)
    return new_client(openai_base_url=scripted_upstream.base_url)


def picture(size: int) -> Any:
    parts = [{"type": "input_image", "image_url": "data:image/png;base64," + "A" * size}]
    return {"type": "message", "role": "user", "content": parts}


def told(upstream: ScriptedUpstream, kind: str) -> int:
    """How many of the messages that the model was told last have a part of this kind."""
    contents = [message["content"] for message in upstream.requests[-1].body["messages"]]
    return sum(isinstance(content, list) and content[0]["type"] == kind for content in contents)


def ask(client: OpenAI, **options: Any) -> Any:
    return client.responses.create(model="m", input="Hello?", tool_choice="none", **options)


def test_pictures_that_were_said_before_are_told_as_far_as_their_bytes_go(
    client: OpenAI, scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "EARLIER_BYTES", 100_000)
    conversation = client.conversations.create(items=[picture(40_000)] * 5).id
    ask(client, conversation=conversation)
    assert told(scripted_upstream, "image_url") == 2
    with pytest.raises(openai.BadRequestError, match="longer than"):
        ask(client, conversation=conversation, truncation="disabled")

    first = client.responses.create(model="m", input=[picture(40_000)], tool_choice="none")
    second = client.responses.create(
        model="m", input=[picture(40_000)] * 2, previous_response_id=first.id, tool_choice="none"
    )
    ask(client, previous_response_id=second.id)
    assert told(scripted_upstream, "image_url") == 2


def test_pictures_that_were_said_before_cost_tokens(client: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    conversation = client.conversations.create(items=[picture(4)] * 15).id
    ask(client, conversation=conversation)
    assert told(scripted_upstream, "image_url") == 8_000 // context.IMAGE_TOKENS


@pytest.mark.parametrize(
    "item",
    [
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "A" * 40_000},
        {"type": "file_search_call", "id": "fs_1", "queries": ["A" * 40_000]},
        {"type": "message", "role": "user", "content": ""},
    ],
    ids=["reasoning", "searches", "nothing"],
)
def test_what_has_no_tokens_is_not_read_for_ever(
    client: OpenAI, scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch, item: Any
) -> None:
    conversation = client.conversations.create(items=[{"role": "user", "content": "First"}, *[item] * 15]).id
    monkeypatch.setattr(context, "EARLIER_BYTES", 100_000)
    monkeypatch.setattr(context, "MESSAGES", 10)
    ask(client, conversation=conversation)
    assert "First" not in orjson.dumps(scripted_upstream.requests[-1].body).decode()


def test_references_bring_each_item_once_and_only_so_much(
    client: OpenAI, scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "REFERRED_BYTES", 100_000)
    conversation = client.conversations.create(items=[picture(40_000)] * 3).id
    ids = [item.id for item in client.conversations.items.list(conversation)]
    same: Any = [{"type": "item_reference", "id": ids[0]}] * 5
    client.responses.create(model="m", input=same, tool_choice="none")
    assert told(scripted_upstream, "image_url") == 5
    others: Any = [{"type": "item_reference", "id": each} for each in ids]
    for create in (
        lambda: client.responses.create(model="m", input=others),
        lambda: client.conversations.create(items=others),
        lambda: client.conversations.items.create(conversation, items=others),
    ):
        with pytest.raises(openai.BadRequestError, match="that it refers to have more than"):
            create()


def packed(said: Any) -> Any:
    content = base64.urlsafe_b64encode(zlib.compress(orjson.dumps(said))).decode()
    return {"type": "compaction", "encrypted_content": content}


def test_compactions_unpack_to_so_much_together(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MAX_BYTES", 100_000)
    hello: Any = {"role": "user", "content": "Hello?"}
    client.responses.create(model="m", input=[*[packed([picture(40_000)])] * 2, hello], tool_choice="none")
    with pytest.raises(openai.BadRequestError, match="together, unpacked"):
        client.responses.create(model="m", input=[*[packed([picture(40_000)])] * 3, hello], tool_choice="none")
    with pytest.raises(openai.BadRequestError, match="cannot be compacted"):
        client.responses.compact(model="m", input=[picture(60_000)] * 2)


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_unpacked_or_read_takes_room_from_others_until_it_is_answered(
    client: OpenAI, scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    taken = []

    def script(body: Any) -> tuple[Text]:
        taken.append(room.TOGETHER.taken)
        return (Text("so"),)

    scripted_upstream.script = script
    conversation = client.conversations.create(items=[picture(100_000)] * 2).id
    create: Any = client.responses.create
    [first, _] = client.conversations.items.list(conversation)
    inputs: list[Any] = [
        {"conversation": conversation, "input": "Hello?"},
        {"input": [packed([picture(200_000)]), {"role": "user", "content": "Hello?"}]},
        {"input": [{"type": "item_reference", "id": first.id}, {"role": "user", "content": "Hello?"}]},
    ]
    for options in inputs:
        made = create(model="m", tool_choice="none", store=False, stream=stream, **options)
        assert list(made)
    assert [size > 30_000 for size in taken] == [True] * 3
    assert room.TOGETHER.taken == 0

    monkeypatch.setattr(room, "MAX_BYTES_TOGETHER", 30_000)
    for options in inputs:
        with pytest.raises(openai.InternalServerError, match="busy with other large requests") as refused:
            create(model="m", tool_choice="none", store=False, stream=stream, **options)
        assert refused.value.status_code == 503
    assert room.TOGETHER.taken == 0


def test_a_response_in_the_background_waits_for_room(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NO_ROOM_S", 0.02)
    conversation = client.conversations.create(items=[picture(100_000)] * 2).id
    monkeypatch.setattr(room, "MAX_BYTES_TOGETHER", 200_000)
    room.TOGETHER.take(100_000)
    try:
        waiting = ask(client, conversation=conversation, background=True)
        threading.Event().wait(0.2)
        assert client.responses.retrieve(waiting.id).status == "queued"
    finally:
        room.TOGETHER.take(-100_000)
    assert ended(client, waiting).status == "completed"
    assert room.TOGETHER.taken == 0

    monkeypatch.setattr(room, "MAX_BYTES_TOGETHER", 30_000)  # which it alone is too much for
    assert ended(client, ask(client, conversation=conversation, background=True)).status == "failed"


def ended(client: OpenAI, response: Any) -> Any:
    deadline = time.monotonic() + 20
    while (made := client.responses.retrieve(response.id)).status in ("queued", "in_progress"):
        assert time.monotonic() < deadline
    return made
