"""`/v1/files` through the official client."""

import asyncio
import io
from collections.abc import Callable
from urllib.parse import quote

import httpx2
import openai
import pytest
from fastapi import routing
from openai import OpenAI

from rag_api.v1 import paging
from rag_api.v1.files import FileObject
from rag_api.v1.paging import ListOf
from tests.corpora import damage
from tests.official_client import MakeClient, corpus_of, http_of, put


def test_an_upload_is_there_at_once_and_searchable_soon(client: OpenAI) -> None:
    file = client.files.create(file=("notes.txt", b"The heron nests in March."), purpose="assistants")

    assert client.files.retrieve(file.id) == file
    assert (file.filename, file.bytes, file.purpose, file.status) == ("notes.txt", 25, "assistants", "processed")
    state = client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=20)
    assert state.status == "completed"
    assert client.files.content(file.id).content == b"The heron nests in March."


def test_the_list_is_paged_newest_first_and_by_purpose(client: OpenAI) -> None:
    ids = [client.files.create(file=(f"{i}.txt", b"x"), purpose="user_data").id for i in range(5)]
    other = client.files.create(file=("b.jsonl", b"{}"), purpose="batch").id

    page = client.files.list(limit=2)
    assert [file.id for file in page.data] == [other, ids[4]]
    assert page.has_more
    assert [file.id for file in client.files.list(limit=2)] == [other, *reversed(ids)]  # the client turns the pages
    assert [file.id for file in client.files.list(order="asc", purpose="user_data")] == ids
    assert [file.id for file in client.files.list(order="asc", after=ids[3], purpose="user_data")] == [ids[4]]


def test_a_list_is_written_as_its_model_would_be(client: OpenAI) -> None:
    http = http_of(client)
    assert http.get("/v1/files").json() == {
        "object": "list",
        "data": [],
        "first_id": "",
        "last_id": "",
        "has_more": False,
    }
    client.files.create(file=('Grüße \u2028"1".txt', b"x"), purpose="user_data")
    client.files.create(
        file=("b.txt", b"xy"), purpose="assistants", expires_after={"anchor": "created_at", "seconds": 3600}
    )
    files = corpus_of(client).files
    for limit in (1, 10):
        page = files.list(limit=limit)
        model = ListOf.of([FileObject.of(file) for file in page.items], page.has_more)
        listed = http.get("/v1/files", params={"limit": limit})
        assert listed.headers["content-type"] == "application/json"
        assert listed.content == model.model_dump_json().encode()


@pytest.mark.parametrize(
    "path",
    ["files", "vector_stores", "vector_stores/vs_default/files", "conversations", "admin/keys", "admin/projects"],
)
def test_no_list_is_validated_or_written_on_the_event_loop(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    put(client, "a.txt", "Herons eat frogs.")
    http = http_of(client)
    before = http.get(f"/v1/{path}").content

    async def refuse(**_options: object) -> None:
        raise AssertionError("FastAPI looks at it")

    monkeypatch.setattr(routing, "serialize_response", refuse)
    monkeypatch.setattr(paging.ListOf, "model_dump_json", _in_a_thread(paging.ListOf.model_dump_json))
    assert http.get(f"/v1/{path}").content == before


def _in_a_thread(write: Callable[..., str]) -> Callable[..., str]:
    def written(*given: object) -> str:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return write(*given)

    return written


def test_a_cursor_that_is_no_file_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="cursor 'file-x'"):
        client.files.list(after="file-x")


def test_a_deleted_file_is_gone_everywhere_at_once(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    assert client.vector_stores.search("vs_default", query="herons").data

    assert client.files.delete(file.id).deleted

    assert client.vector_stores.search("vs_default", query="herons").data == []
    for gone in (client.files.retrieve, client.files.delete, client.files.content):
        with pytest.raises(openai.NotFoundError, match=file.id):
            gone(file.id)
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.files.retrieve(file.id, vector_store_id="vs_default")


def test_the_same_bytes_twice_are_two_files_and_found_in_both(client: OpenAI) -> None:
    first, second = put(client, "a.txt", "Herons eat frogs."), put(client, "b.txt", "Herons eat frogs.")
    assert first.id != second.id
    found = client.vector_stores.search("vs_default", query="herons").data
    assert [(each.filename, each.content[0].text) for each in found] == [
        ("a.txt", "Herons eat frogs."),
        ("b.txt", "Herons eat frogs."),
    ]

    client.files.delete(first.id)

    [left] = client.vector_stores.search("vs_default", query="herons").data
    assert left.file_id == second.id
    assert client.files.content(second.id).text == "Herons eat frogs."
    client.files.delete(second.id)
    assert client.vector_stores.search("vs_default", query="herons").data == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Füße 脚.txt", "Füße 脚.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\a.txt", "a.txt"),
        ('say "hi".txt', 'say "hi".txt'),
        ("..", "upload"),
        (
            "会議\u3000資料 3.14\u202fPM گزارش\u200cهای 👩\u200d👧.txt",
            "会議\u3000資料 3.14\u202fPM گزارش\u200cهای 👩\u200d👧.txt",
        ),
    ],
)
def test_a_name_is_kept_without_its_folders(client: OpenAI, sent: str, kept: str) -> None:
    file = client.files.create(file=(sent, b"x"), purpose="assistants")
    assert file.filename == kept
    assert client.files.content(file.id).content == b"x"


def test_a_file_over_the_limit_is_refused_and_nothing_of_it_kept(new_client: MakeClient) -> None:
    client = new_client(max_file_mb=1)
    client.files.create(file=("fits.txt", b"x" * 1_048_576), purpose="assistants")
    with pytest.raises(openai.APIStatusError, match="RAG_MAX_FILE_MB") as refused:
        client.files.create(file=("big.txt", b"x" * 1_048_577), purpose="assistants")
    assert refused.value.status_code == 413
    assert [file.filename for file in client.files.list()] == ["fits.txt"]


def let_time_pass(client: OpenAI, seconds: int) -> None:
    with corpus_of(client).database.write() as connection:
        connection.exec_driver_sql(f"UPDATE files SET created_at = created_at - {seconds}")
        connection.exec_driver_sql(f"UPDATE files SET expires_at = expires_at - {seconds}")


def test_a_file_expires_when_it_was_told_to_and_is_gone_everywhere(client: OpenAI) -> None:
    lasting = put(client, "lasting.txt", "Herons sleep.").id
    file = client.files.create(
        file=("a.txt", b"Herons eat frogs."),
        purpose="assistants",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert file.expires_at == file.created_at + 3600
    client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=20)
    let_time_pass(client, 3000)
    assert {each.id for each in client.files.list()} == {file.id, lasting}

    let_time_pass(client, 600)

    assert [each.id for each in client.files.list()] == [lasting]
    for gone in (client.files.retrieve, client.files.delete, client.files.content):
        with pytest.raises(openai.NotFoundError, match=file.id):
            gone(file.id)
    corpus_of(client).expiry.run()
    assert [result.file_id for result in client.vector_stores.search("vs_default", query="herons").data] == [lasting]
    assert client.vector_stores.retrieve("vs_default").file_counts.total == 1


def test_only_batch_files_expire_by_themselves(client: OpenAI) -> None:
    batch = client.files.create(file=("b.jsonl", b"{}"), purpose="batch")
    assert batch.expires_at == batch.created_at + 30 * 86_400
    other = client.files.create(file=("a.txt", b"x"), purpose="user_data")
    assert "expires_at" not in client.files.with_raw_response.retrieve(other.id).text


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "3599"}, "expires_after.seconds"),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "2592001"}, "expires_after.seconds"),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "soon"}, "expires_after.seconds"),
        ({"expires_after[anchor]": "created_at"}, "expires_after.seconds"),
        ({"expires_after[anchor]": "now", "expires_after[seconds]": "3600"}, "expires_after.anchor"),
        ({"expires_after": "3600"}, "expires_after"),
        ({"expires_after[anchor]": "created_at", "expires_after": "3600"}, "expires_after"),
        ({"expires_after": "3600", "expires_after[seconds]": "3600"}, "expires_after"),
    ],
)
def test_an_expiry_that_cannot_be_is_refused(client: OpenAI, fields: dict[str, str], param: str) -> None:
    http = http_of(client)
    response = http.post("/v1/files", data={"purpose": "batch", **fields}, files={"file": ("a.txt", b"x")})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param
    assert client.files.list().data == []


def test_a_retried_upload_is_one_file(client: OpenAI) -> None:
    def upload(name: str, content: bytes, tries: int) -> str:
        headers = {"x-stainless-retry-count": str(tries)}
        return client.files.create(file=(name, content), purpose="assistants", extra_headers=headers).id

    first = upload("a.txt", b"Herons.", 0)
    assert upload("a.txt", b"Herons.", 1) == first
    others = [upload("a.txt", b"Herons.", 0), upload("b.txt", b"Herons.", 1), upload("a.txt", b"Egrets.", 1)]
    assert len({first, *others}) == 4

    let_time_pass(client, 601)
    assert upload("a.txt", b"Herons.", 1) not in {first, *others}


@pytest.mark.parametrize(
    ("asked", "sent"),
    [("0-3", b"0123"), ("4-", b"456789"), ("-3", b"789"), ("8-99", b"89"), ("-99", b"0123456789"), ("9-9", b"9")],
)
def test_a_range_of_the_content_is_sent_alone(client: OpenAI, asked: str, sent: bytes) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    http = http_of(client)
    response = http.get(f"/v1/files/{file.id}/content", headers={"range": f"bytes={asked}"})
    start = b"0123456789".index(sent)
    assert (response.status_code, response.content) == (206, sent)
    assert response.headers["content-range"] == f"bytes {start}-{start + len(sent) - 1}/10"


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(client: OpenAI, asked: str) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    http = http_of(client)
    response = http.get(f"/v1/files/{file.id}/content", headers={"range": asked})
    assert (response.status_code, response.headers["content-range"]) == (416, "bytes */10")
    assert "10 bytes" in response.json()["error"]["message"]


@pytest.mark.parametrize("asked", ["bytes=3-2", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", ""])
def test_a_range_that_is_none_is_as_if_not_asked_for(client: OpenAI, asked: str) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    http = http_of(client)
    response = http.get(f"/v1/files/{file.id}/content", headers={"range": asked})
    assert (response.status_code, response.content) == (200, b"0123456789")
    assert response.headers["accept-ranges"] == "bytes"


@pytest.mark.one_server("it damages a file of the data folder; tests/test_bucket.py has the same in a bucket")
def test_a_small_file_that_was_damaged_is_refused_with_what_to_do(client: OpenAI) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    damage(corpus_of(client), corpus_of(client).files.get(file.id).sha256)
    with pytest.raises(openai.InternalServerError, match=f"{file.id} are not those that were uploaded: upload"):
        client.files.content(file.id)


@pytest.mark.one_server("it damages a file of the data folder")
@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-3"}])
def test_a_file_of_another_size_than_was_uploaded_is_refused(client: OpenAI, headers: dict[str, str]) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    corpus = corpus_of(client)
    sha256 = corpus.files.get(file.id).sha256
    (corpus.settings.data_dir / "blobs" / sha256[:2] / sha256).write_bytes(b"01234567")
    with pytest.raises(openai.InternalServerError, match="not those that were uploaded"):
        client.files.content(file.id, extra_headers=headers)


def test_the_size_can_be_asked_without_the_content(client: OpenAI) -> None:
    file = client.files.create(file=("a.bin", b"0123456789"), purpose="user_data")
    http = http_of(client)
    response = http.head(f"/v1/files/{file.id}/content")
    assert (response.status_code, response.headers["content-length"], response.content) == (200, "10", b"")


def test_an_empty_file_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="empty"):
        client.files.create(file=("a.txt", b""), purpose="assistants")


def test_an_unknown_purpose_is_refused_with_those_there_are(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'assistants', 'batch'") as refused:
        client.files.create(file=("a.txt", b"x"), purpose="everything")  # type: ignore[arg-type]
    assert refused.value.param == "purpose"


def post(client: OpenAI, content: bytes, kind: str = "multipart/form-data; boundary=b") -> httpx2.Response:
    http = http_of(client)
    return http.post("/v1/files", content=content, headers={"content-type": kind})


FILE_PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nHerons.\r\n'
PURPOSE_PART = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'


@pytest.mark.parametrize("parts", [FILE_PART + PURPOSE_PART, PURPOSE_PART + FILE_PART])
def test_the_fields_may_come_in_any_order(client: OpenAI, parts: bytes) -> None:
    assert post(client, parts + b"--b--\r\n").json()["bytes"] == 7


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (PURPOSE_PART + b"--b--\r\n", "Missing required parameter: 'file'"),
        (FILE_PART + b"--b--\r\n", "Missing required parameter: 'purpose'"),
        (PURPOSE_PART + FILE_PART, "ends before its last boundary"),
        (b"hello", "cannot be read"),
        (PURPOSE_PART + FILE_PART + FILE_PART + b"--b--\r\n", "one 'file'"),
        (
            FILE_PART + PURPOSE_PART + PURPOSE_PART.replace(b"purpose", b"color") + b"--b--\r\n",
            "Unknown parameter: 'color'",
        ),
    ],
)
def test_a_broken_form_is_refused_in_words_and_nothing_kept(client: OpenAI, content: bytes, says: str) -> None:
    response = post(client, content)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]
    assert client.files.list().data == []


def test_a_body_that_is_no_form_is_refused(client: OpenAI) -> None:
    response = post(client, b"{}", "application/json")
    assert response.status_code == 415
    assert "multipart/form-data" in response.json()["error"]["message"]


def test_a_large_file_comes_back_as_it_was(client: OpenAI) -> None:
    content = bytes(range(256)) * 20_000
    file = client.files.create(file=("a.bin", io.BytesIO(content)), purpose="user_data")
    assert client.files.content(file.id).content == content
    http = http_of(client)
    part = http.get(f"/v1/files/{file.id}/content", headers={"range": "bytes=100001-3000000"})
    assert part.content == content[100_001:3_000_001]
    state = client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=20)
    assert state.status == "failed"
    assert state.last_error
    assert state.last_error.code == "unsupported_file"


def test_the_name_that_dotnet_sends_beside_its_substitute_is_the_name(client: OpenAI) -> None:
    name = f"filename*=utf-8''{quote('会議.txt')}".encode()
    assert (
        post(
            client, PURPOSE_PART + FILE_PART.replace(b'"a.txt"', b'"=?utf-8?B?5Q==?="; ' + name) + b"--b--\r\n"
        ).json()["filename"]
        == "会議.txt"
    )
