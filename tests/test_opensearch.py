"""The whole program with its index in OpenSearch."""

from pathlib import Path

import httpx2
from pydantic import SecretStr

from ingest.index.backend import drop_index
from ingest.settings import Settings
from tests.official_client import put
from tests.server import Server


def test_an_upload_is_answered_from_found_after_a_restart_and_gone_once_deleted(
    tmp_path: Path, shared_settings: dict[str, str]
) -> None:
    with Server(tmp_path, shared_settings) as server:
        client = server.client()
        diary = put(client, "diary.txt", "In Lisbon Ada saw storks in 1843. In Porto she saw swifts.")
        client.vector_stores.files.update(diary.id, vector_store_id="vs_default", attributes={"year": 1843})
        put(client, "other.txt", "In Madrid nobody saw anything in 1843.")
        answer = client.chat.completions.create(
            model="extractive", messages=[{"role": "user", "content": "Which birds did Ada see in Lisbon in 1843?"}]
        )
        assert "storks" in (answer.choices[0].message.content or "")
    with Server(tmp_path, shared_settings) as server:
        client = server.client()
        [found] = client.vector_stores.search(
            "vs_default", query="Lisbonn storks", filters={"type": "lt", "key": "year", "value": 1900}
        ).data
        assert found.filename == "diary.txt" and 0 < found.score <= 1
        client.files.delete(found.file_id)
        assert client.vector_stores.search("vs_default", query="Lisbon storks").data == []


def test_an_index_that_is_lost_is_named_and_made_anew_and_its_size_is_told(
    tmp_path: Path, shared_settings: dict[str, str]
) -> None:
    with Server(tmp_path, shared_settings) as server:
        put(server.client(), "diary.txt", "In Lisbon Ada saw storks in 1843.")
        told = httpx2.get(f"{server.url}/metrics").text
        assert float(told.partition("\nrag_index_bytes ")[2].partition("\n")[0]) > 5_000
    settings = Settings(
        _env_file=None,
        index_backend="opensearch",
        opensearch_url=SecretStr(shared_settings["RAG_OPENSEARCH_URL"]),
        opensearch_index=shared_settings["RAG_OPENSEARCH_INDEX"],
    )
    drop_index(settings)
    with Server(tmp_path, shared_settings) as server:
        name = f"the index {shared_settings['RAG_OPENSEARCH_INDEX']}-default in OpenSearch at 127.0.0.1:"
        assert f"All chunks of the files are gone from {name}" in server.said()
        client = server.client()
        [file] = client.files.list().data
        assert client.vector_stores.files.poll(file.id, vector_store_id="vs_default").status == "completed"
        assert client.vector_stores.search("vs_default", query="Lisbon storks").data
