"""`/v1/vector_stores/{id}/search` through the official client."""

import openai
import pytest
from openai import OpenAI

from conftest import put


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
    for query in ("", []):
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
