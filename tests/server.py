"""The real server as a user starts it, `python -m rag_api`, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from openai import OpenAI

from tests.processes import free_port, wait_until_it_answers

ROOT = Path(__file__).parents[1]


class Server:
    """Runs within `with`; killed on leaving, unless it was stopped before.

    It keeps everything in `folder`: the data in `store`, what it said in `log.txt`. Two servers one after the other
    on the same folder are one server before and after a restart; with the same `port`, clients find it again.
    `settings` are environment variables; those of whoever runs the tests, and their `.env`, do not reach it.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, port: int | None = None) -> None:
        self.port = port or free_port()
        self._clients: list[OpenAI] = []
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}/v1"
        self.folder = folder
        self.log = folder / "log.txt"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RAG_", "API_"))}
        self._environment = inherited | {
            "HAYSTACK_TELEMETRY_ENABLED": "false",
            "RAG_DATA_DIR": str(folder / "store"),
            "API_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **(settings or {}),
        }

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rag_api"],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until_it_answers(f"{self.url}/readyz", self._process, self.log)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def client(self, api_key: str = "any", **options: Any) -> OpenAI:
        """The official client, pointed here; it tries once unless told otherwise."""
        client = OpenAI(**{"base_url": self.base_url, "api_key": api_key, "max_retries": 0, **options})
        self._clients.append(client)
        return client

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end (SIGTERM) and wait; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")
