"""Why a passage was found, where in its file it stands, and what stands beside it."""

from typing import Any

from openai import OpenAI
from openai.types.responses import ResponseFileSearchToolCall

from tests.embeddings_server import MODEL, embeddings_server, needs_vectors
from tests.ingest.convert.pdf_files import pdf
from tests.official_client import MakeClient, http_of, put
from tests.rerank_server import rerank_server

WHY: Any = {"include": ["details"]}


def details(client: OpenAI, query: str | list[str], **others: Any) -> list[dict[str, Any]]:
    http_of(client).event_hooks = {}  # OpenAI's document has no such results
    page = client.vector_stores.search("vs_default", query=query, extra_body=WHY, **others)
    return [found.to_dict()["details"] for found in page.data]  # type: ignore[misc]


def chunks(client: OpenAI, file_id: str, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = http_of(client).get(f"/v1/vector_stores/vs_default/files/{file_id}/chunks{query}").json()
    return answer


def test_a_result_says_why_it_was_found_if_it_is_asked(client: OpenAI) -> None:
    file = put(client, "herons.pdf", pdf("A cover.", "Herons nest in trees, and a heron eats frogs."))
    [found] = details(client, "Where do herons nest?")
    assert 0 < found["words"] <= 1
    assert found == {
        "vector_store_id": "vs_default",
        "chunk": 0,
        "chunk_end": 0,
        "page_start": 1,
        "page_end": 2,
        "headings": [],
        "matched": ["Herons", "nest", "heron"],
        "words": found["words"],
        "meaning": None,
        "found_at": None,
        "number": 1,
        "url": f"http://testserver/v1/files/{file.id}/content#page=1",
    }
    [plain] = client.vector_stores.search("vs_default", query="herons").data
    assert "details" not in plain.to_dict()


def test_the_words_of_all_queries_are_told_and_those_found_in_the_place_of_one(client: OpenAI) -> None:
    put(client, "a.txt", "Herons eat frogs near the observatory.")
    assert details(client, ["herons", "frogs"])[0]["matched"] == ["Herons", "frogs"]
    assert details(client, "observatoy herons")[0]["matched"] == ["Herons", "observatory"]


def test_results_are_numbered_as_a_model_cites_them(client: OpenAI) -> None:
    for number in range(3):
        put(client, f"{number}.txt", "Herons eat frogs. " + "Nothing else is said here. " * number)
    tool: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
    include: Any = ["file_search_call.results", "file_search_call.results.details"]
    response = client.responses.create(input="What do herons eat?", tools=[tool], include=include)
    [search, message] = response.output
    assert isinstance(search, ResponseFileSearchToolCall)
    results = [result.to_dict() for result in search.results or []]
    assert [result["details"]["number"] for result in results] == [1, 2, 3]  # type: ignore[index]
    assert results[0]["details"]["matched"] == ["Herons", "eat"]  # type: ignore[index]
    cited = message.to_dict()["content"][0]["annotations"][0]  # type: ignore[index]
    assert "[1]" in response.output_text
    assert cited["file_id"] == results[0]["file_id"]
    kept: Any = client.responses.retrieve(response.id, include=include).output[0]
    assert kept.to_dict() == search.to_dict()
    without: Any = client.responses.create(input="What do herons eat?", tools=[tool], include=include[:1]).output[0]
    assert "details" not in without.to_dict()["results"][0]


@needs_vectors
def test_the_shares_of_words_and_of_meaning_are_told(new_client: MakeClient) -> None:
    with embeddings_server() as server:
        client = new_client(embeddings=MODEL, embeddings_base_url=server.base_url)
        put(client, "a.txt", "An automobile.")
        put(client, "b.txt", "The red doctor.")
        by_words = {bool(each["matched"]): each for each in details(client, "Which red cars?")}
    assert by_words[True]["words"] > 0
    assert (by_words[False]["words"], by_words[False]["meaning"] > 0) == (0, True)


def test_the_place_before_a_model_put_them_in_order_is_told(new_client: MakeClient) -> None:
    with rerank_server() as server:
        client = new_client(rerank_model="m", rerank_base_url=server.base_url)
        put(client, "a.txt", "A red heron by the red lake of the red reeds.")
        put(client, "b.txt", "A red heron with zzz in it, and more words than the other has.")
        assert [(each["number"], each["found_at"]) for each in details(client, "red heron")] == [(1, 2), (2, 1)]
        ranking: Any = {"ranker": "none"}
        assert [each["found_at"] for each in details(client, "red heron", ranking_options=ranking)] == [None, None]


def long_text() -> str:
    return "\n\n".join(f"# Part {n}\n\n" + f"Herons of part {n} eat frogs. " * 40 for n in range(12))


def test_the_neighbours_of_a_passage_are_read_by_their_numbers(client: OpenAI) -> None:
    file = put(client, "herons.md", long_text())
    whole = chunks(client, file.id)
    text = http_of(client).get(f"/v1/vector_stores/vs_default/files/{file.id}/content").json()["data"][0]["text"]
    assert whole["total"] == len(whole["data"]) > 4
    assert not whole["has_more"]
    assert [each["chunk"] for each in whole["data"]] == list(range(whole["total"]))
    for each in whole["data"]:
        assert text[each["start"] : each["end"]] == each["text"]
        assert (each["object"], each["page_start"], each["tokens"] > 0) == ("vector_store.file.chunk", None, True)
    [best] = details(client, "part 7", max_num_results=1)
    beside = chunks(client, file.id, f"?first={best['chunk'] - 1}&limit=3")
    assert (beside["data"], beside["total"]) == (whole["data"][best["chunk"] - 1 :][:3], whole["total"])
    assert beside["has_more"] is (best["chunk"] + 2 < whole["total"])
    assert "Herons of part 7" in beside["data"][1]["text"]
    assert chunks(client, file.id, f"?first={whole['total']}")["data"] == []


def test_a_citation_names_the_passages_in_which_its_words_stand(client: OpenAI) -> None:
    file = put(client, "herons.md", long_text())
    response = client.responses.create(input="What do herons of part 7 eat?").to_dict()
    cited = response["output"][-1]["content"][0]["annotations"][0]  # type: ignore[index]
    assert "part 7" in cited["quote"]
    first, last = cited["chunk_start"], cited["chunk_end"]
    assert first < last  # adjacent ones were put together
    beside = chunks(client, file.id, f"?first={first}&limit={last - first + 1}")["data"]
    assert any(cited["quote"] in each["text"] for each in beside)
    assert not any("part 7" in each["text"] for each in beside[:1])


def test_numbers_of_passages_are_within_limits(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    for query in ("?first=-1", "?limit=0", "?limit=51", "?from=1"):
        answer = http_of(client).get(f"/v1/vector_stores/vs_default/files/{file.id}/chunks{query}")
        assert answer.status_code == 400, query


def test_a_file_that_was_not_read_has_no_passages(client: OpenAI) -> None:
    file = put(client, "a.xyz", "Herons.")
    assert "has no text yet: its status is 'failed'" in chunks(client, file.id)["error"]["message"]
    assert "No file found" in chunks(client, "file-x")["error"]["message"]


def test_the_files_of_a_store_have_their_names_and_sizes(client: OpenAI) -> None:
    file = put(client, "herons.txt", "Herons eat frogs.")
    store = client.vector_stores.create(name="birds")
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[file.id])
    listed = [
        file,
        *client.vector_stores.files.list(store.id),
        *client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id),
        client.vector_stores.files.update(file.id, vector_store_id=store.id, attributes={"year": 1761}),
    ]
    assert len(listed) == 4
    for each in listed:
        assert each.model_extra
        assert (each.model_extra["filename"], each.model_extra["bytes"]) == ("herons.txt", 17)


def test_a_file_with_an_address_is_cited_by_it(client: OpenAI) -> None:
    said: dict[str, Any] = {"url": "https://example.org/birds?of=herons", "author": "Ann Heron", "date": "1761-11-18"}
    file = client.files.create(file=("herons.txt", b"Herons eat frogs."), purpose="user_data")
    store = client.vector_stores.create(name="birds")
    client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id, attributes=said, poll_interval_ms=20)
    tools: Any = [{"type": "file_search", "vector_store_ids": [store.id]}]
    question = "What do herons eat?"
    chat = client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": question}], tools=tools
    ).to_dict()
    response = client.responses.create(input=question, tools=tools).to_dict()
    by_chat = chat["choices"][0]["message"]["annotations"][0]  # type: ignore[index]
    by_response = response["output"][-1]["content"][0]["annotations"][0]  # type: ignore[index]
    assert by_chat["url_citation"]["url"] == by_response["url"] == said["url"]
    assert by_chat["attributes"] == by_response["attributes"] == said
    assert by_chat["file_id"] == by_response["file_id"] == file.id
    client.vector_stores.files.update(file.id, vector_store_id=store.id, attributes={"url": "javascript:alert(1)"})
    again = client.responses.create(input=question, tools=tools).to_dict()
    url = again["output"][-1]["content"][0]["annotations"][0]["url"]  # type: ignore[index]
    assert url == f"http://testserver/v1/files/{file.id}/content"
