"""The application: the only module that puts the parts together."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from ingest.corpus import Corpus
from ingest.work.converters import tell_outdated
from rag_api import health
from rag_api.access.auth import Auth
from rag_api.access.database import Access
from rag_api.answer import tokens
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
from rag_api.http.refused import by_path
from rag_api.http.response_headers import ResponseHeaders
from rag_api.http.same_origin import SameOrigin
from rag_api.http.trailing_slash import TrailingSlash
from rag_api.mcp import routes as mcp
from rag_api.settings import Settings
from rag_api.v1 import ROUTERS, embeddings, errors
from rag_api.v1.pages import COUNT
from rag_api.v1.query_keys import known_keys
from rag_api.v1.reference import Documented
from rag_api.v1.searched import SEARCHED
from rag_api.workspaces import Workspaces

THREADS = 16  # beside those that search
WARM_UP_S = 3  # after the start, which is busy enough


def create_app(settings: Settings, corpus: Corpus, history: History, access: Access) -> FastAPI:
    """The server of what is open of the project `default`, whose worker runs as long as the server; it opens the others
    itself."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[AppState]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREADS, "work"))
        loop.call_later(WARM_UP_S, loop.run_in_executor, None, tokens.encoding)  # half a second of the first answer
        if corpus.index.durable:  # else each start reads all files anyway
            loop.run_in_executor(None, tell_outdated, corpus.database, corpus.steps_version)
        answerer = Answerer(settings, corpus.passages, corpus.documents, corpus.embeddings)
        if settings.worker == "on":
            corpus.worker.start()
        workspaces = Workspaces(settings, corpus, access.projects)
        try:
            async with workspaces.running():
                yield AppState(
                    settings=settings,
                    corpus=corpus,
                    answerer=answerer,
                    history=history,
                    workspaces=workspaces,
                    access=access,
                )
        finally:
            await history.runs.close()
            await answerer.close()
            await asyncio.to_thread(corpus.worker.stop)

    need_keys = bool(settings.api_keys) or access.keys.any()
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
    return app
