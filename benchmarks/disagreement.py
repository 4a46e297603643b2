"""How often the built-in model shows that two files contradict each other: where they do, and where they do not.

    .venv/bin/python -m benchmarks.disagreement FOLDER...

FOLDER is a collection in BEIR's form. It is searched as it is, where nothing contradicts anything; then with a second
version of each passage that answers a question with a number: one such number has another last digit there.
"""

import random
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks.index_search import row
from ingest.corpus import open_corpus
from ingest.query import Query
from ingest.search.adjacent import merge_adjacent
from ingest.settings import load
from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.languages import LANGUAGES
from rag_api.evaluation import evaluate
from rag_api.evaluation.collection import Collection, JudgedDocument, JudgedQuestion
from rag_api.settings import Settings

QUESTIONS = 200
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
SAID = tuple(language.replies.disagree for language in LANGUAGES)


def main(folders: Sequence[Path]) -> None:
    row("", "questions", "falsely", "contradicted", "shown")
    for folder in folders:
        collection = Collection(folder)
        questions = collection.questions()
        random.Random(0).shuffle(questions)
        falsely = shown(questions[:QUESTIONS], collection)
        documents = {document.id: document for document in collection.documents()}
        asked: dict[str, JudgedQuestion] = {}  # one for each document
        for question in questions:
            if question.answers and NUMBER.match(question.answers[0]):
                asked.setdefault(next(iter(question.relevant)), question)
        changed = [_changed(documents[document], question.answers[0]) for document, question in asked.items()]
        with TemporaryDirectory() as place:
            both = _written(Path(place), [*documents.values(), *changed])
            row(collection.name, min(len(questions), QUESTIONS), falsely, len(asked), shown(asked.values(), both))


def shown(questions: Iterable[JudgedQuestion], collection: Collection) -> int:
    """The number of questions whose answer says that documents disagree."""
    with TemporaryDirectory() as folder:
        settings = load(Settings, data_dir=Path(folder))
        with open_corpus(settings) as corpus:
            store_id = evaluate.ingest(collection, corpus, lambda *_: None)
            told = 0
            for question in questions:
                found = corpus.passages.run(Query(question.text, top_k=settings.passages), [store_id])["documents"]
                said = answer(question.text, merge_adjacent(found), question.text, settings.min_confidence)
                told += said.startswith(SAID)
            return told


def _changed(document: JudgedDocument, answer: str) -> JudgedDocument:
    number = NUMBER.search(answer)
    assert number
    other = number[0][:-1] + str((int(number[0][-1]) + 3) % 10)
    text = re.sub(rf"(?<![\d.,]){re.escape(number[0])}(?!\d|[.,]\d)", other, document.text)
    return JudgedDocument(f"{document.id}-2", document.title, text)


def _written(folder: Path, documents: Iterable[JudgedDocument]) -> Collection:
    lines = ({"_id": document.id, "title": document.title, "text": document.text} for document in documents)
    (folder / "corpus.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    return Collection(folder)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
