"""This program, with its default settings, and with a model of meaning."""

import sys
from collections.abc import Mapping, Sequence

from benchmarks.peers.model import CHAT
from benchmarks.peers.peer import OpenAIPeer
from tests.server import ROOT


class RagApi(OpenAIPeer):
    name = "rag-api"
    model = CHAT
    ready = "/readyz"

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "rag_api"]

    def environment(self) -> Mapping[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "API_PORT": str(self.port),
            "RAG_DATA_DIR": str(self.folder / "data"),
            "RAG_MODEL": self.model,
            "RAG_LOG_LEVEL": "warning",
            "OPENAI_BASE_URL": self.model_url,
            "OPENAI_API_KEY": "any",
        }


class RagApiByMeaning(RagApi):
    name = "rag-api, minilm"

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), "RAG_EMBEDDINGS": "minilm"}
