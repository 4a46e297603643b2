"""Where a person can open what is cited: at the address that an attribute of the file says, or here.

Whoever ingests a copy of a web site wants its citations to lead to the site. An address comes from a client, and ends
up as a link in browsers, so it is one of the web, without a password in it, and escaped.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from haystack import Document

from ingest.chunk.meta import chunk_meta

ATTRIBUTE = "url"
SCHEMES = ("http", "https")
LONGEST = 2000
ALLOWED = "%/:?#[]@!$&*+,;=~"  # and what is never escaped; parentheses would end a link in Markdown


def url_of(passage: Document, page: int | None, link: Callable[[str], str]) -> str:
    """`link` makes one to the content of a file that is kept here."""
    meta = chunk_meta(passage)
    address = web_address(meta.get("attributes") or {})
    at_page = f"#page={page}" if page else ""
    if not address:
        return link(meta["file_id"]) + at_page
    return address if "#" in address or not urlsplit(address).path.lower().endswith(".pdf") else address + at_page


def web_address(attributes: Mapping[str, Any]) -> str | None:
    """None if there is none, or what stands there is no address of the web."""
    said = attributes.get(ATTRIBUTE)
    if not isinstance(said, str) or len(said) > LONGEST or not said.isprintable():
        return None
    try:
        parts = urlsplit(said)
        if parts.scheme not in SCHEMES or not parts.hostname or parts.port == 0 or "@" in parts.netloc:
            return None
    except ValueError:  # a port that is no number, brackets that are not closed
        return None
    return quote(said, safe=ALLOWED) if "\\" not in said else None
