"""`/v1/responses`: what is kept and continued, and how much of it the model is told."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.official_client import MakeClient, put
from tests.rag_api.v1.responses import HERON, QUESTION, RESULTS, SEARCH, ask, heard
from tests.scripted_upstream import ScriptedUpstream, Text

# --- what is kept


def test_a_response_can_be_read_again_and_deleted(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    response = ask(client, tools=[SEARCH], include=RESULTS)
    assert client.responses.retrieve(response.id) == response
    client.responses.delete(response.id)
    for call in (client.responses.retrieve, client.responses.delete, client.responses.input_items.list):
        with pytest.raises(openai.NotFoundError, match=f"Response with id '{response.id}' not found"):
            call(response.id)
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, previous_response_id=response.id)
    assert refused.value.code == "previous_response_not_found"


def test_a_response_that_is_not_to_be_stored_is_gone(client: OpenAI) -> None:
    response = ask(client, store=False)
    assert response.store is False  # type: ignore[attr-defined]
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)
    with pytest.raises(openai.BadRequestError):
        ask(client, previous_response_id=response.id)


def test_a_follow_up_knows_what_was_said(client: OpenAI) -> None:
    put(client, "herons.txt", "The grey heron weighs up to two kilograms. It has a wingspan of 195 cm.")
    put(client, "owls.txt", "The barn owl has a wingspan of 90 cm.")
    first = ask(client, "How much does a grey heron weigh?")
    second = ask(client, "And what is its wingspan?", previous_response_id=first.id)
    assert "195 cm" in second.output_text
    assert second.previous_response_id == first.id
    item: Any
    [item] = client.responses.input_items.list(second.id).data
    assert item.content[0].text == "And what is its wingspan?"


def test_what_continues_a_deleted_response_begins_after_it(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    first = ask(modelled, "One?")
    second = ask(modelled, "Two?", previous_response_id=first.id)
    modelled.responses.delete(first.id)
    ask(modelled, "Three?", previous_response_id=second.id)
    assert [content for role, content in heard(upstream) if role == "user"] == ["Two?", "Three?"]


def test_input_items_are_paged(client: OpenAI) -> None:
    words = [f"word {number}" for number in range(7)]
    response = ask(client, [{"role": "user", "content": word} for word in words])

    def listed(**options: Any) -> list[str]:
        pages: Iterable[Any] = client.responses.input_items.list(response.id, limit=3, **options)
        return [item.content[0].text for item in pages]

    assert listed() == words[::-1]
    assert listed(order="asc") == words
    with pytest.raises(openai.BadRequestError, match="cursor"):
        client.responses.input_items.list(response.id, after="msg_nope")


def test_items_of_the_same_id_do_not_stop_the_paging(client: OpenAI) -> None:
    same: Any = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": []}
    response = ask(client, [same, same, same])
    pages = client.responses.input_items.list(response.id, limit=1, order="asc")
    ids = [item.id for item in islice(pages, 10)]
    assert ids[0] == "msg_1"
    assert len(set(ids)) == len(ids) == 3


# --- how much of it the model is told


def test_the_oldest_is_left_out_when_there_is_no_room(new_client: MakeClient, upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=upstream.base_url, history_tokens=107)
    put(client, "herons.txt", HERON)
    # an answer takes 31 tokens and a question 4: here there is room for an answer without its question
    upstream.script = (Text("so " * 30),)
    last = None
    for number in range(6):
        last = ask(client, f"Turn {number}?", previous_response_id=last and last.id)
    asked = [content for role, content in heard(upstream) if role == "user"]
    assert asked == ["Turn 3?", "Turn 4?", "Turn 5?"]
    assert heard(upstream)[0][0] == "user"  # no answer without its question
    assert last is not None
    with pytest.raises(openai.BadRequestError, match="RAG_HISTORY_TOKENS") as refused:
        ask(client, "More?", previous_response_id=last.id, truncation="disabled")
    assert refused.value.code == "context_length_exceeded"
    assert ask(client, "Alone?", truncation="disabled").status == "completed"


def test_instructions_and_the_question_are_never_left_out(new_client: MakeClient, upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=upstream.base_url, history_tokens=100)
    put(client, "herons.txt", HERON)
    long = "word " * 90
    sent: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "old"},
        {"role": "assistant", "content": "older still"},
        {"role": "user", "content": long},
    ]
    ask(client, [sent[0], sent[1], {"role": "assistant", "content": long}, *sent[2:]])
    assert heard(upstream) == [("system", "Be brief."), ("user", long)]
    ask(client, long * 3)
    assert heard(upstream) == [("user", long * 3)]


def test_input_tokens_can_be_counted_before(client: OpenAI) -> None:
    first = ask(client, QUESTION)
    alone = client.responses.input_tokens.count(model="m", input="And owls?").input_tokens
    chained = client.responses.input_tokens.count(model="m", input="And owls?", previous_response_id=first.id)
    assert alone == 4
    assert chained.input_tokens > alone
    assert client.responses.input_tokens.count().input_tokens == 0


def test_a_compaction_stands_for_what_was_said(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    first = ask(modelled, tools=[SEARCH])
    compacted = modelled.responses.compact(model="gpt-5", input="And owls?", previous_response_id=first.id)
    assert compacted.object == "response.compaction"
    assert compacted.usage.input_tokens > 5
    [item] = compacted.output
    ask(modelled, [item.model_dump(), {"role": "user", "content": "And hawks?"}])
    assert heard(upstream) == [
        ("user", QUESTION),
        ("assistant", "Herons eat frogs and fish [1]."),
        ("user", "And owls?"),
        ("user", "And hawks?"),
    ]
    with pytest.raises(openai.BadRequestError) as refused:
        modelled.post("/responses/compact", body={}, cast_to=object)
    assert (refused.value.param, refused.value.code) == ("model", "missing_required_parameter")
