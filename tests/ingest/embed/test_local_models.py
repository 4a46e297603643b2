"""The models that run in this process: alike in meaning is alike in vector, and nothing is fetched."""

import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from importlib.util import find_spec

import pytest
from haystack import Document

from ingest.embed import BUILT_IN, Embeddings, missing_packages, open_embeddings

RABIES = "Rabies is a viral disease that animals pass on to people by their bite."


@pytest.fixture(params=BUILT_IN, scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[Embeddings]:
    if missing := missing_packages(request.param):
        pytest.skip(f"needs {', '.join(missing)}: make .venv/ready-embeddings")
    opened = open_embeddings(request.param, None, None)
    assert opened
    yield opened
    opened.close()


def vectors(model: Embeddings, *texts: str) -> list[list[float]]:
    documents = model.documents.run(documents=[Document(id="any", content=text) for text in texts])["documents"]
    assert [document.content for document in documents] == list(texts)
    return [document.embedding for document in documents]


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_a_question_is_closest_to_what_answers_it(model: Embeddings) -> None:
    question = model.text.run(text="Can I catch an illness from my dog?")["embedding"]
    answer, other = vectors(model, RABIES, "The treaty was signed in Vienna after a year of negotiations.")
    assert likeness(question, answer) > likeness(question, other) + 0.1


def test_a_text_in_capitals_means_the_same(model: Embeddings) -> None:
    shouted, said = vectors(model, RABIES.upper(), RABIES.lower())
    assert likeness(shouted, said) == pytest.approx(1)


def test_vectors_have_length_1_and_do_not_depend_on_what_is_read_beside_them(model: Embeddings) -> None:
    alone = model.text.run(text=RABIES)["embedding"]
    _, beside = vectors(model, "A much longer text, " * 50, RABIES)
    assert likeness(alone, alone) == pytest.approx(1)
    assert likeness(alone, beside) == pytest.approx(1)


def test_any_text_can_be_read(model: Embeddings) -> None:
    empty, *others = vectors(model, "", "\ud800 half a pair\x00", "word " * 5000, "日本語 नमस्ते")
    assert not any(empty)
    assert all(len(vector) == len(empty) for vector in others)
    assert vectors(model) == []


def test_what_is_being_read_is_called_off_when_the_model_is_closed() -> None:
    if missing := missing_packages("minilm"):
        pytest.skip(f"needs {', '.join(missing)}: make .venv/ready-embeddings")
    model = open_embeddings("minilm", None, None)
    assert model
    documents = [Document(id=str(number), content=RABIES * 20) for number in range(500)]
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(model.documents.run, documents=documents)
        time.sleep(0.5)
        model.close()
        with pytest.raises((CancelledError, RuntimeError)):
            reading.result(timeout=60)


def test_minilm_reads_words_as_it_was_taught() -> None:
    if find_spec("tokenizers") is None:
        pytest.skip("needs tokenizers: make .venv/ready-embeddings")
    from ingest.embed.minilm import _tokenizer

    pieces = _tokenizer().encode("Unbelievably naïve, isn't it? 東京", add_special_tokens=False)
    assert pieces.tokens == [
        "un",
        "##bel",
        "##ie",
        "##va",
        "##bly",
        "naive",
        ",",
        "isn",
        "'",
        "t",
        "it",
        "?",
        "東",
        "京",
    ]
    assert pieces.ids == [4895, 8671, 2666, 3567, 6321, 15743, 1010, 3475, 1005, 1056, 2009, 1029, 1879, 1755]
