"""Haystack's two embedders, around a model that runs in this process."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from haystack import Document, component

from ingest.embed import readable

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Texts to rows of length 1; a text without anything that the model knows has zeros."""


def unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


@component
class LocalDocumentEmbedder:
    def __init__(self, encode: Encode) -> None:
        self.encode = encode

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        vectors = self.encode([readable(document.content or "") for document in documents])
        embedded = zip(documents, vectors.tolist(), strict=True)
        return {"documents": [replace(document, embedding=vector) for document, vector in embedded]}


@component
class LocalTextEmbedder:
    def __init__(self, encode: Encode) -> None:
        self.encode = encode

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self.encode([readable(text)])[0].tolist()}
