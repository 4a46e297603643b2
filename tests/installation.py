"""Servers behind a proxy and workers, each a process of its own, that share one installation."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Self

from openai import OpenAI

from tests.proxy import Proxy
from tests.server import Program, Server, Worker


class Installation:
    """Runs within `with`. It is asked as a `Server` is; each request goes to another of its servers."""

    def __init__(self, folder: Path, settings: Mapping[str, str], servers: int = 2, workers: int = 3) -> None:
        def own(name: str) -> Path:
            (folder / name).mkdir(exist_ok=True)
            return folder / name

        self.folder = folder
        answering = {**settings, "RAG_WORKER": "off"}
        self.servers = [Server(own(f"server{n}"), answering) for n in range(servers)]
        self.workers = [Worker(own(f"worker{n}"), settings) for n in range(workers)]
        self._proxy = Proxy([server.port for server in self.servers])
        self._opened = ExitStack()

    @property
    def programs(self) -> list[Program]:
        return [*self.servers, *self.workers]

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for program in self.programs:
                program.start()
                opening.push(program)
            for program in self.programs:
                program.wait()
            opening.enter_context(self._proxy)
            self._opened = opening.pop_all()
        self.url = f"http://127.0.0.1:{self._proxy.port}"
        self.base_url = f"{self.url}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def client(self, api_key: str = "any", **options: Any) -> OpenAI:
        """The official client, pointed here; it tries once unless told otherwise."""
        client = OpenAI(**{"base_url": self.base_url, "api_key": api_key, "max_retries": 0, **options})
        self._opened.callback(client.close)
        return client

    def kill(self) -> None:
        for program in self.programs:
            program.kill()

    def said(self) -> str:
        """The logs of all so far."""
        return "".join(program.said() for program in self.programs)


Served = Server | Installation
Serve = Callable[..., AbstractContextManager[Served]]
