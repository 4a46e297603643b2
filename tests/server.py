"""The programs as a user starts them, each in a process of its own: the server, `python -m rag_api`, and the worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from openai import OpenAI

from tests.processes import free_port, wait_until_it_answers

ROOT = Path(__file__).parents[1]
START_S = 180.0  # of several that start at a time on a busy machine


class Program:
    """Runs within `with`; killed on leaving, unless it was stopped before.

    It keeps everything in `folder`: the data in `store`, what it said in `log.txt`. `settings` are environment
    variables; those of whoever runs the tests, and their `.env`, do not reach it.
    """

    def __init__(self, folder: Path, program: Sequence[str], settings: Mapping[str, str] | None = None) -> None:
        self._program = program
        self.folder = folder
        self.log = folder / "log.txt"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RAG_", "API_"))}
        self.environment = inherited | {
            "HAYSTACK_TELEMETRY_ENABLED": "false",
            "RAG_DATA_DIR": str(folder / "store"),
            "PYTHONPATH": str(ROOT),
            **(settings or {}),
        }

    def __enter__(self) -> Self:
        self.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._program],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Until it is ready; ends it otherwise."""
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def _wait(self) -> None:
        raise NotImplementedError

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end (SIGTERM) and wait; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def sleep(self) -> None:
        """It does nothing until it is woken."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")


class Server(Program):
    """Two servers one after the other on the same folder are one server before and after a restart; with the same
    `port`, clients find it again."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        port: int | None = None,
        program: Sequence[str] = ("-m", "rag_api"),
    ) -> None:
        self.port = port or free_port()
        self._clients: list[OpenAI] = []
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}/v1"
        super().__init__(folder, program, {"API_PORT": str(self.port), **(settings or {})})

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self.kill()

    def _wait(self) -> None:
        wait_until_it_answers(f"{self.url}/readyz", self._process, self.log, START_S)

    def client(self, api_key: str = "any", **options: Any) -> OpenAI:
        """The official client, pointed here; it tries once unless told otherwise."""
        client = OpenAI(**{"base_url": self.base_url, "api_key": api_key, "max_retries": 0, **options})
        self._clients.append(client)
        return client


class Worker(Program):
    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(folder, ("-m", "ingest.cli", "worker"), settings)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while "ingesting what is uploaded" not in self.said():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the worker does not work:\n{self.said()[-4000:]}")
            time.sleep(0.05)
