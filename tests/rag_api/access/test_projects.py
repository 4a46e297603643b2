"""Projects: what one has, no other can see. Whatever is asked for, the answer is that there is no such thing."""

import asyncio
import re
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseOutputMessage

import rag_api.workspaces
from ingest import projects
from ingest.errors import NotFound, StorageFailed
from ingest.settings import Settings
from rag_api.access import command_line
from rag_api.access.audit import Entry
from rag_api.access.database import Access, open_access
from rag_api.access.keys import Keys
from rag_api.access.scopes import Scope, needed
from rag_api.workspaces import Workspaces
from tests.official_client import MakeClient, http_of, put
from tests.scripted_upstream import Hang, ScriptedUpstream

NEVER = "0123456789abcdef01234567"  # no id ends so
NUMBERS = {"page": "1"}  # what else stands in a path

# What requests with a body name, by route; a route that is not here gets none.
BODIES: dict[str, list[dict[str, Any]]] = {
    "/v1/chat/completions": [
        {"messages": [{"role": "user", "content": "herons"}], "model": "rag:secret {store}"},
        {
            "messages": [{"role": "user", "content": "herons"}],
            "tools": [{"type": "file_search", "vector_store_ids": ["{store}"]}],
        },
        {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_id": "{file}"}}]}]},
    ],
    "/v1/chat/completions/{completion_id}": [{"metadata": {}}],
    "/v1/conversations": [{}],
    "/v1/conversations/{conversation_id}": [{"metadata": {}}],
    "/v1/conversations/{conversation_id}/items": [{"items": [{"role": "user", "content": "herons"}]}],
    "/v1/files/{file_id}/marks": [{"quote": "herons", "first_page": 1}],
    "/v1/responses": [
        {"input": "herons", "previous_response_id": "{response}"},
        {"input": "herons", "conversation": "{conversation}"},
        {"input": "herons", "tools": [{"type": "file_search", "vector_store_ids": ["{store}"]}]},
        {"input": [{"type": "item_reference", "id": "{item}"}]},
        {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "{file}"}]}]},
    ],
    "/v1/responses/input_tokens": [{"input": "herons", "previous_response_id": "{response}"}],
    "/v1/uploads": [{"filename": "a.txt", "purpose": "assistants", "bytes": 1, "mime_type": "text/plain"}],
    "/v1/uploads/{upload_id}/complete": [{"part_ids": ["{part}"]}],
    "/v1/vector_stores": [{"file_ids": ["{file}"]}],
    "/v1/vector_stores/{store_id}": [{"name": "theirs"}],
    "/v1/vector_stores/{store_id}/files": [{"file_id": "{file}"}],
    "/v1/vector_stores/{store_id}/files/{file_id}": [{"attributes": {"a": 1}}],
    "/v1/vector_stores/{store_id}/file_batches": [{"file_ids": ["{file}"]}],
    "/v1/vector_stores/{store_id}/search": [{"query": "herons"}],
}


@dataclass
class Site:
    """A server with projects."""

    client: OpenAI
    access: Access

    @property
    def keys(self) -> Keys:
        return self.access.keys

    def of(self, name: str, scope: Scope = Scope.WRITE) -> OpenAI:
        project = self.access.projects.make(name)
        return self.client.with_options(api_key=self.keys.create(project, scope)[1])


@pytest.fixture
def site(new_client: MakeClient) -> Iterator[Site]:
    client = new_client(api_key="the-administrator", api_keys="the-administrator")
    with open_access(http_of(client).app_state["settings"]) as access:
        yield Site(client, access)


def everything(client: OpenAI) -> dict[str, str]:
    """One thing of each kind, by the kind of its id."""
    file = client.files.create(file=("secret.txt", b"Herons keep the secret."), purpose="assistants")
    store = client.vector_stores.create(name="secret", file_ids=[file.id])
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[file.id])
    upload = client.uploads.create(filename="a.txt", purpose="assistants", bytes=2, mime_type="text/plain")
    part = client.uploads.parts.create(upload.id, data=b"aa")
    conversation = client.conversations.create(items=[{"role": "user", "content": "A secret."}])
    response = client.responses.create(input="What do herons keep?", conversation=conversation.id)
    running = client.responses.create(input="What do herons keep?", background=True)
    completion = client.chat.completions.create(
        model="extractive", messages=[{"role": "user", "content": "What do herons keep?"}], store=True
    )
    (message,) = [item for item in response.output if isinstance(item, ResponseOutputMessage)]
    ids = [file.id, store.id, batch.id, upload.id, part.id, conversation.id, response.id, completion.id, message.id]
    kinds = ["file", "store", "batch", "upload", "part", "conversation", "response", "completion", "item"]
    return dict(zip(kinds, ids, strict=True)) | {"background": running.id}


def filled(template: Any, ids: dict[str, str]) -> Any:
    """A value with the ids in the places of their kinds."""
    match template:
        case str():
            return re.sub(r"\{(\w+?)(?:_id)?\}", lambda kind: (NUMBERS | ids).get(kind[1], kind[0]), template)
        case dict():
            return {key: filled(value, ids) for key, value in template.items()}
        case list():
            return [filled(value, ids) for value in template]
    return template


def naming(paths: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """A method, path and body for every place in which a request may name something."""
    for path, operations in paths.items():
        for method in operations:
            for body in BODIES.get(path, [{}]) if method == "post" else [None]:
                if path.startswith("/v1/") and re.search(r"\{\w+\}", f"{path}{body}"):
                    yield method, path, body
                    if body and path in ("/v1/responses", "/v1/chat/completions"):
                        yield method, path, {**body, "stream": True}


def told(client: OpenAI, ids: dict[str, str], method: str, path: str, body: Any) -> tuple[int, str]:
    """What a request with these ids is answered, with the kinds in their places."""
    headers = {"authorization": f"Bearer {client.api_key}", "accept": "application/json"}
    answer = http_of(client).request(method, filled(path, ids), json=filled(body, ids), headers=headers)
    text = answer.text
    for kind, id in ids.items():
        text = text.replace(id, kind)
    return answer.status_code, text


def never(ids: dict[str, str]) -> dict[str, str]:
    """Ids that nothing has."""
    return {kind: re.sub("[0-9a-zA-Z]+$", NEVER, id) for kind, id in ids.items()}


def test_no_route_tells_what_another_project_has(site: Site) -> None:
    theirs = everything(site.client)
    stranger = site.of("strangers")
    asked = 0
    for request in naming(http_of(stranger).get("/openapi.json").json()["paths"]):
        for ids in (theirs, {**theirs, "response": theirs["background"]}):
            answer = told(stranger, ids, *request)
            assert answer == told(stranger, never(ids), *request), request
            assert answer[0] >= 400, request
            asked += 1
    assert asked > 80
    assert everything(stranger).keys() == theirs.keys()  # it could, of its own


def test_no_tool_tells_what_another_project_has(site: Site) -> None:
    pytest.importorskip("mcp", reason="not installed; 'make .venv/ready-mcp' does it")
    theirs = everything(site.client)
    stranger = site.of("strangers")
    tools = [{"name": "search", "arguments": {"query": "herons"}}]
    tools += [{"name": "fetch", "arguments": {"id": id}} for id in ("{file}", "{file}#0", "{file}#0-9")]
    tools += [{"name": "add_file", "arguments": {"filename": "a.txt", "text": "Herons."}}]
    for tool in tools:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
        assert told(stranger, theirs, "post", "/mcp/{store}", call)[0] == 404
        assert told(stranger, theirs, "post", "/mcp/secret", call)[0] == 404
        if tool["name"] != "add_file":
            answer = told(stranger, theirs, "post", "/mcp", call)
            assert answer == told(stranger, never(theirs), "post", "/mcp", call)
            assert "keep" not in answer[1]
        assert "Herons" in told(site.client, theirs, "post", "/mcp/{store}", call)[1] or tool["name"] == "add_file"


def test_lists_and_searches_have_their_own_project_only(site: Site) -> None:
    everything(site.client)
    stranger = site.of("strangers")
    assert [list(stranger.files.list()), list(stranger.chat.completions.list())] == [[], []]
    assert [store.name for store in stranger.vector_stores.list()] == ["default"]
    assert "rag:secret" not in {model.id for model in stranger.models.list()}
    put(stranger, "ours.txt", "Herons sleep.")
    found = stranger.vector_stores.search("vs_default", query="herons secret")
    assert {result.filename for result in found} == {"ours.txt"}
    assert {file.filename for file in site.client.files.list()} == {"secret.txt"}


def test_a_key_does_what_its_scope_allows(site: Site) -> None:
    put(site.of("herons"), "herons.txt", "Herons eat frogs.")
    reader = site.of("herons", Scope.READ)
    asked = reader.chat.completions.create(
        model="extractive", messages=[{"role": "user", "content": "What do herons eat?"}]
    )
    assert "frogs" in (asked.choices[0].message.content or "")
    (file,) = reader.files.list()
    for change in (
        lambda: reader.files.delete(file.id),
        lambda: reader.files.create(file=("a.txt", b"a"), purpose="assistants"),
        lambda: reader.vector_stores.create(name="mine"),
        lambda: reader.vector_stores.files.delete(file.id, vector_store_id="vs_default"),
    ):
        with pytest.raises(openai.PermissionDeniedError, match="scope 'read', and this request needs 'write'"):
            change()
    assert reader.files.retrieve(file.id) == file


def test_every_route_has_a_scope(site: Site) -> None:
    http = http_of(site.client)
    paths = http.get("/openapi.json").json()["paths"]
    administrators = {
        path
        for path, operations in paths.items()
        for method in operations
        if path.startswith("/v1/") and needed(method.upper(), path) is Scope.ADMIN
    }
    assert administrators == {path for path in paths if path.startswith("/v1/admin/")}  # and no route without a scope
    assert needed("GET", "/v1/nothing") is Scope.ADMIN
    headers = {"authorization": f"Bearer {site.of('herons').api_key}"}
    for path in sorted(administrators):
        for method in (*paths[path], "head"):
            status = 403 if (method if method != "head" else "get") in paths[path] else 405
            for ending in ("", "/", "//"):
                answer = http.request(method, path + ending, headers=headers)
                assert (method, path, answer.status_code) == (method, path, status)


def test_a_revoked_key_is_a_wrong_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_api.access.auth.CURRENT_FOR_S", 0)
    client = site.of("herons")
    assert client.models.list().data
    (key,) = site.keys.list(projects.find(site.access.projects, "herons"))
    assert key.last_used_at
    site.keys.revoke(key.beginning)
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        client.models.list()


def test_from_the_first_key_on_all_need_one(new_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_api.access.auth.CURRENT_FOR_S", 0)
    client = new_client()
    assert client.models.list().data
    with open_access(http_of(client).app_state["settings"]) as access:
        keys = access.keys
        key, secret = keys.create(projects.DEFAULT, Scope.READ)
        with pytest.raises(openai.AuthenticationError):
            client.models.list()
        assert client.with_options(api_key=secret).models.list().data
        keys.revoke(key.id)
    with pytest.raises(openai.AuthenticationError):  # else to revoke the last key would open the server to all
        client.models.list()


def test_a_deleted_project_is_gone_with_its_keys_while_the_server_runs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_api.access.auth.CURRENT_FOR_S", 0)
    client = site.of("herons")
    put(client, "herons.txt", "Herons eat frogs.")
    settings = http_of(site.client).app_state["settings"]
    command_line.delete_project(settings, Namespace(project="herons", yes=True))
    with pytest.raises(openai.AuthenticationError):
        client.files.list()
    assert site.access.projects.ids() == ["default"]
    assert not list((settings.data_dir / "projects").iterdir())
    assert list(site.of("herons").files.list()) == []


def test_a_key_with_limits_is_told_what_is_left_and_when_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = site.keys.create(projects.DEFAULT, Scope.READ, requests_per_minute=2, tokens_per_minute=1000)[1]
    client = site.client.with_options(api_key=secret)
    first = client.models.with_raw_response.list()
    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    assert first.headers["x-ratelimit-remaining-tokens"] == "1000"
    client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": "Do herons eat frogs?"}])
    with pytest.raises(openai.RateLimitError, match="2 requests a minute") as refused:
        client.models.list()
    assert 0 < int(refused.value.response.headers["retry-after"]) <= 30
    assert int(refused.value.response.headers["x-ratelimit-remaining-tokens"]) < 1000
    assert site.client.models.list().data  # others are not kept from anything


def test_the_audit_has_who_changed_what_and_no_words(new_client: MakeClient) -> None:
    client = new_client(api_key="the-administrator", api_keys="the-administrator")
    access: Access = http_of(client).app_state["access"]
    key, secret = access.keys.create(projects.DEFAULT, Scope.WRITE)
    writer = client.with_options(api_key=secret)
    created = writer.files.with_raw_response.create(file=("secret.txt", b"A secret."), purpose="assistants")
    file = created.parse()
    writer.files.list()
    writer.chat.completions.create(model="extractive", messages=[{"role": "user", "content": "What is secret?"}])
    client.files.delete(file.id)
    with pytest.raises(openai.NotFoundError):
        client.files.delete(file.id)
    access.audit.write()
    entries = access.audit.list()[::-1]
    assert [(entry.key_id, entry.method, entry.path, entry.status) for entry in entries] == [
        (key.id, "POST", "/v1/files", 200),
        ("RAG_API_KEYS", "DELETE", f"/v1/files/{file.id}", 200),
        ("RAG_API_KEYS", "DELETE", f"/v1/files/{file.id}", 404),
    ]
    assert entries[0].request_id == created.headers["x-request-id"]
    assert access.audit.list(project="herons") == []


def test_entries_of_the_audit_are_kept_for_ninety_days(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with open_access(settings) as access:
        for days in (91, 89):
            at = int(time.time()) - days * 86_400
            access.audit.note(Entry(at, "key_1", "default", "DELETE", f"/{days}", 200, "127.0.0.1", "req_1"))
        access.audit.write()
        access.audit.expire()
        assert [entry.path for entry in access.audit.list()] == ["/89"]


def test_many_projects_are_opened_at_once(site: Site) -> None:
    clients = [site.of(f"project-{n}") for n in range(12)]
    with ThreadPoolExecutor(len(clients)) as pool:
        made = list(pool.map(lambda client: client.vector_stores.create(name=client.api_key[-8:]), clients))
    for client, store in zip(clients, made, strict=True):
        assert {each.name for each in client.vector_stores.list()} == {"default", store.name}


@asynccontextmanager
async def workspaces_of(site: Site) -> AsyncIterator[Workspaces]:
    state = http_of(site.client).app_state
    workspaces = Workspaces(state["settings"], state["corpus"], state["access"].projects)
    async with workspaces.running():
        yield workspaces


def test_a_request_that_was_begun_before_a_project_was_deleted_sees_no_other_of_its_name(site: Site) -> None:
    async def run() -> None:
        projects = site.access.projects
        old = projects.make("herons")
        async with workspaces_of(site) as workspaces, workspaces.at(old) as held:
            held.corpus.stores.add("theirs", {})
            projects.delete(old)
            new = projects.make("herons")
            assert new != old
            async with workspaces.at(new) as other:
                assert [store.name for store in other.corpus.stores.list(limit=9).items] == ["default"]
            with pytest.raises(NotFound):
                async with workspaces.at(old):
                    pass
            held.corpus.database.close()  # it does not come to life again in the folder of another
            with pytest.raises(StorageFailed):
                held.corpus.stores.list(limit=9)

    asyncio.run(run())


def test_who_is_cancelled_while_a_project_is_opened_leaves_it_usable(site: Site) -> None:
    async def run() -> None:
        project = site.access.projects.make("herons")

        async def ask(workspaces: Workspaces) -> list[str]:
            async with workspaces.at(project) as workspace:
                return [store.name for store in workspace.corpus.stores.list(limit=9).items]

        async with workspaces_of(site) as workspaces:
            for _ in range(3):
                asking = asyncio.create_task(ask(workspaces))
                await asyncio.sleep(0.01)
                asking.cancel()
            assert await ask(workspaces) == ["default"]

    asyncio.run(run())


def test_a_database_that_is_away_is_told_in_a_sentence(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def away() -> list[str]:
        asked.append(1)
        raise StorageFailed("PostgreSQL cannot be reached.")

    async def run() -> None:
        monkeypatch.setattr(rag_api.workspaces, "TENDED_AFTER_S", 0.01)
        monkeypatch.setattr(http_of(site.client).app_state["access"].projects, "ids", away)
        async with workspaces_of(site), asyncio.timeout(30):
            while len(asked) < 2:  # it goes on
                await asyncio.sleep(0.01)

    asyncio.run(run())
    told = [record for record in caplog.records if record.name == "rag_api.workspaces"]
    assert {record.getMessage() for record in told} == {
        "projects are opened and closed later: PostgreSQL cannot be reached."
    }
    assert not any(record.exc_info for record in told)


def test_tokens_are_kept_for_a_response_that_is_made_in_the_background(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Hang(),)
    client = new_client(
        api_key="the-administrator",
        api_keys="the-administrator",
        openai_base_url=scripted_upstream.base_url,
        model="default-model",
    )
    access: Access = http_of(client).app_state["access"]
    secret = access.keys.create(projects.DEFAULT, Scope.READ, tokens_per_minute=500)[1]
    key = client.with_options(api_key=secret, max_retries=0)
    response = key.responses.create(input="Hello", model="default-model", background=True)
    with pytest.raises(openai.RateLimitError, match="500 tokens a minute"):
        key.responses.create(input="Hello", model="default-model", background=True)
    client.responses.cancel(response.id)
