"""`RAG_RERANK_MODEL` orders what a search, a chat and a response find; `ranker: none` is without it."""

from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI
from openai.types.responses import ResponseFileSearchToolCall

from tests.official_client import MakeClient, put
from tests.rerank_server import RerankServer, rerank_server
from tests.scripted_upstream import ScriptedUpstream


@pytest.fixture
def server() -> Iterator[RerankServer]:
    with rerank_server() as server:
        yield server


def filled(client: OpenAI) -> OpenAI:
    put(client, "a.txt", "A red heron by the red lake of the red reeds.")
    put(client, "b.txt", "A red heron with zzz in it, and more words than the other has.")
    return client


def found(client: OpenAI, **options: Any) -> list[str]:
    page = client.vector_stores.search("vs_default", query="red heron", **options)
    return [each.filename for each in page.data]


def by_response(client: OpenAI, **ranking: Any) -> list[str]:
    tool: Any = {"type": "file_search", "vector_store_ids": ["vs_default"], "ranking_options": ranking}
    include: Any = ["file_search_call.results"]
    search = client.responses.create(model="m", input="red heron", tools=[tool], include=include).output[0]
    assert isinstance(search, ResponseFileSearchToolCall)
    return [result.filename or "" for result in search.results or []]


def test_search_and_answers_have_its_order(new_client: MakeClient, server: RerankServer) -> None:
    client = filled(new_client(rerank_model="m", rerank_base_url=server.base_url))
    assert found(client) == by_response(client, ranker="auto") == ["b.txt", "a.txt"]
    none: Any = {"ranker": "none"}
    assert found(client, ranking_options=none) == ["a.txt", "b.txt"]
    server.status = 500
    assert found(client) == ["a.txt", "b.txt"], "without it, the order is that of the search"


def test_a_language_model_gets_its_order_and_is_not_asked_for_one(
    new_client: MakeClient, server: RerankServer, scripted_upstream: ScriptedUpstream
) -> None:
    settings: Any = {"rerank": 2, "rerank_model": "m", "rerank_base_url": server.base_url}
    client = filled(new_client(openai_base_url=scripted_upstream.base_url, **settings))
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": "What of the red heron?"}])
    [request] = scripted_upstream.requests
    sources = str(request.body["messages"][0]["content"])
    assert 0 < sources.index("zzz") < sources.index("the red lake")
