"""A cross-encoder at an endpoint that speaks `/rerank`, in one of the two shapes that are in use.

Cohere (v1 and v2), Jina, vLLM and llama.cpp take `documents` and answer with `results`, each with a `relevance_score`;
Text Embeddings Inference takes `texts` and answers with a list, each with a `score`.
"""

import logging
import math
from collections.abc import Sequence
from typing import Any

import httpx

from ingest.endpoints import BoundedTransport
from ingest.errors import RerankingFailed

logger = logging.getLogger(__name__)

_TIMEOUT_S = 5.0  # somebody is waiting, and can be answered without it
_MAX_BYTES = 2 << 20  # some send the passages back
_AT_ONCE = 32  # the most that Text Embeddings Inference takes by default
_OTHER_SHAPE = (400, 422)  # what is answered to a body that lacks a field

_LOGGED = 500  # characters of what it says
_OF_ANOTHER_SHAPE = (AttributeError, TypeError, ValueError, LookupError, OverflowError, RecursionError)

_TEXTS, _DOCUMENTS = "texts", "documents"


class Endpoint:
    def __init__(self, model: str, base_url: str, api_key: str | None) -> None:
        self.model = model
        self.url = f"{base_url}/rerank"
        self._key = api_key
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        transport = BoundedTransport(_TIMEOUT_S, _MAX_BYTES)
        self._client = httpx.Client(headers=headers, timeout=_TIMEOUT_S, transport=transport)
        self._shape = _DOCUMENTS

    def close(self) -> None:
        self._client.close()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        parts = [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
        return [score for part in parts for score in self._scores(question, part)]

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        try:
            answer = self._post(question, texts, self._shape)
            if answer.status_code in _OTHER_SHAPE:
                other = _TEXTS if self._shape == _DOCUMENTS else _DOCUMENTS
                if (second := self._post(question, texts, other)).is_success:
                    self._shape, answer = other, second
            if not answer.is_success:
                # What it says is for the operator: it may name hosts, or repeat the key.
                said = answer.text[:_LOGGED].replace(self._key, "***") if self._key else answer.text[:_LOGGED]
                logger.warning("the reranking model's endpoint said: %s", said)
                raise ValueError(f"it answers {answer.status_code}")
            return _read(answer.json(), len(texts))
        except (httpx.HTTPError, httpx.InvalidURL, *_OF_ANOTHER_SHAPE) as error:
            # What is no HTTP stands in the words of other errors.
            how = str(error) if isinstance(error, ValueError) else type(error).__name__
            raise RerankingFailed(
                f"The model '{self.model}' does not put passages in order at {self.url} ({how}). Check "
                "RAG_RERANK_MODEL, RAG_RERANK_BASE_URL and RAG_RERANK_API_KEY, and that it is running."
            ) from error

    def _post(self, question: str, texts: Sequence[str], shape: str) -> httpx.Response:
        body: dict[str, Any] = {"model": self.model, "query": question, shape: list(texts)}
        if shape == _TEXTS:
            body["truncate"] = True  # else a passage that is too long would be an error
        return self._client.post(self.url, json=body)


def _read(answer: Any, count: int) -> list[float]:
    """The scores in the order of the texts. Raises an error for any other answer than one finite score for each."""
    try:
        results = answer["results"] if isinstance(answer, dict) else answer
        scores = {int(each["index"]): float(each.get("relevance_score", each.get("score"))) for each in results}
    except ValueError as error:
        raise ValueError("it answered no numbers") from error
    if scores.keys() != set(range(count)) or not all(map(math.isfinite, scores.values())):
        raise ValueError(f"it answered {len(results)} of {count} passages, or without numbers")
    return [scores[index] for index in range(count)]
