from haystack import Document

from rag_api.answer.source_url import url_of


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
