"""Forms that are to take more of the server than a form needs."""

import asyncio
import gc
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from rag_api.http import multipart
from rag_api.http.multipart import BESIDES_BYTES, MAX_FIELDS_BYTES, MAX_PARTS
from rag_api.http.refused import Refused
from tests.body_in_pieces import Sent, endless
from tests.corpora import wait_until
from tests.official_client import MakeClient, corpus_of, http_of

FORM = {"content-type": "multipart/form-data; boundary=b"}
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--b--\r\n"


def part(name: str, value: bytes) -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)


def upload(http: TestClient, pieces: Iterable[bytes], *, complete: bool = False, size: int | None = None) -> Sent:
    declared = {} if size is None else {"content-length": str(size)}
    return Sent(http, "/v1/files", pieces, headers=FORM | declared, complete=complete)


def test_a_form_that_says_that_its_file_is_too_large_is_not_read(new_client: MakeClient) -> None:
    client = new_client(max_file_mb=1)
    sent = upload(http_of(client), endless(b"a"), size=(1 << 20) + BESIDES_BYTES + 1)
    assert (sent.status, sent.taken) == (413, 0)
    assert "larger than 1,048,576 bytes" in sent.error["message"]
    assert not any((corpus_of(client).settings.data_dir / "blobs").rglob("tmp*"))


@pytest.mark.parametrize("before", [b"", FILE, FILE + END, part("purpose", b"x") + b"--b  "], ids=repr)
def test_nothing_in_a_form_is_without_end(new_client: MakeClient, before: bytes) -> None:
    http = http_of(new_client(max_file_mb=1))
    sent = upload(http, [before, *[b" " * 100_000] * 100])
    assert sent.status in (400, 413)
    assert sent.taken <= (1 << 20) + BESIDES_BYTES + 200_000


@pytest.mark.parametrize("name", ["a", "", "expires_after[seconds]"])
def test_a_form_has_so_many_fields(http: TestClient, name: str) -> None:
    fields = (part(f"{name}{number}", b"x") for number in range(100_000))
    sent = upload(http, fields)
    assert (sent.status, sent.error["type"]) == (413, "invalid_request_error")
    assert sent.taken < 100 * (MAX_PARTS + 2)


def test_the_values_of_a_form_have_so_many_bytes_together(http: TestClient) -> None:
    sent = upload(http, (part(f"f{number}", b"x" * 10_000) for number in range(MAX_PARTS)))
    assert (sent.status, sent.error["param"]) == (413, "f6")
    assert sent.taken < MAX_FIELDS_BYTES + 20_000


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"a[b]": "1", "a[c]": "2"}, {"a": {"b": "1", "c": "2"}}),
        ({"a[b][c]": "1"}, {"a[b]": {"c": "1"}}),
        ({"a": "1", "a[b]": "2"}, {"a": "1", "a[b]": "2"}),
        ({"[b]": "1", "a[]": "2", "a]": "3", "[": "4"}, {"[b]": "1", "a[]": "2", "a]": "3", "[": "4"}),
    ],
)
def test_brackets_in_names_are_groups(value: dict[str, str], read: dict[str, object]) -> None:
    assert multipart.groups(value) == read


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (part("purpose", b"user_data") + FILE + b"Herons." + END, 200),
        (part("purpose", b"?") + FILE + b"Herons." + END, 400),
        (FILE + b"Herons." + b"\r\n--b?", 400),
        (FILE + FILE, 400),
        (b"no form", 400),
        (FILE + b"Herons.", 400),
        (part("a", b"x" * 60_000) * 2, 413),
    ],
    ids=["kept", "wrong field", "broken", "two files", "no form", "broken off", "too long"],
)
def test_no_form_waits_for_the_garbage_collector(http: TestClient, body: bytes, status: int) -> None:
    """What is part of a cycle stays in memory until the collector looks for it, which may be a thousand requests on."""
    upload(http, [body], complete=True)  # what is made once
    gc.collect()
    gc.disable()
    try:
        sent = upload(http, [body], complete=True)
        wait_until(lambda: not any(type(each) is multipart._Reading for each in gc.get_objects()))
    finally:
        gc.enable()
    assert sent.status == status


class NoFile:
    """A draft that counts what is written."""

    def __init__(self) -> None:
        self.size = 0

    def __enter__(self) -> "NoFile":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def expect(self, size: int) -> None:
        pass

    def write(self, data: bytes) -> None:
        self.size += len(data)


@pytest.mark.asyncio
async def test_many_forms_are_written_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MAX_BYTES_TOGETHER", 1 << 20)
    drafts: list[NoFile] = []
    scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in FORM.items()]}

    def new_draft() -> Any:
        drafts.append(NoFile())
        return drafts[-1]

    async def send(messages: "asyncio.Queue[dict[str, Any]]") -> None:
        with suppress(Refused):
            async with multipart.form(Request(scope, messages.get), "file", new_draft):
                pass

    sent: list[asyncio.Queue[dict[str, Any]]] = [asyncio.Queue() for _ in range(40)]
    sending = [asyncio.create_task(send(messages)) for messages in sent]
    for data in (FILE, *[b"a" * 60_000] * 10):
        for messages in sent:
            messages.put_nowait({"type": "http.request", "body": data, "more_body": True})
    while not all(messages.empty() for messages in sent):
        await asyncio.sleep(0.01)
    held = 40 * 600_000 - sum(draft.size for draft in drafts)
    assert held <= (1 << 20) + 40 * (multipart.EARLY_BYTES + 60_000)
    for messages in sent:
        messages.put_nowait({"type": "http.disconnect"})
    await asyncio.gather(*sending)
    assert multipart._TOGETHER.bytes == 0
