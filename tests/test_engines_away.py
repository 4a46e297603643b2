"""An engine that is away, or hangs: `/readyz` tells which one, soon, and so does each answer that needs it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
import pytest
from openai import OpenAI

from tests.corpora import wait_until
from tests.engines.relay import Relay
from tests.official_client import put
from tests.server import Server

ENGINES = {"records": "RAG_DATABASE_URL", "index": "RAG_OPENSEARCH_URL", "files": "RAG_BLOB_URL"}


@pytest.fixture
def ways(shared_settings: dict[str, str]) -> Iterator[dict[str, Relay]]:
    """To the engines, by the part that each has; the settings lead there."""
    ways = {}
    with ExitStack() as opened:
        for part, variable in ENGINES.items():
            url = urlsplit(shared_settings[variable])
            if part == "files":  # its endpoint is in the query
                url = urlsplit(httpx2.URL(shared_settings[variable]).params["endpoint"])
            way = ways[part] = opened.enter_context(Relay(url.hostname or "", url.port or 0))
            shared_settings[variable] = shared_settings[variable].replace(f":{url.port}", f":{way.port}", 1)
        yield ways


def ready(server: Server) -> tuple[int, str | None]:
    """Its status, and what it says is not. No look at an engine may take as long as the engine does."""
    answer = httpx2.get(f"{server.url}/readyz", timeout=8)
    return answer.status_code, answer.json()["error"]["param"] if answer.status_code != 200 else None


def upload(client: OpenAI) -> Any:
    return client.files.create(file=("owl.txt", b"The owl eats mice."), purpose="assistants")


def search(client: OpenAI) -> Any:
    return client.vector_stores.search("vs_default", query="heron")


def test_each_engine_that_is_away_is_told_by_its_name(
    tmp_path: Path, shared_settings: dict[str, str], ways: dict[str, Relay]
) -> None:
    cases: dict[str, tuple[str, str, Callable[[OpenAI], Any]]] = {
        "records": ("records,keys", "PostgreSQL cannot be reached", upload),
        "index": ("index", "OpenSearch cannot be reached", search),
        "files": ("files", "cannot be reached, or is too slow", upload),
    }
    with Server(tmp_path, shared_settings) as server:
        client = server.client()
        put(client, "heron.txt", "The heron eats frogs.")
        for part, (told, sentence, ask) in cases.items():
            ways[part].close()
            wait_until(lambda told=told: ready(server) == (503, told))  # type: ignore[misc]
            with pytest.raises(openai.InternalServerError, match=sentence) as refused:
                ask(client)
            assert (refused.value.status_code, refused.value.response.headers["retry-after"]) == (503, "5")
            ways[part].open()
            wait_until(lambda: ready(server) == (200, None))
            assert ask(client)


def test_an_engine_that_hangs_holds_up_no_answer_about_the_others(
    tmp_path: Path, shared_settings: dict[str, str], ways: dict[str, Relay]
) -> None:
    with Server(tmp_path, shared_settings) as server:
        put(server.client(), "heron.txt", "The heron eats frogs.")
        for part, told in {"index": "index", "files": "files", "records": "records,keys"}.items():
            ways[part].hang()
            wait_until(lambda told=told: ready(server) == (503, told))  # type: ignore[misc]
            ways[part].open()
            wait_until(lambda: ready(server) == (200, None))
