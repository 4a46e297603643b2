"""Dependencies: what routes ask for by type."""

from typing import Annotated, Protocol, TypedDict

from fastapi import Depends, Request

from ingest.corpus import Corpus
from rag_api.access.database import Access
from rag_api.access.granted import Granted
from rag_api.access.keys import Key
from rag_api.answer.answerer import Answerer
from rag_api.history import History
from rag_api.readiness import Readiness
from rag_api.settings import Settings
from rag_api.workspaces import Workspaces


class Link(Protocol):
    def __call__(self, file_id: str, part: str = "content") -> str:
        """The URL of a file's content, or of a page (`pages/1.png`): one that opens without a key, if keys are
        needed."""


class AppState(TypedDict):
    """What lives as long as the process; `app` yields it, and requests carry it."""

    settings: Settings
    corpus: Corpus
    answerer: Answerer
    history: History
    workspaces: Workspaces
    access: Access
    readiness: Readiness


# `async`, though they wait for nothing: FastAPI would run each plain function in a thread.


async def _corpus(request: Request) -> Corpus:
    corpus: Corpus = request.state.corpus
    return corpus


async def _answerer(request: Request) -> Answerer:
    answerer: Answerer = request.state.answerer
    return answerer


async def _history(request: Request) -> History:
    history: History = request.state.history
    return history


async def _settings(request: Request) -> Settings:
    settings: Settings = request.state.settings
    return settings


async def _access(request: Request) -> Access:
    access: Access = request.state.access
    return access


def granted_of(request: Request) -> Granted:
    granted: Granted | None = getattr(request.state, "granted", None)
    return granted or Granted()  # where no keys are needed


async def _key(request: Request) -> Key | None:
    return granted_of(request).key


async def _workspaces(request: Request) -> Workspaces:
    workspaces: Workspaces = request.state.workspaces
    return workspaces


def link_of(request: Request) -> Link:
    """The links that a response to this request may have."""
    settings: Settings = request.state.settings
    base_url = settings.public_url or str(request.base_url).rstrip("/")
    sign = granted_of(request).sign

    def link(file_id: str, part: str = "content") -> str:
        path = f"/v1/files/{file_id}/{part}"
        return base_url + path + sign(path)

    return link


async def _link(request: Request) -> Link:
    return link_of(request)


async def _readiness(request: Request) -> Readiness:
    readiness: Readiness = request.state.readiness
    return readiness


LONG_BODY = 50_000  # bytes


async def _long_body(request: Request) -> bool:
    size = request.headers.get("content-length", "")
    return not size.isdecimal() or int(size) > LONG_BODY


LongBody = Annotated[bool, Depends(_long_body)]
"""Whether a body is so long that what is done with it is done in a thread, where it holds up no others. For any other,
a thread would take longer."""

TheAccess = Annotated[Access, Depends(_access)]
TheCorpus = Annotated[Corpus, Depends(_corpus)]
TheAnswerer = Annotated[Answerer, Depends(_answerer)]
TheHistory = Annotated[History, Depends(_history)]
TheLink = Annotated[Link, Depends(_link)]
TheReadiness = Annotated[Readiness, Depends(_readiness)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheWorkspaces = Annotated[Workspaces, Depends(_workspaces)]
TheKey = Annotated[Key | None, Depends(_key)]
"""That of the request; None as long as no key is needed."""
