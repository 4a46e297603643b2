"""`/v1/embeddings`: the vectors of texts, made by the model that `RAG_EMBEDDINGS` names; without one, there is no such
endpoint."""

import base64
import sys
from array import array
from functools import partial
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request, Response
from haystack import Document
from pydantic import Field

from ingest import cancellation
from ingest.corpus import Corpus
from ingest.tokens import encoding
from rag_api.answer.tokens import count
from rag_api.deps import TheCorpus
from rag_api.http import turns
from rag_api.http.capacity import MAX_REQUESTS
from rag_api.http.fair_threads import FairThreads
from rag_api.http.json_body import LargeJsonRoute
from rag_api.http.refused import Refused
from rag_api.http.sse import unless_gone
from rag_api.v1.body import Body

router = APIRouter(tags=["models"], route_class=LargeJsonRoute)

_threads = FairThreads(
    4, "embed", "The server makes embeddings for as many requests as it can.", most_waiting=MAX_REQUESTS
)
"""Of their own: a model at an endpoint may take minutes to answer."""

MAX_TEXTS = 2048
MAX_CHARACTERS = 1_000_000  # of all texts together

Token = Annotated[int, Field(ge=0, lt=100_256)]  # of the encoding that OpenAI's embedding models have
Tokens = Annotated[list[Token], Field(min_length=1, max_length=8192)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=MAX_TEXTS)]
TextsOfTokens = Annotated[list[Tokens], Field(min_length=1, max_length=MAX_TEXTS)]


class NewEmbeddings(Body):
    input: Text | Texts | Tokens | TextsOfTokens
    model: str
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1)
    user: str | None = None

    @property
    def texts(self) -> list[str]:
        """Raises `Refused` for tokens that are no text. Some clients send those of OpenAI's models instead of texts."""
        if isinstance(self.input, str):
            return [self.input]
        several: list[Any] = [self.input] if isinstance(self.input[0], int) else list(self.input)
        return [one if isinstance(one, str) else _decoded(one) for one in several]


def _decoded(tokens: list[int]) -> str:
    text = encoding("cl100k_base").decode(tokens)
    if text is None:
        raise Refused("Invalid 'input': these tokens are no text: send the text itself.", param="input")
    return text


@router.post("/v1/embeddings", response_model=dict[str, Any])
async def create(request: Request, corpus: TheCorpus, body: NewEmbeddings) -> Response:
    """The vectors of texts, as passages have them."""
    turns.leave()
    made = cancellation.run_in(_threads, partial(_made, corpus, body))
    return Response(await unless_gone(request.receive, made), media_type="application/json")


def _made(corpus: Corpus, body: NewEmbeddings) -> bytes:
    embeddings = corpus.embeddings
    assert embeddings
    if body.model not in (corpus.settings.embeddings, embeddings.model):
        raise Refused(
            f"The model {body.model!r} makes no embeddings here: {corpus.settings.embeddings!r} does, which "
            "RAG_EMBEDDINGS names.",
            param="model",
            code="model_not_found",
            status=404,
        )
    texts = body.texts
    if sum(map(len, texts)) > MAX_CHARACTERS:
        raise Refused(f"The texts in 'input' have more than {MAX_CHARACTERS:,} characters.", param="input", status=413)
    documents = embeddings.documents.run([Document(id=str(n), content=text) for n, text in enumerate(texts)])[
        "documents"
    ]
    vectors = [document.embedding for document in documents]
    if None in vectors:
        place = f"input[{vectors.index(None)}]" if isinstance(body.input, list) else "input"
        raise Refused("The embedding model does not take this text; it may be too long.", param=place)
    if body.dimensions not in (None, len(vectors[0])):
        raise Refused(
            f"This model's vectors have {len(vectors[0])} dimensions, and no others.",
            param="dimensions",
            code="unsupported_value",
        )
    tokens = sum(map(count, texts))
    written = _in_base64 if body.encoding_format == "base64" else list
    made = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": written(vector)}
            for index, vector in enumerate(vectors)
        ],
        "model": body.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    return orjson.dumps(made)  # in a thread, since there may be millions of numbers


def _in_base64(vector: list[float]) -> str:
    """As numbers of four bytes each, the last byte first."""
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers).decode()
