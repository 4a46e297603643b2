"""`/v1/uploads` through the official client."""

import asyncio
import hashlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types import Upload

from ingest.records import uploads
from tests.official_client import MakeClient, asynchronous, corpus_of, http_of
from tests.server import Server

TEXT = b"Herons eat frogs. Egrets eat fish."


def begin(client: OpenAI, size: int = len(TEXT), **values: Any) -> Upload:
    wanted = {"filename": "birds.txt", "purpose": "assistants", "mime_type": "text/plain", **values}
    return client.uploads.create(bytes=size, **wanted)


def send(client: OpenAI, upload: Upload, data: bytes) -> str:
    part = client.uploads.parts.create(upload.id, data=data)
    assert part.upload_id == upload.id
    return part.id


def let_time_pass(client: OpenAI, seconds: int) -> None:
    with corpus_of(client).database.write() as connection:
        connection.exec_driver_sql(f"UPDATE uploads SET expires_at = expires_at - {seconds}")


def blobs(client: OpenAI) -> int:
    """How many there are; in a bucket without those that are deleted in an hour."""
    corpus = corpus_of(client)
    if not corpus.blobs.shared:
        return len([path for path in (corpus.settings.data_dir / "blobs").rglob("*") if path.is_file()])
    there = {sha256 for number in range(256) for sha256 in corpus.blobs.list(f"{number:02x}")}
    return len(there - corpus.cleanup.kept.doomed(""))


def test_the_parts_become_a_file_in_the_order_in_which_they_are_named(client: OpenAI) -> None:
    upload = begin(client)
    assert (upload.status, upload.bytes, upload.filename) == ("pending", len(TEXT), "birds.txt")
    assert upload.expires_at == upload.created_at + 3600
    last, first = send(client, upload, TEXT[18:]), send(client, upload, TEXT[:18])

    done = client.uploads.complete(upload.id, part_ids=[first, last], md5=hashlib.md5(TEXT).hexdigest())

    assert done.status == "completed"
    assert done.file
    assert client.files.retrieve(done.file.id) == done.file
    assert (done.file.filename, done.file.bytes, done.file.status) == ("birds.txt", len(TEXT), "processed")
    assert client.files.content(done.file.id).content == TEXT
    client.vector_stores.files.poll(file_id=done.file.id, vector_store_id="vs_default", poll_interval_ms=20)
    [found] = client.vector_stores.search("vs_default", query="egrets").data
    assert found.file_id == done.file.id
    assert blobs(client) == 1  # the parts are gone


def test_a_file_is_uploaded_in_pieces_by_the_client_itself(client: OpenAI, tmp_path: Path) -> None:
    content = random.Random(1).randbytes(1_000_000)
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    for file in (path, content):
        names = {} if file is path else {"filename": "a.bin", "bytes": len(content)}
        done = client.uploads.upload_file_chunked(
            file=file,  # type: ignore[call-overload]
            mime_type="application/octet-stream",
            purpose="user_data",
            part_size=300_000,
            md5=hashlib.md5(content).hexdigest(),
            **names,
        )
        assert client.files.content(done.file.id).content == content


def test_the_async_client_sends_parts_side_by_side(client: OpenAI) -> None:
    content = random.Random(2).randbytes(2_000_000)

    async def story() -> None:
        async with asynchronous(client) as other:
            uploads = other.uploads
            upload = await uploads.create(
                bytes=len(content), filename="a.bin", mime_type="application/octet-stream", purpose="user_data"
            )
            pieces = [content[start : start + 250_000] for start in range(0, len(content), 250_000)]
            parts = await asyncio.gather(*(uploads.parts.create(upload.id, data=piece) for piece in pieces))
            done = await uploads.complete(upload.id, part_ids=[part.id for part in parts])
            assert done.file
            assert (await other.files.content(done.file.id)).content == content

            done = await uploads.upload_file_chunked(
                file=TEXT, filename="b.txt", bytes=len(TEXT), mime_type="text/plain", purpose="assistants", part_size=20
            )
            assert done.file
            assert (await other.files.content(done.file.id)).content == TEXT

    asyncio.run(story())


def test_a_part_of_64_megabytes_is_taken_and_one_of_more_is_not(client: OpenAI) -> None:
    part = bytes(64 << 20)
    upload = begin(client, len(part), purpose="user_data", filename="zeros.bin")
    with pytest.raises(openai.APIStatusError, match="more parts") as refused:
        send(client, upload, part + b"0")
    assert refused.value.status_code == 413
    done = client.uploads.complete(upload.id, part_ids=[send(client, upload, part)])
    assert done.file
    assert done.file.bytes == len(part)


@pytest.mark.parametrize("purpose", ["assistants", "batch", "fine-tune", "vision", "user_data"])
def test_every_purpose_can_be_uploaded(client: OpenAI, purpose: str) -> None:
    upload = begin(client, purpose=purpose)
    done = client.uploads.complete(upload.id, part_ids=[send(client, upload, TEXT)])
    assert done.file
    assert done.file.purpose == purpose
    searched = client.vector_stores.retrieve("vs_default").file_counts.total == 1
    assert searched == (purpose in ("assistants", "user_data"))


def test_the_purpose_evals_can_be_uploaded(client: OpenAI) -> None:
    assert begin(client, purpose="evals").purpose == "evals"  # OpenAI's own schema has no file of this purpose


def test_the_file_expires_as_the_upload_said(client: OpenAI) -> None:
    upload = begin(client, expires_after={"anchor": "created_at", "seconds": 7200})
    done = client.uploads.complete(upload.id, part_ids=[send(client, upload, TEXT)])
    assert done.file
    assert done.file.expires_at == done.file.created_at + 7200


def test_a_name_is_kept_without_its_folders(client: OpenAI) -> None:
    assert begin(client, filename="../../etc/Füße.txt").filename == "Füße.txt"


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"size": 0}, "bytes"),
        ({"size": -1}, "bytes"),
        ({"purpose": "everything"}, "purpose"),
        ({"filename": ""}, "filename"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, "expires_after.seconds"),
        ({"extra_body": {"color": "red"}}, "color"),
    ],
)
def test_an_upload_that_cannot_be_is_refused(client: OpenAI, values: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        begin(client, **values)
    assert refused.value.param == param


def test_more_than_the_server_accepts_is_refused_before_it_is_sent(new_client: MakeClient) -> None:
    client = new_client(max_file_mb=1)
    begin(client, 1 << 20)
    with pytest.raises(openai.APIStatusError, match="RAG_MAX_FILE_MB") as refused:
        begin(client, (1 << 20) + 1)
    assert (refused.value.status_code, refused.value.param) == (413, "bytes")


def test_parts_that_do_not_make_up_the_file_are_refused_and_can_be_put_right(client: OpenAI) -> None:
    upload, other = begin(client), begin(client)
    first, last, foreign = send(client, upload, TEXT[:9]), send(client, upload, TEXT[9:]), send(client, other, TEXT)
    for part_ids, says in (
        ([], "0 bytes together, and 34 were announced"),
        ([first], "9 bytes together"),
        ([first, last, last], "named twice"),
        ([foreign], foreign),
        ([first, "part_x"], "part_x"),
    ):
        with pytest.raises(openai.BadRequestError, match=says) as refused:
            client.uploads.complete(upload.id, part_ids=part_ids)
        assert refused.value.param == "part_ids"
    for part_ids, md5 in (([last, first], hashlib.md5(TEXT).hexdigest()), ([first, last], "")):
        with pytest.raises(openai.BadRequestError, match="md5") as refused:
            client.uploads.complete(upload.id, part_ids=part_ids, md5=md5)
        assert refused.value.param == "md5"
    assert client.files.list().data == []

    done = client.uploads.complete(upload.id, part_ids=[first, last], md5=hashlib.md5(TEXT).hexdigest().upper())
    assert done.status == "completed"


def test_a_part_without_bytes_in_the_form_is_refused(client: OpenAI) -> None:
    http = http_of(client)
    path = f"/v1/uploads/{begin(client).id}/parts"
    forms: list[tuple[Any, str]] = [
        ({"file": ("a", b"x")}, "Missing required parameter: 'data'"),
        ({"data": ("a", b"x"), "color": (None, "red")}, "Unknown parameter: 'color'"),
    ]
    for files, says in forms:
        response = http.post(path, files=files)
        assert response.status_code == 400
        assert says in response.json()["error"]["message"]
    assert http.post(path, json={"data": "x"}).status_code == 415
    assert blobs(client) == 0


def test_an_unknown_upload_is_not_found(client: OpenAI) -> None:
    calls: list[Callable[[], object]] = [
        lambda: client.uploads.parts.create("upload_x", data=b"x"),
        lambda: client.uploads.complete("upload_x", part_ids=[]),
        lambda: client.uploads.cancel("upload_x"),
    ]
    for call in calls:
        with pytest.raises(openai.NotFoundError, match="upload_x"):
            call()


def refuses_everything(client: OpenAI, upload: Upload, part_ids: list[str], word: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: client.uploads.parts.create(upload.id, data=b"x"),
        lambda: client.uploads.complete(upload.id, part_ids=part_ids),
        lambda: client.uploads.cancel(upload.id),
    ]
    for call in calls:
        with pytest.raises(openai.BadRequestError, match=f"is {word}: begin a new one"):
            call()


def test_a_completed_upload_takes_nothing_more(client: OpenAI) -> None:
    upload = begin(client)
    part_ids = [send(client, upload, TEXT)]
    client.uploads.complete(upload.id, part_ids=part_ids)
    refuses_everything(client, upload, part_ids, "completed")
    assert len(client.files.list().data) == 1


def test_a_cancelled_upload_takes_nothing_more_and_its_parts_are_gone(client: OpenAI) -> None:
    upload = begin(client)
    part_ids = [send(client, upload, TEXT)]
    assert blobs(client) == 1
    assert client.uploads.cancel(upload.id).status == "cancelled"
    assert blobs(client) == 0
    refuses_everything(client, upload, part_ids, "cancelled")


def test_an_upload_expires_after_an_hour_and_its_parts_are_swept(client: OpenAI) -> None:
    upload = begin(client)
    part_ids = [send(client, upload, TEXT)]
    let_time_pass(client, 3600)
    refuses_everything(client, upload, part_ids, "expired")
    corpus_of(client).expiry.run()
    assert blobs(client) == 0
    refuses_everything(client, upload, part_ids, "expired")

    let_time_pass(client, 86_400)
    corpus_of(client).expiry.run()
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel(upload.id)


def test_a_retry_of_what_succeeded_says_so_again(client: OpenAI) -> None:
    again = {"x-stainless-retry-count": "1"}
    upload, cancelled = begin(client), begin(client)
    part_ids = [send(client, upload, TEXT)]
    done = client.uploads.complete(upload.id, part_ids=part_ids)

    assert client.uploads.complete(upload.id, part_ids=part_ids, extra_headers=again) == done
    assert len(client.files.list().data) == 1
    with pytest.raises(openai.BadRequestError, match="is completed"):
        client.uploads.cancel(upload.id, extra_headers=again)

    client.uploads.cancel(cancelled.id)
    assert client.uploads.cancel(cancelled.id, extra_headers=again).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="is cancelled"):
        client.uploads.complete(cancelled.id, part_ids=[], extra_headers=again)

    assert done.file
    client.files.delete(done.file.id)
    assert client.uploads.complete(upload.id, part_ids=part_ids, extra_headers=again).file is None


def test_acknowledged_parts_survive_a_crash(tmp_path: Path) -> None:
    content = random.Random(3).randbytes(8_000_000)
    pieces = [content[start : start + 1_000_000] for start in range(0, len(content), 1_000_000)]
    acknowledged: dict[int, str] = {}
    with Server(tmp_path) as server:
        client = server.client()
        upload = begin(client, len(content), purpose="user_data", filename="a.bin")

        def add(number: int) -> None:
            acknowledged[number] = send(client, upload, pieces[number])
            if len(acknowledged) >= 3:
                server.kill()

        with ThreadPoolExecutor(3) as pool:
            sent = [pool.submit(add, number) for number in range(len(pieces))]
        assert any(isinstance(each.exception(), openai.APIConnectionError) for each in sent)

    with Server(tmp_path) as server:
        client = server.client()
        for number in set(range(len(pieces))) - acknowledged.keys():
            acknowledged[number] = send(client, upload, pieces[number])
        part_ids = [acknowledged[number] for number in range(len(pieces))]
        done = client.uploads.complete(upload.id, part_ids=part_ids, md5=hashlib.md5(content).hexdigest())
        assert done.file
        assert client.files.content(done.file.id).content == content


def test_so_many_uploads_may_be_begun_and_not_completed(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_PENDING", 3)  # instead of some hundred
    begun = [begin(client) for _ in range(3)]
    with pytest.raises(openai.RateLimitError, match="complete or cancel"):
        begin(client)
    client.uploads.cancel(begun[0].id)
    begin(client)
    let_time_pass(client, 3600)
    begin(client)


def test_an_upload_has_so_many_parts(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_PARTS", 2)  # instead of some thousand
    upload = begin(client)
    for _ in range(2):
        send(client, upload, TEXT)
    with pytest.raises(openai.RateLimitError, match="send larger ones"):
        send(client, upload, TEXT)


def test_an_empty_part_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="empty") as refused:
        send(client, begin(client), b"")
    assert refused.value.param == "data"
