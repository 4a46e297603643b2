"""Quotas of a project over HTTP: who sets them, and what a client is told that would keep more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from rag_api.access.scopes import Scope
from tests.official_client import MakeClient, corpus_of, http_of

FILE: Any = ("a.txt", b"0123456789")


@pytest.fixture
def admin(new_client: MakeClient) -> OpenAI:
    return new_client(api_key="the-administrator", api_keys="the-administrator")


def call(admin: OpenAI, method: str, path: str, **body: Any) -> Any:
    headers = {"authorization": f"Bearer {admin.api_key}"}
    options: Any = {"json": body} if method == "post" else {}
    answer = http_of(admin).request(method, f"/v1/admin/projects{path}", headers=headers, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def keeps(project: dict[str, Any]) -> tuple[int, int, int | None, int | None]:
    return project["files"], project["bytes"], project["max_files"], project["max_bytes"]


def test_a_project_keeps_what_its_quotas_allow(admin: OpenAI) -> None:
    made = call(admin, "post", "", name="herons", max_bytes=25)
    assert keeps(made) == (0, 0, None, 25)
    secret = http_of(admin).app_state["access"].keys.create(made["id"], Scope.WRITE)[1]
    theirs = admin.with_options(api_key=secret, max_retries=2)
    first = theirs.files.create(file=FILE, purpose="assistants")
    theirs.uploads.create(filename="a.txt", purpose="assistants", bytes=15, mime_type="text/plain")
    for refused in (
        lambda: theirs.files.create(file=FILE, purpose="assistants"),
        lambda: theirs.uploads.create(filename="a.txt", purpose="assistants", bytes=1, mime_type="text/plain"),
    ):
        with pytest.raises(openai.RateLimitError, match="The quota of this project is 25 bytes") as told:
            refused()
        assert (told.value.code, told.value.type) == ("insufficient_quota", "insufficient_quota")
        assert told.value.response.headers["x-should-retry"] == "false"
        assert told.value.request.headers["x-stainless-retry-count"] == "0"  # it was not sent in vain again
    assert keeps(call(admin, "get", f"/{made['id']}")) == (1, 10, None, 25)
    assert keeps(call(admin, "post", f"/{made['id']}", max_files=9)) == (1, 10, 9, 25)
    assert keeps(call(admin, "post", f"/{made['id']}", max_bytes=None)) == (1, 10, 9, None)
    theirs.files.create(file=FILE, purpose="assistants")
    theirs.files.delete(first.id)
    assert {each["name"]: keeps(each) for each in call(admin, "get", "")["data"]} == {
        "default": (0, 0, None, None),
        "herons": (1, 10, 9, None),
    }


def test_a_large_upload_is_refused_before_it_is_received(admin: OpenAI) -> None:
    call(admin, "post", "/default", max_bytes=5 << 20)
    pieces = iter([b"a" * 1000])

    def body() -> Iterator[bytes]:
        yield from pieces
        raise AssertionError("all of it was read")

    headers = {
        "authorization": f"Bearer {admin.api_key}",
        "content-type": "multipart/form-data; boundary=b",
        "content-length": str(8 << 20),
    }
    refused = http_of(admin).post("/v1/files", headers=headers, content=body())
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "insufficient_quota")
    for size, status in ((5 << 20, 200), (1 << 20, 429)):
        sent = http_of(admin).post(
            "/v1/files",
            headers={"authorization": f"Bearer {admin.api_key}"},
            data={"purpose": "vision"},
            files={"file": ("a.txt", b"a" * size)},
        )
        assert sent.status_code == status


def test_the_project_default_has_quotas_too(admin: OpenAI) -> None:
    assert keeps(call(admin, "post", "/default", max_files=0)) == (0, 0, 0, None)
    with pytest.raises(openai.RateLimitError, match="is 0 files"):
        admin.files.create(file=FILE, purpose="assistants")
    call(admin, "post", "/default", max_files=None)
    admin.files.create(file=FILE, purpose="assistants")


def test_what_cannot_be_a_quota_is_refused(admin: OpenAI) -> None:
    for body in ({"max_files": -1}, {"max_bytes": "1 GB"}, {"max_bytes": 1 << 63}, {"max_keys": 1}):
        with pytest.raises(openai.BadRequestError) as refused:
            admin.post("/admin/projects/default", cast_to=object, body=body)
        assert refused.value.param == next(iter(body))


def test_a_project_whose_records_cannot_be_read_does_not_hide_the_others(admin: OpenAI) -> None:
    data_dir = corpus_of(admin).settings.data_dir
    broken = http_of(admin).app_state["access"].projects.make("broken")
    Path(data_dir, "projects", broken, "records.db").write_bytes(b"no database" * 1000)
    listed = call(admin, "get", "")["data"]
    assert [(each["name"], each["files"]) for each in listed] == [("default", 0), ("broken", None)]
