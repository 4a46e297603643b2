"""How fast the embedded index writes and finds, beside what SQLite and Tantivy do alone in the same run.

    python -m benchmarks.index_search [CHUNKS]

Text is made of a vocabulary with Zipf's frequencies, the same each time.
"""

import hashlib
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bpe_openai
import numpy
from haystack import Document
from tantivy import Occur, Query

from ingest.index.analysis import chunk_terms
from ingest.index.backend import Index, open_index
from ingest.index.embedded.fulltext import FullText
from ingest.index.embedded.record import Entry
from ingest.languages import ENGLISH, LANGUAGES
from ingest.settings import Settings

# Those that are one token, the most frequent first, and then some that are several, as names are; stop words are left
# out, since no question has them.
SMALL = {word for language in LANGUAGES for word in language.stop_words}
WHOLE = (token.decode("ascii", "ignore") for token in bpe_openai.get_encoding("cl100k_base").token_byte_values())
WORDS = [word[1:] for word in WHOLE if re.fullmatch(" [a-z]+", word) and word[1:] not in SMALL]
WORDS += [
    "w" + "".join("bdfgklmprtvz"[n // 12**place % 12] + "aou"[(n + place) % 3] for place in range(5))
    for n in range(100_000 - len(WORDS))
]
FREQUENCIES = 1 / numpy.arange(1, len(WORDS) + 1) ** 1.05
FREQUENCIES /= FREQUENCIES.sum()
STORES = 10


def texts(count: int, words: int, seed: int) -> Iterator[str]:
    chance = numpy.random.default_rng(seed)
    for _ in range(count):
        yield " ".join(WORDS[n] for n in chance.choice(len(WORDS), words, p=FREQUENCIES))


def chunks(contents: Iterator[str]) -> Iterator[Document]:
    for n, content in enumerate(contents):
        store, file = f"store-{n % STORES}", f"file-{n}"
        meta: dict[str, Any] = {
            "store_id": store,
            "file_id": file,
            "store_file_id": file,
            "filename": f"report {n}.txt",
        }
        meta |= {"position": 0, "start": 0, "end": len(content), "tokens": 250, "attributes": {"year": 2000 + n % 20}}
        yield Document(id=hashlib.sha256(file.encode()).hexdigest()[:32], content=content, meta=meta)


def row(name: str, *figures: str) -> None:
    print(f"{name:<44}", *(f"{figure:>12}" for figure in figures))


def write_alone(folder: Path, documents: list[Document]) -> float:
    """Seconds for a row and an index commit per document: what one can do without a group commit."""
    database = sqlite3.connect(folder / "alone.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE chunks (id TEXT PRIMARY KEY, content TEXT)")
    fulltext = FullText(folder / "alone")
    start = time.perf_counter()
    for n, document in enumerate(documents):
        database.execute("INSERT INTO chunks VALUES (?, ?)", (document.id, document.content))
        fulltext.update([], [Entry(n + 1, document.content, document.meta)])
    seconds = time.perf_counter() - start
    fulltext.close()
    database.close()
    return seconds


def measure_writes() -> None:
    row("one-chunk writes", "writes/s")
    for threads, count in ((0, 100), (1, 100), (8, 800), (32, 6400)):
        documents = list(chunks(texts(count, 150, seed=1)))
        with TemporaryDirectory() as folder:
            if threads == 0:
                row("SQLite and Tantivy alone, 1 thread", f"{count / write_alone(Path(folder), documents):.0f}")
                continue
            index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
            with ThreadPoolExecutor(threads) as pool:
                start = time.perf_counter()
                list(pool.map(index.store.write_documents, [[document] for document in documents]))
                seconds = time.perf_counter() - start
            index.close()
            row(f"embedded, {threads} threads", f"{count / seconds:.0f}")


def milliseconds(run: Callable[[str], Any], questions: list[str]) -> tuple[str, str]:
    for question in questions[:20]:
        run(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        run(question)
        taken.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(taken):.2f}", f"{statistics.quantiles(taken, n=20)[-1]:.2f}"


def measure_searches(index: Index, fulltext: FullText) -> None:
    chance = numpy.random.default_rng(3)
    ranks = numpy.minimum((1 / chance.random((300, 5)) ** 2).astype(int), len(WORDS) - 1)
    questions = [" ".join(WORDS[n] for n in some) for some in ranks]
    one_store = {"field": "meta.store_id", "operator": "in", "value": ["store-3"]}
    recent = {"field": "meta.attributes.year", "operator": ">=", "value": 2015}
    unindexed = {"field": "meta.tokens", "operator": ">", "value": 100}
    cases: dict[str, dict[str, Any] | None] = {
        "no filter": None,
        "one store of ten": one_store,
        "all ten stores": one_store | {"value": [f"store-{n}" for n in range(STORES)]},
        "one store, range of years": {"operator": "AND", "conditions": [one_store, recent]},
        "one store, checked one by one": {"operator": "AND", "conditions": [one_store, unindexed]},
    }
    row("\nsearches, top 10", "p50 ms", "p95 ms", "bare p50", "bare p95")

    def words_alone(question: str) -> Any:
        terms = chunk_terms(question, ENGLISH)[0]
        either = [(Occur.Should, Query.term_query(fulltext._schema, "text", term, "freq")) for term in terms]
        return fulltext._index.searcher().search(Query.boolean_query(either), 10, count=False)

    row("the words alone, without pairs or filter", "", "", *milliseconds(words_alone, questions))
    for name, filters in cases.items():
        asked = {question: fulltext.search(question, filters) for question in questions}

        def bare(question: str, asked: dict[str, Any] = asked) -> Any:
            return asked[question].searcher.search(asked[question].query, 10, count=False)

        def run(question: str, filters: dict[str, Any] | None = filters) -> Any:
            return index.retriever.run(query=question, filters=filters)

        row(name, *milliseconds(run, questions), *milliseconds(bare, questions))


def main(count: int) -> None:
    measure_writes()
    with TemporaryDirectory() as folder:
        index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
        batch: list[Document] = []
        for document in chunks(texts(count, 150, seed=7)):
            batch.append(document)
            if len(batch) == 500:
                index.store.write_documents(batch)
                batch = []
        index.store.write_documents(batch)
        measure_searches(index, index.store._folder.fulltext)
        row("\ndeletions", "ms")
        for name, field, value in (("a file", "file_id", "file-77"), ("a store", "store_id", "store-3")):
            start = time.perf_counter()
            index.store.delete_by_filter({"field": f"meta.{field}", "operator": "==", "value": value})
            row(name, f"{1000 * (time.perf_counter() - start):.1f}")
        start = time.perf_counter()
        index.store.reindex()
        row("the index made anew", f"{1000 * (time.perf_counter() - start):.0f}")
        index.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
