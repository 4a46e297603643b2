"""Search over HTTP beside Tantivy asked directly, on the same index with the same queries, in the same run.

.venv/bin/python -m benchmarks.search [CHUNKS]
"""

import json
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy

from benchmarks.index_search import WORDS, milliseconds, row, texts
from ingest.corpus import Corpus, open_corpus
from ingest.query import Query
from ingest.records.store_files import Chunking
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from tests.server import Server

WORDS_A_FILE = 20_000
ROUNDS = 2
PATH = f"/v1/vector_stores/{DEFAULT_STORE}/search"


def main(count: int) -> None:
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "store")  # type: ignore[call-arg]
        with open_corpus(settings) as corpus:
            _fill(corpus, count)
            row(f"{corpus.index.store.count_documents():,} chunks, top 10", "p50 ms", "p95 ms")
        chance = numpy.random.default_rng(3)
        ranks = numpy.minimum((1 / chance.random((300, 5)) ** 2).astype(int), len(WORDS) - 1)
        questions = [" ".join(WORDS[n] for n in some) for some in ranks]
        for _ in range(ROUNDS):
            with open_corpus(settings) as corpus:
                row("Tantivy asked directly", *_direct(corpus, questions))
                row("passages in the process", *milliseconds(lambda q, c=corpus: _passages(c, q), questions))  # type: ignore[misc]
            with Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
                row("POST /v1/vector_stores/{id}/search", *_over_http(server, questions))


def _fill(corpus: Corpus, count: int) -> None:
    for number, text in enumerate(texts(count * 60 // WORDS_A_FILE, WORDS_A_FILE, seed=9)):
        with corpus.blobs.draft(1 << 30) as draft:
            draft.write(text.encode())
            file = corpus.files.add(draft, f"{number}.txt", "assistants", None)
        corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(200, 0))
    corpus.worker.run_until_idle()


def _direct(corpus: Corpus, questions: list[str]) -> tuple[str, str]:
    one_store = {"field": "meta.store_id", "operator": "in", "value": [DEFAULT_STORE]}
    fulltext = corpus.index.store._folder.fulltext
    asked = {question: fulltext.search(question, one_store) for question in questions}

    def bare(question: str) -> Any:
        return asked[question].searcher.search(asked[question].query, 10, count=False)

    return milliseconds(bare, questions)


def _passages(corpus: Corpus, question: str) -> Any:
    return corpus.passages.run(Query(question, top_k=10), [DEFAULT_STORE])


def _over_http(server: Server, questions: list[str]) -> tuple[str, str]:
    # The standard library's client: those with more comfort take a millisecond for themselves.
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:

        def search(question: str) -> bytes:
            body = json.dumps({"query": question})
            connection.request("POST", PATH, body, {"content-type": "application/json"})
            with connection.getresponse() as response:
                assert response.status == 200
                return response.read()

        return milliseconds(search, questions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
