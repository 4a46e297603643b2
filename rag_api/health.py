"""How the server does: whether the process is alive, whether it is ready to work, and its metrics."""

import asyncio

from fastapi import APIRouter, Response

from rag_api import metrics
from rag_api.deps import TheReadiness, TheWorkspaces
from rag_api.http.refused import Refused

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives and its event loop turns."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
async def readyz(readiness: TheReadiness) -> dict[str, str]:
    """The records and keys can be read, the index can be searched, and all files are where they were; 503 when not,
    with what is not as it should be, after two seconds at most."""
    if faults := await readiness.faults():
        message = " ".join(f"Not ready: {part}. {sentence}" for part, sentence in faults.items())
        raise Refused(message, param=",".join(faults), code="not_ready", status=503, headers={"retry-after": "5"})
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
async def prometheus(workspaces: TheWorkspaces) -> Response:
    """For Prometheus; where keys are needed, it asks for one with the scope `admin`."""
    text = await asyncio.to_thread(metrics.exposition, await workspaces.figures())  # ten milliseconds of work
    return Response(text, media_type=metrics.CONTENT_TYPE)
