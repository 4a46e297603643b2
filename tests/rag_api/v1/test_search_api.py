"""`/v1/vector_stores/{id}/search` through the official client."""

from typing import Any

import openai
import pytest
from openai import OpenAI

from ingest.index.embedded.store import EmbeddedDocumentStore
from rag_api.v1.filters import Comparison, haystack_filter
from tests.official_client import MakeClient, corpus_of, put


@pytest.mark.parametrize(
    "query",
    [
        "herons",
        "What do herons eat?",
        '"herons"',
        "herons AND (",
        "+herons -frogs",
        "🐸 herons",
        "title:herons*~2",
        "HERONS!",
    ],
)
def test_a_question_finds_its_passage_however_it_is_written(client: OpenAI, query: str) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    assert client.vector_stores.search("vs_default", query=query).data


@pytest.mark.parametrize("query", ["?!", "🐸", "zebra"])
def test_a_query_without_a_match_finds_nothing(client: OpenAI, query: str) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    assert client.vector_stores.search("vs_default", query=query).data == []


def test_an_empty_query_is_refused(client: OpenAI) -> None:
    empty: list[str | list[str]] = ["", []]
    for query in empty:
        with pytest.raises(openai.BadRequestError) as refused:
            client.vector_stores.search("vs_default", query=query)
        assert refused.value.param == "query"


def test_several_queries_are_searched_together(client: OpenAI) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    put(client, "b.txt", "Owls hunt mice.")
    put(client, "c.txt", "Ships sail.")
    page = client.vector_stores.search("vs_default", query=["herons", "owls"])
    assert {found.filename for found in page.data} == {"a.txt", "b.txt"}
    assert page.model_extra
    assert page.model_extra["search_query"] == ["herons", "owls"]


def test_the_best_come_first_and_no_more_than_asked(client: OpenAI) -> None:
    for i in range(6):
        put(client, f"{i}.txt", "Herons eat frogs. " + "Nothing else is said here. " * i)
    scores = [
        found.score for found in client.vector_stores.search("vs_default", query="herons frogs", max_num_results=4).data
    ]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_a_score_threshold_cuts(client: OpenAI) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    put(client, "b.txt", "Herons are seldom seen where people walk their dogs and make a noise.")
    every = client.vector_stores.search("vs_default", query="herons frogs").data
    assert len(every) == 2
    between = (every[0].score + every[1].score) / 2
    [best] = client.vector_stores.search(
        "vs_default", query="herons frogs", ranking_options={"score_threshold": between}
    ).data
    assert best == every[0]


def test_null_is_as_if_nothing_was_said(client: OpenAI) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    nothing: Any = dict.fromkeys(("filters", "max_num_results", "ranking_options", "rewrite_query"))
    assert len(client.vector_stores.search("vs_default", query="herons", **nothing).data) == 1


def test_a_rewritten_query_is_shown_and_finds_the_same(client: OpenAI) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    question = "Hello, could you please tell me what the herons eat?"
    page = client.vector_stores.search("vs_default", query=[question, "and the"], rewrite_query=True)
    assert page.model_extra
    assert page.model_extra["search_query"] == ["herons eat", "and the"]
    assert [found.filename for found in page.data] == ["a.txt"]


# --- filters

FILES: dict[str, dict[str, Any]] = {
    "one": {"year": 1999, "kind": "bird", "rare": True, "seen": "2024-02-01", "a.b": 1},
    "two": {"year": 2001.5, "kind": "fish", "rare": False, "seen": "2024-10-01T08:00:00Z"},
    "three": {"year": 1, "kind": "1999", "rare": 1, "seen": "often"},
    "none": {"nanoseconds": 2**60 + 2**9, "a\0b": 1},
}


def compare(type: str, key: str, value: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "value": value}


def both(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "and", "filters": list(filters)}


def either(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "or", "filters": list(filters)}


CASES: list[tuple[dict[str, Any], set[str]]] = [
    (compare("eq", "kind", "bird"), {"one"}),
    (compare("eq", "year", 1999), {"one"}),
    (compare("eq", "year", 1999.0), {"one"}),
    (compare("eq", "year", "1999"), set()),
    (compare("eq", "kind", 1999), set()),
    (compare("eq", "kind", "1999"), {"three"}),
    (compare("eq", "rare", True), {"one"}),
    (compare("eq", "rare", False), {"two"}),
    (compare("eq", "rare", 1), {"three"}),
    (compare("eq", "seen", "2024-02-01"), {"one"}),
    (compare("eq", "seen", "2024-02-01T00:00:00"), set()),  # the same moment is not the same text
    (compare("eq", "a.b", 1), {"one"}),
    (compare("eq", "a", 1), set()),
    (compare("eq", "nothing", 1), set()),
    (compare("ne", "kind", "bird"), {"two", "three", "none"}),
    (compare("ne", "year", "1999"), {"one", "two", "three", "none"}),
    (compare("ne", "rare", True), {"two", "three", "none"}),
    (compare("gt", "year", 1999), {"two"}),
    (compare("gte", "year", 1999), {"one", "two"}),
    (compare("lt", "year", 1999), {"three"}),
    (compare("lte", "year", 1999), {"one", "three"}),
    (compare("gt", "year", -1), {"one", "two", "three"}),
    (compare("gt", "kind", 1), set()),
    (compare("gt", "rare", 0), {"three"}),
    (compare("gt", "rare", False), set()),
    (compare("gt", "kind", "a"), set()),
    (compare("gt", "year", "a"), set()),
    (compare("lt", "year", 2**70), {"one", "two", "three"}),
    (compare("eq", "a\0b", 1), {"none"}),
    (compare("eq", "nanoseconds", 2**60 + 2**9), {"none"}),
    (compare("eq", "nanoseconds", 2**60), set()),
    (compare("gt", "nanoseconds", 2**60), {"none"}),
    (compare("lt", "nanoseconds", 2.0**60 + 2**10), {"none"}),
    (compare("lte", "nanoseconds", 2**60), set()),
    (compare("gte", "seen", "2024-02-01"), {"one", "two"}),
    (compare("lt", "seen", "2024-10-01T10:30:00+02:00"), {"one", "two"}),
    (compare("lt", "seen", "2024-10-01T09:30:00+02:00"), {"one"}),
    (compare("in", "kind", ["bird", "fish", 7]), {"one", "two"}),
    (compare("in", "year", [1999, "bird", 1]), {"one", "three"}),
    (compare("in", "rare", [1]), {"three"}),
    (compare("in", "kind", []), set()),
    (compare("nin", "kind", ["bird", 1]), {"two", "three", "none"}),
    (compare("nin", "kind", []), {"one", "two", "three", "none"}),
    (both(compare("eq", "kind", "bird"), compare("gt", "year", 1990)), {"one"}),
    (both(), {"one", "two", "three", "none"}),
    (either(compare("eq", "kind", "bird"), compare("lt", "year", 100)), {"one", "three"}),
    (either(), set()),
    (
        both(
            either(compare("eq", "kind", "bird"), compare("eq", "kind", "fish")),
            either(compare("eq", "rare", False), both(compare("gt", "year", 1), compare("ne", "kind", "bird"))),
        ),
        {"two"},
    ),
]


@pytest.mark.one_server("it is of indices that servers do not share; the tests of stores have the same of OpenSearch")
@pytest.mark.parametrize("backend", ["embedded", "memory"])
def test_filters_mean_the_same_on_every_index(new_client: MakeClient, backend: str) -> None:
    client = new_client(index_backend=backend)
    store = client.vector_stores.create()
    files = [
        {
            "file_id": client.files.create(file=(name, f"Heron {name}.".encode()), purpose="vision").id,
            "attributes": attributes,
        }
        for name, attributes in ((f"{name}.txt", attributes) for name, attributes in FILES.items())
    ]
    client.vector_stores.file_batches.create_and_poll(store.id, files=files, poll_interval_ms=20)  # type: ignore[arg-type]

    def found(filters: Any) -> set[str]:
        page = client.vector_stores.search(store.id, query="heron", filters=filters)
        return {passage.filename.removesuffix(".txt") for passage in page.data}

    assert [(filters, found(filters)) for filters, _ in CASES] == CASES
    [one] = client.vector_stores.search(store.id, query="heron", filters=compare("eq", "year", 1999)).data  # type: ignore[arg-type]
    assert one.attributes == FILES["one"]


@pytest.mark.one_server("it looks into the embedded index")
@pytest.mark.parametrize("type", ["eq", "ne", "lt", "gte", "in", "nin"])
def test_no_filter_is_checked_passage_by_passage(client: OpenAI, type: str) -> None:
    file = put(client, "heron.txt", "A heron.")
    client.vector_stores.files.update(
        file.id, vector_store_id="vs_default", attributes={key: 2**60 + 1 for key in ("a\0b", "a.b", "a")}
    )
    store = corpus_of(client).index.store
    assert isinstance(store, EmbeddedDocumentStore)
    odd: list[Any] = [2**63 - 1, -(2**63), 2**53 + 1, 1e300, 1.5, "2024-01-01", "\0", "é" * 512]
    values = [[1, *odd]] if type in ("in", "nin") else [True, *odd]
    for key in ("a\0b", "a.b", "a%00b", "a", "é" * 64, ""):
        for value in values:
            filters = haystack_filter(Comparison.model_validate(compare(type, key, value)))
            search = store._folder.fulltext.search("heron", filters)
            assert search is not None and search.residual is None, (key, value)


def test_filters_apply_before_the_best_are_chosen(client: OpenAI) -> None:
    store = client.vector_stores.create()
    texts = [f"Herons eat frogs, {n} of them." for n in range(30)] + [
        "A heron, seen once among much else." + " So." * 99
    ]
    files = [
        {"file_id": client.files.create(file=("a.txt", text.encode()), purpose="vision").id, "attributes": {"n": n}}
        for n, text in enumerate(texts)
    ]
    client.vector_stores.file_batches.create_and_poll(store.id, files=files, poll_interval_ms=20)  # type: ignore[arg-type]
    last: Any = compare("gte", "n", 30)
    [found] = client.vector_stores.search(store.id, query="herons", max_num_results=1, filters=last).data
    assert found.attributes == {"n": 30}


@pytest.mark.parametrize(
    ("filters", "param"),
    [
        ({"type": "eq", "key": "a"}, "filters.value"),
        ({"type": "eq", "value": 1}, "filters.key"),
        ({"type": "like", "key": "a", "value": 1}, "filters.type"),
        ({"key": "a", "value": 1}, "filters.type"),
        ({"type": "eq", "key": "a", "value": None}, "filters.value"),
        ({"type": "eq", "key": "a", "value": [1]}, "filters.value"),
        ({"type": "in", "key": "a", "value": 1}, "filters.value"),
        ({"type": "in", "key": "a", "value": [True]}, "filters.value"),
        ({"type": "eq", "key": "a", "value": 1, "colour": "red"}, "filters.colour"),
        ({"type": "and", "filters": {}}, "filters.filters"),
        ({"type": "and", "filters": [{"type": "eq", "key": 1, "value": 1}]}, "filters.filters[0].key"),
        ([], "filters"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(client: OpenAI, filters: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.vector_stores.search("vs_default", query="herons", filters=filters)
    assert refused.value.param == param


def test_it_says_what_was_searched_for_in_place_of_a_word_that_no_document_has(client: OpenAI) -> None:
    put(client, "a.txt", "Clean the carburetor of the engine once a year.")
    put(client, "b.txt", "Herons eat frogs.")
    asked, meant = "How often do I clean the carburettor?", "How often do I clean the carburetor?"
    found = client.vector_stores.search("vs_default", query=asked)
    assert [result.filename for result in found.data] == ["a.txt"]
    assert found.to_dict()["search_query"] == [asked, meant]
    known = client.vector_stores.search("vs_default", query="clean herons")
    assert known.to_dict()["search_query"] == ["clean herons"]
    search = client.responses.create(
        model="extractive", input=asked, tools=[{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    ).output[0]
    assert search.type == "file_search_call"
    assert search.queries == [asked, meant]
