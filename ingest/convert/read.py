"""One file -> Documents, inside the sandbox: its text, and what the components that come next make of it."""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from haystack import Document
from haystack.core.serialization import component_from_dict

from ingest.convert.extract import extract

PIECE = 1 << 18  # characters, more or less: who receives a piece can do nothing else meanwhile


_steps: list[Any] = []


def prepare(steps: Sequence[dict[str, Any]]) -> None:
    """Make the components from what `to_dict` said of them, for all processes that are forked from this one."""
    for step in steps:
        module, _, name = step["type"].rpartition(".")
        component = component_from_dict(getattr(import_module(module), name), step, name)
        if hasattr(component, "warm_up"):
            component.warm_up()
        _steps.append(component)


def read(
    path: str, filename: str, extension: str, max_characters: int, again: bool, meta: dict[str, Any]
) -> Iterator[Any]:
    """What was found beside the text, then the Documents as `[id, content, meta]`, some at a time.

    Raises `ConversionFailed`.
    """
    found = extract(path, filename, extension, max_characters, again)
    documents = [Document(id=meta.get("file_id", ""), content=found.pop("text"), meta=meta | found)]
    yield found
    for step in _steps:
        documents = step.run(documents=documents)["documents"]
    yield from _pieces(documents)


def _pieces(documents: Iterable[Document]) -> Iterator[list[tuple[str, str | None, dict[str, Any]]]]:
    piece, size = [], 0
    for document in documents:
        piece.append((document.id, document.content, document.meta))
        size += len(document.content or "")
        if size >= PIECE:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
