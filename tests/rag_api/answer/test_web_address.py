"""The address that an attribute of a file says becomes a link in browsers: only one of the web may."""

import pytest
from haystack import Document

from rag_api.answer.web_address import url_of, web_address


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("https://example.org/a/b.html", "https://example.org/a/b.html"),
        ("http://example.org:8080/?q=a&b=%20#part", "http://example.org:8080/?q=a&b=%20#part"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("http://[::1]/a", "http://[::1]/a"),
        ("https://example.org/Grüße und (mehr)", "https://example.org/Gr%C3%BC%C3%9Fe%20und%20%28mehr%29"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
    ],
)
def test_an_address_of_the_web_is_one_escaped(said: str, address: str) -> None:
    assert web_address({"url": said}) == address


@pytest.mark.parametrize(
    "said",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "//example.org/a",
        "/v1/files",
        "example.org",
        "https://",
        "https:///a",
        "https://user:secret@example.org/",
        "https://example.org@evil.example/",
        "https://example.org\\@evil.example/",
        "https://example.org/\na",
        "java\tscript:alert(1)",
        "https://example.org/\u202etxt.exe",
        "https://example.org:port/",
        "https://[::1/",
        "https://example.org/" + "a" * 2000,
        "",
        17,
        True,
    ],
)
def test_anything_else_is_none(said: object) -> None:
    assert web_address({"url": said}) is None


def passage(url: str = "", page: int | None = None) -> Document:
    return Document(content="Herons.", meta={"file_id": "file-1", "attributes": {"url": url}, "page_start": page})


def link(file_id: str) -> str:
    return f"http://here/{file_id}"


def test_a_file_without_an_address_is_opened_here_at_the_page() -> None:
    assert url_of(passage(), None, link) == url_of(passage("ftp://a"), None, link) == "http://here/file-1"
    assert url_of(passage(), 3, link) == "http://here/file-1#page=3"


def test_an_address_of_a_pdf_opens_at_the_page() -> None:
    assert url_of(passage("https://a/b.html"), None, link) == "https://a/b.html"
    assert url_of(passage("https://a/b.PDF"), 3, link) == "https://a/b.PDF#page=3"
    assert url_of(passage("https://a/b.pdf#top"), 3, link) == "https://a/b.pdf#top"
    assert url_of(passage("https://a/talk"), 3, link) == "https://a/talk"
