"""Reranking: a cross-encoder reads the question together with each passage found, and puts them in order. Off by
default.

`RAG_RERANK_MODEL` names it: a folder with a model in ONNX's format, which runs in this process, or any model that an
endpoint serves.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

EXTRA = "embeddings"  # the packages are the same
PACKAGES = ("onnxruntime", "tokenizers")

TOKENIZER = "tokenizer.json"
MODELS = ("model.onnx", "onnx/model.onnx")

PASSAGES = 20
"""How many are put in order, unless the settings say otherwise."""


class CrossEncoder(Protocol):
    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question: the higher, the better. Raises `RerankingFailed`."""

    def close(self) -> None: ...


def missing_packages() -> list[str]:
    """The packages that a model in a folder needs but that are not installed."""
    return [package for package in PACKAGES if find_spec(package) is None]


def missing_file(folder: Path) -> str | None:
    """What a folder lacks to be a model."""
    if not (folder / TOKENIZER).is_file():
        return TOKENIZER
    return None if any((folder / name).is_file() for name in MODELS) else MODELS[0]


def open_cross_encoder(model: str, base_url: str | None, api_key: str | None) -> CrossEncoder | None:
    """None if no model is named."""
    if not model:
        return None
    if base_url:
        from ingest.rerank.endpoint import Endpoint  # HTTP's client takes a while to import

        return Endpoint(model, base_url, api_key)
    from ingest.rerank.local import LocalCrossEncoder

    folder = Path(model)
    return LocalCrossEncoder(folder / TOKENIZER, next(folder / name for name in MODELS if (folder / name).is_file()))
