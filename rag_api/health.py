"""How the server does: whether the process is alive, whether it is ready to work, and its metrics."""

from fastapi import APIRouter, Response

from ingest.index.backend import OnDisk
from ingest.query import Query
from ingest.records.stores import DEFAULT_STORE
from rag_api import metrics
from rag_api.deps import TheCorpus, TheWorkspaces

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


@router.get("/metrics", response_class=Response)
async def prometheus(workspaces: TheWorkspaces) -> Response:
    """For Prometheus; where keys are needed, it asks for one with the scope `admin`."""
    return Response(metrics.exposition(await workspaces.figures()), media_type=metrics.CONTENT_TYPE)
