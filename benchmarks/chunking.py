"""How well chunks of different sizes are found in long documents, made of the passages of a judged collection.

    .venv/bin/python -m benchmarks.chunking FOLDER [--by-title | --plain]

FOLDER is a collection in BEIR's form whose questions have answers. A document is twenty passages, each under its title
as a heading or, with --plain, without one; with --by-title, it is those of one title under that alone. Printed are the
share of questions for which the chunk with the answer comes first, or within so many tokens of the best chunks, and the
number of chunks.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from haystack import Document

from benchmarks.index_search import row
from ingest.chunk.detect_language import LanguageDetector
from ingest.chunk.split import TokenSplitter
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.query import Query
from rag_api.evaluation.collection import Collection, JudgedDocument, JudgedQuestion
from rag_api.evaluation.measures import holds

SIZES = [(800, 400), (800, 0), (512, 0), (400, 0), (400, 200), (256, 0)]
BUDGETS = (1000, 2000, 4000)
PASSAGES = 20  # of a document
LOOKED_AT = 50  # chunks that a question brings


class Place(NamedTuple):
    document: str
    start: int
    end: int


def main(folder: Path, by_title: bool, plain: bool) -> None:
    collection = Collection(folder)
    documents, places = books(list(collection.documents()), by_title, plain)
    questions = [question for question in collection.questions() if question.answers and question.relevant]
    row("tokens, overlap", "first", *(f"in {budget}" for budget in BUDGETS), "chunks")
    for size, overlap in SIZES:
        chunks = TokenSplitter(size, overlap).run(documents)["documents"]
        with TemporaryDirectory() as index:
            store = EmbeddedDocumentStore(index)
            store.write_documents(chunks)
            costs = [cost(question, store, places) for question in questions]
            store.close()
        first = sum(chunk == 0 for chunk, _ in costs) / len(costs)
        within = [sum(tokens <= budget for _, tokens in costs) / len(costs) for budget in BUDGETS]
        row(f"{size}, {overlap}", *(f"{share:.3f}" for share in [first, *within]), f"{len(chunks)}")


def books(passages: list[JudgedDocument], by_title: bool, plain: bool) -> tuple[list[Document], dict[str, Place]]:
    """The documents, and where in them the passages are."""
    documents: list[Document] = []
    places: dict[str, Place] = {}
    for group in grouped(passages, by_title):
        name = str(len(documents))
        text = f"# {group[0].title}\n\n" if by_title else ""
        for passage in group:
            text += "" if by_title or plain else f"## {passage.title}\n\n"
            places[passage.id] = Place(name, len(text), len(text) + len(passage.text))
            text += f"{passage.text}\n\n"
        meta = {"store_id": "books", "file_id": name, "store_file_id": name, "markup": "markdown"}
        documents.append(Document(id=name, content=text, meta=meta))
    return LanguageDetector().run(documents)["documents"], places


def grouped(passages: list[JudgedDocument], by_title: bool) -> Iterator[list[JudgedDocument]]:
    if by_title:
        titles: dict[str, list[JudgedDocument]] = defaultdict(list)
        for passage in passages:
            titles[passage.title].append(passage)
        yield from titles.values()
    else:
        mixed = random.Random(0).sample(passages, len(passages))
        yield from (mixed[start : start + PASSAGES] for start in range(0, len(mixed), PASSAGES))


def cost(question: JudgedQuestion, store: EmbeddedDocumentStore, places: dict[str, Place]) -> tuple[int, float]:
    """Before how many others the chunk with the answer comes, and how many tokens they have with it; -1 and infinity
    when it is not found."""
    tokens = 0
    for number, chunk in enumerate(store.search(Query(question.text, top_k=LOOKED_AT))):
        tokens += chunk.meta["tokens"]
        for place in map(places.__getitem__, question.relevant):
            start, end = max(place.start, chunk.meta["start"]), min(place.end, chunk.meta["end"])
            if place.document == chunk.meta["file_id"] and start < end:
                first = chunk.meta["start"]
                if holds([(chunk.content or "")[start - first : end - first]], question.answers):
                    return number, tokens
    return -1, float("inf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--by-title" in sys.argv, "--plain" in sys.argv)
