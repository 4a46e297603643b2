"""How well the built-in model's confidence tells questions that the documents answer from those that they do not.

    .venv/bin/python -m benchmarks.confidence FOLDER...

FOLDER is a collection in BEIR's form. Questions without an answer are made by taking away what answers them: the right
passages (near), or all under their titles (far). Printed are the areas under the curve (AUROC) of the best passage's
score and of the confidence, and the shares that are refused with the default settings.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.index_search import row
from ingest.corpus import open_corpus
from ingest.query import Query
from ingest.search.adjacent import merge_adjacent
from ingest.search.passages import Passage
from ingest.settings import load
from rag_api.answer.extractive.evidence import evidence
from rag_api.answer.language.languages import language_of
from rag_api.evaluation import evaluate
from rag_api.evaluation.collection import Collection
from rag_api.settings import Settings

QUESTIONS = 300
LOOKED_AT = 60  # passages a question brings, before some are taken away
BROUGHT = 8  # as many as answer it
STEPS = 10  # of the bisection that finds a confidence


def main(folders: Sequence[Path]) -> None:
    row("", "score: near", "far", "conf.: near", "far", "refused", "near", "far")
    for folder in folders:
        collection = Collection(folder)
        answerable, near, far = confidences(collection)
        areas = [area(answerable[kind], without[kind]) for kind in (0, 1) for without in (near, far)]
        least = Settings(_env_file=None).min_confidence
        refused = [sum(value < least for value in each[1]) / len(each[1]) for each in (answerable, near, far)]
        row(collection.name, *(f"{value:.3f}" for value in [*areas, *refused]))


Values = tuple[list[float], list[float]]
"""The best scores, and the confidences."""


def confidences(collection: Collection) -> tuple[Values, Values, Values]:
    """Of answerable questions, and of the same when near or far passages are all there is."""
    titles = {document.id: document.title for document in collection.documents()}
    asked = [question for question in collection.questions() if question.relevant and question.answerable]
    measured: tuple[Values, Values, Values] = ([], []), ([], []), ([], [])
    with TemporaryDirectory() as folder, open_corpus(load(Settings, data_dir=Path(folder))) as corpus:
        store_id = evaluate.ingest(collection, corpus, lambda *_: None)
        for question in random.Random(0).sample(asked, min(QUESTIONS, len(asked))):
            found = corpus.passages.run(Query(question.text, top_k=LOOKED_AT), [store_id])["documents"]
            right = {titles[document] for document in question.relevant}
            near = [passage for passage in found if _document(passage) not in question.relevant]
            far = [passage for passage in near if titles[_document(passage)] not in right]
            for passages, (scores, sure) in zip((found, near, far), measured, strict=True):
                best = merge_adjacent(passages[:BROUGHT])
                scores.append(max((passage.score or 0.0 for passage in best), default=0.0))
                sure.append(confidence(question.text, best))
    return measured


def confidence(question: str, passages: Sequence[Passage]) -> float:
    """The most that may be asked for, and there still is an answer."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if evidence(question, "", passages, language_of(question), middle):
            low = middle
        else:
            high = middle
    return low


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first is above one of the second (Mann and Whitney, 1947)."""
    above = sum((one > other) + (one == other) / 2 for one in higher for other in lower)
    return above / (len(higher) * len(lower))


def _document(passage: Passage) -> str:
    return str(passage.meta["attributes"]["id"])


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
