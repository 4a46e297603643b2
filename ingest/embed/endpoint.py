"""A model at an endpoint that speaks OpenAI's protocol for embeddings, through Haystack's embedders."""

import logging
import math
from dataclasses import replace
from typing import Any

from haystack import Document, component
from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
from haystack.utils import Secret
from openai import APIStatusError, OpenAIError

from ingest import cancellation
from ingest.embed import ENDPOINT_WEIGHT, Embeddings, readable
from ingest.endpoints import BoundedTransport
from ingest.errors import EmbeddingsFailed

logger = logging.getLogger(__name__)

_DOCUMENTS_TIMEOUT_S = 120.0
_TEXT_TIMEOUT_S = 5.0  # somebody is waiting, and can be answered without it
_TEXT_MAX_BYTES = 1 << 20  # of one vector
_AT_ONCE = 32
_LOGGED = 500  # characters
_OF_ANOTHER_SHAPE = (AttributeError, TypeError, ValueError, LookupError, OverflowError, RecursionError)
_NO_ANSWER = (OpenAIError, *_OF_ANOTHER_SHAPE)
_REFUSED = (400, 413, 422)  # the text is at fault, mostly its length
_FOR_THE_OPERATOR = (401, 402, 403, 404, 405, 429, 503)  # or for later; of any other, a text may be at fault, too


def connect(model: str, base_url: str | None, api_key: str | None) -> Embeddings:
    common: dict[str, Any] = {
        "api_key": Secret.from_token(api_key or "none"),
        "model": model,
        "api_base_url": base_url,
    }
    documents = OpenAIDocumentEmbedder(
        **common,
        http_client_kwargs=_connection(BoundedTransport(_DOCUMENTS_TIMEOUT_S)),
        timeout=_DOCUMENTS_TIMEOUT_S,
        max_retries=1,
        batch_size=_AT_ONCE,
        progress_bar=False,
        raise_on_failure=True,
    )
    text = OpenAITextEmbedder(
        **common,
        http_client_kwargs=_connection(BoundedTransport(_TEXT_TIMEOUT_S, _TEXT_MAX_BYTES)),
        timeout=_TEXT_TIMEOUT_S,
        max_retries=0,
    )

    embedder = EndpointDocumentEmbedder(documents)

    def close() -> None:
        embedder.closed = True
        documents.close()
        text.close()

    return Embeddings(model, embedder, EndpointTextEmbedder(text), ENDPOINT_WEIGHT, None, close)


def _connection(transport: BoundedTransport) -> dict[str, Any]:
    """It follows no redirects, which would carry documents to another host."""
    return {"follow_redirects": False, "transport": transport}


@component
class EndpointDocumentEmbedder:
    """A text that the endpoint refuses, or fails on while it can read another, gets no vector, and is found by its
    words."""

    def __init__(self, embedder: OpenAIDocumentEmbedder) -> None:
        self.embedder = embedder
        self.closed = False

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Raises `EmbeddingsFailed` if the endpoint cannot be used, or this was closed."""
        embedded: list[Document] = []
        for start in range(0, len(documents), _AT_ONCE):
            cancellation.check()
            if self.closed:
                raise EmbeddingsFailed("The server is stopping.")
            embedded += self._embedded(documents[start : start + _AT_ONCE])
        return {"documents": embedded}

    def _embedded(self, documents: list[Document]) -> list[Document]:
        try:
            read = [replace(document, content=readable(document.content or "")) for document in documents]
            embedded = self.embedder.run(read)["documents"]
            vectors = [_vector(each.embedding) for each in embedded]
            return [replace(doc, embedding=vector) for doc, vector in zip(documents, vectors, strict=True)]
        except _NO_ANSWER as error:
            status = error.status_code if isinstance(error, APIStatusError) else None
            if status in _FOR_THE_OPERATOR or (status not in _REFUSED and not self._works()):
                raise _failed(self.embedder, error) from error
            cancellation.check()
            if len(documents) > 1:
                return [each for document in documents for each in self._embedded([document])]
            logger.warning("chunk %s gets no vector and is found by its words alone: %s", documents[0].id, error)
            return documents

    def _works(self) -> bool:
        """Whether it can read a text that none can fail on."""
        try:
            [embedded] = self.embedder.run([Document(content="A text.")])["documents"]
            return not self.closed and bool(_vector(embedded.embedding))
        except _NO_ANSWER:
            return False


@component
class EndpointTextEmbedder:
    def __init__(self, embedder: OpenAITextEmbedder) -> None:
        self.embedder = embedder

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        """Raises `EmbeddingsFailed`."""
        try:
            return {"embedding": _vector(self.embedder.run(readable(text))["embedding"])}
        except _NO_ANSWER as error:
            raise _failed(self.embedder, error) from error


def _vector(sent: Any) -> list[float]:
    """Raises `ValueError` or `TypeError` for what is none."""
    vector = [float(number) for number in sent]
    if not vector or not all(map(math.isfinite, vector)):
        raise ValueError("it answered what is no vector")
    return vector


def _failed(embedder: OpenAIDocumentEmbedder | OpenAITextEmbedder, error: Exception) -> EmbeddingsFailed:
    where = embedder.api_base_url or "OpenAI"
    # What the endpoint says is for the operator: it may repeat the key.
    key = (embedder.api_key.resolve_value() if embedder.api_key else None) or ""
    logger.warning("the embedding model's endpoint failed: %s", str(error).replace(key, "***")[:_LOGGED])
    how = f"status {error.status_code}" if isinstance(error, APIStatusError) else type(error).__name__
    return EmbeddingsFailed(
        f"The embeddings of '{embedder.model}' are not available from {where} ({how}). "
        "Check RAG_EMBEDDINGS, RAG_EMBEDDINGS_BASE_URL and RAG_EMBEDDINGS_API_KEY, and that it is running."
    )
