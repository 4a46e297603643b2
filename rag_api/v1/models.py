"""`/v1/models`: which models can be asked for."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from rag_api.deps import TheAnswerer, TheCorpus
from rag_api.http.refused import Refused
from rag_api.v1 import store_models

router = APIRouter(tags=["models"])


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/v1/models")
async def list_models(answerer: TheAnswerer, corpus: TheCorpus) -> ModelList:
    """The built-in model, the default one, those that the language model's server offers, one for each store, those of
    the server without documents, and the pipelines of this server's folder."""
    models = await answerer.models()
    of_stores = await run_in_threadpool(store_models.names, corpus.stores)
    return ModelList(
        data=[
            *(Model(id=model.name, created=model.created, owned_by=model.owner) for model in models),
            *(Model(id=name, owned_by="rag-api") for name in of_stores),
            *(Model(id=name, owned_by="rag-api") for name in store_models.plain_names(models)),
            *(Model(id=name, owned_by="rag-api") for name in answerer.pipelines),
        ]
    )


@router.get("/v1/models/{model_id:path}")
async def retrieve(answerer: TheAnswerer, corpus: TheCorpus, model_id: str) -> Model:
    if model_id.startswith(store_models.PREFIX):
        await run_in_threadpool(store_models.find, model_id, corpus.stores)
        return Model(id=model_id, owned_by="rag-api")
    if model_id.startswith(store_models.PLAIN):
        await store_models.plain(model_id, answerer)
        return Model(id=model_id, owned_by="rag-api")
    for model in (await list_models(answerer, corpus)).data:
        if model.id == model_id:
            return model
    raise Refused(f"The model {model_id!r} does not exist.", param="model", code="model_not_found", status=404)
