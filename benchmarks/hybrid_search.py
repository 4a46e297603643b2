"""What it costs to search by vectors beside words: milliseconds a search, and memory.

    python -m benchmarks.hybrid_search [CHUNKS]

Texts are short and vectors of chance: neither changes what a search of the vectors takes.
"""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy
from haystack import Document

from benchmarks.index_search import WORDS, chunks, milliseconds, row, texts
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.query import DenseQuery, Query

DIMENSIONS = 384
BATCH = 2000


def megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def write(store: Any, count: int, chance: numpy.random.Generator) -> None:
    batch: list[Document] = []
    for document in chunks(texts(count, 25, seed=7)):
        batch.append(replace(document, embedding=chance.normal(size=DIMENSIONS).tolist()))
        if len(batch) == BATCH:
            store.write_documents(batch)
            batch = []
    if batch:
        store.write_documents(batch)


def main(count: int) -> None:
    chance = numpy.random.default_rng(3)
    with TemporaryDirectory() as folder:
        store = EmbeddedDocumentStore(folder, "chance")
        write(store, count, chance)
        store.close()
        for model in (None, "chance"):
            before = megabytes()
            store = EmbeddedDocumentStore(folder, model)
            store.count_documents()
            row(f"opened, {'with' if model else 'without'} vectors", f"{megabytes() - before:.0f} MB")
            measure(store, chance if model else None)
            store.close()


def measure(store: EmbeddedDocumentStore, chance: numpy.random.Generator | None) -> None:
    ranks = numpy.random.default_rng(5).integers(50, len(WORDS) // 10, (100, 5))
    questions = [" ".join(WORDS[n] for n in some) for some in ranks]
    one_store = {"field": "meta.store_id", "operator": "in", "value": ["store-3"]}
    recent = {"field": "meta.attributes.year", "operator": ">=", "value": 2015}
    cases: dict[str, dict[str, Any] | None] = {
        "no filter": None,
        "one store of ten": one_store,
        "one store, range of years": {"operator": "AND", "conditions": [one_store, recent]},
        "one file": {"field": "meta.file_id", "operator": "==", "value": "file-70"},
    }
    row("searches, top 10", "p50 ms", "p95 ms")
    for name, filters in cases.items():

        def run(question: str, filters: dict[str, Any] | None = filters) -> Any:
            dense = DenseQuery(chance.normal(size=DIMENSIONS).tolist(), 0.5) if chance else None
            return store.search(Query(question, filters, dense=dense))

        row(name, *milliseconds(run, questions))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
