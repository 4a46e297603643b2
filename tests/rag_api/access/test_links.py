"""Links of citations: they open in a browser, which has no key, and open nothing else."""

import re
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from rag_api.access import links
from rag_api.access.scopes import Scope
from tests.ingest.convert.pdf_files import lines, pdf
from tests.official_client import MakeClient, http_of, put


def cited(client: OpenAI) -> str:
    put(client, "herons.pdf", pdf(lines((72, 700, 12, "Herons eat frogs and fish."))))
    answer = client.chat.completions.create(
        model="extractive", messages=[{"role": "user", "content": "What do herons eat?"}]
    )
    assert answer.choices[0].message.annotations
    return answer.choices[0].message.annotations[0].url_citation.url


@pytest.fixture
def site(new_client: MakeClient) -> OpenAI:
    return new_client(api_key="the-administrator", api_keys="the-administrator")


def of_project(site: OpenAI, name: str) -> OpenAI:
    project = http_of(site).app_state["access"].projects.make(name)
    secret = http_of(site).app_state["access"].keys.create(project, Scope.WRITE)[1]
    return site.with_options(api_key=secret)


def opened(http: TestClient, url: str) -> int:
    return http.get(url).status_code


def test_a_citation_opens_at_its_page_without_a_key(site: OpenAI) -> None:
    for client in (site, of_project(site, "herons")):
        url = cited(client)
        shown = http_of(site).get(url)
        assert shown.status_code == 200
        assert shown.content.startswith(b"%PDF-")
        assert shown.headers["content-type"] == "application/pdf"
        assert shown.headers["content-disposition"].startswith("inline;")
        assert "object-src 'self'" in shown.headers["content-security-policy"]
        assert urlsplit(url).fragment == "page=1"
        assert http_of(site).get(url, headers={"range": "bytes=0-3"}).content == b"%PDF"


def test_a_link_opens_nothing_else(site: OpenAI) -> None:
    http = http_of(site)
    url = cited(of_project(site, "herons"))
    other = put(site, "other.txt", "A secret.").id
    path = urlsplit(url).path
    for changed in (
        re.sub("file-[0-9a-f]+", other, url),
        re.sub("project=[^&]+", "project=default", url),
        re.sub(r"expires=\d+", "expires=99999999999", url),
        re.sub("signature=.", "signature=x", url),
        url.replace("/content", ""),
        path,
        f"{path}?signature=",
        f"{path}?signature=" + "&a=b" * 1000,
        "/v1/files?" + urlsplit(url).query,
    ):
        assert opened(http, changed) == 401
    assert http.delete(url).status_code == 401
    assert opened(http, url) == 200


def test_a_link_opens_for_a_day(site: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "LIFE_HOURS", -2)
    old = http_of(site).get(cited(site))
    assert old.status_code == 401
    assert "links to files open for a day" in old.json()["error"]["message"]


def test_without_keys_a_link_is_plain(client: OpenAI) -> None:
    url = cited(client)
    assert urlsplit(url).query == ""
    assert opened(http_of(client), url) == 200
