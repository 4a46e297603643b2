"""The text of a file, put together from its chunks."""

from typing import Any

import pytest
from haystack import Document

from ingest.corpus import Corpus
from ingest.errors import NotFound
from ingest.records.store_files import Chunking
from ingest.records.stores import DEFAULT_STORE
from ingest.search.file_text import CHUNKS_AT_ONCE, file_text
from tests.ingest.records.heron_files import upload

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.mark.parametrize("overlap", [0, 50])
def test_the_text_of_a_file_is_put_together_from_its_chunks(corpus: Corpus, overlap: int) -> None:
    text = "\n\n".join(f"Heron {n} stands in the water. It waits for frog {n}." for n in range(60))
    file = upload(corpus, "a.txt", text.encode())
    attached = corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(100, overlap))
    corpus.worker.run_until_idle()
    assert corpus.index.store.count_documents() > 5
    assert "".join(file_text(corpus.index.store, attached)).split() == text.split()
    if overlap:
        assert "".join(file_text(corpus.index.store, attached)) == text


def test_the_text_of_a_file_is_read_a_few_chunks_at_a_time(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    file = upload(corpus, "a.txt", b"\n\n".join(b"Heron %d stands in the water." % n for n in range(1000)))
    attached = corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(100, 0))
    corpus.worker.run_until_idle()
    chunks = corpus.index.store
    read: list[int] = []

    def count(filters: Any) -> list[Document]:
        found = find(filters)
        read.append(len(found))
        return found

    find = chunks.filter_documents
    monkeypatch.setattr(chunks, "filter_documents", count)
    pieces = file_text(chunks, attached)
    next(pieces)
    assert read == [CHUNKS_AT_ONCE]
    assert len(list(pieces)) > 3
    assert (max(read), sum(read)) == (CHUNKS_AT_ONCE, chunks.count_documents())


def test_the_text_of_a_file_that_is_deleted_meanwhile_does_not_seem_whole(corpus: Corpus) -> None:
    file = upload(corpus, "a.txt", b"\n\n".join(b"Heron %d stands in the water." % n for n in range(1000)))
    attached = corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(100, 0))
    corpus.worker.run_until_idle()
    pieces = file_text(corpus.index.store, attached)
    next(pieces)
    corpus.files.delete(file.id)
    with pytest.raises(NotFound, match="was deleted while it was read"):
        list(pieces)
