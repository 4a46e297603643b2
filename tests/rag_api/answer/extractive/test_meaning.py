"""Likeness of meaning: a sentence that shares no word with the question is the answer, and no question waits for it."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from haystack import Document
from haystack.dataclasses import ChatMessage

from ingest.embed import BUILT_IN, Embeddings, missing_packages, open_embeddings
from ingest.embed.local import LocalDocumentEmbedder, LocalTextEmbedder, Vectors
from ingest.errors import EmbeddingsFailed
from rag_api.answer.extractive.evidence import all_weights
from rag_api.answer.extractive.generator import ExtractiveChatGenerator, answer
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

REFUSED = language_of("").replies.unanswered
BAR = Settings.model_fields["min_confidence"].default
TOWN = "The harbour was built in 1820. Its walls are four metres high. The church has two bells. The inn is closed."
SHIP = "A gale sank the fishing boat, and nobody on board survived."
QUESTION = "How did the vessel of the fishermen perish?"


@pytest.fixture(params=BUILT_IN, scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[Embeddings]:
    if missing := missing_packages(request.param):
        pytest.skip(f"needs {', '.join(missing)}: make .venv/ready-embeddings")
    opened = open_embeddings(request.param, None, None)
    assert opened
    yield opened
    opened.close()


class Reader:
    """A model that notes what it reads, and where. What has an `x` means what a question with one does."""

    def __init__(self, *, fails: bool = False) -> None:
        self.read: list[str] = []
        self.threads: set[int] = set()
        self.fails = fails
        documents, text = LocalDocumentEmbedder(self.encode), LocalTextEmbedder(self.encode)
        self.meaning = Meaning(Embeddings(next(filter(None, all_weights())), documents, text, 0.5, frozenset(["en"])))

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.fails:
            raise EmbeddingsFailed("It is not there.")
        self.read += texts
        self.threads.add(threading.get_ident())
        return np.array([[float("x" in text), float("x" not in text)] for text in texts], np.float32)


def passages(*contents: str) -> list[Document]:
    return [Document(content=content, score=0.5 - place / 100) for place, content in enumerate(contents)]


def test_each_model_that_runs_here_has_weights_of_its_own(model: Embeddings) -> None:
    sentence, confidence = all_weights()[model.model].values()
    assert sentence["meaning"] > 1
    assert confidence["meaning, most"] > 1


def test_a_sentence_that_says_it_in_other_words_is_the_answer(model: Embeddings) -> None:
    assert is_refusal(answer(QUESTION, passages(f"{TOWN} {SHIP}")))
    assert answer(QUESTION, passages(f"{TOWN} {SHIP}"), meaning=Meaning(model)).startswith(SHIP)


def test_that_it_is_said_in_other_words_makes_surer(model: Embeddings) -> None:
    question = "Which ship sank in a storm?"
    assert answer(question, passages(f"{TOWN} {SHIP}"), min_confidence=BAR) == REFUSED
    assert answer(question, passages(TOWN), min_confidence=BAR, meaning=Meaning(model)) == REFUSED
    assert SHIP in answer(question, passages(f"{TOWN} {SHIP}"), min_confidence=BAR, meaning=Meaning(model))


def test_what_was_compared_once_is_not_read_again() -> None:
    reader = Reader()
    for _ in range(2):
        answer("What is the x?", passages(TOWN), meaning=reader.meaning)
    assert len(reader.read) == len(set(reader.read)) == 6  # four sentences, the question, and "" for no heading


def test_of_a_book_only_the_first_sentences_are_compared() -> None:
    reader = Reader()
    answer("What is the x?", passages(*(f"Sentence {n} of the book stands here." for n in range(300))), "", 0.0)
    answer("What is the x?", passages(*(f"Sentence {n} of it is x." for n in range(300))), meaning=reader.meaning)
    assert 60 < len(reader.read) < 70


def test_a_question_in_a_language_that_the_model_does_not_know_is_answered_by_its_words() -> None:
    question, text = "Wie hoch sind die Mauern des Hafens?", "Die Mauern des Hafens sind vier Meter hoch."
    assert language_of(question).name == "de"
    reader = Reader()
    assert answer(question, passages(text), meaning=reader.meaning) == answer(question, passages(text))
    assert not reader.read


def test_a_model_that_fails_changes_nothing() -> None:
    question = "How high are the walls of the harbour?"
    assert answer(question, passages(TOWN), meaning=Reader(fails=True).meaning) == answer(question, passages(TOWN))


def test_the_loop_does_not_wait_for_the_model() -> None:
    reader = Reader()
    generator = ExtractiveChatGenerator(meaning=reader.meaning)
    asyncio.run(generator.run_async([ChatMessage.from_user("What is the x?")], passages(TOWN)))
    assert reader.threads
    assert threading.get_ident() not in reader.threads
