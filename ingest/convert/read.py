"""From a file to Documents, inside the sandbox: extract its text, then run the components that come next."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextvars import Context
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO

import orjson
from haystack import Document
from haystack.core.serialization import component_from_dict

from ingest.chunk.meta import WHOSE
from ingest.convert import Recognised, extract

# A piece has so many bytes, or a single document or part of one: receiving a piece blocks the receiver.
PIECE_BYTES = 1 << 18
PART = 1 << 16  # characters, of up to six bytes each in JSON


@cache
def components(steps: str) -> list[Any]:
    """Components from the JSON of their `to_dict`, warmed up. Made before a process is forked, they are shared by the
    forks."""
    made = []
    for step in orjson.loads(steps):
        module, _, name = step["type"].rpartition(".")
        component = component_from_dict(getattr(import_module(module), name), step, name)
        if hasattr(component, "warm_up"):
            component.warm_up()
        made.append(component)
    return made


def read(
    file: BinaryIO,
    filename: str,
    extension: str,
    max_characters: int,
    again: bool,
    meta: dict[str, Any],
    steps: str,
    texts: Sequence[tuple[int, str, str | None]] | None = None,
) -> Iterator[Any]:
    """The meta that was found, then the Documents as `[id, content, meta]`, some at a time, each without `WHOSE` it is;
    what else there is of a long content follows part by part. Or nothing but the `pictures` whose `texts` are to be
    recognised first. `steps` is for `components`. Raises `ConversionFailed`."""
    known = None if texts is None else {page: Recognised(text, reason) for page, text, reason in texts}
    found = Context().run(extract.extract, file, filename, extension, max_characters, again, known)
    if "pictures" in found:
        yield found
        return
    documents = [Document(id=meta.get("file_id", ""), content=found.pop("text"), meta=meta | found)]
    yield found
    for step in components(steps):
        documents = step.run(documents=documents)["documents"]
    yield from _pieces(documents)


def recognise(file: BinaryIO, filename: str, extension: str, page: int, languages: Sequence[str]) -> list[Any]:
    """The text on a page, why there is none, and the seconds of processor time that it took."""
    started = time.process_time()
    found = extract.recognise(file, filename, extension, page, languages)
    return [found.text, found.reason, time.process_time() - started]


def _pieces(documents: Iterable[Document]) -> Iterator[list[orjson.Fragment]]:
    piece: list[orjson.Fragment] = []
    size = 0
    for part in _parts(documents):
        packed = orjson.dumps(part)
        if size + len(packed) > PIECE_BYTES and piece:
            yield piece
            piece, size = [], 0
        piece.append(orjson.Fragment(packed))
        size += len(packed)
    if piece:
        yield piece


def _parts(documents: Iterable[Document]) -> Iterator[tuple[str, str, dict[str, Any]] | str]:
    for document in documents:
        content = document.content or ""
        yield document.id, content[:PART], {name: its for name, its in document.meta.items() if name not in WHOSE}
        for start in range(PART, len(content), PART):
            yield content[start : start + PART]
