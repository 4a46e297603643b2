"""How the server does: whether the process is alive, whether it is ready to work, and its metrics."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Response

from ingest.errors import IngestError
from ingest.index.backend import OnDisk
from ingest.query import Query
from ingest.records.stores import DEFAULT_STORE
from rag_api import metrics
from rag_api.deps import TheAccess, TheCorpus, TheWorkspaces
from rag_api.http.refused import Refused

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives and its event loop turns."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
def readyz(corpus: TheCorpus, access: TheAccess) -> dict[str, str]:
    """The records and keys can be read, the index can be searched, and all files are where they were; 503 when not,
    with what is not as it should be."""

    def records() -> None:
        corpus.database.check_there()
        corpus.stores.get(DEFAULT_STORE)

    def index() -> None:
        if isinstance(corpus.index.store, OnDisk):
            corpus.index.store.check_there()
        corpus.passages.run(Query("ready", top_k=1), [DEFAULT_STORE])

    checks: dict[str, Callable[[], object]] = {
        "records": records,
        "files": corpus.blobs.check_there,
        "index": index,
        "keys": access.keys.check_there,
    }
    failed = {}
    for part, check in checks.items():
        try:
            check()
        except IngestError as error:
            failed[part] = error.message
    if failed:
        message = " ".join(f"Not ready: {part}. {sentence}" for part, sentence in failed.items())
        raise Refused(message, param=",".join(failed), code="not_ready", status=503, headers={"retry-after": "5"})
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
async def prometheus(workspaces: TheWorkspaces) -> Response:
    """For Prometheus; where keys are needed, it asks for one with the scope `admin`."""
    text = await asyncio.to_thread(metrics.exposition, await workspaces.figures())  # ten milliseconds of work
    return Response(text, media_type=metrics.CONTENT_TYPE)
