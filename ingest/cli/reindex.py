"""`rag-ingest reindex`: rebuild the index from the chunks, or the chunks from the bytes."""

import argparse
from collections import Counter

from ingest.corpus import Corpus, open_corpus
from ingest.counted import counted
from ingest.data_folder import check_there
from ingest.errors import Invalid
from ingest.index.backend import Embedded, Reindexed
from ingest.printable import printable
from ingest.records.store_files import State
from ingest.settings import Settings
from ingest.work.converters import files_by_converter, listed, outdated, read_by
from ingest.work.jobs import Job


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    if settings.database_url is None:  # else it may have nothing of its own
        check_there(settings.data_dir)
    with open_corpus(settings) as corpus:
        store = corpus.index.store
        if not isinstance(store, Reindexed):
            raise Invalid(
                f"RAG_INDEX_BACKEND is {settings.index_backend!r}, whose index is made only when the server starts: "
                "restart it, or set RAG_INDEX_BACKEND to 'embedded'."
            )
        if arguments.outdated:
            return _ingest_again(corpus, *outdated(corpus.database, corpus.steps_version))
        if arguments.converter:
            return _ingest_again(corpus, arguments.converter)
        store.reindex()
        chunks = store.count_documents()
        print(f"indexed {counted(chunks, 'chunk')} anew")
        if corpus.embeddings and isinstance(store, Embedded):
            made = store.embed(corpus.embeddings.documents)
            have = chunks - store.count_without_vector()
            told = f"made {counted(made, 'vector')} of {corpus.embeddings.model!r}"
            print(f"{told}; of the chunks, {counted(have, 'has', 'have')} one")
    return 0


def _ingest_again(corpus: Corpus, *converters: str) -> int:
    if converters and not corpus.jobs.again(read_by(*converters)):
        there_are = listed(files_by_converter(corpus.database)) or "none"
        raise Invalid(f"No file here was read by {converters[0]!r}. There are: {there_are}.")
    ended: Counter[State] = Counter()

    def tell(job: Job) -> None:
        file = corpus.store_files.get(job.store_id, job.file_id)
        ended[file.state] += 1
        if file.state is State.FAILED:
            print(printable(f"failed   {job.filename}  ({file.message})"))

    corpus.worker.run_until_idle(tell)
    print(f"ingested {counted(ended[State.DONE], 'file')} again")
    return 1 if ended[State.FAILED] else 0
