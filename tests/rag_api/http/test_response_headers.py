"""What replies ask of browsers, and that the page `/docs` works with what it asks for itself."""

import base64
import hashlib
import re

from fastapi.testclient import TestClient
from openai import OpenAI

from tests.official_client import put

NOTHING = "default-src 'none'; frame-ancestors 'none'"
CHAT = {"messages": [{"role": "user", "content": "Where do herons nest?"}]}


def test_no_reply_may_be_kept_guessed_at_framed_or_run(client: OpenAI, http: TestClient) -> None:
    file = client.files.retrieve(put(client, "a.html", "<script>alert(1)</script> Herons nest.").id)

    def fault() -> None:
        raise RuntimeError

    http.app.get("/v1/fault")(fault)  # type: ignore[attr-defined]
    for reply in (
        http.get("/healthz"),
        http.get("/v1/files"),
        http.get(f"/v1/files/{file.id}/content"),
        http.post("/v1/chat/completions", json=CHAT),
        http.post("/v1/chat/completions", json={**CHAT, "stream": True}),
        http.get("/nothing"),
        http.put("/healthz"),
        http.get("/v1/fault"),
        http.get("/v1/files", headers={"host": "evil.example"}),
        http.get("/openapi.json"),
    ):
        assert reply.headers["content-security-policy"] == NOTHING, reply.url
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"


def test_the_files_of_the_page_may_be_kept(http: TestClient) -> None:
    reply = http.get("/docs/assets/swagger-ui.css")
    assert (reply.status_code, reply.headers["x-content-type-options"]) == (200, "nosniff")
    assert "cache-control" not in reply.headers


def test_the_page_may_load_what_is_beside_it_only(http: TestClient) -> None:
    policy = http.get("/docs").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert re.search(r"https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline", policy) is None


def test_the_page_may_run_its_own_script(http: TestClient) -> None:
    page = http.get("/docs")
    [script] = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]
    assert re.findall(r"""(?:src|href)=["']((?:https?:)?//[^"']*)""", page.text) == []
