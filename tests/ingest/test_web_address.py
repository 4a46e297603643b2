"""The address that an attribute of a file says becomes a link in browsers: only one of the web may."""

import pytest

from ingest.web_address import web_address


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
    assert web_address(said) == address


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
    assert web_address(said) is None
