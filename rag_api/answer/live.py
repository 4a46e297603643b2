"""What pipelines are made with and no file can hold: the documents of a project, and the language model's server."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from haystack.utils import Secret

from ingest.embed import Embeddings
from ingest.errors import Invalid
from ingest.query import Searcher
from ingest.records.store_files import StoreFiles
from ingest.search.documents import Documents
from ingest.search.passages import PassageRetriever
from rag_api.answer.extractive.evidence import all_weights
from rag_api.answer.extractive.generator import ExtractiveChatGenerator
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.extractive.whole_tables import WholeTables
from rag_api.answer.model.reranking import LanguageModelRanker
from rag_api.settings import Settings

if TYPE_CHECKING:
    from rag_api.answer.model.generator import UpstreamChatGenerator

AnyComponent = TypeVar("AnyComponent")

UPSTREAM = "rag_api.answer.model.generator"  # importing it takes half a second, and not all need it

_ELSEWHERE = 32


@dataclass(frozen=True)
class Live:
    settings: Settings
    searcher: Searcher
    store_files: StoreFiles
    documents: Documents | None = None
    embeddings: Embeddings | None = None

    @cached_property
    def turns(self) -> asyncio.Semaphore:
        """Of searches: as many at a time as there are processors, or more, where they wait for another machine."""
        elsewhere = self.settings.index_backend == "opensearch"
        return asyncio.Semaphore(_ELSEWHERE if elsewhere else os.cpu_count() or 1)

    @cached_property
    def generator(self) -> "UpstreamChatGenerator":
        """The language model that the settings name, whose connections all share."""
        from rag_api.answer.model.generator import UpstreamChatGenerator

        return self.made(UpstreamChatGenerator)

    @cached_property
    def _meaning(self) -> Meaning | None:
        """Only of a model that there are weights for."""
        return Meaning(self.embeddings) if self.embeddings and self.embeddings.model in all_weights() else None

    def made(self, component: type[AnyComponent], **parameters: Any) -> AnyComponent:
        self.give("", component, parameters)
        return component(**parameters)

    def give(self, name: str, component: type, parameters: dict[str, Any]) -> None:
        """Add what the component needs and its parameters do not say, as Haystack's `component_pre_init` does. Raises
        `Invalid` if there is none."""
        for parameter, value in self._of(component, parameters).items():
            parameters.setdefault(parameter, value)

    def _of(self, component: type, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        settings = self.settings
        if component is PassageRetriever:
            shared = {"searcher": self.searcher, "store_files": self.store_files, "turns": self.turns}
            return shared | {"max_tokens": settings.context_tokens, "merge": True}
        if component is WholeTables:
            return {"documents": self.documents}
        if component is ExtractiveChatGenerator:
            return {"min_confidence": settings.min_confidence, "meaning": self._meaning}
        if component is LanguageModelRanker:
            self._check_upstream("orders passages")
            return {"generator": self.generator, "max_tokens": settings.context_tokens}
        if component.__module__ == UPSTREAM:
            return self._of_generator(elsewhere="api_base_url" in parameters)
        return {}

    def _check_upstream(self, does: str) -> None:
        if not self.settings.upstream:
            raise Invalid(f"it {does} with the language model of OPENAI_BASE_URL or OPENAI_API_KEY: set one of them")

    def _of_generator(self, *, elsewhere: bool) -> Mapping[str, Any]:
        """`elsewhere` has no business with the key of this server."""
        settings = self.settings
        if not elsewhere:
            self._check_upstream("answers")
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key and not elsewhere else "none"
        return {
            "api_key": Secret.from_token(key),
            "model": settings.model,
            "api_base_url": settings.openai_base_url,
            "timeout": settings.model_timeout_s,
            "max_retries": 0,  # clients retry: retrying here too would multiply
        }
