"""MCP: the official client against a real server; messages that no client sends, against one in this process."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
from openai import OpenAI
from starlette.requests import Request
from starlette.responses import Response

from ingest.corpus import Corpus
from rag_api.access.database import open_access
from rag_api.access.granted import Granted
from rag_api.access.scopes import Scope
from rag_api.http import room
from rag_api.http.sse import ClientGone
from rag_api.mcp import routes, tools
from tests import corpora
from tests.corpora import settings_in
from tests.ingest.convert.pdf_files import lines, pdf
from tests.official_client import MakeClient, http_of, put
from tests.server import Server

mcp = pytest.importorskip("mcp", reason="not installed; 'make .venv/ready-mcp' does it")

ADMINISTRATOR = "the-administrator"


@dataclass(frozen=True)
class Site:
    """A server whose default store knows about herons, and the store 'birds of the night' about owls."""

    server: Server
    openai: OpenAI

    @asynccontextmanager
    async def agent(self, key: str = ADMINISTRATOR, path: str = "/mcp", **options: Any) -> AsyncIterator[Any]:
        from mcp.client.streamable_http import streamable_http_client

        async with httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}) as http:
            transport = streamable_http_client(self.server.url + path, http_client=http)
            async with mcp.Client(transport, **options) as client:
                yield client

    def key(self, scope: Scope) -> str:
        with open_access(settings_in(self.server.folder / "store")) as access:
            return access.keys.create("default", scope)[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Server(tmp_path_factory.mktemp("site"), {"RAG_API_KEYS": ADMINISTRATOR}) as server:
        client = server.client(ADMINISTRATOR)
        put(client, "herons.pdf", pdf(lines((72, 700, 12, "Herons eat frogs and fish.")), lines((72, 700, 12, "End."))))
        store = client.vector_stores.create(name="birds of the night")
        owls = client.files.create(file=("owls.txt", b"Owls nest in hollow trees."), purpose="vision")
        client.vector_stores.files.create_and_poll(
            owls.id, vector_store_id=store.id, attributes={"url": OWLS}, poll_interval_ms=20
        )
        yield Site(server, client)


OWLS = "https://example.org/owls"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_searches_and_reads_and_what_it_cites_opens_in_a_browser(site: Site, mode: str) -> None:
    async def run() -> None:
        async with site.agent(site.key(Scope.READ), mode=mode) as agent:
            assert [tool.name for tool in (await agent.list_tools()).tools] == ["search", "fetch"]
            found = await agent.call_tool("search", {"query": "What do herons eat?"})
            [passage] = found.structured_content["results"]
            assert found.content[0].text.count("frogs and fish") == 1
            assert (passage["title"], passage["page"]) == ("herons.pdf, page 1", 1)
            address, _, page = passage["url"].partition("#")
            assert page == "page=1"
            assert httpx2.get(address).content.startswith(b"%PDF-")  # without a key
            for id in (passage["id"], passage["id"].partition("#")[0]):
                text = (await agent.call_tool("fetch", {"id": id})).structured_content
                assert "frogs and fish" in text["text"]
                assert text["metadata"]["pages"] == "1-2"

    asyncio.run(run())


def test_a_text_on_one_page_names_one(site: Site) -> None:
    put(site.openai, "storks.pdf", pdf(lines((72, 700, 12, "Storks clatter."))))

    async def run() -> None:
        async with site.agent() as agent:
            found = await agent.call_tool("search", {"query": "storks clatter"})
            id = found.structured_content["results"][0]["id"]
            assert (await agent.call_tool("fetch", {"id": id})).structured_content["metadata"]["pages"] == "1"

    asyncio.run(run())


def test_what_an_agent_adds_is_found_next_and_adding_it_again_changes_nothing(site: Site) -> None:
    async def run() -> None:
        async with site.agent(site.key(Scope.WRITE)) as agent:
            assert [tool.name for tool in (await agent.list_tools()).tools] == ["search", "fetch", "add_file"]
            new = {"filename": "/etc/ospreys.md", "text": "Ospreys dive for trout."}
            added = (await agent.call_tool("add_file", new)).structured_content
            assert (added["title"], added["state"]) == ("ospreys.md", "done")
            assert (await agent.call_tool("add_file", new)).structured_content["id"] == added["id"]
            found = await agent.call_tool("search", {"query": "ospreys dive"})
            assert found.structured_content["results"][0]["id"] == f"{added['id']}#0"
            failed = await agent.call_tool("add_file", {"filename": "a.xyz", "base64": "AAAA"})
            assert failed.is_error
            assert "save them as PDF" in failed.content[0].text

    asyncio.run(run())


def test_the_path_chooses_the_store_by_name_or_id(site: Site) -> None:
    async def run() -> None:
        [store] = [store for store in site.openai.vector_stores.list() if store.name == "birds of the night"]
        for path in ("/mcp/birds%20of%20the%20night", f"/mcp/{store.id}/"):
            async with site.agent(path=path) as agent:
                found = (await agent.call_tool("search", {"query": "herons or owls"})).structured_content["results"]
                assert [passage["title"] for passage in found] == ["owls.txt"]
                fetched = (await agent.call_tool("fetch", {"id": found[0]["id"]})).structured_content
                assert found[0]["url"] == fetched["url"] == OWLS
                await agent.call_tool("add_file", {"filename": "moths.txt", "text": "Moths come to the light."})
                assert await agent.call_tool("search", {"query": "moths"})
        async with site.agent() as agent:
            assert (await agent.call_tool("search", {"query": "moths"})).structured_content["results"] == []
        assert "the name 'nothing' exists" in await refused(site, ADMINISTRATOR, "/mcp/nothing")

    asyncio.run(run())


def test_a_key_is_needed_and_does_what_its_scope_allows(site: Site) -> None:
    async def run() -> None:
        assert "Incorrect API key" in await refused(site, "wrong")
        async with site.agent(site.key(Scope.READ)) as agent:
            added = await agent.call_tool("add_file", {"filename": "a.txt", "text": "A."})
            assert added.is_error
            assert "needs 'write'" in added.content[0].text
        with open_access(settings_in(site.server.folder / "store")) as access:
            _, secret = access.keys.create("default", Scope.READ, requests_per_minute=4)
        async with site.agent(secret, mode="legacy") as agent:
            await agent.call_tool("search", {"query": "herons"})
            with pytest.raises(mcp.MCPError, match="4 requests a minute, and has: try again in"):
                await agent.call_tool("search", {"query": "herons"})

    asyncio.run(run())


async def refused(site: Site, key: str, path: str = "/mcp") -> str:
    """What a client is told that is not let in."""
    with pytest.raises(BaseExceptionGroup) as group:
        async with site.agent(key, path):
            pass
    error: BaseException = group.value
    while isinstance(error, BaseExceptionGroup):
        [error] = error.exceptions
    return str(error)


def test_the_audit_has_what_an_agent_added_and_not_what_it_asked(new_client: MakeClient) -> None:
    http = http_of(new_client(api_keys=ADMINISTRATOR))
    for name, arguments in (("search", {"query": "herons"}), ("add_file", {"filename": "a.txt", "text": "Herons."})):
        answer = call(http, name, arguments, authorization=f"Bearer {ADMINISTRATOR}")
        assert not answer["result"]["isError"]
    audit = http.app_state["access"].audit
    audit.write()
    assert [(entry.method, entry.path, entry.status) for entry in audit.list()] == [("POST", "/mcp", 200)]


def test_a_long_text_is_fetched_in_parts(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "MOST_TOKENS", 2600)
    text = "\n\n".join(f"Heron {n} stands in the water, and waits for frog {n}." for n in range(400))
    put(client, "herons.txt", text)
    [passage] = found(client, "heron 200", max_results=1)
    around = fetched(client, passage["id"])
    assert "waits for frog 200." in around["text"]
    assert "goes_on" not in around["metadata"]
    parts, id = [], passage["id"].partition("#")[0]
    while id:
        part = fetched(client, id)
        parts.append(part["text"])
        id = part["metadata"].get("goes_on")
    assert len(parts) > 2
    assert "\n".join(parts).split() == text.split()
    assert "and none at" in fetch_error(client, f"{passage['id'].partition('#')[0]}#1000")


def test_a_copy_of_a_page_of_the_web_is_cited_by_its_address(client: OpenAI) -> None:
    file = put(client, "herons.html", "<p>Herons eat frogs.")
    there = "https://example.org/herons"
    client.vector_stores.files.update(file.id, vector_store_id="vs_default", attributes={"url": there, "year": 2024})
    [passage] = found(client, "herons")
    assert (passage["url"], fetched(client, file.id)["url"]) == (there, there)
    assert fetched(client, file.id)["metadata"]["year"] == 2024


def test_odd_arguments_are_told_in_a_sentence(client: OpenAI) -> None:
    put(client, "a.xyz", "odd")
    [unread] = client.files.list()
    told = {
        "No file found": fetch_error(client, "file-nothing"),
        "take an id of `search`": fetch_error(client, "#"),
        "its state is 'failed'": fetch_error(client, unread.id),
        "The argument 'query'": error(client, "search", {"query": "x" * 32_001}),
        "The argument 'max_results'": error(client, "search", {"query": "x", "max_results": 51}),
        "The argument 'filters'": error(client, "search", {"query": "x", "filters": {}}),
        "either 'text' or 'base64'": error(client, "add_file", {"filename": "a.txt"}),
        "not valid base64": error(client, "add_file", {"filename": "a.txt", "base64": "?"}),
    }
    assert {sentence: message for sentence, message in told.items() if sentence not in message} == {}
    assert list(client.files.list()) == [unread]


BATCH = b"[" + b",".join([b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'] * 200) + b"]"
MANY = b",".join(b'"%d": 0' % number for number in range(1_000))


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (BATCH, 400, "batches are not taken"),
        (b"[" * 900, 400, "nested more than"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 400, "nested more than"),
        (b"", 400, "one JSON-RPC message"),
        (b"{}", 400, "Validation error"),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "no/such/method"}', 200, "Method not found"),
        (b'{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}', 202, ""),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 1}}', 200, "Invalid"),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ping"}}', 200, "no tool 'ping'"),
        (b'{"text": "' + b"x" * (1 << 20) + b'"}', 413, "POST /v1/files"),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "' + b"x" * 9_000 + b'"}}',
            200,
            "tool",
        ),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {' + MANY + b"}}", 413, "more than 1,000 values"),
    ],
)
def test_a_message_that_no_client_sends_is_refused_in_a_sentence(
    client: OpenAI, body: bytes, status: int, told: str
) -> None:
    answer = post(http_of(client), body)
    assert answer.status_code == status
    assert told in answer.text
    assert len(answer.content) < 5_000


def test_what_is_no_message_is_refused(client: OpenAI) -> None:
    http = http_of(client)
    ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    assert post(http, ping, **{"content-type": "text/plain"}).status_code == 415  # what other sites can send
    assert post(http, ping, **{"content-encoding": "gzip"}).status_code == 415
    assert post(http, ping, origin="https://elsewhere.example").status_code == 403
    assert post(http, ping, host="elsewhere.example").status_code == 403
    assert post(http, ping, **{"mcp-session-id": "not one of ours"}).json()["result"] == {}
    assert "mcp-session-id" not in post(http, ping).headers
    for method in ("GET", "DELETE"):  # streams of the server's own, and the end of a session: there are none
        assert http.request(method, "/mcp", headers={"accept": "text/event-stream"}).status_code == 405


def test_the_room_for_large_messages_is_held_until_they_are_answered(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    async def search(_place: tools.Place, _asked: tools.SearchArguments) -> tools.Passages:
        taken.append(room.TOGETHER.taken)
        return tools.Passages(results=[])

    monkeypatch.setitem(tools.TOOLS, "search", tools.TOOLS["search"]._replace(run=search))
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": '
    body += b'{"query": "herons"}, "_meta": {"notes": "' + b"x" * 500_000 + b'"}}}'
    assert post(http_of(client), body).status_code == 200
    assert taken == [len(body) - room.FREE_BYTES]
    assert room.TOGETHER.taken == 0


def test_without_the_extra_a_client_is_told_what_to_install(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("mcp", "mcp_types")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "rag_api.mcp.server", raising=False)
    monkeypatch.delattr("rag_api.mcp.server", raising=False)
    answer = post(http_of(client), b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}')
    assert answer.status_code == 501
    assert "its extra 'mcp'" in answer.json()["error"]["message"]


CALLED = b'{"jsonrpc": "2.0", "id": 1, "method": "%s", "params": %s}'
LISTED = CALLED % (b"tools/list", b"{}")
ADDED = CALLED % (b"tools/call", b'{"name": "add_file", "arguments": {"filename": "a.txt", "text": "Herons."}}')


class Calls:
    """Calls of agents in front of a corpus, each of which can leave."""

    def __init__(self, corpus: Corpus) -> None:
        self._place = tools.Place(corpus, "vs_default", link)

    def begin(self, body: bytes, left: asyncio.Event | None = None) -> "asyncio.Task[Response]":
        from rag_api.mcp.server import exchange

        async def receive() -> dict[str, Any]:
            await (left or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/mcp", "headers": headers, "query_string": b""}
        request = Request(scope | {"request_id": "req_1"}, receive)
        return asyncio.create_task(routes.answered(body, self._place, Granted(), exchange, request))


def test_a_call_ends_when_its_client_leaves(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "WAIT_S", float("inf"))  # and no worker reads the file

    async def run() -> None:
        left = asyncio.Event()
        calling = Calls(corpus).begin(ADDED, left)
        while not corpus.jobs.any_left():
            await asyncio.sleep(0.01)
        assert not calling.done()
        left.set()
        with pytest.raises(ClientGone):
            await asyncio.wait_for(calling, 30)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_few_calls_use_the_event_loop_at_a_time(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag_api.mcp import server

    at_once, most = 0, 0
    manager: Any = vars(server)["StreamableHTTPSessionManager"]
    handle = manager.handle_request

    async def counted(*asked: Any) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await handle(*asked)
        at_once -= 1

    monkeypatch.setattr(manager, "handle_request", counted)

    async def run() -> None:
        calls = Calls(corpus)
        answers = await asyncio.gather(*(calls.begin(LISTED) for _ in range(30)))
        assert {answer.status_code for answer in answers} == {200}

    asyncio.run(run())
    assert most == server.AT_ONCE


def test_a_call_that_waits_for_a_file_holds_up_no_others(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag_api.mcp import server

    monkeypatch.setattr(tools, "WAIT_S", float("inf"))
    monkeypatch.setattr(server, "AT_ONCE", 1)

    async def run() -> None:
        calls, left = Calls(corpus), asyncio.Event()
        waiting = [calls.begin(ADDED, left) for _ in range(3)]
        while not corpus.jobs.any_left():
            await asyncio.sleep(0.01)
        for _ in range(2):  # also after they have left
            answers = await asyncio.wait_for(asyncio.gather(*(calls.begin(LISTED) for _ in range(3))), 60)
            assert {answer.status_code for answer in answers} == {200}
            left.set()
            await asyncio.wait(waiting)

    asyncio.run(run())


def test_a_file_that_takes_long_to_read_is_told_as_such(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "WAIT_S", 0)
    place = tools.Place(corpus, "vs_default", link)
    new = tools.AddFileArguments(filename="a.txt", text="Herons.")
    added = asyncio.run(tools.add_file(place, new))
    assert added.state == "pending"
    corpus.worker.run_until_idle()
    assert corpora.found(corpus, "herons") == ["a.txt"]
    elsewhere = replace(place, store_id=corpus.stores.add("elsewhere", {}).id)
    assert asyncio.run(tools.add_file(elsewhere, new)).id == added.id
    corpus.worker.run_until_idle()
    assert corpora.found(corpus, "herons", elsewhere.store_id) == ["a.txt"]


def link(file_id: str, part: str = "content") -> str:
    return f"{file_id}/{part}"


def post(http: Any, body: bytes, **headers: str) -> Any:
    usual = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    return http.post("/mcp", content=body, headers={**usual, **headers})


def call(http: Any, tool: str, arguments: dict[str, Any], **headers: str) -> Any:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    headers = {"accept": "application/json, text/event-stream", **headers}
    return http.post("/mcp", json=request, headers=headers).json()


def found(client: OpenAI, query: str, **arguments: Any) -> list[Any]:
    answer = call(http_of(client), "search", {"query": query, **arguments})
    passages: list[Any] = answer["result"]["structuredContent"]["results"]
    return passages


def fetched(client: OpenAI, id: str) -> Any:
    return call(http_of(client), "fetch", {"id": id})["result"]["structuredContent"]


def error(client: OpenAI, tool: str, arguments: dict[str, Any]) -> str:
    result = call(http_of(client), tool, arguments)["result"]
    assert result["isError"]
    return str(result["content"][0]["text"])


def fetch_error(client: OpenAI, id: str) -> str:
    return error(client, "fetch", {"id": id})
