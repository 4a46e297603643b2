"""`/v1/vector_stores/{id}/file_batches` through the official client."""

import asyncio
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.official_client import asynchronous, put


def upload(client: OpenAI, name: str = "a.txt", text: str = "Herons eat frogs.") -> str:
    return client.files.create(file=(name, text.encode()), purpose="vision").id  # vision: in no store by itself


def test_upload_and_poll_ends_with_files_that_are_found(client: OpenAI) -> None:
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.upload_and_poll(
        store.id,
        files=[(f"{n}.txt", f"Heron {n} eats frogs.".encode()) for n in range(7)],
        file_ids=[upload(client)],
        poll_interval_ms=20,
    )
    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == ("completed", 8, 8)
    assert len(client.vector_stores.search(store.id, query="herons", max_num_results=50).data) == 8
    assert client.vector_stores.retrieve(store.id).file_counts.completed == 8


def test_attributes_and_chunking_are_those_of_the_batch_or_of_each_file(client: OpenAI) -> None:
    one, other = upload(client, "1.txt"), upload(client, "2.txt")
    static: Any = {"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 0}}
    store = client.vector_stores.create()
    client.vector_stores.file_batches.create_and_poll(
        store.id, file_ids=[one, other], attributes={"year": 1999}, chunking_strategy=static, poll_interval_ms=20
    )
    for file in client.vector_stores.files.list(store.id):
        assert (file.attributes, file.chunking_strategy and file.chunking_strategy.to_dict()) == (
            {"year": 1999},
            static,
        )

    client.vector_stores.file_batches.create_and_poll(
        store.id,
        files=[{"file_id": one, "attributes": {"year": 2000}}, {"file_id": other, "chunking_strategy": static}],
        attributes={"year": 1},  # is for `file_ids`
        poll_interval_ms=20,
    )
    after = {file.id: file for file in client.vector_stores.files.list(store.id)}
    assert (after[one].attributes, after[other].attributes) == ({"year": 2000}, {})


def test_a_batch_ends_though_a_file_fails(client: OpenAI) -> None:
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.upload_and_poll(
        store.id, files=[("a.txt", b"Herons."), ("b.pdf", b"%PDF-1.7 and no more")], poll_interval_ms=20
    )
    assert (batch.status, batch.file_counts.completed, batch.file_counts.failed) == ("completed", 1, 1)
    batches = client.vector_stores.file_batches
    [failed] = batches.list_files(batch.id, vector_store_id=store.id, filter="failed")
    assert failed.last_error and failed.last_error.code == "invalid_file"


def test_the_files_of_a_batch_are_paged_through(client: OpenAI) -> None:
    store = client.vector_stores.create()
    put(client, "other.txt", "Herons.", store.id)
    files = [upload(client, f"{n}.txt") for n in range(5)]
    batches = client.vector_stores.file_batches
    batch = batches.create_and_poll(store.id, file_ids=[*files, files[0]], poll_interval_ms=20)
    assert batch.file_counts.total == 5
    assert [file.id for file in batches.list_files(batch.id, vector_store_id=store.id, limit=2, order="asc")] == files
    before = batches.list_files(batch.id, vector_store_id=store.id, before=files[0], limit=2)
    assert [file.id for file in before.data] == [files[2], files[1]]


def test_cancel_ends_a_batch_at_once(client: OpenAI) -> None:
    store = client.vector_stores.create()
    files = [upload(client, f"{n}.txt", f"Heron {n}. " * 2_000) for n in range(40)]
    batches = client.vector_stores.file_batches
    batch = batches.create(store.id, file_ids=files)
    assert (batch.status, batch.file_counts.in_progress) == ("in_progress", 40)
    look = batches.with_raw_response.retrieve(batch.id, vector_store_id=store.id)
    assert int(look.headers["openai-poll-after-ms"]) < 1000

    cancelled = batches.cancel(batch.id, vector_store_id=store.id)

    assert (cancelled.status, cancelled.file_counts.in_progress) == ("cancelled", 0)
    assert cancelled.file_counts.cancelled > 0
    assert cancelled.file_counts.total == 40
    assert batches.poll(batch.id, vector_store_id=store.id) == cancelled
    ended = [file.id for file in batches.list_files(batch.id, vector_store_id=store.id, filter="cancelled", limit=100)]
    assert len(ended) == cancelled.file_counts.cancelled
    assert client.vector_stores.files.poll(ended[0], vector_store_id=store.id).status == "cancelled"
    assert client.vector_stores.retrieve(store.id).file_counts.cancelled == len(ended)


def test_one_unknown_file_and_none_is_put_in(client: OpenAI) -> None:
    store = client.vector_stores.create()
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.file_batches.create(store.id, file_ids=[upload(client), "file-nope"])
    assert client.vector_stores.retrieve(store.id).file_counts.total == 0


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, None),
        ({"file_ids": ["file-1"], "files": [{"file_id": "file-1"}]}, None),
        ({"file_ids": []}, "file_ids"),
        ({"file_ids": ["file-1"] * 2001}, "file_ids"),
        ({"files": [{"attributes": {}}]}, "files[0].file_id"),
        ({"files": [{"file_id": "file-1", "colour": "red"}]}, "files[0].colour"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(client: OpenAI, body: dict[str, Any], param: str | None) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/vector_stores/vs_default/file_batches", body=body, cast_to=object)
    assert refused.value.param == param


def test_what_does_not_exist_is_not_found(client: OpenAI) -> None:
    batches = client.vector_stores.file_batches
    for use in (batches.retrieve, batches.cancel, batches.list_files):
        with pytest.raises(openai.NotFoundError, match="vsfb_nope"):
            use("vsfb_nope", vector_store_id="vs_default")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        batches.create("vs_nope", file_ids=[upload(client)])


def test_the_async_client_uploads_and_polls(client: OpenAI) -> None:
    async def story() -> None:
        async with asynchronous(client) as other:
            store = await other.vector_stores.create()
            batches = other.vector_stores.file_batches
            files = [(f"{n}.txt", f"Heron {n}.".encode()) for n in range(6)]
            batch = await batches.upload_and_poll(store.id, files=files, poll_interval_ms=20)
            assert (batch.status, batch.file_counts.completed) == ("completed", 6)
            listed = [file.id async for file in batches.list_files(batch.id, vector_store_id=store.id, limit=4)]
            assert len(listed) == 6
            again = await batches.create_and_poll(store.id, file_ids=listed, poll_interval_ms=20)
            assert (again.status, again.file_counts.total) == ("completed", 6)

    asyncio.run(story())
