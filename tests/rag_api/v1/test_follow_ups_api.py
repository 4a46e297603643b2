"""Follow-up questions, and what a language model may be asked beside the question: a query, an order of passages."""

from collections.abc import Sequence
from typing import Any

import pytest
from openai import OpenAI

from rag_api.answer.model.reranking import order
from tests.official_client import MakeClient, put
from tests.scripted_upstream import Fail, Script, ScriptedUpstream, Step, Text

BIRDS = {
    "herons.txt": "Grey herons breed in colonies in tall trees. They eat frogs and fish.",
    "owls.txt": "Tawny owls breed in holes of old trees. They eat mice.",
    "storks.txt": "White storks breed on roofs. They eat frogs.",
}
FOLLOW_UP: Any = [
    {"role": "user", "content": "Where do tawny owls breed?"},
    {"role": "assistant", "content": "In holes of old trees [1]."},
    {"role": "user", "content": "And what do they eat?"},
]
ANSWER: Script = (Text("Mice [1]."),)


def with_birds(new_client: MakeClient, upstream: ScriptedUpstream | None = None, **settings: Any) -> OpenAI:
    client = new_client(**settings, **({"openai_base_url": upstream.base_url} if upstream else {}))
    for name, text in BIRDS.items():
        put(client, name, text)
    return client


def sources(upstream: ScriptedUpstream) -> str:
    """What the model was told last, up to its rules."""
    told: str = upstream.requests[-1].body["messages"][0]["content"]
    return told


@pytest.mark.parametrize("backend", ["embedded", "memory"])
def test_a_follow_up_is_searched_for_with_what_it_leans_on(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, backend: str
) -> None:
    client = with_birds(new_client, scripted_upstream, index_backend=backend, passages=1)
    client.chat.completions.create(model="scripted", messages=FOLLOW_UP[2:])
    assert 'file="owls.txt"' not in sources(scripted_upstream)
    client.chat.completions.create(model="scripted", messages=FOLLOW_UP)
    assert 'file="owls.txt"' in sources(scripted_upstream)


def test_another_subject_is_found_in_spite_of_what_was_said_before(client: OpenAI) -> None:
    for name, text in BIRDS.items():
        put(client, name, text)
    other: Any = [*FOLLOW_UP[:2], {"role": "user", "content": "On which roofs do white storks breed?"}]
    message: Any = client.chat.completions.create(model="extractive", messages=other).choices[0].message
    assert message.annotations[0].filename == "storks.txt"


@pytest.mark.parametrize(
    ("table", "turns", "answer"),
    [
        (
            "| City | Opened | Staff |\n| --- | --- | --- |\n| London | 2008 | 120 |\n| Berlin | 2011 | 64 |",
            ["How many staff does London have?", "And in Berlin?", "When did it open?"],
            ["London, Staff: 120 [1]", "Berlin, Staff: 64 [1]", "Berlin, Opened: 2011 [1]"],
        ),
        (
            "| Année | Chiffre d'affaires |\n| --- | --- |\n| 2012 | 6,7 millions |\n| 2013 | 5,0 millions |\n\n"
            "Le bénéfice a baissé en 2013 après une faillite.",
            ["Quel était le chiffre d'affaires en 2012 ?", "Et en 2013 ?"],
            ["2012, Chiffre d'affaires: 6,7 millions [1]", "2013, Chiffre d'affaires: 5,0 millions [1]"],
        ),
        (
            "| 姓名 | 职位 | 薪资 |\n| --- | --- | --- |\n| 王强 | 总经理 | 48万元 |\n| 李娜 | 副经理 | 36万元 |",
            ["李娜的职位是什么？", "她的薪资呢？"],
            ["李娜, 职位: 副经理 [1]", "李娜, 薪资: 36万元 [1]"],
        ),
    ],
)
def test_a_follow_up_is_answered_without_the_answer_before(
    client: OpenAI, table: str, turns: list[str], answer: list[str]
) -> None:
    put(client, "table.md", f"# Table\n\n{table}\n")
    messages: Any = []
    said = []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        reply = client.chat.completions.create(model="extractive", messages=messages).choices[0].message.content
        messages.append({"role": "assistant", "content": reply})
        said.append(reply)
    assert said == answer


def test_a_response_says_what_was_searched_for(client: OpenAI) -> None:
    put(client, "owls.txt", BIRDS["owls.txt"])
    tools: Any = [{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    response = client.responses.create(model="extractive", input=FOLLOW_UP, tools=tools)
    [call] = [item for item in response.output if item.type == "file_search_call"]
    assert call.queries == ["And what do they eat?"]


def test_the_language_model_writes_out_a_follow_up(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    client = with_birds(new_client, scripted_upstream, rewrite_query=True, passages=1)
    scripted_upstream.queue.extend([(Text('<think>Owls.</think>\n"What do tawny owls eat?"\nIndeed.'),), ANSWER])
    tools: Any = [{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    response = client.responses.create(model="scripted", input=FOLLOW_UP, tools=tools)
    [call] = [item for item in response.output if item.type == "file_search_call"]
    assert call.queries == ["What do tawny owls eat?"]
    asked, _ = scripted_upstream.requests
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    told = "User: Where do tawny owls breed?\n\nAssistant: In holes of old trees [1].\n\nUser: And what do they eat?"
    assert asked.body["messages"][1]["content"] == told
    assert asked.body.keys() == {"model", "messages"}
    assert 'file="owls.txt"' in sources(scripted_upstream)


def test_a_first_question_is_not_rewritten(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    client = with_birds(new_client, scripted_upstream, rewrite_query=True)
    client.chat.completions.create(model="scripted", messages=FOLLOW_UP[:1])
    assert len(scripted_upstream.requests) == 1


@pytest.mark.parametrize(
    "nonsense", [(Fail(500),), (Text("  "),), (Text("no query " * 100),)], ids=["fails", "empty", "long"]
)
def test_a_model_of_no_help_does_no_harm(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, nonsense: Script
) -> None:
    client = with_birds(new_client, scripted_upstream, rewrite_query=True, rerank=3)
    scripted_upstream.queue.extend([nonsense, nonsense, ANSWER])
    message: Any = client.chat.completions.create(model="scripted", messages=FOLLOW_UP).choices[0].message
    assert message.annotations[0].filename == "owls.txt"


@pytest.mark.parametrize("stream", [False, True])
def test_the_language_model_puts_passages_in_order(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, stream: bool
) -> None:
    def ranking(body: dict[str, Any]) -> Sequence[Step]:
        told: str = body["messages"][1]["content"]
        assert told.endswith("The question: Which birds breed in colonies?")
        assert told.count("</source>") == 3  # more than the answer is made from
        number = 1 + told[: told.index("White storks")].count("</source>")
        return (Text(f"{number}, 17, {number}, 0"),)

    client = with_birds(new_client, scripted_upstream, rerank=3, passages=2)
    scripted_upstream.queue.append(ranking)
    scripted_upstream.queue.append((Text("On roofs [1], in trees [2], or [3]."),))
    question: Any = [{"role": "user", "content": "Which birds breed in colonies?"}]
    if stream:
        with client.chat.completions.stream(model="scripted", messages=question) as chunks:
            message: Any = chunks.get_final_completion().choices[0].message
    else:
        message = client.chat.completions.create(model="scripted", messages=question).choices[0].message
    assert [citation.filename for citation in message.annotations] == ["storks.txt", "herons.txt"]
    assert '<source id="1" file="storks.txt">' in sources(scripted_upstream)
    assert "owls.txt" not in sources(scripted_upstream)


def test_nothing_is_ranked_where_nothing_is_found_or_searched_for(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    client = with_birds(new_client, scripted_upstream, rerank=3)
    lost: Any = [{"role": "user", "content": "Quasars?"}]
    assert client.chat.completions.create(model="scripted", messages=lost).choices[0].message.content
    assert client.responses.create(model="scripted", input=lost).output_text
    assert client.chat.completions.create(model="extractive", messages=FOLLOW_UP).choices[0].message.content
    assert len(scripted_upstream.requests) == 2


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("3, 1", [2, 0, 1, 3]),
        ("[2] > [4] > [2]", [1, 3, 0, 2]),
        ("", [0, 1, 2, 3]),
        ("I cannot rank 99 passages, nor -7, nor 0.", [0, 1, 2, 3]),
        ("4" * 5000, [0, 1, 2, 3]),
    ],
)
def test_an_order_has_every_passage_once_whatever_the_model_says(said: str, expected: list[int]) -> None:
    assert order(said, 4) == expected
