"""Whether the process is alive, and whether it is ready to work."""

from fastapi import APIRouter

from ingest.index.backend import OnDisk
from ingest.query import Query
from ingest.records.stores import DEFAULT_STORE
from rag_api.deps import TheCorpus

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives and its event loop turns."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
def readyz(corpus: TheCorpus) -> dict[str, str]:
    """The records can be read and the index can be searched, and all files are where they were; 503 when not."""
    corpus.database.check_there()
    corpus.blobs.check_there()
    if isinstance(corpus.index.store, OnDisk):
        corpus.index.store.check_there()
    corpus.stores.get(DEFAULT_STORE)
    corpus.passages.run(Query("ready", top_k=1), [DEFAULT_STORE])
    return {"status": "ready"}
