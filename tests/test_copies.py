"""Copies of a file change no answer: in the same store or in others, whatever their names, and when some are deleted.

A small store answers as a large one does.
"""

from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessage

from tests.official_client import put

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "longitude.pdf"
QUESTION = "How accurate was Harrison's watch on the voyage to Jamaica?"
MOST = 5


def ask(client: OpenAI, question: str, store_id: str = "vs_default") -> ChatCompletionMessage:
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": question}],
        extra_body={"vector_store_ids": [store_id]},
    )
    return answer.choices[0].message


def scores(client: OpenAI, query: str, store_id: str = "vs_default") -> list[float]:
    return [each.score for each in client.vector_stores.search(store_id, query=query)]


def test_copies_in_the_store_change_no_answer_nor_does_deleting_the_first(client: OpenAI) -> None:
    [first, *others] = [put(client, SAMPLE.name, SAMPLE.read_bytes()).id]
    alone, found = ask(client, QUESTION), scores(client, QUESTION)
    assert "5.1 seconds" in " ".join((alone.content or "").split())
    for _ in range(MOST - 1):
        others.append(put(client, SAMPLE.name, SAMPLE.read_bytes()).id)
        assert ask(client, QUESTION).content == alone.content
        assert scores(client, QUESTION)[: len(found)] == pytest.approx(found, rel=0.001)
    for gone in [first, *others[:-1]]:
        client.files.delete(gone)
        message = ask(client, QUESTION)
        assert message.content == alone.content
        # Until Tantivy merges what was removed, its length counts.
        assert scores(client, QUESTION)[: len(found)] == pytest.approx(found, rel=0.1)
    cited: Any = message.annotations
    assert {citation.model_extra["file_id"] for citation in cited} == {others[-1]}


def test_copies_in_other_stores_and_under_other_names_change_no_answer(client: OpenAI) -> None:
    put(client, SAMPLE.name, SAMPLE.read_bytes())
    alone, found = ask(client, QUESTION), scores(client, QUESTION)
    for number in range(MOST):
        store = client.vector_stores.create(name=f"other {number}")
        name = SAMPLE.name if number % 2 else f"a copy {number}.pdf"
        put(client, name, SAMPLE.read_bytes(), store.id)
        assert scores(client, QUESTION)[: len(found)] == pytest.approx(found, rel=0.001)
        here = ask(client, QUESTION, store.id)
        assert ask(client, QUESTION).content == here.content == alone.content
        assert {each.filename for each in client.vector_stores.search(store.id, query=QUESTION)} == {name}


def test_copies_are_listed_last_and_are_no_passages_of_their_own(client: OpenAI) -> None:
    texts = ["The heron eats fish by the lake.", "Herons nest in tall trees.", "An otter swims past the heron."]
    for name in ("a.txt", "b.txt", "c.txt"):
        put(client, name, texts[0])
    for number, text in enumerate(texts[1:]):
        put(client, f"{number}.txt", text)
    found = client.vector_stores.search("vs_default", query="Where does the heron eat fish?").data
    contents = [each.content[0].text for each in found]
    assert contents == [texts[0], *sorted(texts[1:], key=contents.index), texts[0], texts[0]]
    assert {each.filename for each in found if each.content[0].text == texts[0]} == {"a.txt", "b.txt", "c.txt"}


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        ("Die Prüfgebühr beträgt 417 Euro für Straßenfahrzeuge.", "Wie hoch ist die Prüfgebühr?", "417"),
        ("The inspection fee is 417 euros for road vehicles.", "What does the inspection cost?", "417"),
        ("Les frais de contrôle sont de 417 euros.", "Combien coûtent les frais de contrôle ?", "417"),
        ("La tasa de inspección es de 417 euros.", "¿Cuánto cuesta la tasa de inspección?", "417"),
        ("检验费为417欧元。", "检验费是多少？", "417"),
    ],
)
def test_a_store_of_one_sentence_answers_from_it(client: OpenAI, text: str, question: str, said: str) -> None:
    put(client, "note.txt", text)
    assert said in (ask(client, question).content or "")
    assert said not in (ask(client, "Who invented the telephone?").content or "")


def test_a_score_means_the_same_in_a_small_store_and_in_a_large_one(client: OpenAI) -> None:
    text, question = "The inspection fee is 417 euros for road vehicles.", "What does the inspection cost?"
    put(client, "note.txt", text)
    [alone] = scores(client, question)
    batch = [(f"{n}.txt", f"Heron number {n} is a sight by the lake, and eats fish. " * 9) for n in range(60)]
    for name, content in batch:
        put(client, name, content)
    assert scores(client, question)[0] == pytest.approx(alone, rel=0.2)
