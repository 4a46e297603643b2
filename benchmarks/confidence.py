"""How well the built-in model's confidence tells questions that the documents answer from those that they do not.

    .venv/bin/python -m benchmarks.confidence FOLDER...

FOLDER is a collection in BEIR's form. Questions without an answer are a collection's own, and are made by taking away
what answers a question: the right passages (near), all but the other passages under their title (article), or all
under their title (far). Each is asked in three stores: ten files, the whole collection, and that among the other
FOLDERs. Printed are the areas under the curve (AUROC) of the best passage's score and of the confidence, and the shares
that are refused with the default settings.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.index_search import row
from ingest.corpus import Corpus, open_corpus
from ingest.embed import BUILT_IN, open_embeddings
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.query import Query
from ingest.search.adjacent import merge_adjacent
from ingest.search.passages import Passage, PassageRetriever
from ingest.settings import load
from rag_api.answer.extractive.evidence import confidence, considered, in_order, weights
from rag_api.answer.extractive.features import of_answer
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.language.languages import language_of
from rag_api.evaluation import evaluate
from rag_api.evaluation.collection import Collection, JudgedQuestion
from rag_api.settings import Settings

QUESTIONS = 300
LOOKED_AT = 60  # passages a question brings, before some are taken away
BROUGHT = 8  # as many as answer it
SIZES = TEN, WHOLE, AMONG = "ten files", "whole", "among others"
FEWEST = 3  # passages of an article, for it to be asked about alone

WITHOUT = {"near": "answerable", "article": "own article", "far": "answerable", "unanswerable": "answerable"}
"""Conditions without an answer, and the condition with one that each is compared with."""


class Asked(NamedTuple):
    """A question, and the passages that it has under each condition."""

    collection: str
    question: JudgedQuestion
    conditions: dict[str, list[Passage]]
    size: str


def main(folders: Sequence[Path]) -> None:
    row("", *(f"{what} {condition}" for condition in WITHOUT for what in ("score", "conf.")), "refused", *WITHOUT)
    least = Settings(_env_file=None).min_confidence
    collections = [Collection(folder) for folder in folders]
    for collection in collections:
        with TemporaryDirectory() as data:
            asked = list(ask(collection, Path(data), QUESTIONS, collections))
        with opened_meaning() as meaning:
            for size in SIZES:
                _report(f"{collection.name}, {size}", [one for one in asked if one.size == size], least, meaning)


def _report(name: str, asked: Sequence[Asked], least: float, meaning: Meaning | None) -> None:
    scores: dict[str, list[float]] = {}
    sure: dict[str, list[float]] = {}
    for one in asked:
        for condition, passages in one.conditions.items():
            best = max((passage.score or 0.0 for passage in passages), default=0.0)
            scores.setdefault(condition, []).append(best)
            sure.setdefault(condition, []).append(confidence_of(one.question.text, passages, meaning))
    if sure:
        areas = [
            f"{area(values[among], values[condition]):.3f}" if condition in values and among in values else ""
            for condition, among in WITHOUT.items()
            for values in (scores, sure)
        ]
        refused = [
            f"{sum(value < least for value in sure[condition]) / len(sure[condition]):.3f}" if condition in sure else ""
            for condition in ("answerable", *WITHOUT)
        ]
        row(name, *areas, *refused)


def ask(collection: Collection, data_dir: Path, questions: int, others: Sequence[Collection] = ()) -> Iterator[Asked]:
    """Up to so many questions that have an answer, and as many of those that have none; each in a store of ten files,
    of the collection and, if there are `others`, among these."""
    titles = {document.id: document.title for document in collection.documents()}
    judged = collection.questions()
    chosen: list[JudgedQuestion] = []
    for answerable in (True, False):
        some = [one for one in judged if one.answerable is answerable]
        chosen += random.Random(0).sample(some, min(questions, len(some)))

    def asked(question: JudgedQuestion, passages: PassageRetriever, stores: list[str], size: str) -> Asked:
        found = passages.run(Query(question.text, top_k=LOOKED_AT), stores)["documents"]
        its = defaultdict(str, titles) if size == AMONG else titles
        return Asked(collection.name, question, _conditions(question, found, its), size)

    with open_corpus(load(Settings, data_dir=data_dir / collection.name)) as corpus:
        store_id = evaluate.ingest(collection, corpus, lambda *_: None)
        for of_group, passages in _in_tens(chosen, titles, corpus):
            yield from (asked(question, passages, [store_id], TEN) for question in of_group)
        yield from (asked(question, corpus.passages, [store_id], WHOLE) for question in chosen)
        if others:
            others = [other for other in others if other.folder != collection.folder]
            stores = [store_id, *(evaluate.ingest(other, corpus, lambda *_: None) for other in others)]
            yield from (asked(question, corpus.passages, stores, AMONG) for question in chosen)


def _in_tens(
    chosen: Sequence[JudgedQuestion], titles: dict[str, str], corpus: Corpus
) -> Iterator[tuple[list[JudgedQuestion], PassageRetriever]]:
    """Indexes of ten documents, those under one title together, with the questions that they are right for."""
    chunks = corpus.index.store.filter_documents()
    present = corpus.store_files.present({chunk.meta["store_file_id"] for chunk in chunks})
    by_document = defaultdict(list)
    for chunk in chunks:
        by_document[str(present[chunk.meta["store_file_id"]]["id"])].append(chunk)
    order = sorted(titles, key=lambda document: (titles[document], document))
    for start in range(0, len(order), _TEN):
        group = order[start : start + _TEN]
        if its := [question for question in chosen if not question.relevant.keys().isdisjoint(group)]:
            with TemporaryDirectory() as folder:
                index = EmbeddedDocumentStore(folder)
                index.write_documents([chunk for document in group for chunk in by_document[document]])
                yield its, PassageRetriever(index, corpus.store_files)
                index.close()


_TEN = 10


def _conditions(question: JudgedQuestion, found: list[Passage], titles: dict[str, str]) -> dict[str, list[Passage]]:
    if not question.answerable:
        return {"unanswerable": merge_adjacent(found[:BROUGHT])}
    right = {titles[document] for document in question.relevant}
    near = [passage for passage in found if _document(passage) not in question.relevant]
    conditions = {
        "answerable": found,
        "near": near,
        "far": [passage for passage in near if titles[_document(passage)] not in right],
    }
    own = [passage for passage in found if titles[_document(passage)] in right]
    if len(own) >= FEWEST:
        conditions |= {"own article": own, "article": [one for one in own if _document(one) not in question.relevant]}
    return {condition: merge_adjacent(passages[:BROUGHT]) for condition, passages in conditions.items()}


def confidence_of(question: str, passages: Sequence[Passage], meaning: Meaning | None) -> float:
    found, sentences = considered(question, "", passages, language_of(question), meaning)
    if not found or not sentences:
        return 0.0
    counts = weights(found.model)
    ranked = in_order(sentences, counts["sentence"])
    return confidence(of_answer(ranked[0], ranked, found), counts["confidence"])


@contextmanager
def opened_meaning() -> Iterator[Meaning | None]:
    """By the embedding model that is set, if it is one that runs here."""
    settings = Settings(_env_file=None)
    embeddings = open_embeddings(settings.embeddings, None, None) if settings.embeddings in BUILT_IN else None
    yield Meaning(embeddings, remembered=1_000_000) if embeddings else None
    if embeddings:
        embeddings.close()


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first is above one of the second (Mann and Whitney, 1947)."""
    above = sum((one > other) + (one == other) / 2 for one in higher for other in lower)
    return above / (len(higher) * len(lower))


def _document(passage: Passage) -> str:
    return str(passage.meta["attributes"]["id"])


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
