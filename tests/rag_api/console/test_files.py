"""The files of the console: what browsers are told of them, what they may load, and where they are from."""

import hashlib
import re

import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from rag_api.console import STATIC
from tests.official_client import http_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FETCHED = {  # by `make vendor`
    "hooks.js": "5c65ab263688d0805862fd0807c779af02c2799c44fda0873dfcb870d0da70a0",
    "htm.LICENSE": "740725f7252e750af735d0028cc534970772f513331e9f68150fede8fb3ce00f",
    "htm.js": "ab33dd3f38059b9be4d5f5350128eefb2356639c4e0bbe9d9e8b3ba75847e9e4",
    "preact.LICENSE": "1fe6958409c8c257a70c587a18b6f7f412b179b456630790d30b2ec9a8e4b7d4",
    "preact.js": "225d7a773766e6fb2cfcc45274fe41d2059f5782f3f2c4569aa5132a2d3a2902",
}
FIRST_VIEW = 60_000  # bytes, uncompressed
OWN = [path for path in sorted(STATIC.rglob("*")) if path.is_file() and path.parent.name != "vendor"]


@pytest.fixture
def http(client: OpenAI) -> TestClient:
    return http_of(client)


def test_what_is_from_others_is_what_was_looked_at() -> None:
    vendor = STATIC / "vendor"
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendor.iterdir()} == FETCHED


def test_the_page_and_its_files_need_no_key_and_may_load_only_what_is_beside_them(new_client: object) -> None:
    http = http_of(new_client(api_keys="a-key-that-is-long-enough"))  # type: ignore[operator]
    paths = ["/", *(f"/console/{path.relative_to(STATIC)}" for path in OWN)]
    for path in paths:
        reply = http.get(path, headers={"authorization": ""})
        assert (reply.status_code, reply.headers["content-security-policy"]) == (200, POLICY), path
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"
    assert http.get("/v1/vector_stores", headers={"authorization": ""}).status_code == 401


def test_a_file_is_asked_for_each_time_and_sent_once(http: TestClient) -> None:
    for path in ("/", "/console/console.js"):
        reply = http.get(path)
        assert reply.headers["cache-control"] == "no-cache"
        again = http.get(path, headers={"if-none-match": reply.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == POLICY
    assert http.get("/console/console.js").headers["content-type"].startswith("text/javascript")


def test_the_page_takes_no_path_from_the_api(http: TestClient) -> None:
    assert http.get("/nothing").json()["error"]["type"] == "invalid_request_error"
    assert http.get("/console/../app.py").status_code == 404
    assert http.get("/console/%2e%2e/__init__.py").status_code == 404
    assert http.post("/").status_code == 405


def test_no_file_names_another_server_or_makes_markup_of_a_text() -> None:
    found = [
        f"{path.name}: {match}"
        for path in OWN
        for match in re.findall(
            r"""https?://(?!www\.w3\.org/2000/svg)\S*|["'(]/(?!/)[a-z]\S*\.(?:js|css|svg)|innerHTML|outerHTML|"""
            r"insertAdjacentHTML|dangerouslySet|document\.write|\beval\(|new Function|\bstyle=",
            path.read_text(),
        )
    ]
    assert found == []


def test_the_first_view_is_small() -> None:
    loaded, waiting = (
        set(),
        {STATIC / name for name in ("index.html", "console.css", "icon.svg", "console.js", "ask.js")},
    )
    while waiting:
        path = waiting.pop()
        loaded.add(path)
        if path.suffix == ".js":
            names = re.findall(r"""(?:from|import)\s?["'](\./[^"']+)["'];?""", path.read_text())
            waiting |= {(path.parent / name).resolve() for name in names} - loaded
    assert STATIC / "vendor/preact.js" in loaded
    assert sum(path.stat().st_size for path in loaded) < FIRST_VIEW
