"""The text of a store file, put together again from its chunks."""

from typing import Any

from ingest.store_files import StoreFile


def text_of(chunks: Any, file: StoreFile) -> str:
    """The text of a file whose chunks are in this document store; pages end with a form feed.

    Neighbouring chunks overlap, or leave out white space between them, which is not kept: a line end stands for it."""
    condition = {"field": "meta.attachment_id", "operator": "==", "value": file.id}
    parts: list[str] = []
    covered = 0
    for chunk in sorted(chunks.filter_documents(condition), key=lambda chunk: int(chunk.meta["position"])):
        start, content = chunk.meta["start"], chunk.content or ""
        if start > covered > 0:
            parts.append("\n\n" if start - covered > 1 else "\n")
        parts.append(content[max(0, covered - start) :])
        covered = chunk.meta["end"]
    return "".join(parts)
