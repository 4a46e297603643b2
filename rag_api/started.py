"""What a person wants to know of a server that has just started, in a few lines."""

from collections.abc import Iterator

from ingest.corpus import Corpus
from ingest.counted import counted
from ingest.projects import Projects
from ingest.records.store_files import State
from ingest.work import figures
from rag_api.settings import Settings


def lines(settings: Settings, corpus: Corpus, projects: Projects, need_keys: bool, url: str) -> Iterator[str]:
    """`url` is where the server listens. Raises `StorageFailed`."""
    public = settings.public_url or url
    yield f"The API is at {public}/v1, its reference at {public}/docs, the console at {public}/"
    if settings.query_pipeline:
        yield f"Answers come from the pipeline in {str(settings.query_pipeline)!r}"
    elif settings.upstream:
        yield f"Answers are written by {settings.model!r} at {settings.openai_base_url or 'OpenAI'}"
    else:
        yield "The built-in model answers; with OPENAI_BASE_URL or OPENAI_API_KEY, a language model does"
    yield _documents(corpus, len(projects.ids()) - 1)
    if need_keys:
        yield "Every request needs an API key; `rag-api keys create` makes one"
    elif settings.public_url:  # a proxy passes others on
        yield "No API key is needed: whoever reaches the server may do everything"
    else:
        yield "No API key is needed: only this machine can reach the server"


def _documents(corpus: Corpus, others: int) -> str:
    found = figures.count(corpus.database, corpus.index.store)
    stores, files = corpus.stores.count(), found.files
    told = f"{counted(files[State.DONE], 'file')} in {counted(stores, 'store')}"
    if waiting := sum(found.jobs.values()):
        told += f", {waiting:,} still to be read"
    if failed := files[State.FAILED]:
        told += f", {failed:,} that could not be read (`rag-ingest status` says why)"
    return told + (f"; and {counted(others, 'project')}" if others else "")
