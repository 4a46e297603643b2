"""OpenSearch finds what the embedded index finds, with the same scores."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.index.backend import open_index
from ingest.query import Query
from ingest.search.passages import queries
from tests.engines.opened import index_of, index_settings

SAME = 1e-5
FIRSTS = {"term": {"copy": False}}

TEXTS = [
    "The heron stands by the lake at dawn and waits for fish, while otters sleep.",
    "Otters swim in the lake at night; the heron is asleep by then.",
    "In 2018 the lake had 17 herons, in 2019 only 12, and 4711 fish were counted.",
    "Call getUserName or max_tokens; FY2018 is a compound, and so is XK2000.",
    "Clean the carburetor before winter, or the engine will not start.",
    "E-mail and e-commerce are written with a hyphen, C++ and R&D with signs.",
    "Die Bibliothek öffnet um neun, und die Größe der Straße ist bekannt.",
    "Donaudampfschiffe fahren auf der Donau, und Reiher stehen am Ufer.",
    "La bibliothèque ouvre à neuf heures, et le héron dort près du lac.",
    "北京是中国的首都，首都有很多图书馆。",
    "データベースを検索すると、首都の図書館が見つかる。",
    "Библиотека открыта, а цапля стоит у озера.",
    "मैं पुस्तकालय में किताबें पढ़ता हूँ।",
    "The tax rate and the rate of tax are not the same as a rated tax.",
    "12 34 56 78",
    "word",
]
QUESTIONS = [
    *("heron", "heron lake", "the lake of herons", "who sleeps at night", "how many herons were in the lake in 2018"),
    *(
        "getUserName",
        "user name",
        "max_tokens compound",
        "FY2018",
        "2018 4711",
        "carburettor",
        "heorn lake",
        "ecommerce",
    ),
    *("C++", "R&D email", "Biblothek", "Strassen Grösse", "Donaudampfschiff", "héron bibliothèque", "首都", "图书馆"),
    *(
        "検索 データベース",
        "библеотека",
        "цапли у озера",
        "किताब",
        "rate of tax",
        "tax rate",
        "12",
        "word words",
        "unseen",
    ),
    "heron heron lake lake lake night",
]


class Both(NamedTuple):
    embedded: Any
    opensearch: Any

    def do(self, what: str, *arguments: Any) -> Any:
        one, other = (getattr(store, what)(*arguments) for store in self)
        assert one == other, (what, arguments)
        return one


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with index_of("embedded", tmp_path / "one") as one, index_of("opensearch", tmp_path / "other") as other:
        yield Both(one.store, other.store)


def chunk(number: int, text: str, **meta: Any) -> Document:
    ids = {
        "store_id": f"store{number % 2}",
        "file_id": f"file{number % 5}",
        "store_file_id": f"store_file{number % 10}",
    }
    attributes = {"year": 2000 + number % 4, "kind": ("letter", "memo")[number % 2]}
    named = {"filename": f"report_{number % 3}.txt", "headings": ["Birds of the lake"][: number % 2]}
    return Document(id=str(number), content=text, meta={**ids, **named, "attributes": attributes, **meta})


def is_same(both: Both, query: Query, tolerance: float = SAME) -> None:
    one, other = (store.search(query) for store in both)
    scores = [[each.score or 0.0 for each in found] for found in (one, other)]
    assert scores[0] == pytest.approx(scores[1], abs=tolerance), query
    for place, found in enumerate(one):  # of equal scores, any order is right
        tied = [
            each.id for each, score in zip(other, scores[1], strict=True) if abs(score - scores[0][place]) <= tolerance
        ]
        assert found.id in tied or scores[0][place] - scores[0][-1] <= tolerance, query
    assert (
        queries(query.text, one[:1]) == queries(query.text, [each for each in other if each.id == one[0].id])
        if one
        else True
    )


def assert_one_counts(both: Both) -> None:
    """Of each text, in OpenSearch."""
    found = both.opensearch._reading.hits([FIRSTS], ["content_hash"], 100)
    counting = Counter(hit["content_hash"] for hit in found)
    assert set(counting.values()) == {1}
    assert len(counting) == len({each.content for each in both.embedded.filter_documents()})


def test_the_same_passages_have_the_same_scores(both: Both) -> None:
    texts = [*TEXTS, *(f"{text} {other}" for text, other in zip(TEXTS, TEXTS[3:], strict=False))]
    documents = [chunk(number, text) for number, text in enumerate(texts)]
    both.do("write_documents", documents[:20])
    both.do("write_documents", documents[20:])
    year = {"field": "meta.attributes.year", "operator": ">", "value": 2001}
    letters = {"field": "meta.attributes.kind", "operator": "==", "value": "letter"}
    checked = {"field": "meta.filename", "operator": "!=", "value": "report_1.txt"}
    for question in QUESTIONS:
        is_same(both, Query(question))
        is_same(both, Query(question, {"operator": "AND", "conditions": [year, letters]}, 3))
    for question in QUESTIONS[:8]:
        is_same(both, Query(question, {"operator": "NOT", "conditions": [letters, checked]}))
        is_same(both, Query(question, context=[("fish at dawn", 0.5), ("首都 2019", 0.3)]))


def test_several_shards_have_the_statistics_of_one(tmp_path: Path) -> None:
    with index_of("embedded", tmp_path / "one") as one, index_settings("opensearch", tmp_path) as settings:
        three = open_index(settings.model_copy(update={"opensearch_shards": 3}))
        both = Both(one.store, three.store)
        both.do("write_documents", [chunk(number, text) for number, text in enumerate([*TEXTS, *TEXTS[:4]])])
        for question in QUESTIONS[:10]:
            is_same(both, Query(question))
            is_same(both, Query(question, {"field": "meta.store_id", "operator": "==", "value": "store1"}))
        three.close()


def test_each_text_counts_once(both: Both) -> None:
    both.do("write_documents", [chunk(number, text) for number, text in enumerate(TEXTS)])
    copies = [chunk(100 + number, TEXTS[number % 4], filename="other.txt") for number in range(12)]
    both.do("write_documents", copies)
    for question in QUESTIONS:
        is_same(both, Query(question, top_k=20))
        is_same(both, Query(question, top_k=2))
    both.do("delete_by_filter", {"field": "id", "operator": "in", "value": ["0", "1", "2", "100"]})
    assert_one_counts(both)


def test_chunks_without_words_count_for_the_average_length(both: Both) -> None:
    numbers = [Document(id=f"{number}", content=f"{number} 4711 2018") for number in range(100, 120)]
    both.do("write_documents", [*numbers, *(chunk(number, text) for number, text in enumerate(TEXTS))])
    for question in ("heron lake", "4711", "2018 heron"):
        is_same(both, Query(question), 1e-3)  # each has one term in Lucene, which no word has


def test_whatever_is_written_and_deleted_the_first_of_a_text_alone_counts(both: Both) -> None:
    some = random.Random(7)
    for _ in range(8):
        numbers = [some.randrange(40) for _ in range(some.randint(1, 8))]
        if some.random() < 0.6:
            written = [
                chunk(number, some.choice(TEXTS[:9]), filename="", headings=[]) for number in dict.fromkeys(numbers)
            ]
            both.do("write_documents", written, DuplicatePolicy.OVERWRITE)
        else:
            both.do("delete_by_filter", {"field": "id", "operator": "in", "value": list(map(str, numbers))})
        assert_one_counts(both)
        both.do("count_documents")
    for question in QUESTIONS[:5]:
        is_same(both, Query(question, top_k=30), 0.02)
    both.do("reindex")  # without what was removed, whose length still counts before
    for question in QUESTIONS[:15]:
        is_same(both, Query(question, top_k=30), 0.002)  # counterweights are whole words long


def test_a_word_that_only_deleted_chunks_had_is_unknown(both: Both) -> None:
    rare = ["the carburettor", "a brand new carburettor", "getUserNames or max_token"]
    both.do("write_documents", [chunk(number, text) for number, text in enumerate([*TEXTS, *rare])])
    both.do("delete_by_filter", {"field": "id", "operator": "in", "value": ["16", "17", "18"]})
    for question in ("carburettor", "carburettor engine", "getUserNames", "max_token"):
        is_same(both, Query(question), 0.02)
    assert both.opensearch.search(Query("carburettor"))[0].meta["near_spellings"] == {"carburettor": ["carburetor"]}
