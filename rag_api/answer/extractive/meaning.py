"""Meaning: how like a question the sentences are in meaning, though they may share no word, by an embedding model."""

import logging
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

import numpy as np
from haystack import Document

from ingest.embed import Embeddings
from ingest.errors import EmbeddingsFailed
from rag_api.answer.language.languages import AnswerLanguage

logger = logging.getLogger(__name__)

REMEMBERED = 1000
"""Texts whose vectors are kept, in 1.5 MB: the same passages are found for many questions."""
_READ = 400  # characters of a sentence; without full stops, it may be a whole page


class Meaning:
    """The likeness of texts, in -1..1, by a model with weights of its own in `weights.toml`."""

    def __init__(self, embeddings: Embeddings, remembered: int = REMEMBERED) -> None:
        self._embeddings = embeddings
        self._remembered = remembered
        self._vectors: dict[str, Any] = {}
        self._lock = Lock()

    @property
    def model(self) -> str:
        return self._embeddings.model

    def knows(self, language: AnswerLanguage) -> bool:
        return self._embeddings.languages is None or language.name in self._embeddings.languages

    def likeness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How like the question each text is; none if the model cannot be used at the moment."""
        asked, *read = (" ".join(text[:_READ].split()) for text in (question, *texts))
        try:
            vectors = self._of({asked, *read})
        except EmbeddingsFailed as error:
            logger.warning("chose sentences by their words alone: %s", error)
            return []
        return [float(vectors[asked] @ vectors[text]) for text in read]

    def _of(self, texts: Iterable[str]) -> dict[str, Any]:
        with self._lock:
            known = {text: self._vectors.pop(text) for text in texts if text in self._vectors}
        new = [text for text in texts if text not in known]
        documents = self._embeddings.documents.run([Document(id=text, content=text) for text in new])["documents"]
        known |= {text: np.asarray(each.embedding, np.float32) for text, each in zip(new, documents, strict=True)}
        with self._lock:
            self._vectors |= known  # those that were used last are last
            for text in list(self._vectors)[: -self._remembered]:
                del self._vectors[text]
        return known
