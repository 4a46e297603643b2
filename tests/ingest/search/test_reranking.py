from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from haystack import Document

from ingest.errors import RerankingFailed
from ingest.query import Query
from ingest.search.reranking import RerankingSearcher


@dataclass
class Found:
    """A searcher that finds the same each time."""

    documents: list[Document]
    asked: list[int] = field(default_factory=list)

    def search(self, query: Query) -> list[Document]:
        self.asked.append(query.top_k)
        return self.documents[: query.top_k]


@dataclass
class Longest:
    """A model that thinks the longest text the best."""

    fails: bool = False
    questions: list[str] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.questions.append(question)
        self.texts.append(list(texts))
        if self.fails:
            raise RerankingFailed("It is down.")
        return [float(len(text)) for text in texts]

    def close(self) -> None:
        pass


def documents(*texts: str) -> list[Document]:
    return [Document(str(number), text, score=(9 - number) / 10) for number, text in enumerate(texts)]


def shown(found: list[Document]) -> list[tuple[str | None, float | None]]:
    return [(document.content, document.score) for document in found]


def test_the_best_are_put_in_order_and_the_scores_stay_those_of_the_search() -> None:
    searcher = RerankingSearcher(Found(documents("a", "bb", "ccc", "dddd")), Longest(), 3)
    assert shown(searcher.search(Query("?", top_k=4))) == [("ccc", 0.9), ("bb", 0.8), ("a", 0.7), ("dddd", 0.6)]


def test_more_is_looked_at_than_is_asked_for() -> None:
    found = Found(documents("a", "bb", "ccc", "dddd"))
    assert shown(RerankingSearcher(found, Longest(), 3).search(Query("?", top_k=1))) == [("ccc", 0.9)]
    assert found.asked == [3]


def test_the_same_text_is_read_once() -> None:
    model = Longest()
    RerankingSearcher(Found(documents("a", "bb", "a")), model, 3).search(Query("?"))
    RerankingSearcher(Found(documents("a", "a")), model, 3).search(Query("?"))
    assert model.texts == [["a", "bb"]]


def test_the_question_has_the_turns_that_it_leans_on() -> None:
    model = Longest()
    query = Query("And its wings?", context=[("Who saw a heron?", 0.5), ("Something else.", 0.25)])
    RerankingSearcher(Found(documents("a", "bb")), model, 3).search(query)
    assert model.questions == ["Who saw a heron?\nAnd its wings?"]


def test_a_request_can_do_without() -> None:
    model = Longest()
    searcher = RerankingSearcher(Found(documents("a", "bb")), model, 3)
    assert shown(searcher.search(replace(Query("?"), rerank=False))) == [("a", 0.9), ("bb", 0.8)]
    assert not model.texts


def test_a_model_that_fails_changes_nothing_and_is_left_alone_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    model = Longest(fails=True)
    searcher = RerankingSearcher(Found(documents("a", "bb")), model, 3)
    for _ in range(3):
        assert shown(searcher.search(Query("?"))) == [("a", 0.9), ("bb", 0.8)]
    assert len(model.questions) == 1
    assert "passages stay in the order of the search: It is down." in caplog.text


def test_one_search_asks_for_all_others_whether_a_model_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked(Longest):
        def scores(self, question: str, texts: Sequence[str]) -> list[float]:
            if len(self.questions) < 5:
                meanwhile.append(searcher.search(Query("?")))
            return super().scores(question, texts)

    meanwhile: list[list[Document]] = []
    model = Asked(fails=True)
    searcher = RerankingSearcher(Found(documents("a", "bb")), model, 3)
    searcher._not_before = 1e-9  # it failed long ago
    searcher.search(Query("?"))
    assert len(meanwhile) == len(model.questions) == 1
