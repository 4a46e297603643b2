"""`/v1/chat/completions` with the built-in extractive model, through the official client."""

import re
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessage

from tests.ingest.convert.pdf_files import pdf
from tests.official_client import MakeClient, put
from tests.scripted_upstream import ScriptedUpstream, Text

HERON = "Grey herons nest in colonies.\n\nThe largest colony in Europe has 1,200 nests.\n\nHerons eat frogs and fish."


def ask(client: OpenAI, question: str, **options: Any) -> ChatCompletionMessage:
    asked: Any = [{"role": "user", "content": question}]
    completion: ChatCompletion = client.chat.completions.create(model="gpt-4o", messages=asked, **options)
    return completion.choices[0].message


def test_an_answer_cites_the_words_it_comes_from(client: OpenAI) -> None:
    file = put(client, "herons.txt", HERON)

    message = ask(client, "How many nests has the largest colony?")

    assert message.content == "The largest colony in Europe has 1,200 nests. [1]"
    assert message.annotations
    [citation] = message.annotations
    where = citation.url_citation
    assert message.content[where.start_index : where.end_index] == "[1]"
    assert where.title == "herons.txt"
    assert where.url == f"http://testserver/v1/files/{file.id}/content"
    assert citation.model_extra == {
        "file_id": file.id,
        "filename": "herons.txt",
        "page_start": None,
        "page_end": None,
        "quote": "The largest colony in Europe has 1,200 nests.",
        "attributes": {},
        "vector_store_id": "vs_default",
        "chunk_start": 0,
        "chunk_end": 0,
    }


def test_a_streamed_answer_is_the_same_answer(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    whole = ask(client, "What do herons eat?")
    stream = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "What do herons eat?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)

    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == whole.content
    assert len(chunks) > 5
    annotated = [
        i for i, chunk in enumerate(chunks[:-1]) if "annotations" in (chunk.choices[0].delta.model_extra or {})
    ]
    assert annotated == [len(chunks) - 3]  # then the reason for the end, then the usage
    extra = chunks[annotated[0]].choices[0].delta.model_extra
    assert extra is not None
    assert whole.annotations is not None
    assert extra["annotations"] == [citation.model_dump() for citation in whole.annotations]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == chunks[-1].usage.prompt_tokens + chunks[-1].usage.completion_tokens


def test_the_clients_own_stream_helper_reads_it(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    with client.chat.completions.stream(
        model="gpt-4o", messages=[{"role": "user", "content": "What do herons eat?"}]
    ) as stream:
        completion = stream.get_final_completion()
    assert completion.choices[0].message.content == "Herons eat frogs and fish. [1]"


def test_usage_is_told_and_only_when_asked_for_in_a_stream(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    messages: Any = [{"role": "user", "content": "What do herons eat?"}]
    usage = client.chat.completions.create(model="m", messages=messages).usage
    assert usage is not None
    assert usage.completion_tokens > 5
    for chunk in client.chat.completions.create(model="m", messages=messages, stream=True):
        assert chunk.usage is None
        assert len(chunk.choices) == 1


def test_what_the_documents_do_not_hold_is_not_answered(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    message = ask(client, "What is the capital of Mongolia?")
    assert message.content == "The documents do not contain an answer to this question."
    assert message.annotations is None


def test_an_empty_store_is_no_error(client: OpenAI) -> None:
    assert "no documents here yet" in (ask(client, "What do herons eat?").content or "")


def test_the_stores_that_a_request_names_are_searched_and_no_others(client: OpenAI) -> None:
    store = client.vector_stores.create()
    put(client, "herons.txt", HERON)
    put(client, "owls.txt", "Owls eat mice.", store.id)
    tool: Any = {"type": "file_search", "vector_store_ids": [store.id]}

    for options in ({"tools": [tool]}, {"extra_body": {"vector_store_ids": [store.id]}}):
        assert (ask(client, "What do owls eat?", **options).content or "").startswith("Owls eat mice")
        assert "do not contain" in (ask(client, "How many nests has the largest colony?", **options).content or "")


def test_filters_and_the_threshold_of_the_tool_choose_among_passages(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Text("They ate frogs."),)
    client = new_client(openai_base_url=scripted_upstream.base_url)
    store = client.vector_stores.create().id
    for year in (1999, 2010):
        file = client.files.create(file=(f"{year}.txt", f"In {year} herons ate frogs.".encode()), purpose="assistants")
        client.vector_stores.files.create_and_poll(file.id, vector_store_id=store, attributes={"year": year})

    def told(**options: Any) -> set[str]:
        """The files whose passages the language model was given."""
        tool: Any = {"type": "file_search", "vector_store_ids": [store], **options}
        ask(client, "What did herons eat?", tools=[tool])
        return set(re.findall(r'file="(.*?)"', str(scripted_upstream.requests[-1].body["messages"])))

    assert told() == {"1999.txt", "2010.txt"}
    assert told(filters={"type": "gt", "key": "year", "value": 2000}) == {"2010.txt"}
    assert told(ranking_options={"score_threshold": 1.0}) == set()
    assert told(ranking_options={"hybrid_search": {"embedding_weight": 1, "text_weight": 1}}) != set()


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"vector_store_ids": "vs_default"}, "tools[0].vector_store_ids"),
        ({"max_num_results": 51}, "tools[0].max_num_results"),
        ({"filters": {"type": "eq", "key": "year", "value": [1]}}, "tools[0].filters.value"),
        ({"ranking_options": {"score_threshold": 2}}, "tools[0].ranking_options.score_threshold"),
        ({"ranking_options": {"hybrid_search": {"embedding_weight": 1, "text_weight": 0}}}, "tools"),
        ({"nonsense": 1}, "tools[0].nonsense"),
    ],
)
def test_a_tool_that_cannot_be_understood_is_refused(client: OpenAI, options: Any, param: str) -> None:
    tool: Any = {"type": "file_search", "vector_store_ids": ["vs_default"], **options}
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, "What?", tools=[tool])
    assert refused.value.param == param


def test_a_store_that_does_not_exist_is_not_found(client: OpenAI) -> None:
    for stream in (False, True):
        with pytest.raises(openai.NotFoundError, match="vs_nope"):
            ask(client, "What?", stream=stream, extra_body={"vector_store_ids": ["vs_nope"]})


def test_a_follow_up_finds_what_it_refers_to(client: OpenAI) -> None:
    put(client, "herons.txt", "The grey heron weighs up to two kilograms. It has a wingspan of 195 cm.")
    put(client, "owls.txt", "The barn owl has a wingspan of 90 cm.")
    answer = client.chat.completions.create(
        model="m",
        messages=[
            {"role": "user", "content": "How much does a grey heron weigh?"},
            {"role": "assistant", "content": "Up to two kilograms."},
            {"role": "user", "content": "And what is its wingspan?"},
        ],
    )
    assert "195 cm" in (answer.choices[0].message.content or "")


def test_max_tokens_stop_and_n_are_obeyed(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    messages: Any = [{"role": "user", "content": "What do herons eat?"}]
    cut = client.chat.completions.create(model="m", messages=messages, max_tokens=3).choices[0]
    assert cut.finish_reason == "length"
    assert "Herons eat frogs and fish.".startswith((cut.message.content or "-").strip())
    stopped = client.chat.completions.create(model="m", messages=messages, stop=[" and"]).choices[0]
    assert (stopped.message.content, stopped.finish_reason) == ("Herons eat frogs", "stop")
    three = client.chat.completions.create(model="m", messages=messages, n=3).choices
    assert [choice.index for choice in three] == [0, 1, 2]
    assert {choice.message.content for choice in three} == {"Herons eat frogs and fish. [1]"}


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"logit_bias": {"1": 5}}, "logit_bias"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"reasoning_effort": "low"}, "reasoning_effort"),
        ({"extra_body": {"top_k": 3}}, "top_k"),
    ],
)
def test_what_the_extractive_model_cannot_honour_is_refused(client: OpenAI, options: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError, match="extractive") as refused:
        ask(client, "What do herons eat?", **options)
    assert refused.value.param == param


@pytest.mark.parametrize("name", ["filters", "max_num_results", "ranking_options"])
def test_what_belongs_to_the_search_is_said_to_belong_there(client: OpenAI, name: str) -> None:
    with pytest.raises(openai.BadRequestError, match="put it into the tool") as refused:
        ask(client, "What do herons eat?", extra_body={name: {}})
    assert refused.value.param == name


def test_what_it_honours_by_nature_is_taken(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    message = ask(
        client,
        "What do herons eat?",
        temperature=0.2,
        top_p=0.9,
        seed=7,
        user="me",
        tools=[{"type": "function", "function": {"name": "f"}}],
        tool_choice="auto",
        response_format={"type": "text"},
    )
    assert message.content == "Herons eat frogs and fish. [1]"


def test_page_numbers_are_those_of_the_words(client: OpenAI) -> None:
    from pathlib import Path

    [pdf] = (Path(__file__).parents[3] / "data" / "samples").glob("*.pdf")
    file = client.files.create(file=pdf, purpose="assistants")
    client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=50)
    message = ask(client, "What does Harrison's H4 look like and how large is it?")
    assert message.annotations
    for citation in message.annotations:
        extra = citation.model_extra or {}
        assert citation.url_citation.url.endswith(f"#page={extra['page_start']}")
        assert extra["page_start"] > 1


def test_each_quote_stands_on_the_page_that_is_named(client: OpenAI) -> None:
    names = ["Alba", "Bruno", "Clio", "Dario", "Elsa", "Fosco", "Gilda", "Horst", "Irma", "Jonas", "Kira", "Ludwig"]
    filler = "It was a quiet day, the reeds stood still, and nobody came by. " * 12
    pages = [f"The heron {name} was seen. {filler} In the evening {name} had eels for dinner." for name in names]
    file = client.files.create(file=("herons.pdf", pdf(*pages)), purpose="assistants")
    client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=50)
    assert len(client.vector_stores.search("vs_default", query="heron", max_num_results=50).data) > 2
    for name in names:
        message = ask(client, f"What did {name} have for dinner?")
        assert f"{name} had eels for dinner" in (message.content or "")
        for citation in message.annotations or []:
            extra = citation.model_extra or {}
            assert extra["page_start"] == extra["page_end"] == names.index(name) + 1
            assert " ".join(extra["quote"].split()) in " ".join(pages[extra["page_start"] - 1].split())
