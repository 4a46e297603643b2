"""Hayhooks, which serves the pipeline of `hayhooks_pipelines/`: it has no stores and no search of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.environments import python_of
from benchmarks.peers.model import CHAT
from benchmarks.peers.peer import Peer

PIPELINES = Path(__file__).with_name("hayhooks_pipelines")


class Hayhooks(Peer):
    name = "Hayhooks 2.1.0"
    model = "documents"
    ready = "/status"

    accepted = 0

    def command(self) -> Sequence[str]:
        hayhooks = python_of("hayhooks").with_name("hayhooks")
        return [str(hayhooks), "run", "--port", str(self.port), "--pipelines-dir", str(PIPELINES)]

    def environment(self) -> Mapping[str, str]:
        return {"MODEL": CHAT, "MODEL_URL": self.model_url}

    def accept(self, files: Mapping[str, bytes]) -> None:
        self.accepted += len(self.uploaded(files))

    def completed(self) -> int:
        return self.accepted  # a file that is accepted is in the store

    def in_progress(self) -> int:
        return 0

    def search(self, question: str, count: int = 10) -> list[str]:
        body = {"query": question, "top_k": count}
        found: list[str] = self.client.post(f"{self.url}/{self.model}/run", body=body, cast_to=object)["result"]  # type: ignore[index]
        return found

    def answer(self, question: str) -> None:
        stream = self.client.chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": question}], stream=True
        )
        with stream:
            if not any(chunk.choices and chunk.choices[0].delta.content for chunk in stream):
                raise RuntimeError(f"{self.name} has not answered.")
