"""Keys, and who may call from a browser."""

from typing import Any

import httpx2
import openai
import pytest

from tests.official_client import MakeClient, http_of

FORM: Any = {"data": {"purpose": "assistants"}, "files": {"file": ("a.txt", b"Herons.")}}


def test_without_keys_anyone_on_this_machine_may_ask(new_client: MakeClient) -> None:
    assert new_client(api_key="whatever").models.list().data


def test_each_of_the_keys_opens(new_client: MakeClient) -> None:
    client = new_client(api_keys="one,two")
    for key in ("one", "two"):
        assert client.with_options(api_key=key).models.list().data


@pytest.mark.parametrize("key", ["three", "on", "one two", "ONE"])
def test_another_key_is_refused_everywhere_under_v1(new_client: MakeClient, key: str) -> None:
    client = new_client(api_keys="one,two", api_key=key)
    with pytest.raises(openai.AuthenticationError, match="RAG_API_KEYS") as refused:
        client.files.list()
    assert refused.value.code == "invalid_api_key"
    with pytest.raises(openai.AuthenticationError):
        client.get("/nothing/here", cast_to=object)


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "one"}, {"authorization": "Basic one"}, {"authorization": ""}]
)
def test_a_missing_key_is_told_how_to_send_one(new_client: MakeClient, header: dict[str, str]) -> None:
    http = http_of(new_client(api_keys="one"))
    response = http.get("/v1/models", headers=header)
    assert response.status_code == 401
    assert "Authorization: Bearer KEY" in response.json()["error"]["message"]


def test_health_needs_no_key(new_client: MakeClient) -> None:
    http = http_of(new_client(api_keys="one"))
    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").json() == {"status": "ready"}


def test_web_pages_of_other_origins_are_kept_out_unless_named(new_client: MakeClient) -> None:
    preflight = {"origin": "https://a.example", "access-control-request-method": "POST"}
    closed = http_of(new_client())
    assert "access-control-allow-origin" not in closed.options("/v1/files", headers=preflight).headers
    http = http_of(new_client(cors_origins="https://a.example", api_keys="one"))
    allowed = http.options("/v1/files", headers=preflight)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://a.example")
    other = http.options("/v1/files", headers=preflight | {"origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_page_of_another_site_cannot_upload_with_a_form(new_client: MakeClient) -> None:
    http = http_of(new_client(cors_origins="https://a.example", public_url="https://rag.example"))

    def upload(origin: str) -> httpx2.Response:
        return http.post("/v1/files", headers={"origin": origin}, **FORM)

    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        refused = upload(origin)
        assert refused.status_code == 403
        assert f"Pages of {origin} may not write here" in refused.json()["error"]["message"]
    assert http.get("/v1/files", headers={"origin": "https://evil.example"}).json()["data"] == []
    for origin in ("https://a.example", "https://rag.example", "http://testserver"):
        assert upload(origin).status_code == 200
