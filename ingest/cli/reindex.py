"""`rag-ingest reindex`: rebuild the index from the chunks, or the chunks from the bytes."""

import argparse
from collections import Counter

from sqlalchemy import or_, select

from ingest.corpus import Corpus, open_corpus
from ingest.errors import Invalid
from ingest.index.backend import Embedded, Reindexed
from ingest.records import schema
from ingest.records.store_files import State
from ingest.settings import Settings
from ingest.work.jobs import Job


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with open_corpus(settings) as corpus:
        store = corpus.index.store
        if not isinstance(store, Reindexed):
            raise Invalid(
                f"RAG_INDEX_BACKEND is {settings.index_backend!r}, whose index is made anew from the files at each "
                "start of the server, and by nothing else: restart that, or set RAG_INDEX_BACKEND to 'embedded'."
            )
        if arguments.converter:
            return _ingest_again(corpus, arguments.converter)
        store.reindex()
        chunks = store.count_documents()
        print(f"indexed {chunks} chunks anew")
        if corpus.embeddings and isinstance(store, Embedded):
            made = store.embed(corpus.embeddings.documents)
            have = chunks - store.count_without_vector()
            print(f"made {made} vectors of {corpus.embeddings.model!r}; {have} of {chunks} chunks have one")
    return 0


def _ingest_again(corpus: Corpus, converter: str) -> int:
    name = schema.store_files.c.converter
    if not corpus.jobs.again(or_(name == converter, name.startswith(f"{converter} ", autoescape=True))):
        raise Invalid(f"No file here was read by {converter!r}. There are: {_converters(corpus)}.")
    ended: Counter[State] = Counter()

    def tell(job: Job) -> None:
        file = corpus.store_files.get(job.store_id, job.file_id)
        ended[file.state] += 1
        if file.state is State.FAILED:
            print(f"failed   {job.filename}  ({file.message})")

    corpus.worker.run_until_idle(tell)
    print(f"ingested {ended[State.DONE]} files again")
    return 1 if ended[State.FAILED] else 0


def _converters(corpus: Corpus) -> str:
    converter = schema.store_files.c.converter
    with corpus.database.read() as connection:
        known = connection.scalars(select(converter).where(converter.is_not(None)).distinct().order_by(converter))
        return ", ".join(known) or "none"
