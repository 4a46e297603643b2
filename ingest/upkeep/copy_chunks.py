"""The chunks of an index into another one, and the comparison of both.

They are taken over as they are: that takes .4 ms of processor time a chunk, where reading short texts takes more than
ten times as much, and scans thousands of times. And it is what was read: a newer converter may find another text.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.chunk.meta import chunk_meta
from ingest.index.backend import Checked, ChunkStore, Fenced
from ingest.upkeep.fingerprint import Fingerprint

_AT_ONCE = 2000  # chunks: a few MB of text

Turns = Callable[[list[str]], Mapping[str, int]]
"""Of some store files, those that there are, with the turns in which they were read."""


def copy_chunks(source: ChunkStore, target: ChunkStore, turns: Turns) -> Fingerprint:
    """Have the target keep the chunks of these store files as the source does, in the same order, and no others; an
    interrupted copy goes on. The fingerprint of all chunks. Raises `StorageFailed`."""
    goes_on = target.count_documents() > 0
    if goes_on:
        for documents in _parts(target):
            there = _by_id(source, documents)
            if gone := [each.id for each in documents if each.id not in there]:
                target.delete_by_filter(_with_ids(gone))
    copied = Fingerprint()
    for documents in _parts(source):
        known = turns(sorted({_store_file(each) for each in documents}))
        documents = [each for each in documents if _store_file(each) in known]  # others are left over from deletions
        _add(copied, documents)
        if goes_on:
            there = _by_id(target, documents)
            documents = [each for each in documents if there.get(each.id) != each]
        if isinstance(target, Fenced):
            target.write_in_turn(documents, known)
        else:
            target.write_documents(documents, DuplicatePolicy.OVERWRITE)
    return copied


def fingerprint(store: ChunkStore) -> Fingerprint:
    """That of all its chunks. Raises `StorageFailed`."""
    found = Fingerprint()
    for documents in _parts(store):
        _add(found, documents)
    return found


def _add(found: Fingerprint, documents: Iterable[Document]) -> None:
    for each in documents:
        found.add([each.id, each.content, each.meta])


def _parts(store: ChunkStore) -> Iterable[list[Document]]:
    assert isinstance(store, Checked)
    documents = store.documents()
    while part := list(islice(documents, _AT_ONCE)):
        yield part


def _by_id(store: ChunkStore, documents: Iterable[Document]) -> dict[str, Document]:
    ids = [each.id for each in documents]
    return {each.id: each for each in store.filter_documents(_with_ids(ids))}


def _with_ids(ids: list[str]) -> dict[str, Any]:
    return {"field": "id", "operator": "in", "value": ids}


def _store_file(chunk: Document) -> str:
    return chunk_meta(chunk)["store_file_id"]
