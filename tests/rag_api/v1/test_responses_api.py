"""`/v1/responses`, whole answers: what they tell, where is searched, in which forms is asked, and what is refused."""

from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseFileSearchToolCall

from rag_api.answer import events
from rag_api.history.responses import Response as KeptResponse
from rag_api.history.responses import ResponseState
from rag_api.v1.responses.shapes import usage
from rag_api.v1.responses.stream import Writer
from tests.official_client import MakeClient, asynchronous, put
from tests.rag_api.v1.responses import HERON, QUESTION, RESULTS, SEARCH, WEATHER, ask, heard, text_of
from tests.scripted_upstream import ScriptedUpstream

# --- what is answered


def test_an_answer_tells_of_its_search_and_cites_where_its_words_are(client: OpenAI) -> None:
    file = put(client, "herons.txt", HERON)

    response = ask(client, tools=[SEARCH], include=RESULTS)

    assert response.status == "completed"
    assert response.output_text == "Herons eat frogs and fish. [1]"
    search, _ = response.output
    assert isinstance(search, ResponseFileSearchToolCall)
    assert search.queries == [QUESTION]
    assert search.results
    [result] = search.results
    assert (result.file_id, result.filename, result.text) == (file.id, "herons.txt", HERON)
    assert result.score and 0 < result.score <= 1
    [citation] = [annotation.model_dump() for annotation in text_of(response).annotations]
    assert citation == {
        "type": "file_citation",
        "file_id": file.id,
        "filename": "herons.txt",
        "index": response.output_text.index("[1]"),
        "end_index": len(response.output_text),
        "page_start": None,
        "page_end": None,
        "quote": "Herons eat frogs and fish.",
        "url": f"http://testserver/v1/files/{file.id}/content",
        "attributes": {},
        "vector_store_id": "vs_default",
        "chunk_start": 0,
        "chunk_end": 0,
    }


def test_a_response_has_every_key_that_clients_look_for(client: OpenAI) -> None:
    response = ask(client, tools=[SEARCH], metadata={"who": "me"})
    told = client.responses.with_raw_response.retrieve(response.id).http_response.json()
    assert set(told) == {
        *("id", "object", "created_at", "completed_at", "status", "background", "error", "incomplete_details"),
        *("instructions", "max_output_tokens", "max_tool_calls", "model", "previous_response_id"),
        *("parallel_tool_calls", "output", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier"),
        *("store", "temperature", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs", "text"),
        *("tool_choice", "tools", "truncation", "metadata", "usage"),
    }
    assert told["metadata"] == {"who": "me"}
    assert told["tools"] == [
        {
            "type": "file_search",
            "vector_store_ids": ["vs_default"],
            "max_num_results": 8,
            "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
            "filters": None,
        }
    ]
    usage = told["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 10


def test_results_are_told_only_to_those_who_ask(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    response = ask(client, tools=[SEARCH])
    [search, _] = response.output
    assert isinstance(search, ResponseFileSearchToolCall)
    assert search.results is None
    [search, _] = client.responses.retrieve(response.id).output
    assert search.results is None  # type: ignore[union-attr]
    [search, _] = client.responses.retrieve(response.id, include=RESULTS).output
    assert search.results  # type: ignore[union-attr]


def test_a_search_that_finds_nothing_is_told_as_well(client: OpenAI) -> None:
    for said in ("no documents here yet", "do not contain"):
        response = ask(client, tools=[SEARCH], include=RESULTS)
        [search, _] = response.output
        assert isinstance(search, ResponseFileSearchToolCall)
        assert search.results == []
        assert said in response.output_text
        assert text_of(response).annotations == []
        put(client, "owls.txt", "A sentence with no word in common.")


def test_without_the_tool_the_default_store_is_asked_and_no_search_is_told(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    response = ask(client)
    assert response.output_text == "Herons eat frogs and fish. [1]"
    assert [item.type for item in response.output] == ["message"]
    assert text_of(response).annotations


@pytest.mark.asyncio
async def test_the_asynchronous_client_gets_the_same(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    async with asynchronous(client) as other:
        response = await other.responses.create(model="m", input=QUESTION, tools=[SEARCH])
        assert response.output_text == "Herons eat frogs and fish. [1]"
        assert (await other.responses.retrieve(response.id)).output_text == response.output_text
        items = [item async for item in await other.responses.input_items.list(response.id)]
        assert [item.type for item in items] == ["message"]
        await other.responses.delete(response.id)


# --- where is searched


def test_the_stores_of_the_tool_are_searched_together_and_share_its_limit(client: OpenAI) -> None:
    stores = [client.vector_stores.create().id for _ in range(2)]
    for store, bird in zip(stores, ("owls", "hawks"), strict=True):
        for prey in ("mice", "voles", "frogs"):
            put(client, f"{bird}-{prey}.txt", f"Among other things {bird} eat {prey}.", store)
    tool: Any = {"type": "file_search", "vector_store_ids": stores, "max_num_results": 4}
    [search, _] = ask(client, "What do owls and hawks eat?", tools=[tool], include=RESULTS).output
    assert isinstance(search, ResponseFileSearchToolCall)
    assert search.results is not None
    assert len(search.results) == 4
    assert {(result.filename or "").partition("-")[0] for result in search.results} == {"owls", "hawks"}


def test_the_context_budget_holds_over_all_stores_together(new_client: MakeClient) -> None:
    client = new_client(context_tokens=200)
    stores = [client.vector_stores.create().id for _ in range(3)]
    for number, store in enumerate(stores):
        put(client, f"{number}.txt", f"Herons eat frogs, as chapter {number} says. " + "And so on. " * 30, store)
    tool: Any = {"type": "file_search", "vector_store_ids": stores}
    [search, _] = ask(client, tools=[tool], include=RESULTS).output
    assert isinstance(search, ResponseFileSearchToolCall)
    assert search.results is not None
    assert len(search.results) == 1


def test_filters_and_the_threshold_choose_among_passages(client: OpenAI) -> None:
    store = client.vector_stores.create().id
    for year in (1999, 2010):
        file = client.files.create(file=(f"{year}.txt", f"In {year} herons ate frogs.".encode()), purpose="assistants")
        client.vector_stores.files.create_and_poll(file.id, vector_store_id=store, attributes={"year": year})
    tool: Any = {"type": "file_search", "vector_store_ids": [store]}
    later = tool | {"filters": {"type": "gt", "key": "year", "value": 2000}}

    def found(tool: Any) -> list[str]:
        [search, _] = ask(client, "What did herons eat?", tools=[tool], include=RESULTS).output
        assert isinstance(search, ResponseFileSearchToolCall)
        return sorted(result.filename or "" for result in search.results or [])

    assert found(tool) == ["1999.txt", "2010.txt"]
    assert found(later) == ["2010.txt"]
    assert found(tool | {"ranking_options": {"score_threshold": 1.0}}) == []
    assert found(tool | {"ranking_options": {"hybrid_search": {"embedding_weight": 1, "text_weight": 1}}}) != []


def test_a_search_is_left_out_when_no_tool_is_to_be_used(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    response = ask(modelled, tools=[SEARCH], tool_choice="none")
    assert [item.type for item in response.output] == ["message"]
    assert upstream.requests[-1].body["messages"] == [{"role": "user", "content": QUESTION}]


@pytest.mark.parametrize(
    "choice",
    [
        "auto",
        "required",
        {"type": "file_search"},
        {"type": "allowed_tools", "mode": "required", "tools": [{"type": "file_search"}]},
    ],
)
def test_a_search_is_a_tool_call_like_any_other(client: OpenAI, choice: Any) -> None:
    response = ask(client, tools=[SEARCH, WEATHER], tool_choice=choice)
    assert [item.type for item in response.output] == ["file_search_call", "message"]


# --- what is sent


@pytest.mark.parametrize(
    "sent",
    [
        [{"role": "user", "content": QUESTION}],
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": QUESTION}]}],
        [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        [
            {"role": "user", "content": "Hello."},
            {"role": "assistant", "content": "Hello to you."},
            {"role": "user", "content": QUESTION},
        ],
        [
            {
                "type": "message",
                "id": "msg_1",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": "Hi [1].", "annotations": [], "logprobs": None}],
            },
            {"type": "file_search_call", "id": "fs_1", "queries": ["q"], "status": "completed", "results": None},
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": None, "encrypted_content": None},
            {"role": "user", "content": QUESTION},
        ],
    ],
)
def test_input_comes_in_many_forms(client: OpenAI, sent: Any) -> None:
    put(client, "herons.txt", HERON)
    response = ask(client, sent)
    assert response.output_text == "Herons eat frogs and fish. [1]"
    items = client.responses.input_items.list(response.id, order="asc").data
    assert len(items) == len(sent)
    assert all(item.id for item in items)


def test_an_answer_is_sent_back_as_it_came(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    first = ask(client, "How many nests has the largest colony of herons?", tools=[SEARCH], include=RESULTS)
    sent = [item.model_dump() for item in first.output]
    second = ask(client, [{"role": "user", "content": "Hello"}, *sent, {"role": "user", "content": QUESTION}])
    assert second.output_text == "Herons eat frogs and fish. [1]"
    kept = client.responses.input_items.list(second.id, order="asc", include=RESULTS).data
    assert [item.model_dump() for item in kept[1:3]] == sent


def test_a_reference_stands_for_the_item_it_names(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    first = ask(modelled)
    said: Any = {"type": "item_reference", "id": first.output[-1].id}
    ask(modelled, [said, {"id": first.output[-1].id}, {"role": "user", "content": "Are you sure?"}])
    answer = "Herons eat frogs and fish [1]."
    assert heard(upstream) == [("assistant", answer), ("assistant", answer), ("user", "Are you sure?")]
    with pytest.raises(openai.NotFoundError, match="msg_nope"):
        ask(modelled, [{"type": "item_reference", "id": "msg_nope"}])


def test_instructions_are_for_one_turn(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    first = ask(modelled, instructions="Answer in rhymes.")
    assert first.instructions == "Answer in rhymes."
    assert heard(upstream) == [("system", "Answer in rhymes."), ("user", QUESTION)]
    ask(modelled, "And owls?", previous_response_id=first.id)
    assert heard(upstream) == [
        ("user", QUESTION),
        ("assistant", "Herons eat frogs and fish [1]."),
        ("user", "And owls?"),
    ]


def test_pictures_and_files_that_are_sent_reach_the_model(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    parts = [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": pixel}]
    asked: Any = [{"role": "user", "content": parts}]
    response = ask(modelled, asked)
    [_, picture] = upstream.requests[-1].body["messages"][-1]["content"]
    assert picture["image_url"]["url"] == pixel
    item: Any
    [item] = modelled.responses.input_items.list(response.id).data
    assert item.content[1].image_url == pixel
    with pytest.raises(openai.BadRequestError, match="extractive") as refused:
        modelled.responses.create(model="extractive", input=asked)
    assert refused.value.param == "input[0].content[1]"


# --- what is refused


@pytest.mark.parametrize(
    ("options", "param", "said"),
    [
        ({"tools": [{"type": "web_search"}]}, "tools", "not searched from here"),
        ({"tools": [{"type": "mcp", "server_label": "x"}]}, "tools", "MCP"),
        ({"tools": [SEARCH, SEARCH]}, "tools", "in one"),
        ({"tools": [SEARCH | {"max_num_results": 51}]}, "tools[0].max_num_results", "50"),
        ({"tools": [{"type": "function", "name": "a b"}]}, "tools[0].name", "pattern"),
        ({"tool_choice": "required"}, "tool_choice", "none is offered"),
        ({"tool_choice": {"type": "function", "name": "nope"}}, "tool_choice", "nope"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice", "file_search"),
        ({"tool_choice": "sometimes"}, "tool_choice", "auto"),
        ({"max_output_tokens": 3}, "max_output_tokens", "16"),
        ({"temperature": 3}, "temperature", "2"),
        ({"include": ["everything"]}, "include[0]", "file_search_call.results"),
        ({"metadata": {"a": "b" * 600}}, "metadata.a", "512"),
        ({"extra_body": {"colour": "red"}}, "colour", "Unknown"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format", "schema"),
        ({"background": True, "store": False}, "store", "background"),
        (
            {"previous_response_id": "resp_nope"},
            "previous_response_id",
            "Previous response with id 'resp_nope' not found",
        ),
        ({"previous_response_id": "resp_1", "conversation": "conv_1"}, "previous_response_id", "not both"),
        ({"input": [{"type": "web_search_call"}]}, "input[0]", "the type of an item"),
        ({"input": [{"role": "user", "content": [{"type": "audio"}]}]}, "input[0].content[0]", "the type of a part"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "http://127.0.0.1/a.pdf"}]}]},
            "input[0].content[0]",
            "no address is followed",
        ),
        ({"input": [{"role": "robot", "content": "x"}]}, "input[0].role", "assistant"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}, "input", "No tool call found"),
        ({"input": [{"type": "compaction", "encrypted_content": "eA=="}]}, "input", "encrypted_content"),
    ],
)
def test_what_cannot_be_done_is_refused(client: OpenAI, options: Any, param: str, said: str) -> None:
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError, match=said) as refused:
            client.responses.create(**{"model": "m", "input": QUESTION, "stream": stream, **options})
        assert refused.value.param == param


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"tools": [WEATHER], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": {"type": "function", "name": "weather"}}, "tool_choice"),
        ({"text": {"format": {"type": "json_object"}}}, "text.format"),
        ({"top_logprobs": 2}, "top_logprobs"),
    ],
)
def test_what_the_extractive_model_cannot_honour_is_refused(client: OpenAI, options: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError, match="extractive") as refused:
        ask(client, **options)
    assert refused.value.param == param


def test_a_store_or_a_conversation_that_does_not_exist_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        ask(client, tools=[{"type": "file_search", "vector_store_ids": ["vs_nope"]}])
    with pytest.raises(openai.NotFoundError, match="conv_nope"):
        ask(client, conversation="conv_nope")


def test_the_calls_of_an_answer_that_comes_whole_need_no_numbers() -> None:
    writer = Writer(
        KeptResponse("resp_1", 1, ResponseState.RUNNING, "m", {}, usage(1)), lambda file_id, part="content": file_id
    )
    calls = [{"id": f"call_{name}", "function": {"name": name, "arguments": "{}"}} for name in "fg"]
    for event in (events.Delta(0, "", {"tool_calls": calls}), events.Finished(0, "tool_calls", [])):
        list(writer.tell(event))
    called = [(item["call_id"], item["name"], item["arguments"], item["status"]) for item in writer.response.output]
    assert called == [("call_f", "f", "{}", "completed"), ("call_g", "g", "{}", "completed")]
