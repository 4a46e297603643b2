"""`/v1/files/{id}/pages` and `/v1/files/{id}/marks`: whoever opens a citation sees the page, with its words marked."""

import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from openai import OpenAI

from rag_api.access.scopes import Scope
from rag_api.http import fair_threads
from rag_api.http.observed import Request, current
from tests.ingest.convert.formats.test_pdf import encrypted
from tests.ingest.convert.parts.test_png import pixels_of
from tests.ingest.convert.pdf_files import pdf
from tests.ingest.convert.scans import needs_ocr
from tests.official_client import MakeClient, http_of, put
from tests.rag_api.access.test_links import of_project

HERONS = "Herons eat frogs and fish."


def kept(client: OpenAI, content: bytes, name: str = "herons.pdf") -> str:
    return client.files.create(file=(name, content), purpose="user_data").id


def picture(client: OpenAI, file_id: str, page: int | str = 1, query: str = "", **headers: str) -> Response:
    return http_of(client).get(f"/v1/files/{file_id}/pages/{page}.png{query}", headers=headers)


def marks(client: OpenAI, file_id: str, quote: str, first: Any = 1, **others: Any) -> Response:
    body = {"quote": quote, "first_page": first, **others}
    return http_of(client).post(f"/v1/files/{file_id}/marks", json=body)


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


@pytest.fixture
def herons(client: OpenAI) -> str:
    return kept(client, pdf("A cover.", HERONS, HERONS))


def test_a_page_is_a_picture_that_a_browser_may_keep(client: OpenAI, herons: str) -> None:
    answer = picture(client, herons, 2)
    assert answer.status_code == 200
    assert pixels_of(answer.content)[:2] == (1200, 1553)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-page-count"] == "3"
    again = picture(client, herons, 2, **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert picture(client, herons, 2, "?width=800", **{"if-none-match": answer.headers["etag"]}).status_code == 200
    assert pixels_of(picture(client, herons, 1, "?width=200").content)[0] == 200


def test_a_picture_that_was_kept_is_gone_with_its_file(client: OpenAI, herons: str) -> None:
    etag = picture(client, herons).headers["etag"]
    client.files.delete(herons)
    assert picture(client, herons, **{"if-none-match": etag}).status_code == 404


def test_the_words_of_a_citation_are_marked_on_its_page(client: OpenAI) -> None:
    put(client, "herons.pdf", pdf("A cover.", HERONS))
    answer = client.responses.create(input="What do herons eat?").to_dict()
    [cited] = answer["output"][-1]["content"][0]["annotations"]  # type: ignore[index]
    found = marks(client, cited["file_id"], cited["quote"], cited["page_start"], last_page=cited["page_end"]).json()
    [page] = found.pop("pages")
    [box] = page.pop("boxes")
    assert found == {"object": "file.marks", "match": "exact", "reason": None, "page_count": 2}
    url = f"http://testserver/v1/files/{cited['file_id']}/pages/2.png"
    assert page == {"page": 2, "width": 612, "height": 792, "image_url": url}
    assert box["left"] == pytest.approx(72 / 612, abs=0.005)
    assert box["top"] + box["height"] == pytest.approx((792 - 720) / 792, abs=0.01)


def test_a_quote_that_is_not_there_has_no_marks_and_a_reason(client: OpenAI, herons: str) -> None:
    found = marks(client, herons, "Storks eat mice.", 1, last_page=20).json()
    assert (found["match"], found["reason"]) == ("none", "The quote is not on these pages.")
    assert [(page["page"], page["boxes"]) for page in found["pages"]] == [(1, []), (2, []), (3, [])]


def test_what_cannot_be_shown_is_refused_in_words(client: OpenAI, herons: str) -> None:
    assert refused(picture(client, herons, 4)) == (404, "'herons.pdf' has 3 pages: there is no page 4.")
    assert refused(marks(client, herons, HERONS, 4)) == (404, "'herons.pdf' has 3 pages: there is no page 4.")
    no_file = http_of(client).get("/v1/files/file-x").json()
    assert picture(client, "file-x").json() == marks(client, "file-x", HERONS).json() == no_file
    text = kept(client, b"Herons.", "herons.txt")
    unknown = kept(client, b"Herons.", "herons.xyz")
    locked = kept(client, encrypted("user"), "locked.pdf")
    broken = kept(client, b"%PDF-1.4", "broken.pdf")
    for file_id, why in (
        (text, "'herons.txt' has no pages that can be shown"),
        (unknown, "'herons.xyz' has no pages that can be shown"),
        (locked, "'locked.pdf' is protected by a password"),
        (broken, "'broken.pdf' is damaged"),
    ):
        for answer in (picture(client, file_id), marks(client, file_id, HERONS)):
            status, message = refused(answer)
            assert (status, message.startswith(why)) == (400, True), message


@needs_ocr
def test_a_picture_is_a_page(client: OpenAI) -> None:
    from tests.ingest.convert.scans import font, page, saved

    file_id = kept(client, saved(page((100, 100, HERONS), font=font(40), size=(900, 300)), "PNG"), "herons.png")
    assert pixels_of(picture(client, file_id, 1, "?width=300").content)[:2] == (300, 100)
    found = marks(client, file_id, "eat frogs").json()
    assert (found["match"], len(found["pages"][0]["boxes"])) == ("exact", 1)
    assert refused(picture(client, file_id, 2)) == (404, "'herons.png' has 1 page: there is no page 2.")


def test_a_pdf_under_another_name_has_pages(client: OpenAI) -> None:
    assert picture(client, kept(client, pdf(HERONS), "herons.txt")).status_code == 200


def test_a_request_beyond_the_limits_is_refused(client: OpenAI, herons: str) -> None:
    bodies: list[tuple[dict[str, Any], str | None]] = [
        ({"quote": "", "first_page": 1}, "quote"),
        ({"quote": "a" * 20_001, "first_page": 1}, "quote"),
        ({"quote": "a"}, "first_page"),
        ({"quote": "a", "first_page": 0}, "first_page"),
        ({"quote": "a", "first_page": 2, "last_page": 1}, None),
        ({"quote": "a", "first_page": 1, "last_page": 21}, None),
        ({"quote": "a", "first_page": 1, "pages": 2}, "pages"),
    ]
    for body, param in bodies:
        answer = http_of(client).post(f"/v1/files/{herons}/marks", json=body)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), body
    pictures: list[tuple[str | int, str, str]] = [
        ("0", "", "page"),
        ("x", "", "page"),
        (1, "?width=199", "width"),
        (1, "?width=2401", "width"),
        (1, "?w=9", "w"),
    ]
    for page, query, param in pictures:
        answer = picture(client, herons, page, query)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), (page, query)


def test_a_page_opens_by_a_link_without_a_key(new_client: MakeClient) -> None:
    site = new_client(api_key="the-administrator", api_keys="the-administrator")
    for client in (site, of_project(site, "herons")):
        file_id = kept(client, pdf(HERONS))
        key = {"authorization": f"Bearer {client.api_key}"}
        body = {"quote": HERONS, "first_page": 1}
        url = http_of(site).post(f"/v1/files/{file_id}/marks", json=body, headers=key).json()["pages"][0]["image_url"]
        assert http_of(site).get(urlsplit(url).path).status_code == 401
        assert http_of(site).get(url).status_code == 200
        assert pixels_of(http_of(site).get(f"{url}&width=300").content)[0] == 300
        assert http_of(site).get(f"{url}&w=300").status_code == 400
        assert http_of(site).get(url.replace("/1.png", "/2.png")).status_code == 401


def test_who_may_read_may_see_marks(new_client: MakeClient) -> None:
    site = new_client(api_key="the-administrator", api_keys="the-administrator")
    file_id = kept(site, pdf(HERONS))
    secret = http_of(site).app_state["access"].keys.create("default", Scope.READ)[1]
    answer = http_of(site).post(
        f"/v1/files/{file_id}/marks",
        json={"quote": HERONS, "first_page": 1},
        headers={"authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 200


def test_who_asks_for_too_many_pages_is_told_to_come_again(
    client: OpenAI, herons: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert picture(client, herons).status_code == 200
    let_go = threading.Event()
    threads = fair_threads.FairThreads(2, "busy", "Please send this request again.", most_waiting=0)
    monkeypatch.setattr(fair_threads, "READING", threads)
    current.set(Request("req_1", client="testclient"))
    threads.submit(let_go.wait, 30)  # as many as one client may have of two
    try:
        for answer in (picture(client, herons), marks(client, herons, HERONS)):
            assert refused(answer)[0] == 503
            assert "send this request again" in refused(answer)[1]
            assert answer.headers["retry-after"] == "5"
    finally:
        let_go.set()
