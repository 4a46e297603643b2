"""Where a person can open what is cited: at the address that an attribute of the file says, or here."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.web_address import ATTRIBUTE, web_address


def url_of(passage: Document, page: int | None, link: Callable[[str], str]) -> str:
    """`link` makes one to the content of a file that is kept here."""
    meta = chunk_meta(passage)
    return file_url(meta["file_id"], meta.get("attributes") or {}, page, link)


def file_url(file_id: str, attributes: Mapping[str, Any], page: int | None, link: Callable[[str], str]) -> str:
    address = web_address(attributes.get(ATTRIBUTE))
    at_page = f"#page={page}" if page else ""
    if not address:
        return link(file_id) + at_page
    return address if "#" in address or not urlsplit(address).path.lower().endswith(".pdf") else address + at_page
