"""Ingests a collection, asks its questions, and measures each answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import islice

from haystack.dataclasses import ChatMessage

from ingest.blobs import Draft
from ingest.corpus import Corpus
from ingest.counted import counted
from ingest.errors import IngestError
from ingest.query import Query
from ingest.records.files import NewFile
from ingest.records.store_files import State
from ingest.search.passages import Passage
from rag_api.answer.answerer import Answerer
from rag_api.answer.citations import Citation
from rag_api.answer.events import Delta, Finished, Retrieved
from rag_api.answer.question import Question
from rag_api.evaluation.collection import Collection, JudgedDocument, JudgedQuestion
from rag_api.evaluation.measures import cited_rightly, holds, ndcg, recall, reciprocal_rank
from rag_api.settings import Settings

FOUND = 200  # passages per question: enough for a hundred documents, even if some have several
FILENAME = "document.md"  # the same for all, since names are searched too
ANSWERS_AT_ONCE = 8
TAKEN_IN_AT_ONCE = 200
MOST_BYTES = 64 << 20  # of one document

_HEADING = re.compile(r"^(?=#{1,6}[ \t])", re.MULTILINE)  # looks like a heading, such as a comment in code

Outcome = dict[str, float]
"""The measures that apply to a question."""

Tell = Callable[[str, int, int], None]
"""Called with the progress of a step: its name, how many are done, and of how many (0 if unknown)."""


@dataclass(frozen=True)
class Answer:
    text: str
    passages: list[Passage]
    citations: list[Citation]
    unsupported: int = 0
    """Markers that are not citations, since their passages do not support the answer."""
    sure: bool = True
    """Whether it is given for an answer, and not for what comes nearest."""


def ingest(collection: Collection, corpus: Corpus, tell: Tell) -> str:
    """Put every document into a store named after the collection, unless that exists, and return the store's id. Raises
    `IngestError` if one fails."""
    for store in corpus.stores.list(limit=100).items:
        if store.name == collection.name and store.metadata.get("complete"):
            return store.id
    store = corpus.stores.add(collection.name, {})
    number = 0
    documents = collection.documents()
    while group := list(islice(documents, TAKEN_IN_AT_ONCE)):
        with ExitStack() as drafts:
            new = [_new(document, drafts.enter_context(corpus.blobs.draft(MOST_BYTES))) for document in group]
            corpus.files.add_all(store.id, "user_data", new)
        number += len(group)
        tell("documents taken in", number, 0)
    done = 0

    def ended(_job: object) -> None:
        nonlocal done
        done += 1
        tell("documents ingested", done, number)

    corpus.worker.run_until_idle(ended)
    if failed := corpus.stores.get(store.id).counts.get(State.FAILED):
        raise IngestError(
            f"{counted(failed, 'document')} of '{collection.folder}' could not be ingested: rag-ingest says which."
        )
    corpus.stores.update(store.id, metadata={"complete": "yes"})
    return store.id


def _new(document: JudgedDocument, draft: Draft) -> NewFile:
    text = _HEADING.sub(" ", document.text)
    if document.title.strip():
        text = f"# {document.title}\n\n{text}"
    draft.write((text.strip() or document.id).encode())
    return NewFile(draft, FILENAME, {"id": document.id})


def search(questions: Iterable[JudgedQuestion], store_id: str, corpus: Corpus, tell: Tell) -> dict[str, Outcome]:
    """nDCG@10, recall@100 and reciprocal rank over documents, each ranked by its best passage; and whether the first
    passages contain the answer."""
    asked = [question for question in questions if question.relevant]
    outcomes = {}
    for number, question in enumerate(asked, 1):
        passages = corpus.passages.run(Query(question.text, top_k=FOUND), [store_id])["documents"]
        ranked = list(dict.fromkeys(passage.meta["attributes"]["id"] for passage in passages))
        outcome = {
            "nDCG@10": ndcg(ranked, question.relevant),
            "Recall@100": recall(ranked, question.relevant),
            "MRR@10": reciprocal_rank(ranked, question.relevant),
        }
        if question.answers:
            texts = [passage.content for passage in passages[:10]]
            outcome |= {f"passages hold the answer @{k}": holds(texts[:k], question.answers) for k in (1, 5, 10)}
        outcomes[question.id] = outcome
        tell("questions searched", number, len(asked))
    return outcomes


async def answer(
    questions: list[JudgedQuestion], store_id: str, corpus: Corpus, settings: Settings, tell: Tell
) -> dict[str, Outcome]:
    """For each question: whether it was answered or refused, whether the answer is right, and whether it cites what
    people marked."""
    places = asyncio.Semaphore(ANSWERS_AT_ONCE)
    outcomes: dict[str, Outcome] = {}

    async def one(question: JudgedQuestion) -> None:
        async with places:
            given = await _answer(answerer, Question([ChatMessage.from_user(question.text)], [store_id]))
        outcomes[question.id] = judge(question, given)
        tell("questions answered", len(outcomes), len(questions))

    async with _answerer(settings, corpus) as answerer:
        await asyncio.gather(*map(one, questions))
    return outcomes


@asynccontextmanager
async def _answerer(settings: Settings, corpus: Corpus) -> AsyncIterator[Answerer]:
    answerer = Answerer.over(settings, corpus)
    try:
        yield answerer
    finally:
        await answerer.close()


async def _answer(answerer: Answerer, question: Question) -> Answer:
    given = Answer("", [], [])
    async for event in answerer.answer(question):
        match event:
            case Retrieved():
                given = Answer("", event.passages, [])
            case Delta():
                given = Answer(given.text + event.text, given.passages, given.citations)
            case Finished():
                sure = event.nearest is None or not event.citations
                given = Answer(given.text, given.passages, event.citations, event.unsupported, sure)
    return given


def judge(question: JudgedQuestion, given: Answer) -> Outcome:
    """An answer that cites nothing, or is not sure, counts as a refusal."""
    refused = float(not given.citations or not given.sure)
    markers = len(given.citations) + given.unsupported
    outcome = {"unsupported citations": given.unsupported / markers} if markers else {}
    if not question.answerable:
        return outcome | {"false answers": 1 - refused}
    outcome |= {"false refusals": refused}
    if question.answers:
        held = holds([given.text], question.answers)
        outcome["answers hold the answer"] = held * given.sure
        if refused and given.citations:
            outcome["unsure answers hold the answer"] = held
    if question.support and given.citations and given.sure:
        quotes = [citation.quote for citation in given.citations]
        precision, found = cited_rightly(quotes, question.support)
        outcome |= {"citation precision": precision, "citation recall": found}
    return outcome
