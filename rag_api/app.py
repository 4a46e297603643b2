"""The application: the only module that puts the parts together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from ingest.corpus import Corpus
from ingest.tokens import encoding
from ingest.work.converters import tell_outdated
from rag_api import health
from rag_api.access.auth import Auth
from rag_api.access.database import Access
from rag_api.answer.answerer import Answerer
from rag_api.console import add_console
from rag_api.deps import AppState
from rag_api.history import History
from rag_api.http.capacity import Capacity
from rag_api.http.content_encoding import ContentEncoding
from rag_api.http.docs_page import add_docs_page
from rag_api.http.head import Head
from rag_api.http.hosts import Hosts
from rag_api.http.observed import Observed, Routed
from rag_api.http.pace import Pace
from rag_api.http.refused import by_path
from rag_api.http.response_headers import ResponseHeaders
from rag_api.http.same_origin import SameOrigin
from rag_api.http.trailing_slash import TrailingSlash
from rag_api.http.turns import Turns
from rag_api.mcp import routes as mcp
from rag_api.readiness import Readiness, parts
from rag_api.settings import Settings
from rag_api.v1 import ROUTERS, embeddings, errors
from rag_api.v1.pages import COUNT
from rag_api.v1.query_keys import known_keys
from rag_api.v1.reference import Documented
from rag_api.v1.searched import SEARCHED
from rag_api.workspaces import Workspaces

THREADS = 16  # beside those that search

logger = logging.getLogger(__name__)


def create_app(settings: Settings, corpus: Corpus, history: History, access: Access) -> FastAPI:
    """The server of what is open of the project `default`, whose worker runs as long as the server; it opens the others
    itself."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[AppState]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREADS, "work"))
        encoding()  # all threads wait for it, so not while anybody asks
        if corpus.index.durable:  # else each start reads all files anyway
            loop.run_in_executor(None, tell_outdated, corpus.database, corpus.steps_version)
        answerer = Answerer.over(settings, corpus)
        if settings.worker == "on":
            corpus.worker.start()
        elif not corpus.database.shared:
            logger.warning(
                "RAG_WORKER is off, and nobody else can read files into %s while this server has it: they wait. Set "
                "RAG_WORKER to on, or stop the server and type `rag-ingest worker`.",
                settings.data_dir,
            )
        workspaces = Workspaces(settings, corpus, access.projects)
        readiness = Readiness(parts(corpus, access))
        try:
            async with workspaces.running():
                yield AppState(
                    settings=settings,
                    corpus=corpus,
                    answerer=answerer,
                    history=history,
                    workspaces=workspaces,
                    access=access,
                    readiness=readiness,
                )
        finally:
            readiness.close()
            await history.runs.close()
            await answerer.close()
            await asyncio.to_thread(corpus.worker.stop)

    need_keys = access.keys.needed(settings.api_keys)
    app = Documented(keys=need_keys, lifespan=lifespan)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(known_keys)])
    if corpus.embeddings:
        app.include_router(embeddings.router, dependencies=[Depends(known_keys)])
    app.include_router(mcp.router)
    app.include_router(health.router)
    add_docs_page(app)
    add_console(app)
    errors.install(app)
    refusal = by_path(errors.refusal, {mcp.PATH: mcp.refusal})
    # The last one is the first to see a request.
    app.add_middleware(Routed)
    app.add_middleware(TrailingSlash)
    app.add_middleware(Head)
    app.add_middleware(ContentEncoding, refusal=refusal)
    app.add_middleware(Turns)
    app.add_middleware(Capacity, refusal=refusal)
    app.add_middleware(SameOrigin, allowed=[*settings.cors_origins, settings.public_url], refusal=refusal)
    app.add_middleware(Auth, access=access, fixed=settings.api_keys, refusal=refusal)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[SEARCHED, COUNT],
        )
    app.add_middleware(Hosts, allowed=settings.host_names(need_keys), refusal=refusal)
    app.add_middleware(ResponseHeaders)
    app.add_middleware(Observed)
    app.add_middleware(Pace)
    return app
