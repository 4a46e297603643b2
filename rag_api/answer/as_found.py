"""The passages that come out of somebody's own pipeline, as they were found: what it made of them is not cited."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from haystack import Document

from ingest.search.passages import Passage
from rag_api.answer.errors import ModelFailed


def as_found(pipeline: str, documents: Sequence[Document], found: Iterable[Passage]) -> list[Passage]:
    """For each document the passage of its id, with the score that it was given. Raises `ModelFailed` for one that no
    search here has found: there is no file to cite for it."""
    same = {(passage.id, passage.content): passage for passage in found}
    longest: dict[str, Passage] = {}
    for passage in same.values():
        if passage.id not in longest or len(passage.content or "") > len(longest[passage.id].content or ""):
            longest[passage.id] = passage
    passages = []
    for document in documents:
        of_it = same.get((document.id, document.content)) or longest.get(document.id)
        if of_it is None:
            raise ModelFailed(
                f"The pipeline {pipeline!r} brings a passage with the id {document.id!r}, which no retriever of this "
                "server has found: its components may leave passages out, order them and change their texts, but keep "
                "their ids."
            )
        passages.append(replace(of_it, score=of_it.score if document.score is None else document.score))
    return passages
