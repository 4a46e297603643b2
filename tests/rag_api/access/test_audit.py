"""The audit when it cannot be written: no change is made that it would not tell, and it stays within its memory."""

from typing import Self

import openai
import pytest
from openai import OpenAI

from ingest.data_folder import ACCESS
from ingest.errors import StorageFailed
from rag_api.access import audit
from rag_api.access.audit import Audit
from tests.official_client import MakeClient, corpus_of, http_of

pytestmark = pytest.mark.databases("sqlite")

MOST = 5


@pytest.fixture
def client(new_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> OpenAI:
    monkeypatch.setattr(audit, "MOST_WAITING", MOST)
    return new_client(api_key="the-administrator", api_keys="the-administrator")


class Taken:
    """The database of the audit, which is taken away within the block."""

    def __init__(self, client: OpenAI) -> None:
        self._file = corpus_of(client).settings.data_dir / ACCESS
        self.audit: Audit = http_of(client).app_state["access"].audit

    def __enter__(self) -> Self:
        self._file.rename(self._file.with_suffix(".away"))
        return self

    def __exit__(self, *_: object) -> None:
        self._file.with_suffix(".away").rename(self._file)

    def written(self) -> list[tuple[str, int]]:
        self.audit.write()
        return [(entry.method, entry.status) for entry in reversed(self.audit.list())]


def upload(client: OpenAI) -> str:
    return client.files.create(file=("herons.txt", b"Herons."), purpose="user_data").id


def added_by_agent(client: OpenAI) -> str:
    """What it is told: only the body of its request says that it is to change anything."""
    arguments = {"filename": "herons.txt", "text": "Herons."}
    called = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "add_file", "arguments": arguments}}
    headers = {"authorization": f"Bearer {client.api_key}", "accept": "application/json, text/event-stream"}
    return http_of(client).post("/mcp", json=called, headers=headers).text


def test_no_change_is_made_that_the_audit_would_not_tell(client: OpenAI) -> None:
    taken = Taken(client)
    with taken:
        for number in range(MOST):
            client.vector_stores.create(name=f"store {number}")
        with pytest.raises(StorageFailed, match="5 entries of the audit wait"):
            taken.audit.write()
        for change in (lambda: upload(client), lambda: client.vector_stores.delete("vs_default")):
            with pytest.raises(openai.InternalServerError, match="wait to be written into the audit") as refused:
                change()
            assert (refused.value.status_code, refused.value.response.headers["retry-after"]) == (503, "5")
        assert len(client.vector_stores.list().data) == MOST + 1  # nobody who only reads is refused
    assert taken.written() == [("POST", 200)] * MOST
    upload(client)
    assert taken.written() == [("POST", 200)] * (MOST + 1)


def test_an_agent_makes_no_change_either(client: OpenAI) -> None:
    pytest.importorskip("mcp", reason="not installed; 'make .venv/ready-mcp' does it")
    with Taken(client):
        for number in range(MOST):
            client.vector_stores.create(name=f"store {number}")
        assert "wait to be written into the audit" in added_by_agent(client)


def test_what_was_refused_makes_room_for_what_was_changed(client: OpenAI, caplog: pytest.LogCaptureFixture) -> None:
    taken = Taken(client)
    file_id = upload(client)
    with taken:
        for _ in range(MOST * 3):
            with pytest.raises(openai.NotFoundError):
                client.files.delete("file-none")
        client.files.delete(file_id)
    assert taken.written() == [("POST", 200), *[("DELETE", 404)] * (MOST - 2), ("DELETE", 200)]
    told = [record.getMessage() for record in caplog.records if "has no entry" in record.getMessage()]
    assert told == ["the audit cannot be written: a request that was refused has no entry in it"]


def test_what_is_lost_at_the_end_is_in_the_log(client: OpenAI, caplog: pytest.LogCaptureFixture) -> None:
    with Taken(client) as taken:
        file_id = upload(client)
        with pytest.raises(openai.NotFoundError):
            client.files.delete("file-none")
        client.files.delete(file_id)
        taken.audit.close()
    lost = [record.getMessage() for record in caplog.records if "lost from the audit" in record.getMessage()]
    assert [(f"path='/v1/files/{file_id}'" in line, "status=200" in line) for line in lost] == [
        (False, True),
        (True, True),
    ]
