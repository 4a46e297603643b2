"""The forms in which language models name their sources, over chat and responses, however the stream is cut."""

from typing import Any

import pytest
from openai import OpenAI

from tests.official_client import MakeClient, put
from tests.scripted_upstream import Delta, ScriptedUpstream, Text

QUESTION = "What do herons eat, and where do they nest?"
FORMS = [
    ("[1]", 1),
    ("[[1]]", 1),
    ("[^1]", 1),
    ("［1］", 1),
    ("【1】", 1),
    ("【1†source】", 1),
    ("【1†L12-L20】", 1),
    ("【4:0†herons.txt】", 1),
    ("\ue200filecite\ue202turn0file0\ue202L1-L3\ue201", 1),
    ("[citation:1]", 1),
    ("[cite: 1, 2]", 2),
    ("[doc1]", 1),
    ("[1-2]", 2),
    ("[1–2]", 2),
    ("[1; 2]", 2),
    ("[Source 1]", 1),
    ("[source: 1]", 1),
    ("[Sources 1 and 2]", 2),
    ("(Source 1)", 1),
    ("[1, p. 3]", 1),
    ("[Quelle 1]", 1),
    ("[来源1]", 1),
    ("[स्रोत १]", 1),
    ("[المصدر ١]", 1),
    ('<source id="1">', 1),
]


@pytest.fixture
def client(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> OpenAI:
    client = new_client(openai_base_url=scripted_upstream.base_url, model="scripted")
    put(client, "herons.txt", "Herons eat frogs and fish.")
    put(client, "nests.txt", "Herons eat near their nests, in tall trees.")
    return client


def chat(client: OpenAI, stream: bool = True) -> tuple[str, list[dict[str, Any]]]:
    asked: Any = {"model": "scripted", "messages": [{"role": "user", "content": QUESTION}]}
    if not stream:
        message: Any = client.chat.completions.create(**asked).choices[0].message
        return message.content, [annotation.model_dump() for annotation in message.annotations or []]
    text, annotations = "", []
    for chunk in client.chat.completions.create(**asked, stream=True):
        delta: Any = chunk.choices[0].delta
        text += delta.content or ""
        annotations += (delta.model_extra or {}).get("annotations", [])
    return text, annotations


def respond(client: OpenAI) -> tuple[str, list[dict[str, Any]]]:
    tools: Any = [{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    text = ""
    added: list[dict[str, Any]] = []
    for event in client.responses.create(model="scripted", input=QUESTION, tools=tools, stream=True):
        if event.type == "response.output_text.delta":
            text += event.delta
        elif event.type == "response.output_text.annotation.added":
            annotation: Any = event.annotation
            added.append(annotation.model_dump())
        elif event.type == "response.completed":
            assert event.response.output_text == text
    return text, added


@pytest.mark.parametrize(("marker", "sources"), FORMS)
def test_each_form_is_cited_where_it_stands(
    client: OpenAI, scripted_upstream: ScriptedUpstream, marker: str, sources: int
) -> None:
    answer = f"🐦 Herons eat frogs and fish near their nests {marker}. So it is."
    scripted_upstream.script = [Text(letter) for letter in answer]

    text, annotations = chat(client)
    assert text == answer
    places = [annotation["url_citation"] for annotation in annotations]
    assert [text[place["start_index"] : place["end_index"]] for place in places] == [marker] * sources
    assert len({annotation["file_id"] for annotation in annotations}) == sources
    assert chat(client, stream=False) == (text, annotations)

    text, added = respond(client)
    assert text == answer
    assert [text[one["index"] :].startswith(marker) for one in added] == [True] * sources
    assert {one["file_id"] for one in added} == {annotation["file_id"] for annotation in annotations}


def test_a_stream_may_be_cut_within_a_character(client: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    answer = "🐦 Herons eat frogs and fish 【1†source】 🐸."
    scripted_upstream.script = [Text(answer, bytewise=True)]
    for text, annotations in (chat(client), respond(client)):
        assert text == answer
        assert len(annotations) == 1


def test_a_stream_may_be_cut_within_a_surrogate_pair(client: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    answer = "🐦 Herons eat frogs and fish 【1†source】 🐸."
    units = answer.encode("utf-16-le")
    pieces = [units[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(units), 2)]
    assert "".join(pieces) != answer
    scripted_upstream.script = [Text(piece) for piece in pieces]
    for text, annotations in (chat(client), chat(client, stream=False), respond(client)):
        assert text == answer
        assert len(annotations) == 1


def test_so_may_its_reasoning(client: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = [Delta({"reasoning_content": half}) for half in ("Hm \ud83d", "\udc26")] + [Text("Yes.")]
    asked: Any = {"model": "scripted", "messages": [{"role": "user", "content": QUESTION}]}
    extras = [
        chunk.choices[0].delta.model_extra or {} for chunk in client.chat.completions.create(**asked, stream=True)
    ]
    assert "".join(extra.get("reasoning_content", "") for extra in extras) == "Hm 🐦"


def test_half_a_pair_is_no_character(client: OpenAI, scripted_upstream: ScriptedUpstream) -> None:
    scripted_upstream.script = (Text("\udc26 Herons eat \ud83d"), Text("frogs and fish [1]"), Text(" \ud83d"))
    for text, annotations in (chat(client), chat(client, stream=False), respond(client)):
        assert text == "\ufffd Herons eat \ufffdfrogs and fish [1] \ufffd"
        assert len(annotations) == 1
