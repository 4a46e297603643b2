"""Whether OpenSearch finds what the embedded index finds, and what a search takes in each.

    python -m benchmarks.engines URL FOLDER [SHARDS]

In the folder are collections of judged questions in BEIR's form, such as scifact, xquad-de and xquad-zh: all of them
are put into one index, and a search is for those of one collection. Of equal scores, any order counts as the same.
"""

import json
import math
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from haystack import Document

from ingest.chunk.split import TokenSplitter
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.index.opensearch import OpenSearchDocumentStore
from ingest.languages import language_of
from ingest.query import Query

BATCH = 1000
FOUND = 10
TIE = 1e-5
WARMING = 300


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as source:
        yield from map(json.loads, source)


def chunks(folder: Path) -> list[Document]:
    splitter = TokenSplitter()
    texts = []
    for number, each in enumerate(lines(folder / "corpus.jsonl")):
        meta = {"store_id": folder.name, "file_id": each["_id"], "store_file_id": f"{folder.name}-{each['_id']}"}
        meta |= {"title": each.get("title") or "", "attributes": {"number": number % 7}}
        meta |= {"language": language_of(each["text"]).name, "chunk_tokens": 512, "overlap_tokens": 0}
        texts.append(Document(content=each["text"], meta=meta))
    found: list[Document] = splitter.run(documents=texts)["documents"]
    return found


def ndcg(found: list[Document], judged: dict[str, int]) -> float:
    order = list(dict.fromkeys(each.meta["file_id"] for each in found))
    gains = [judged.get(file, 0) for file in order]
    ideal = sorted(judged.values(), reverse=True)
    return discounted(gains) / discounted(ideal) if any(ideal) else 0.0


def discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:FOUND]))


def overlap(one: list[Document], other: list[Document]) -> float:
    """Of the passages of one, how many the other has, or a passage with the score of the last instead."""
    if not one:
        return 1.0 if not other else 0.0
    last = other[-1].score or 0.0 if len(other) == len(one) else math.inf
    ids = {each.id for each in other}
    return sum(each.id in ids or abs((each.score or 0.0) - last) < TIE for each in one) / len(one)


def compare(folder: Path, embedded: EmbeddedDocumentStore, opensearch: OpenSearchDocumentStore) -> None:
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for row in (folder / "qrels.tsv").read_text().splitlines():
        if (parts := row.split()) and parts[-1].isdecimal():
            judged[parts[0]][parts[-2]] = int(parts[-1])
    questions = list(lines(folder / "queries.jsonl"))
    own = {"field": "meta.store_id", "operator": "==", "value": folder.name}
    some = {"field": "meta.attributes.number", "operator": ">=", "value": 3}
    for name, filters in (("", own), (", filtered", {"operator": "AND", "conditions": [own, some]})):
        overlaps, differences, quality = [], [0.0], []
        for each in questions:
            query = Query(each["text"], filters, FOUND)
            found = [store.search(query) for store in (embedded, opensearch)]
            overlaps.append(overlap(*found))
            differences += [abs((a.score or 0) - (b.score or 0)) for a, b in zip(*found, strict=False)]
            quality.append([ndcg(each_found, judged[each["_id"]]) for each_found in found])
        print(
            f"{folder.name}{name}: {len(questions)} questions, overlap {sum(overlaps) / len(overlaps):.4f}, largest "
            f"difference {max(differences):.2e}, nDCG@10 "
            + " ".join(f"{sum(q) / len(q):.4f}" for q in zip(*quality, strict=True))
        )


def cost(name: str, search: Callable[[str], object], questions: list[str], engine: OpenSearchDocumentStore) -> None:
    for text in questions[:WARMING]:
        search(text)
    took = []
    its, ours = engine_ms(engine), time.process_time()
    for text in questions:
        begun = time.perf_counter()
        search(text)
        took.append(time.perf_counter() - begun)
    its, ours = (engine_ms(engine) - its) / len(questions), (time.process_time() - ours) / len(questions) * 1e3
    print(
        f"{name}: {ours:.2f} ms of processor time here, {its:.2f} in OpenSearch, {median(took) * 1e3:.2f} at the median"
    )


def engine_ms(store: OpenSearchDocumentStore) -> float:
    """The processor time of all nodes, in milliseconds."""
    time.sleep(1.1)  # for how long a node keeps what it said
    nodes = store._client.ask("GET", "/_nodes/stats/process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes))


def costs(embedded: EmbeddedDocumentStore, opensearch: OpenSearchDocumentStore, questions: list[str]) -> None:
    index = opensearch._reading
    prepared = {text: index.search(Query(text)) for text in questions}

    def directly(text: str) -> None:
        if search := prepared[text]:
            index.first(search.query, FOUND, search.preference)

    cost("embedded", lambda text: embedded.search(Query(text)), questions, opensearch)
    cost("OpenSearch", lambda text: opensearch.search(Query(text)), questions, opensearch)
    cost("OpenSearch, the search alone", directly, questions, opensearch)


def main(url: str, folder: Path, shards: int) -> None:
    collections = sorted(path.parent for path in folder.glob("*/corpus.jsonl"))
    with TemporaryDirectory() as scratch:
        embedded = EmbeddedDocumentStore(scratch)
        opensearch = OpenSearchDocumentStore([url], f"benchmark-{secrets.token_hex(4)}", shards, 0)
        try:
            for collection in collections:
                documents = chunks(collection)
                for first in range(0, len(documents), BATCH):
                    for store in (embedded, opensearch):
                        store.write_documents(documents[first : first + BATCH])
            print(f"{embedded.count_documents()} and {opensearch.count_documents()} chunks")
            for collection in collections:
                compare(collection, embedded, opensearch)
            questions = [each["text"] for each in lines(collections[0] / "queries.jsonl")]
            costs(embedded, opensearch, questions)
            opensearch.delete_by_filter({"field": "meta.attributes.number", "operator": "==", "value": 6})
            print("after a seventh was removed:")
            costs(embedded, opensearch, questions)
        finally:
            opensearch.drop()
            embedded.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int((sys.argv[3:] or ["1"])[0]))
