"""An index of a million chunks: opening it, searching it, adding a file to it and taking one away.

python -m benchmarks.million [CHUNKS]
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy
import psutil
from haystack import Document

from benchmarks.index_search import FREQUENCIES, WORDS, chunks, row
from ingest.index.backend import Index, open_index
from ingest.settings import Settings

CHUNK_WORDS = 150
AT_ONCE = 2000
ROUNDS = 20


def main(count: int) -> None:
    with TemporaryDirectory() as folder:
        index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
        started, used = time.perf_counter(), time.process_time()
        for some in _groups(chunks(_texts(count))):
            index.store.write_documents(some)
        row(f"{count:,} chunks written", f"{time.perf_counter() - started:.0f} s")
        row("  of CPU", f"{time.process_time() - used:.0f} s")
        index.close()
        row("on disk", f"{sum(file.stat().st_size for file in Path(folder).rglob('*') if file.is_file()) / 1e9:.1f} GB")
        opened = []
        for _ in range(5):
            started = time.perf_counter()
            index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
            opened.append(time.perf_counter() - started)
            index.close()
        row("opening", f"{1000 * statistics.median(opened):.0f} ms")
        index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
        _search(index)
        _change(index)
        row("resident memory", f"{psutil.Process().memory_info().rss / 1e6:.0f} MB")
        index.close()


def _groups(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while group := list(islice(documents, AT_ONCE)):
        yield group


def _texts(count: int) -> Iterator[str]:
    chance = numpy.random.default_rng(7)
    for start in range(0, count, AT_ONCE):
        some = chance.choice(len(WORDS), (min(AT_ONCE, count - start), CHUNK_WORDS), p=FREQUENCIES)
        yield from (" ".join(WORDS[n] for n in numbers) for numbers in some)


def _search(index: Index) -> None:
    chance = numpy.random.default_rng(3)
    ranks = numpy.minimum((1 / chance.random((500, 5)) ** 2).astype(int), len(WORDS) - 1)
    questions = [" ".join(WORDS[n] for n in some) for some in ranks]
    one_store = {"field": "meta.store_id", "operator": "in", "value": ["store-3"]}
    row("\nsearches, top 10, ms", "p50", "p95", "p99")
    for name, filters in {"everything": None, "one store of ten": one_store}.items():
        for question in questions[:50]:
            index.retriever.run(query=question, filters=filters)

        def ask(question: str, filters: dict[str, Any] | None = filters) -> Any:
            return index.retriever.run(query=question, filters=filters)

        row(name, *_percentiles([_milliseconds(ask, question) for question in questions]))


def _change(index: Index) -> None:
    """One file of three chunks each time: when a write returns, searches see it."""
    added, deleted = [], []
    for number in range(ROUNDS):
        file = {"store_id": "store-3", "file_id": f"new-{number}", "store_file_id": f"new-{number}"}
        word = f"{chr(ord('a') + number)}zqx"  # that no other has, nor has its stem or a part of it
        some = [Document(id=f"new-{number}-{n}", content=f"{word} of", meta=file) for n in range(3)]
        added.append(_milliseconds(index.store.write_documents, some))
        assert len(index.retriever.run(query=word)["documents"]) == 3
        which = {"field": "meta.file_id", "operator": "==", "value": file["file_id"]}
        deleted.append(_milliseconds(index.store.delete_by_filter, which))
        assert not index.retriever.run(query=word)["documents"]
    row("\none file of three chunks, ms", "p50", "p95", "p99")
    row("added and found", *_percentiles(added))
    row("deleted and not found", *_percentiles(deleted))


def _milliseconds(run: Callable[[Any], Any], argument: Any) -> float:
    started = time.perf_counter()
    run(argument)
    return 1000 * (time.perf_counter() - started)


def _percentiles(taken: list[float]) -> list[str]:
    hundredths = statistics.quantiles(taken, n=100, method="inclusive")
    return [f"{hundredths[percent - 1]:.1f}" for percent in (50, 95, 99)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
