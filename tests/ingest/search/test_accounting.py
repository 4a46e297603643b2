"""Questions for ratios of accounting are searched for with the lines they are computed from."""

from pathlib import Path

import pytest
from haystack import Document

from ingest.index.embedded import EmbeddedDocumentStore
from ingest.query import Query
from ingest.search.accounting import AccountingSearcher, lines_of

STATEMENT = "Consolidated Statements of Income\nNet sales 14,694 14,544\nCost of sales (11,969) (11,724)\nGross profit"


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Is the Gross Margin improving?", "cost"),
        ("What was the free cashflow conversion?", "purchases"),
        ("What is the year end net PPNE?", "equipment"),
        ("What is the PP&E at the end of 2018?", "equipment"),
        ("How high was SG&A?", "administrative"),
        ("What is the DPO of the company?", "payable"),
    ],
)
def test_a_term_brings_the_words_of_its_lines(question: str, word: str) -> None:
    assert word in lines_of(question).split()


@pytest.mark.parametrize(
    "question",
    ["Who has the ball?", "the roe deer", "What is a marginal note?", "Wie hoch ist das EBIT in der Bilanz?", ""],
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    assert lines_of(question) == ""


def test_a_ratio_finds_the_statement_that_does_not_name_it(tmp_path: Path) -> None:
    store = EmbeddedDocumentStore(str(tmp_path))
    prose = "The gross weight on the margin of the page is not useful for a company."
    store.write_documents([Document(id="statement", content=STATEMENT), Document(id="prose", content=prose)])
    question = Query("Does the company have an improving gross margin?")
    assert [document.id for document in store.search(question)] == ["prose", "statement"]
    found = AccountingSearcher(store).search(question)
    assert [document.id for document in found] == ["statement", "prose"]
    assert all(0 < (document.score or 0) <= 1 for document in found)
    store.close()
