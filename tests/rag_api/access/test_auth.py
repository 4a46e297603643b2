"""Keys, and who may call from a browser."""

import asyncio
from typing import Any

import httpx2
import openai
import pytest
from fastapi.testclient import TestClient

from ingest import projects
from ingest.data_folder import ACCESS
from rag_api.access import auth
from rag_api.access.database import Access
from rag_api.access.scopes import Scope
from rag_api.http import wrong_keys
from rag_api.http.refused import Refused
from rag_api.http.wrong_keys import FREE, MAX_PEERS, WrongKeys
from rag_api.settings import Settings
from tests.corpora import statements
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
    http = http_of(new_client(cors_origins="https://a.example/", public_url="https://RAG.example:443/base"))

    def upload(origin: str) -> httpx2.Response:
        return http.post("/v1/files", headers={"origin": origin}, **FORM)

    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        refused = upload(origin)
        assert refused.status_code == 403
        assert f"Pages of {origin} may not write here" in refused.json()["error"]["message"]
    assert http.get("/v1/files", headers={"origin": "https://evil.example"}).json()["data"] == []
    for origin in ("https://a.example", "https://rag.example", "http://testserver"):
        assert upload(origin).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_whose_origin_the_browser_does_not_tell_writes_nothing_and_may_link_here(
    new_client: MakeClient, site: str
) -> None:
    http = http_of(new_client())
    fetched = {"sec-fetch-site": site}
    for refused in (
        http.post("/v1/files", headers=fetched, **FORM),
        http.post("/v1/vector_stores", headers=fetched, json={"name": "birds"}),
        http.post("/v1/vector_stores", headers=fetched),
        http.delete("/v1/vector_stores/vs_default", headers=fetched),
    ):
        assert refused.status_code == 403
        assert "A page of another site" in refused.json()["error"]["message"]
    assert http.get("/v1/files", headers={**fetched, "sec-fetch-mode": "navigate"}).json()["data"] == []
    for own in ("same-origin", "none"):
        assert http.post("/v1/files", headers={"sec-fetch-site": own}, **FORM).status_code == 200
    for origin, allowed in (("https://a.example", "https://a.example"), (None, "*")):
        named = http_of(new_client(cors_origins=allowed))
        headers = {**fetched, "origin": origin} if origin else fetched
        assert named.post("/v1/files", headers=headers, **FORM).status_code == 200


@pytest.fixture
def delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long wrong keys waited, without waiting."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("rag_api.http.wrong_keys.asyncio.sleep", sleep)
    return slept


@pytest.fixture
def keyed(new_client: MakeClient) -> TestClient:
    return http_of(new_client(api_keys="the-right-key"))


def ask(http: TestClient, key: str) -> int:
    return http.get("/v1/models", headers={"authorization": f"Bearer {key}"}).status_code


def test_wrong_keys_are_refused_ever_more_slowly_and_right_ones_at_once(keyed: TestClient, delays: list[float]) -> None:
    assert [ask(keyed, f"wrong-{number}") for number in range(FREE + 7)] == [401] * (FREE + 7)
    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
    assert ask(keyed, "the-right-key") == 200
    assert len(delays) == 7


def test_wrong_keys_from_who_sent_many_are_not_looked_up(
    keyed: TestClient, delays: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    access: Access = keyed.app_state["access"]
    _, right = access.keys.create(projects.DEFAULT, Scope.READ)
    monkeypatch.setattr(auth, "CURRENT_FOR_S", 3600)
    assert [ask(keyed, f"rag-wrong-{number}") for number in range(FREE + 1)] == [401] * (FREE + 1)
    with statements(access.keys._database) as asked:
        assert [ask(keyed, f"rag-wrong-again-{number}") for number in range(50)] == [401] * 50
    assert asked == []
    assert (ask(keyed, right), len(delays)) == (200, 51)

    _, new = access.keys.create(projects.DEFAULT, Scope.READ)
    assert ask(keyed, new) == 401
    monkeypatch.setattr(auth, "CURRENT_FOR_S", 0)
    assert ask(keyed, new) == 200


def test_a_key_that_is_missing_is_no_wrong_one(keyed: TestClient, delays: list[float]) -> None:
    assert [keyed.get("/v1/models").status_code for _ in range(FREE + 3)] == [401] * (FREE + 3)
    assert delays == []


def test_the_log_has_the_beginning_of_a_wrong_key_once_a_minute(
    keyed: TestClient, delays: list[float], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        ask(keyed, f"sk-\x1b-wrong-key-{number}")
    monkeypatch.setattr("rag_api.http.seldom.PAUSE_S", 0)
    assert [record.getMessage() for record in caplog.records if "wrong" in record.getMessage()] == [
        "a wrong API key from 'testclient', beginning with 'sk-\\x1b'"
    ]
    assert len(delays) == 5


def test_a_short_key_is_not_logged_whole(keyed: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    ask(keyed, "abc")
    assert "beginning with ''" in caplog.text


@pytest.mark.asyncio
async def test_only_so_many_wrong_keys_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_keys, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(wrong_keys, "MAX_DELAY_S", 0.01)
    tried = WrongKeys()
    ends = await asyncio.gather(*[tried.delay("1.2.3.4", b"a-wrong-key") for _ in range(200)], return_exceptions=True)
    assert len([end for end in ends if isinstance(end, Refused) and end.status == 429]) == 200 - FREE - 32
    assert tried._waiting == 0


@pytest.mark.asyncio
async def test_only_so_many_addresses_are_remembered_and_those_of_one_network_as_one(delays: list[float]) -> None:
    tried = WrongKeys()
    for number in range(MAX_PEERS + 100):
        await tried.delay(f"10.0.{number // 256}.{number % 256}", b"a-wrong-key")
    assert (len(tried._peers), delays) == (MAX_PEERS, [])
    for number in range(FREE + 1):
        await tried.delay(f"2001:db8::{number}", b"a-wrong-key")
    assert delays == [0.2]


@pytest.mark.databases("sqlite")
def test_a_server_whose_keys_were_taken_away_is_not_ready(keyed: TestClient) -> None:
    settings: Settings = keyed.app_state["settings"]
    keys = settings.data_dir / ACCESS
    assert keyed.get("/readyz").status_code == 200
    keys.rename(keys.with_suffix(".away"))
    told = keyed.get("/readyz")
    assert (told.status_code, told.json()["error"]["param"]) == (503, "keys")
    keys.with_suffix(".away").rename(keys)
    assert keyed.get("/readyz").status_code == 200
