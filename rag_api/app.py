"""The application: the only place where the parts meet."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from ingest.corpus import Corpus
from rag_api import health
from rag_api.answer import Answerer
from rag_api.auth import Auth
from rag_api.deps import State
from rag_api.request_id import RequestId
from rag_api.settings import Settings
from rag_api.v1 import ROUTERS, errors

SEARCH_THREADS = 16


def create_app(settings: Settings, corpus: Corpus) -> FastAPI:
    """The server over an open corpus, whose worker works as long as the server runs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(SEARCH_THREADS, "search"))
        answerer = Answerer(settings, corpus.passages)
        corpus.worker.start()
        try:
            yield State(settings=settings, corpus=corpus, answerer=answerer)
        finally:
            await answerer.close()
            await asyncio.to_thread(corpus.worker.stop)

    app = FastAPI(title="rag-api", summary="Talk to your own documents through the OpenAI API.", lifespan=lifespan)
    for router in (*ROUTERS, health.router):
        app.include_router(router)
    errors.install(app)
    if settings.api_keys:
        app.add_middleware(Auth, keys=settings.api_keys)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"]
        )
    app.add_middleware(RequestId)
    return app
