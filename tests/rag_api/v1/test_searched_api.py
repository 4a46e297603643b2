"""What is searched, and what is answered without the documents; word for word what a language model is told."""

from collections.abc import Mapping
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from ingest.records.store_files import State
from tests.corpora import put as put_into_corpus
from tests.official_client import MakeClient, corpus_of, http_of, put
from tests.scripted_upstream import Finish, ScriptedUpstream, Text

QUESTION = "What do herons eat?"
HERON = "Grey herons nest in colonies.\n\nHerons eat frogs and fish."
TITLE = "Provide a concise, 5-word-or-less title for the conversation, in title case.\n\nUser: What do herons eat?"
OPEN_WEBUI = (
    '### Task:\n{}\n### Output:\nJSON format: {{ "{}": ... }}\n### Chat History:\n'
    "<chat_history>\nUSER: Hello! What do the herons eat?\nASSISTANT: Frogs.\n</chat_history>"
)
TALK: list[Any] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": QUESTION},
    {"role": "assistant", "content": "Frogs and fish. [1]"},
]

Told = tuple[str, Mapping[str, str], list[dict[str, Any]]]
"""What was answered, the headers, and the items or chunks."""


@pytest.fixture
def upstream(scripted_upstream: ScriptedUpstream) -> ScriptedUpstream:
    scripted_upstream.script = (Text("As I "), Text("was told."))
    return scripted_upstream


@pytest.fixture
def empty(new_client: MakeClient, upstream: ScriptedUpstream) -> OpenAI:
    """A client of a server with a language model and no documents."""
    return new_client(openai_base_url=upstream.base_url, model="scripted")


@pytest.fixture
def modelled(empty: OpenAI) -> OpenAI:
    put(empty, "herons.txt", HERON)
    return empty


def said_to(upstream: ScriptedUpstream) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = upstream.requests[-1].body["messages"]
    return messages


def ask(client: OpenAI, wire: str, messages: list[Any], stream: bool = False, **options: Any) -> tuple[Any, str]:
    """The message, and the header that tells of the search."""
    options = {"model": "scripted", **options}
    if wire == "chat":
        raw: Any = client.chat.completions.with_raw_response
        reply = raw.create(messages=messages, stream=stream, **options)
        header = reply.headers["x-rag-searched"]
        if not stream:
            return reply.parse().choices[0].message, header
        with client.chat.completions.stream(messages=messages, **options) as chunks:
            assert chunks._response.headers["x-rag-searched"] == header
            return chunks.get_final_completion().choices[0].message, header
    raw = client.responses.with_raw_response
    reply = raw.create(input=messages, stream=stream, **options)
    header = reply.headers["x-rag-searched"]
    if not stream:
        return reply.parse(), header
    events = list(reply.parse())
    return events[-1].response, header


def text(answer: Any) -> str:
    """Of a chat's message, or of a response."""
    return str(answer.output_text if hasattr(answer, "output_text") else answer.content)


def nearest(answer: Any) -> Any:
    """What is beside the annotations; None if nothing is."""
    message = answer.output[-1] if hasattr(answer, "output") else answer
    return (message.model_extra or {}).get("nearest")


both_wires = pytest.mark.parametrize("wire", ["chat", "responses"])
both_ways = pytest.mark.parametrize("stream", [False, True])


@both_wires
@both_ways
def test_where_there_are_no_documents_the_request_goes_on_as_it_came(
    empty: OpenAI, upstream: ScriptedUpstream, wire: str, stream: bool
) -> None:
    messages = [*TALK, {"role": "user", "content": "What is FastAPI?"}]
    answer, searched = ask(empty, wire, messages, stream)
    assert (text(answer), searched) == ("As I was told.", "none; reason=empty")
    assert said_to(upstream) == messages
    assert nearest(answer) is None

    put(empty, "herons.txt", HERON)
    assert ask(empty, wire, messages, stream)[1] == "stores"
    assert said_to(upstream)[0]["content"].startswith("You answer questions from the user's documents.")
    assert said_to(upstream)[1:] == messages


@both_wires
@both_ways
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Hello!", "small_talk"),
        ("Vielen Dank!", "small_talk"),
        ("Translate your last answer into French", "conversation"),
        ("shorter please", "conversation"),
        (TITLE, "client_task"),
        (OPEN_WEBUI.format("Generate a concise, 3-5 word title.", "title"), "client_task"),
    ],
)
def test_what_is_no_question_to_documents_goes_on_as_it_came(
    modelled: OpenAI, upstream: ScriptedUpstream, wire: str, stream: bool, said: str, reason: str
) -> None:
    messages = [*TALK, {"role": "user", "content": said}]
    answer, searched = ask(modelled, wire, messages, stream)
    assert (text(answer), searched) == ("As I was told.", f"none; reason={reason}")
    assert said_to(upstream) == messages
    assert nearest(answer) is None


@both_wires
@pytest.mark.parametrize(
    "said", ["What is FastAPI?", "Translate the title of chapter 3", "thanks, and what do they eat?"]
)
def test_what_the_documents_could_answer_is_told_to_use_them_only(
    modelled: OpenAI, upstream: ScriptedUpstream, wire: str, said: str
) -> None:
    _, searched = ask(modelled, wire, [*TALK, {"role": "user", "content": said}])
    assert searched == "stores"
    assert "Use the sources above only" in said_to(upstream)[0]["content"]


def test_what_continues_a_response_may_rework_its_answer(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    first = modelled.responses.create(model="scripted", input=QUESTION)
    raw = modelled.responses.with_raw_response.create(
        model="scripted", input="shorter please", previous_response_id=first.id
    )
    assert raw.headers["x-rag-searched"] == "none; reason=conversation"
    assert [message["content"] for message in said_to(upstream)] == [QUESTION, "As I was told.", "shorter please"]
    alone = modelled.responses.with_raw_response.create(model="scripted", input="shorter please")
    assert alone.headers["x-rag-searched"] == "stores"


def test_the_tool_searches_for_questions_and_when_it_has_to(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    search: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}

    def kinds(said: str, **options: Any) -> list[str]:
        response = modelled.responses.create(model="scripted", input=said, tools=[search], **options)
        return [item.type for item in response.output]

    assert kinds(QUESTION) == ["file_search_call", "message"]
    assert kinds("Hello!") == ["message"]
    assert kinds("Hello!", tool_choice={"type": "file_search"}) == ["file_search_call", "message"]
    assert kinds("Hello!", tool_choice="required") == ["file_search_call", "message"]
    assert "<source" in said_to(upstream)[0]["content"]


def test_a_response_in_the_background_tells_of_its_search_at_once(modelled: OpenAI) -> None:
    for said, searched in ((QUESTION, "stores"), ("Hello!", "none; reason=small_talk")):
        raw = modelled.responses.with_raw_response.create(model="scripted", input=said, background=True)
        assert raw.headers["x-rag-searched"] == searched


@pytest.mark.one_server("it stops the worker")
def test_a_file_that_is_not_read_yet_is_no_document(empty: OpenAI) -> None:
    corpus = corpus_of(empty)
    corpus.worker.stop()
    file = put_into_corpus(corpus, "herons.txt", HERON)
    assert corpus.store_files.get("vs_default", file.id).state is State.PENDING
    assert not corpus.store_files.searchable(["vs_default"])


@both_wires
@both_ways
def test_a_question_that_comes_before_the_documents_are_read_is_told_so(
    new_client: MakeClient, wire: str, stream: bool
) -> None:
    client = new_client()
    corpus = corpus_of(client)
    corpus.worker.stop()
    put_into_corpus(corpus, "herons.txt", HERON)
    answer, searched = ask(client, wire, [{"role": "user", "content": QUESTION}], stream, model="extractive")
    said = "The documents here are still being read. Ask again in a moment."
    assert (text(answer), searched) == (said, "none; reason=unread")


@both_wires
@both_ways
def test_a_question_about_documents_that_could_not_be_read_is_told_so(
    new_client: MakeClient, wire: str, stream: bool
) -> None:
    client = new_client()
    assert put(client, "none.pdf", "no PDF").status == "failed"
    question = [{"role": "user", "content": QUESTION}]
    answer, searched = ask(client, wire, question, stream, model="extractive")
    said = "The documents here could not be read. The list of files, or rag-ingest status, says why."
    assert (text(answer), searched) == (said, "none; reason=unreadable")
    put(client, "herons.txt", HERON)
    answer, searched = ask(client, wire, question, stream, model="extractive")
    assert "frogs and fish" in text(answer) and searched == "stores"


def test_a_file_that_is_read_again_or_taken_out(empty: OpenAI) -> None:
    file = put(empty, "herons.txt", HERON)
    searchable = corpus_of(empty).store_files.searchable
    assert searchable(["vs_nope", "vs_default"])
    assert not searchable(["vs_nope"])
    with corpus_of(empty).database.write() as connection:  # as `rag-ingest reindex --outdated` does
        connection.exec_driver_sql("UPDATE store_files SET state = 'pending'")
    assert searchable(["vs_default"])
    with corpus_of(empty).database.write() as connection:
        connection.exec_driver_sql("UPDATE store_files SET state = 'done'")
    empty.vector_stores.files.delete(file.id, vector_store_id="vs_default")
    assert not searchable(["vs_default"])


def test_a_page_of_another_origin_may_read_what_was_searched(new_client: MakeClient) -> None:
    http = http_of(new_client(cors_origins=["http://localhost:3000"]))
    body = {"messages": [{"role": "user", "content": QUESTION}]}
    reply = http.post("/v1/chat/completions", json=body, headers={"origin": "http://localhost:3000"})
    assert reply.headers["x-rag-searched"] == "none; reason=empty"
    assert "x-rag-searched" in reply.headers["access-control-expose-headers"]


# --- no stores at all


@both_wires
@both_ways
def test_a_plain_model_answers_without_documents(
    modelled: OpenAI, upstream: ScriptedUpstream, wire: str, stream: bool
) -> None:
    messages = [*TALK, {"role": "user", "content": QUESTION}]
    answer, searched = ask(modelled, wire, messages, stream, model="plain:scripted")
    assert (text(answer), searched) == ("As I was told.", "none; reason=unasked")
    assert said_to(upstream) == messages
    assert upstream.requests[-1].body["model"] == "scripted"


def test_a_plain_model_is_listed_where_there_is_a_language_model(
    modelled: OpenAI, upstream: ScriptedUpstream, client: OpenAI
) -> None:
    upstream.by_model["org/other:7b"] = (Text("Other."),)
    names = [model.id for model in modelled.models.list()]
    assert names == ["scripted", "org/other:7b", "extractive", "rag:default", "plain:scripted", "plain:org/other:7b"]
    assert modelled.models.retrieve("plain:org/other:7b").id == "plain:org/other:7b"
    assert not [model.id for model in client.models.list() if model.id.startswith("plain:")]
    answer, _ = ask(modelled, "chat", [{"role": "user", "content": QUESTION}], model="plain:org/other:7b")
    assert text(answer) == "Other."


def test_a_plain_model_that_nobody_serves_is_not_found(
    modelled: OpenAI, upstream: ScriptedUpstream, client: OpenAI
) -> None:
    messages: Any = [{"role": "user", "content": QUESTION}]
    for asked, name in ((modelled, "nope"), (modelled, "extractive"), (modelled, ""), (client, "scripted")):
        for call in (
            lambda asked=asked, name=name: ask(asked, "chat", messages, model=f"plain:{name}"),
            lambda asked=asked, name=name: ask(asked, "responses", messages, True, model=f"plain:{name}"),
            lambda asked=asked, name=name: asked.models.retrieve(f"plain:{name}"),
        ):
            with pytest.raises(openai.NotFoundError, match=f"No language model of the name '{name}'") as error:
                call()
            assert (error.value.code, error.value.param) == ("model_not_found", "model")
    assert upstream.requests == [seen for seen in upstream.requests if seen.path.endswith("/models")]


def test_a_name_is_looked_up_at_the_server_once(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    upstream.by_model["other"] = upstream.by_model["tagged:latest"] = (Text("Other."),)
    for _ in range(3):
        ask(modelled, "chat", TALK[:2], model="plain:other")
    assert [seen.path for seen in upstream.requests].count("/v1/models") == 1
    with pytest.raises(openai.NotFoundError):
        ask(modelled, "chat", TALK[:2], model="plain:tagge")
    ask(modelled, "chat", TALK[:2], model="plain:tagged")


@both_wires
@both_ways
def test_an_empty_list_of_stores_means_none(
    modelled: OpenAI, upstream: ScriptedUpstream, wire: str, stream: bool
) -> None:
    tools = [{"type": "file_search", "vector_store_ids": []}]
    messages = [*TALK, {"role": "user", "content": QUESTION}]
    either: list[dict[str, Any]] = [{"tools": tools}, {"extra_body": {"vector_store_ids": []}}]
    for options in either:
        if wire == "responses" and "tools" not in options:
            continue
        answer, searched = ask(modelled, wire, messages, stream, **options)
        assert (text(answer), searched) == ("As I was told.", "none; reason=unasked")
        assert said_to(upstream) == messages
        assert "tools" not in upstream.requests[-1].body
        assert [item.type for item in getattr(answer, "output", [])] in ([], ["message"])


def test_an_empty_list_goes_with_a_model_that_searches_nothing_only(modelled: OpenAI) -> None:
    messages: Any = [{"role": "user", "content": QUESTION}]
    nothing: dict[str, Any] = {"extra_body": {"vector_store_ids": []}}
    assert ask(modelled, "chat", messages, model="plain:scripted", **nothing)[1] == "none; reason=unasked"
    with pytest.raises(openai.BadRequestError, match="names a store already"):
        ask(modelled, "chat", messages, model="rag:default", **nothing)
    with pytest.raises(openai.BadRequestError, match="answers without documents"):
        ask(modelled, "chat", messages, model="plain:scripted", extra_body={"vector_store_ids": ["vs_default"]})
    with pytest.raises(openai.BadRequestError, match="with a store among the tools"):
        search: Any = {"type": "file_search", "vector_store_ids": []}
        modelled.responses.create(model="scripted", input=QUESTION, tools=[search], tool_choice={"type": "file_search"})


def test_functions_have_to_be_called_though_the_search_is_in_no_store(
    modelled: OpenAI, upstream: ScriptedUpstream
) -> None:
    function: Any = {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": False}
    modelled.responses.create(model="plain:scripted", input=QUESTION, tools=[function], tool_choice="required")
    assert upstream.requests[-1].body["tool_choice"] == "required"


# --- grounding


def test_an_open_model_may_add_what_it_knows(new_client: MakeClient, upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=upstream.base_url, model="scripted", grounding="open")
    put(client, "herons.txt", HERON)
    for wire in ("chat", "responses"):
        answer, _ = ask(client, wire, [{"role": "user", "content": "What is FastAPI?"}])
        told = said_to(upstream)[0]["content"]
        assert (
            "you may answer from your own knowledge: say that it\n  is not from the documents, and cite nothing" in told
        )
        assert "Use the sources above only" not in told
        assert nearest(answer) is None
        built_in, _ = ask(client, wire, [{"role": "user", "content": "What is FastAPI?"}], model="extractive")
        assert nearest(built_in) == []


# --- no answer


@both_wires
@both_ways
def test_an_answer_that_cites_nothing_comes_with_the_nearest_passages(
    modelled: OpenAI, upstream: ScriptedUpstream, wire: str, stream: bool
) -> None:
    file = put(modelled, "owls.txt", "Owls hunt at night, over fields. " * 30 + "\fWhat owls eat is mice.")
    question = [{"role": "user", "content": "Which mice do owls eat?"}]
    answer, _ = ask(modelled, wire, question, stream)
    first, *_ = nearest(answer)
    assert (first["file_id"], first["filename"], first["page"]) == (file.id, "owls.txt", None)
    assert 0 < first["score"] <= 1
    assert first["text"].endswith("What owls eat is mice")
    assert len(first["text"]) <= 300
    assert [near["filename"] for near in nearest(answer)] == ["owls.txt", "herons.txt"]
    annotated = answer.output[-1].content[0] if wire == "responses" else answer
    assert not annotated.annotations

    upstream.script = (Text("Owls eat mice [1]."),)
    cited, _ = ask(modelled, wire, question, stream)
    assert nearest(cited) is None
    upstream.script = (Text("Owls eat"), Finish("length"))
    cut, _ = ask(modelled, wire, question)
    assert nearest(cut) is None


@both_wires
@both_ways
@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Who was the first president of the herons' club?",
            "The documents do not contain an answer to this question.",
        ),
        ("Wer war der erste Präsident der herons?", "Die Dokumente enthalten keine Antwort auf diese Frage."),
    ],
)
def test_the_built_in_model_says_no_and_shows_the_nearest_passages(
    client: OpenAI, wire: str, stream: bool, question: str, sentence: str
) -> None:
    put(client, "herons.txt", HERON)
    answer, _ = ask(client, wire, [{"role": "user", "content": question}], stream)
    assert text(answer) == sentence
    [near] = nearest(answer)
    assert (near["filename"], near["page"]) == ("herons.txt", None)
    assert near["text"].startswith("Grey herons nest in colonies. Herons eat")
    assert nearest(ask(client, wire, [{"role": "user", "content": QUESTION}], stream)[0]) is None


@both_wires
@both_ways
def test_the_built_in_model_shows_what_may_be_the_answer_with_citations_and_the_nearest_passages(
    new_client: MakeClient, wire: str, stream: bool
) -> None:
    client = new_client(min_confidence=0.9)
    put(client, "herons.txt", "The old mill of Trent was sold to a baker. He lived there with his family. " + HERON)
    question = "Who sold the lovely mill of Trent yesterday?"
    answer, _ = ask(client, wire, [{"role": "user", "content": question}], stream)
    assert text(answer).startswith("I am not sure that this answers the question:\nThe old mill of Trent")
    annotated = answer.output[-1].content[0] if wire == "responses" else answer
    assert annotated.annotations
    assert [near["filename"] for near in nearest(answer)] == ["herons.txt"]


def test_the_nearest_passages_are_in_the_last_chunk_and_in_what_is_kept(client: OpenAI) -> None:
    put(client, "herons.txt", HERON)
    asked: Any = {"model": "m", "messages": [{"role": "user", "content": "Who founded the herons' club?"}]}
    chunks = list(client.chat.completions.create(**asked, stream=True, store=True))
    [last] = [chunk for chunk in chunks if chunk.choices[0].finish_reason]
    [near] = (last.choices[0].delta.model_extra or {})["nearest"]
    kept = client.chat.completions.retrieve(chunks[0].id)
    assert (kept.choices[0].message.model_extra or {})["nearest"] == [near]

    response = client.responses.create(model="m", input="Who founded the herons' club?")
    assert nearest(client.responses.retrieve(response.id)) == [near]
    sent_back: Any = [*response.output, {"role": "user", "content": QUESTION}]
    assert client.responses.create(model="m", input=sent_back).output_text == "Herons eat frogs and fish. [1]"


# --- the built-in model


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Hello!", "I answer from your documents. Ask me something about them."),
        ("Translate your last answer into French", "I quote from your documents, and cannot translate"),
        ("Übersetze deine letzte Antwort", "Ich zitiere aus Ihren Dokumenten und kann Gesagtes nicht übersetzen"),
        (TITLE, "What do herons eat"),
        (OPEN_WEBUI.format("Generate a concise, 3-5 word title.", "title"), '{"title": "What do the herons eat"}'),
        (OPEN_WEBUI.format("Generate 1-3 broad tags.", "tags"), '{"tags": []}'),
        (OPEN_WEBUI.format("Suggest 3-5 relevant follow-up questions.", "follow_ups"), '{"follow_ups": []}'),
        (OPEN_WEBUI.format("Are search queries needed?", "queries"), '{"queries": ["Hello! What do the herons eat?"]}'),
        (OPEN_WEBUI.format("You are an autocompletion system.", "text"), '{"text": ""}'),
    ],
)
def test_the_built_in_model_does_what_it_can(client: OpenAI, said: str, answer: str) -> None:
    put(client, "herons.txt", HERON)
    for wire in ("chat", "responses"):
        told, searched = ask(client, wire, [{"role": "user", "content": said}])
        assert text(told).startswith(answer)
        assert searched.startswith("none; reason=")


def test_the_built_in_model_says_that_there_are_no_documents_yet(http: TestClient, client: OpenAI) -> None:
    for wire in ("chat", "responses"):
        told, searched = ask(client, wire, [{"role": "user", "content": "Wie hoch ist die Prüfgebühr?"}])
        assert searched == "none; reason=empty"
        assert text(told).startswith("Hier sind noch keine Dokumente.")
        assert nearest(told) is None


@pytest.mark.parametrize(
    ("content", "question", "said"),
    [
        (
            "Clean the carburetor of the engine once a year.",
            "How often do I clean the carburettor?",
            "Shown for “carburetor”:\nClean the carburetor of the engine once a year. [1]",
        ),
        (
            "Die Bibliothek öffnet um neun Uhr.",
            "Wann öffnet die Biblothek?",
            "Angezeigt für „Bibliothek“:\nDie Bibliothek öffnet um neun Uhr. [1]",
        ),
        (
            "Библиотека открыта с девяти часов утра.",
            "Со скольких часов открыта библеотека?",
            "Показано для «Библиотека»:\nБиблиотека открыта с девяти часов утра. [1]",
        ),
    ],
)
@pytest.mark.parametrize("wire", ["chat", "responses"])
def test_an_answer_says_which_word_it_was_found_by_in_place_of_one_that_no_document_has(
    client: OpenAI, wire: str, content: str, question: str, said: str
) -> None:
    put(client, "a.txt", content)
    put(client, "herons.txt", HERON)
    answered, _ = ask(client, wire, [{"role": "user", "content": question}], model="extractive")
    assert text(answered) == said
    known, _ = ask(client, wire, [{"role": "user", "content": QUESTION}], model="extractive")
    assert text(known) == "Herons eat frogs and fish. [1]"


def test_a_language_model_is_told_which_word_was_taken_for_one_that_no_document_has(
    modelled: OpenAI, upstream: ScriptedUpstream
) -> None:
    put(modelled, "a.txt", "Clean the carburetor of the engine once a year.")
    ask(modelled, "chat", [{"role": "user", "content": "How often do I clean the carburettor?"}])
    told = 'No document has the word "carburettor"; the search took "carburetor" for it.'
    assert told in said_to(upstream)[0]["content"]
    ask(modelled, "chat", [{"role": "user", "content": QUESTION}])
    assert "No document has the word" not in said_to(upstream)[0]["content"]
