"""The names by which the server may be called."""

from typing import Any

import pytest

from rag_api.http.hosts import host_name
from rag_api.loopback import is_loopback
from tests.official_client import MakeClient, http_of

OWN = [
    "localhost",
    "localhost:8001",
    "LOCALHOST:1",
    "localhost.",
    "rag.localhost:8001",
    "127.0.0.1",
    "127.0.0.1:8001",
    "127.8.9.1",
    "[::1]",
    "[::1]:8001",
    "[::ffff:127.0.0.1]:8001",
]
FOREIGN = [
    "evil.example",
    "evil.example:8001",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "evil.example:localhost",
    "192.168.1.5",
    "0.0.0.0:8001",
    "[2001:db8::1]",
    "[::1].evil.example",
    "2130706433",
    "localhost@evil.example",
    "",
    "[",
]
FORM: Any = {"data": {"purpose": "evals"}, "files": {"file": ("a.txt", b"Herons.")}}


def test_a_page_whose_name_was_pointed_here_neither_reads_nor_writes(new_client: MakeClient) -> None:
    http = http_of(new_client())
    evil = {"host": "evil.example:8001", "origin": "http://evil.example:8001"}
    for refused in (
        http.get("/v1/files", headers=evil),
        http.post("/v1/files", headers=evil, **FORM),
        http.delete("/v1/files/file-1", headers=evil),
        http.post("/v1/vector_stores/vs_default/search", headers=evil, json={"query": "herons"}),
        http.get("/openapi.json", headers=evil),
        http.get("/docs", headers=evil),
        http.get("/docs/assets/favicon.png", headers=evil),
        http.options("/v1/files", headers=evil),
        http.get("/nothing", headers=evil),
    ):
        assert refused.status_code == 403
        assert "RAG_ALLOWED_HOSTS" in refused.json()["error"]["message"]
    assert http.get("/v1/files").json()["data"] == []


def test_the_names_of_this_machine_are_its_own(new_client: MakeClient) -> None:
    http = http_of(new_client())
    assert [http.get("/v1/files", headers={"host": host}).status_code for host in OWN] == [200] * len(OWN)
    assert [http.get("/v1/files", headers={"host": host}).status_code for host in FOREIGN] == [403] * len(FOREIGN)


def test_health_is_told_to_whoever_asks(new_client: MakeClient) -> None:
    http = http_of(new_client())
    for path in ("/healthz", "/readyz"):
        assert http.get(path, headers={"host": "pod-7.cluster"}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "allowed", "refused"),
    [
        ({"allowed_hosts": "rag.example, B.example"}, ["rag.example", "b.example:80", "localhost"], ["c.example"]),
        ({"public_url": "https://rag.example/base"}, ["rag.example", "127.0.0.1:8001"], ["base", "c.example"]),
        ({"allowed_hosts": "*"}, ["anything.example"], []),
        ({"api_keys": "a-key", "allowed_hosts": ""}, ["anything.example", "localhost"], []),
        ({"api_keys": "a-key", "allowed_hosts": "rag.example"}, ["rag.example", "localhost"], ["c.example"]),
    ],
)
def test_more_names_are_set(
    new_client: MakeClient, settings: dict[str, str], allowed: list[str], refused: list[str]
) -> None:
    http = http_of(new_client(**{"allowed_hosts": "", **settings}))

    def status(host: str) -> int:
        return http.get("/v1/models", headers={"host": host, "authorization": "Bearer a-key"}).status_code

    assert [status(host) for host in allowed] == [200] * len(allowed)
    assert [status(host) for host in refused] == [403] * len(refused)


def test_headers_of_which_no_address_can_be_made_are_refused(new_client: MakeClient) -> None:
    http = http_of(new_client(api_keys="a-key", allowed_hosts=""))
    key = {"authorization": "Bearer a-key"}
    question = {"messages": [{"role": "user", "content": "Hello"}], "stream": True}
    for host in ("[", "[::1", "a]b", "[x]", "a.example/b", "a.example?b", "a.example#b"):
        for path, sent in (("/v1/chat/completions", question), ("/v1/vector_stores/vs_default/search", {"query": "a"})):
            refused = http.post(path, headers={"host": host, **key}, json=sent)
            assert (refused.status_code, refused.json()["error"]["message"][:17]) == (400, "The header 'Host'")
    for origin in ("http://[", "[", "http://[x]", "//[::1", "null", "http://a]b", "http://[a]:x"):
        refused = http.post("/v1/files", headers={"origin": origin, **key}, **FORM)
        assert refused.status_code == 403


def test_a_name_is_told_from_its_port() -> None:
    assert [host_name(each) for each in ("A.example:80", "[::1]:80", "::1", "a.example.")] == [
        "a.example",
        "::1",
        "",
        "a.example",
    ]
    assert not is_loopback("")
