"""Who calls a file by name means its passages, though others have more of the words."""

import pytest
from haystack import Document

from ingest.corpus import Corpus
from ingest.query import Query
from ingest.search.named_files import NamedFilesSearcher
from tests.corpora import found, put
from tests.ingest.search.test_reranking import Found

MARGINS = "The operating margin of the group rose, and the margin of each segment with it."


def test_the_passages_of_the_file_that_is_named_come_first(corpus: Corpus) -> None:
    put(corpus, "CORNING_2022_10K.txt", MARGINS)
    put(corpus, "BESTBUY_2023_10K.txt", "Our margin fell in the last quarter, as it does each year.")
    corpus.worker.run_until_idle(lambda _: None)
    of_a_group = found(corpus, "How did the operating margin of a group develop?")
    assert of_a_group == ["CORNING_2022_10K.txt", "BESTBUY_2023_10K.txt"]
    assert found(corpus, "How did the operating margin of the group Best Buy develop?") == of_a_group[::-1]


def searched(question: str, *filenames: str, context: str = "") -> list[tuple[str, float | None]]:
    documents = [
        Document(id=name, content=name, meta={"filename": name}, score=(9 - number) / 10)
        for number, name in enumerate(filenames)
    ]
    query = Query(question, top_k=2, context=[(context, 0.5)] if context else [])
    return [(document.id, document.score) for document in NamedFilesSearcher(Found(documents)).search(query)]


@pytest.mark.parametrize(
    "question",
    [
        "Who is the CEO of Amcor?",
        "What does 3M pay, and what does AMCOR?",
        "How large is amcor's debt in the report AMCOR_2023?",
    ],
)
def test_the_scores_stay_those_of_the_search(question: str) -> None:
    assert searched(question, "boeing.pdf", "Amcor-2023.pdf", "news.html", "amcor.html") == [
        ("Amcor-2023.pdf", 0.9),
        ("amcor.html", 0.8),
    ]


def test_it_looks_further_only_where_such_a_file_was_found() -> None:
    documents = [Document(id=name, content=name, meta={"filename": name}, score=0.5) for name in ("a.pdf", "amcor.pdf")]
    searcher = Found(documents)
    NamedFilesSearcher(searcher).search(Query("What does Boeing earn?", top_k=2))
    assert searcher.asked == [2]
    NamedFilesSearcher(searcher).search(Query("What does Amcor earn?", top_k=2))
    assert searcher.asked == [2, 2, 40]


def test_a_follow_up_is_about_the_file_that_was_named_before() -> None:
    names = "boeing.pdf", "amcor.pdf"
    assert searched("And the debt?", *names, context="What does Amcor earn?")[0][0] == "amcor.pdf"
    assert searched("And the debt of Boeing?", *names, context="What does Amcor earn?")[0][0] == "boeing.pdf"


@pytest.mark.parametrize(
    "question",
    [
        "Where is the garden?",  # a word, and no name
        "Garden tools are where?",  # at the beginning, each word has a capital
        "Wo ist der Garden?",  # and in German each noun
        "WHERE IS THE GARDEN?",
        "Who is Ann?",  # no file has that name
    ],
)
def test_what_is_no_name_of_a_file_changes_nothing(question: str) -> None:
    assert searched(question, "house.md", "garden.md") == [("house.md", 0.9), ("garden.md", 0.8)]
