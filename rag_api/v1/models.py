"""`/v1/models`: which models can be asked for."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from rag_api.deps import TheAnswerer
from rag_api.v1.errors import Refused

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
async def list_models(answerer: TheAnswerer) -> ModelList:
    """The built-in model, the default one, and those that the language model's server offers."""
    models = await answerer.models()
    return ModelList(data=[Model(id=model.name, created=model.created, owned_by=model.owner) for model in models])


@router.get("/v1/models/{model_id:path}")
async def retrieve(answerer: TheAnswerer, model_id: str) -> Model:
    for model in (await list_models(answerer)).data:
        if model.id == model_id:
            return model
    raise Refused(f"The model {model_id!r} does not exist.", param="model", code="model_not_found", status=404)
