"""A program that answers from one's documents, as the benchmark uses it."""

import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
from openai import NotFoundError, OpenAI
from openai.types.vector_stores.vector_store_file_batch import FileCounts

from tests.processes import free_port, wait_until_it_answers

START_S = 180
POLL_S = 0.05
UPLOADING = 8  # clients
GROUP = 500  # files in a batch, at most, by OpenAI's protocol


class Peer(ABC):
    """In a folder of its own, which it finds as it left it when it is started again."""

    name: str
    model: str
    ready: str = "/v1/models"

    def __init__(self, folder: Path, model_url: str) -> None:
        self.folder = folder
        self.model_url = model_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = OpenAI(base_url=f"{self.url}/v1", api_key="any", max_retries=0, timeout=600)

    @abstractmethod
    def command(self) -> Sequence[str]: ...

    def environment(self) -> Mapping[str, str]:
        return {}

    def start(self) -> None:
        log = self.folder / "log.txt"
        ours = ("OPENAI_", "RAG_", "API_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment = {**inherited, "HAYSTACK_TELEMETRY_ENABLED": "false", **self.environment()}
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, env=environment, stdout=file, stderr=subprocess.STDOUT
            )
        wait_until_it_answers(f"{self.url}{self.ready}", self.process, log, START_S)

    def kill(self) -> None:
        """At once, with all that it has started."""
        with suppress(psutil.NoSuchProcess):
            for process in self._processes():
                process.kill()
        self.process.wait()

    def memory(self) -> int:
        """Bytes of all of its processes; what they share counts once."""
        return sum(process.memory_full_info().pss for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]

    def uploaded(self, files: Mapping[str, bytes]) -> list[str]:
        """The ids of the files, by several clients."""

        def one(file: tuple[str, bytes]) -> str:
            return self.client.files.create(file=file, purpose="assistants").id

        with ThreadPoolExecutor(UPLOADING) as clients:
            return list(clients.map(one, files.items()))

    @abstractmethod
    def accept(self, files: Mapping[str, bytes]) -> None:
        """Returns when it has said that it will take them in; `files` are texts by their names."""

    @abstractmethod
    def completed(self) -> int:
        """How many files it says that it has taken in."""

    @abstractmethod
    def in_progress(self) -> int: ...

    @abstractmethod
    def search(self, question: str, count: int = 10) -> list[str]:
        """The names of the files whose passages it finds, best first, at most `count` passages."""

    @abstractmethod
    def answer(self, question: str) -> None:
        """Returns with the first words of the answer, for which it has searched."""


class OpenAIPeer(Peer):
    """Through the API of OpenAI: files, vector stores and responses."""

    store: str | None = None

    def __init__(self, folder: Path, model_url: str) -> None:
        super().__init__(folder, model_url)
        self.batches: list[str] = []

    def accept(self, files: Mapping[str, bytes]) -> None:
        ids = self.uploaded(files)
        self.store = self.store or self.client.vector_stores.create(name="documents").id
        for start in range(0, len(ids), GROUP):
            batch = self.client.vector_stores.file_batches.create(self.store, file_ids=ids[start : start + GROUP])
            self.batches.append(batch.id)

    def completed(self) -> int:
        return sum(counts.completed for counts in self._counts())

    def in_progress(self) -> int:
        return sum(counts.in_progress for counts in self._counts())

    def _counts(self) -> Iterator[FileCounts]:
        assert self.store
        for batch in self.batches:
            with suppress(NotFoundError):  # forgotten
                yield self.client.vector_stores.file_batches.retrieve(batch, vector_store_id=self.store).file_counts

    def search(self, question: str, count: int = 10) -> list[str]:
        assert self.store
        found = self.client.vector_stores.search(self.store, query=question, max_num_results=count)
        return [each.filename for each in found.data]

    def answer(self, question: str) -> None:
        assert self.store
        stream = self.client.responses.create(
            model=self.model,
            input=question,
            stream=True,
            tools=[{"type": "file_search", "vector_store_ids": [self.store]}],
        )
        with stream:
            if not any(event.type == "response.output_text.delta" for event in stream):
                raise RuntimeError(f"{self.name} has not answered.")


def wait_until_taken_in(peer: Peer, quiet_s: float = 60) -> None:
    """Until nothing is in progress any more, or nothing changes for so long."""
    last, since = -1, time.monotonic()
    while peer.in_progress() and time.monotonic() < since + quiet_s:
        if (now := peer.completed()) != last:
            last, since = now, time.monotonic()
        time.sleep(POLL_S)
