"""Models for clients where a person can only choose a model: `rag:` and the name or id of a store answers from that
store, `plain:` and the name of a language model from no documents at all."""

from collections.abc import Iterable
from itertools import islice

from starlette.concurrency import run_in_threadpool

from ingest.errors import IngestError
from ingest.records.stores import Stores
from rag_api.answer import pipeline_file
from rag_api.answer.answerer import EXTRACTIVE, Answerer
from rag_api.answer.question import Model
from rag_api.http.refused import Refused
from rag_api.v1.chat.shapes import ChatRequest
from rag_api.v1.file_search import FileSearch
from rag_api.v1.responses.shapes import CreateResponse

PREFIX = "rag:"
PLAIN = "plain:"
LISTED = 100  # the newest ones, as clients show all models in one menu


def names(stores: Stores) -> Iterable[str]:
    return (PREFIX + label for label in stores.labels(LISTED))


def plain_names(models: Iterable[Model]) -> Iterable[str]:
    """One for each language model."""
    return (PLAIN + model.name for model in islice(models, LISTED) if model.name != EXTRACTIVE)


async def of_chat(body: ChatRequest, stores: Stores, answerer: Answerer) -> ChatRequest:
    """The request with the model that answers, and the stores that its model stands for. Raises `Refused`."""
    if (meant := await _meant(body.model, stores, answerer)) is None:
        return body.model_copy(update={"model": await answerer.meant(body.model)})
    model, store_ids = meant
    named_otherwise = body.vector_store_ids not in (None, store_ids)
    if named_otherwise or any(tool.get("type") == "file_search" for tool in body.tools or ()):
        raise _said_twice(store_ids)
    return body.model_copy(update={"model": model, "vector_store_ids": store_ids})


async def of_response(body: CreateResponse, stores: Stores, answerer: Answerer) -> CreateResponse:
    """The request with the model that answers, and a search in the stores that its model stands for. Raises
    `Refused`."""
    if (meant := await _meant(body.model, stores, answerer)) is None:
        return body.model_copy(update={"model": await answerer.meant(body.model)})
    model, store_ids = meant
    if body.search:
        raise _said_twice(store_ids)
    search = FileSearch(type="file_search", vector_store_ids=store_ids, max_num_results=None)
    return body.model_copy(update={"model": model, "tools": [search, *(body.tools or [])]})


async def _meant(model: str | None, stores: Stores, answerer: Answerer) -> tuple[str | None, list[str]] | None:
    """The model that answers, None for the default one, and where to search; None for a model that is only a model."""
    if model and model.startswith(PREFIX):
        return None, [await run_in_threadpool(find, model, stores)]
    if model and model.startswith(PLAIN):
        return await plain(model, answerer), []
    if model and model.startswith(pipeline_file.PREFIX) and model not in answerer.pipelines:
        there = f"there are {', '.join(answerer.pipelines)}" if answerer.pipelines else "there are none"
        message = f"There is no pipeline for the model {model!r}: {there}."
        raise Refused(message, param="model", code="model_not_found", status=404)
    return None


async def plain(model: str, answerer: Answerer) -> str:
    """The language model that this model stands for. Raises `Refused` if there is none of this name."""
    name = model.removeprefix(PLAIN)
    if not await answerer.has(name):
        message = f"The model {model!r} cannot be asked. No language model of the name {name!r} is served here."
        raise Refused(message, param="model", code="model_not_found", status=404)
    return name


def find(model: str, stores: Stores) -> str:
    """The id of the store that this model answers from. Raises `Refused` if there is none, or more than one."""
    try:
        return stores.find(model.removeprefix(PREFIX))
    except IngestError as error:
        message = f"The model {model!r} cannot be asked. {error.message}"
        raise Refused(message, param="model", code="model_not_found", status=404) from error


def _said_twice(store_ids: list[str]) -> Refused:
    meaning = "names a store already" if store_ids else "answers without documents"
    return Refused(f"The model {meaning}: name no other in 'tools' or 'vector_store_ids'.", param="model")
