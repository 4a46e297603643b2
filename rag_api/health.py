"""How the server does: whether the process is alive, whether it is ready to work, and its metrics."""

import asyncio
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Response

from rag_api import metrics
from rag_api.deps import TheReadiness, TheWorkspaces
from rag_api.http.refused import Refused
from rag_api.workspaces import Workspaces

router = APIRouter(tags=["health"])

_computing: WeakKeyDictionary[Workspaces, "asyncio.Task[bytes]"] = WeakKeyDictionary()
"""The metrics, once for all who ask meanwhile."""


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
    computing = _computing.get(workspaces)
    if computing is None or computing.done():
        computing = _computing[workspaces] = asyncio.create_task(_metrics(workspaces))
    return Response(await asyncio.shield(computing), media_type=metrics.CONTENT_TYPE)


async def _metrics(workspaces: Workspaces) -> bytes:
    return await asyncio.to_thread(metrics.exposition, await workspaces.figures())  # ten milliseconds of work
