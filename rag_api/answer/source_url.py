"""Where a person can open what is cited: at the address that an attribute of the file says, or here."""

from collections.abc import Callable
from urllib.parse import urlsplit

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.web_address import ATTRIBUTE, web_address


def url_of(passage: Document, page: int | None, link: Callable[[str], str]) -> str:
    """`link` makes one to the content of a file that is kept here."""
    meta = chunk_meta(passage)
    address = web_address((meta.get("attributes") or {}).get(ATTRIBUTE))
    at_page = f"#page={page}" if page else ""
    if not address:
        return link(meta["file_id"]) + at_page
    return address if "#" in address or not urlsplit(address).path.lower().endswith(".pdf") else address + at_page
