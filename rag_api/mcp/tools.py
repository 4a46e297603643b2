"""The tools: what each takes, does and gives back. They know nothing of the protocol.

`search` and `fetch` have the names and the shape that ChatGPT asks for; it cites only what has a `url`.
"""

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Annotated, Any, NamedTuple

from haystack import Document
from pydantic import BaseModel, ConfigDict, Field

from ingest import cancellation
from ingest.chunk.meta import chunk_meta, on_one_page
from ingest.corpus import Corpus
from ingest.counted import counted
from ingest.errors import Invalid, NotFound
from ingest.query import Query, shortened
from ingest.records.files import NewFile, StoredFile
from ingest.records.store_files import UNFINISHED, State, StoreFile
from ingest.search.adjacent import continuation
from ingest.search.file_text import chunk_count, chunks_at
from rag_api.access.scopes import Scope
from rag_api.answer.source_url import file_url, url_of
from rag_api.deps import Link
from rag_api.http.filenames import base_name

MOST_TOKENS = 20_000  # of a text that is fetched at once: Claude Code takes 25,000 of a tool
NEIGHBOURS = 2  # on each side of a passage that is fetched
PURPOSE = "user_data"
WAIT_S, LOOK_S = 3.0, 0.2  # for a file to be read; openai-agents gives a call five seconds

_ID = re.compile(r"([^#]+)(?:#(\d{1,9})(?:-(\d{1,9}))?)?")


@dataclass(frozen=True)
class Place:
    """Where a tool works."""

    corpus: Corpus
    store_id: str
    link: Link


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SearchArguments(Arguments):
    query: Annotated[str, Field(min_length=1, max_length=32_000, description="A question, or words to look for.")]
    max_results: Annotated[int, Field(ge=1, le=50, description="How many passages, at most.")] = 10


class Passage(BaseModel):
    id: str
    title: str
    url: str
    text: str
    page: int | None = None


class Passages(BaseModel):
    results: list[Passage]


class FetchArguments(Arguments):
    id: Annotated[
        str,
        Field(
            max_length=256,
            description="Of a passage, as `search` gave it: that passage with its neighbours. Of a file, the part "
            "before '#': its whole text, or the beginning of a long one, with the id of what follows.",
        ),
    ]


class Text(BaseModel):
    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, Any]


class AddFileArguments(Arguments):
    filename: Annotated[
        str, Field(min_length=1, max_length=512, description="With the ending that says what it is: 'notes.md'.")
    ]
    text: Annotated[str, Field(max_length=1_000_000, description="What is in the file, if that is text.")] = ""
    base64: Annotated[str, Field(max_length=1_000_000, description="The bytes of the file, if it is not.")] = ""


class Added(BaseModel):
    id: str
    title: str
    url: str
    state: str


async def search(place: Place, asked: SearchArguments) -> Passages:
    """Passages of the documents that answer a question or hold given words, best first. `fetch` a passage by its id
    to read what stands around it."""
    query = Query(shortened(asked.query), top_k=asked.max_results)
    found = await place.corpus.passages.run_async(query, [place.store_id])
    return Passages(results=[_passage(place, chunk) for chunk in found["documents"]])


async def fetch(place: Place, asked: FetchArguments) -> Text:
    """The text around a passage, or of a whole document, by the id that `search` gave."""
    return await cancellation.to_thread(_fetched, place, asked.id)


async def add_file(place: Place, asked: AddFileArguments) -> Added:
    """Add a document, which `search` then finds: its text, or its bytes in base64."""
    if bool(asked.text) == bool(asked.base64):
        raise Invalid("Send either 'text' or 'base64', and not an empty one.")
    try:
        content = asked.text.encode() if asked.text else base64.b64decode(asked.base64, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("'base64' is not valid base64.") from None
    file = await asyncio.to_thread(_kept, place, base_name(asked.filename), content)
    state = await _settled(place, file.id)
    return Added(id=file.id, title=file.filename, url=place.link(file.id), state=state)


def _passage(place: Place, chunk: Document) -> Passage:
    meta = chunk_meta(chunk)
    page = meta.get("page_start")
    return Passage(
        id=f"{meta['file_id']}#{meta['position']}",
        title=meta["filename"] + (f", page {page}" if page else ""),
        url=url_of(chunk, page, place.link),
        text=on_one_page(chunk.content or ""),
        page=page,
    )


def _fetched(place: Place, id: str) -> Text:
    """Raises `NotFound`, and `Invalid` for a file that has no text."""
    parts = _ID.fullmatch(id)
    if not parts:
        raise NotFound(f"No document with the id {id!r} exists: take an id of `search`.")
    file_id, first, last = parts.groups()
    store_file = place.corpus.store_files.get(place.store_id, file_id)
    if store_file.state is not State.DONE:
        raise Invalid(f"The file {file_id!r} has no text: its state is '{store_file.state}'.")
    count = chunk_count(place.corpus.index.store, store_file)
    if first is None:
        wanted = range(count)
    elif last is None:
        wanted = range(max(0, int(first) - NEIGHBOURS), min(count, int(first) + NEIGHBOURS + 1))
    else:
        wanted = range(int(first), min(count, int(last) + 1))
    chunks = _up_to_most_tokens(place, store_file, wanted)
    if not chunks:
        raise NotFound(f"The file {file_id!r} has {counted(count, 'passage')}, counted from 0, and none at {id!r}.")
    end = wanted.start + len(chunks)
    page, last_page = chunk_meta(chunks[0]).get("page_start"), chunk_meta(chunks[-1]).get("page_end")
    metadata: dict[str, Any] = {**store_file.attributes, "filename": store_file.filename, "bytes": store_file.bytes}
    if page:
        metadata["pages"] = str(page) if page == last_page else f"{page}-{last_page}"
    if end < wanted.stop:
        metadata["goes_on"] = f"{file_id}#{end}-{wanted.stop - 1}"
    text = (chunks[0].content or "") + "".join(continuation(before, after) for before, after in pairwise(chunks))
    url = file_url(file_id, store_file.attributes, page, place.link)
    return Text(id=id, title=store_file.filename, text=on_one_page(text), url=url, metadata=metadata)


def _up_to_most_tokens(place: Place, file: StoreFile, positions: range) -> list[Document]:
    """The chunks at these positions, as many as may be fetched at once."""
    chunks: list[Document] = []
    tokens = 0
    for chunk in chain.from_iterable(chunks_at(place.corpus.index.store, file, positions)):
        tokens += chunk_meta(chunk)["tokens"]
        if chunks and tokens > MOST_TOKENS:
            break
        chunks.append(chunk)
    return chunks


def _kept(place: Place, filename: str, content: bytes) -> StoredFile:
    """The file with this content in the store. An agent that got no reply repeats itself, so one of the same name and
    bytes that was added a moment ago is that one."""
    corpus = place.corpus
    with corpus.blobs.draft(corpus.settings.max_file_bytes) as draft:
        draft.write(content)
        if before := corpus.files.find_added_before(draft, filename, PURPOSE):
            corpus.store_files.add(place.store_id, before.id)
            return before
        [file] = corpus.files.add_all(place.store_id, PURPOSE, [NewFile(draft, filename, {})])
        return file


async def _settled(place: Place, file_id: str) -> State:
    """How far the file is, when it is read or the time to wait is over. Raises `Invalid` if it cannot be read."""
    until = time.monotonic() + WAIT_S
    while True:
        file = await asyncio.to_thread(place.corpus.store_files.get, place.store_id, file_id)
        if file.state is State.FAILED:
            raise Invalid(f"The file was kept as {file_id!r}, and cannot be searched: {file.message}")
        if file.state not in UNFINISHED or time.monotonic() >= until:
            return file.state
        await asyncio.sleep(LOOK_S)


class Tool(NamedTuple):
    run: Callable[[Place, Any], Awaitable[BaseModel]]
    takes: type[Arguments]
    gives: type[BaseModel]
    needs: Scope

    @property
    def description(self) -> str:
        return " ".join((self.run.__doc__ or "").split())


TOOLS = {
    "search": Tool(search, SearchArguments, Passages, Scope.READ),
    "fetch": Tool(fetch, FetchArguments, Text, Scope.READ),
    "add_file": Tool(add_file, AddFileArguments, Added, Scope.WRITE),
}
