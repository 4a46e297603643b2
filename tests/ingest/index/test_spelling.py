"""Words that no chunk has, and what is searched for in their place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from haystack import Document

from ingest.index.embedded import EmbeddedDocumentStore
from ingest.index.spelling import _edits
from ingest.query import Query
from ingest.search.passages import queries


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(tmp_path / "index"))
    yield store
    store.close()


def keep(store: EmbeddedDocumentStore, *contents: str) -> None:
    store.write_documents([Document(id=content, content=content) for content in contents])


def found(store: EmbeddedDocumentStore, question: str) -> list[str]:
    return [document.id for document in store.search(Query(question))]


@pytest.mark.parametrize(
    ("text", "question", "other"),
    [
        ("Clean the carburetor.", "carburettor", "carburetor"),
        ("The heron sleeps.", "hreon", None),  # the first two letters have to be right
        ("The heron sleeps.", "heorn", "heron"),
        ("All Accommodations", "acomodation", None),
        ("All Accommodations", "accomodation", "Accommodations"),
        ("Die Bibliothek öffnet.", "Biblothek", "Bibliothek"),
        ("Η βιβλιοθήκη ανοίγει.", "βιβλιοθίκη", "βιβλιοθήκη"),
        ("Библиотека открыта.", "библеотека", "Библиотека"),
    ],
)
def test_a_word_that_no_chunk_has_finds_its_near_spelling(
    store: EmbeddedDocumentStore, text: str, question: str, other: str | None
) -> None:
    keep(store, text, "otters")
    documents = store.search(Query(question))
    assert [document.id for document in documents] == ([text] if other else [])
    assert queries(question, documents) == [question, *([other] if other else [])]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("E1234 is shown.", "E1235"),
        ("in the year 1995", "1996"),
        ("model XK2000", "XK2001"),
        ("the cat", "car"),
        ("order 4711", "4712"),
        ("首都是北京", "首府"),
    ],
)
def test_numbers_codes_and_short_words_have_no_near_spellings(
    store: EmbeddedDocumentStore, text: str, question: str
) -> None:
    keep(store, text)
    assert queries(question, store.search(Query(question))) == [question]


def test_a_word_that_some_chunk_has_is_meant(store: EmbeddedDocumentStore) -> None:
    keep(store, "the lake of herons", "the lane of otters")
    assert found(store, "lane") == ["the lane of otters"]


def test_words_whose_stems_only_are_nearly_the_same_are_not_said_to_be_meant(store: EmbeddedDocumentStore) -> None:
    keep(store, "The summer party was fixed at the meeting.")
    question = "Summarize the meeting"
    assert queries(question, store.search(Query(question))) == [question]


def test_a_word_itself_counts_more_than_its_near_spelling(store: EmbeddedDocumentStore) -> None:
    keep(store, "heron", *(f"otter {n}" for n in range(20)))
    [asked], [near] = (store.search(Query(word)) for word in ("heron", "heorn"))
    assert 0 < (near.score or 0) < (asked.score or 0)


def test_only_a_few_words_of_a_question_are_looked_for(store: EmbeddedDocumentStore) -> None:
    names = ["heron", "otter", "badger", "beaver", "lizard"]
    keep(store, *names)
    assert len(found(store, " ".join(name[:-2] + name[-1] + name[-2] for name in names))) == 3


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("heron", "heron", 0),
        ("heron", "herom", 1),
        ("heron", "heorn", 1),
        ("heron", "hern", 1),
        ("accomodation", "acommodation", 2),
        ("abc", "xyz", 3),
    ],
)
def test_edits(one: str, other: str, edits: int) -> None:
    assert _edits(one, other, 3) == _edits(other, one, 3) == edits
