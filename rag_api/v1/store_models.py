"""`rag:` and the name or id of a store is a model that answers from that store, for clients where a person can only
choose a model."""

from collections.abc import Iterable

from starlette.concurrency import run_in_threadpool

from ingest.errors import IngestError
from ingest.records.stores import Stores
from rag_api.http.refused import Refused
from rag_api.v1.chat.shapes import ChatRequest
from rag_api.v1.file_search import FileSearch
from rag_api.v1.responses.shapes import CreateResponse

PREFIX = "rag:"
LISTED = 100  # the newest ones, as clients show all models in one menu


def names(stores: Stores) -> Iterable[str]:
    return (PREFIX + label for label in stores.labels(LISTED))


async def of_chat(body: ChatRequest, stores: Stores) -> ChatRequest:
    """The request with the default model and the store that its model names, if it names one. Raises `Refused`."""
    if (store_id := await _store_id(body.model, stores)) is None:
        return body
    if body.vector_store_ids or any(tool.get("type") == "file_search" for tool in body.tools or ()):
        raise _said_twice()
    return body.model_copy(update={"model": None, "vector_store_ids": [store_id]})


async def of_response(body: CreateResponse, stores: Stores) -> CreateResponse:
    """The request with the default model and a search in the store that its model names. Raises `Refused`."""
    if (store_id := await _store_id(body.model, stores)) is None:
        return body
    if body.search:
        raise _said_twice()
    search = FileSearch(type="file_search", vector_store_ids=[store_id], max_num_results=None)
    return body.model_copy(update={"model": None, "tools": [search, *(body.tools or [])]})


async def _store_id(model: str | None, stores: Stores) -> str | None:
    if model is None or not model.startswith(PREFIX):
        return None
    return await run_in_threadpool(find, model, stores)


def find(model: str, stores: Stores) -> str:
    """The id of the store that this model answers from. Raises `Refused` if there is none, or more than one."""
    try:
        return stores.find(model.removeprefix(PREFIX))
    except IngestError as error:
        message = f"The model {model!r} cannot be asked. {error.message}"
        raise Refused(message, param="model", code="model_not_found", status=404) from error


def _said_twice() -> Refused:
    return Refused("The model names a store already: name no other in 'tools' or 'vector_store_ids'.", param="model")
