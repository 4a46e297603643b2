"""`/v1/vector_stores` and the files in them, through the official client."""

import openai
import pytest
from openai import OpenAI

from conftest import put


def test_upload_and_poll_ends_with_a_file_that_is_found(client: OpenAI) -> None:
    store = client.vector_stores.create(name="birds", metadata={"of": "Europe"})
    assert (store.name, store.metadata, store.status, store.file_counts.total) == (
        "birds",
        {"of": "Europe"},
        "completed",
        0,
    )

    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("heron.txt", b"The heron stands still for an hour.")
    )

    assert (file.status, file.last_error) == ("completed", None)
    assert file.usage_bytes == 35
    store = client.vector_stores.retrieve(store.id)
    assert (store.status, store.file_counts.completed, store.usage_bytes) == ("completed", 1, 35)
    [found] = client.vector_stores.search(store.id, query="Who stands still?").data
    assert (found.file_id, found.filename) == (file.id, "heron.txt")
    assert found.content[0].text == "The heron stands still for an hour."
    assert 0 < found.score <= 1


def test_stores_do_not_see_each_others_files(client: OpenAI) -> None:
    first, second = client.vector_stores.create(), client.vector_stores.create()
    put(client, "a.txt", "Herons eat frogs.", first.id)
    put(client, "b.txt", "Herons eat fish.", second.id)
    [found] = client.vector_stores.search(second.id, query="herons").data
    assert found.filename == "b.txt"


def test_attributes_and_chunking_are_kept(client: OpenAI) -> None:
    file = client.files.create(
        file=("a.txt", "".join(f"Heron {n} is a bird. " for n in range(200)).encode()), purpose="assistants"
    )
    store = client.vector_stores.create()
    static = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}
    attached = client.vector_stores.files.create_and_poll(
        file_id=file.id,
        vector_store_id=store.id,
        attributes={"year": 1999, "kind": "bird", "rare": False},
        chunking_strategy={"type": "static", "static": static},
    )
    assert attached.attributes == {"year": 1999, "kind": "bird", "rare": False}
    assert attached.chunking_strategy.model_dump() == {"type": "static", "static": static}
    found = client.vector_stores.search(store.id, query="heron", max_num_results=50).data
    assert len(found) > 5
    assert found[0].attributes == {"year": 1999, "kind": "bird", "rare": False}


def test_attaching_twice_is_attaching_once(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    again = client.vector_stores.files.create(file_id=file.id, vector_store_id="vs_default")
    assert again == file
    assert client.vector_stores.retrieve("vs_default").file_counts.total == 1


def test_attaching_with_other_attributes_replaces(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    client.vector_stores.files.create_and_poll(
        file_id=file.id, vector_store_id="vs_default", attributes={"year": 2000}, poll_interval_ms=20
    )
    [found] = client.vector_stores.search("vs_default", query="herons").data
    assert found.attributes == {"year": 2000}


def test_a_file_taken_out_of_a_store_stays_a_file(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    assert client.vector_stores.files.delete(file.id, vector_store_id="vs_default").deleted
    assert client.vector_stores.search("vs_default", query="herons").data == []
    assert client.files.retrieve(file.id).id == file.id
    with pytest.raises(openai.NotFoundError, match=file.id):
        client.vector_stores.files.retrieve(file.id, vector_store_id="vs_default")


def test_a_broken_file_fails_with_words(client: OpenAI) -> None:
    state = put(client, "broken.pdf", b"%PDF-1.7 and then nothing of use")
    assert (state.status, state.usage_bytes) == ("failed", 0)
    assert state.last_error
    assert state.last_error.code == "invalid_file"
    assert "broken.pdf" in state.last_error.message
    assert client.vector_stores.retrieve("vs_default").file_counts.failed == 1


def test_an_unsupported_file_fails_with_the_kinds_that_are(client: OpenAI) -> None:
    state = put(client, "a.xyz", b"\x00\x01")
    assert state.last_error
    assert state.last_error.code == "unsupported_file"
    assert ".pdf" in state.last_error.message


def test_what_does_not_exist_is_not_found(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons.")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.retrieve("vs_nope")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.files.create(file_id=file.id, vector_store_id="vs_nope")
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.files.create(file_id="file-nope", vector_store_id="vs_default")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.search("vs_nope", query="herons")
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.create(file_ids=["file-nope"])


@pytest.mark.parametrize(
    ("static", "says"),
    [
        ({"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}, "at most half"),
        ({"max_chunk_size_tokens": 99, "chunk_overlap_tokens": 0}, "100"),
        ({"max_chunk_size_tokens": 5000, "chunk_overlap_tokens": 0}, "4096"),
    ],
)
def test_impossible_chunking_is_refused(client: OpenAI, static: dict[str, int], says: str) -> None:
    file = put(client, "a.txt", "Herons.")
    with pytest.raises(openai.BadRequestError, match=says):
        client.vector_stores.files.create(
            file_id=file.id,
            vector_store_id="vs_default",
            chunking_strategy={"type": "static", "static": static},  # type: ignore[typeddict-item]
        )
