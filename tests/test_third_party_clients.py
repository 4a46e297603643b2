"""Other people's clients, each with a short script of its own, against the real server."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import client_scripts
from tests.installation import Serve

ROOT = Path(__file__).parents[1]
NAMED = (
    r"^(langchain-openai|litellm|llama-index-llms-openai-like|llm|openai-agents|openai|pydantic-ai-slim|schemathesis)"
    r"==(\S+)"
)


@dataclass(frozen=True)
class Library:
    """A server whose default store and one more know about herons; of owls the other alone knows."""

    base_url: str
    store_id: str


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Iterator[Library]:
    with serve(tmp_path_factory.mktemp("library")) as server:
        client = server.client()
        store = client.vector_stores.create(name="herons")
        content = b"Herons nest in tall trees near water. Herons eat fish and frogs."
        file = client.files.create(file=("herons.txt", content), purpose="assistants")  # in the default store as well
        client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id, poll_interval_ms=50)
        apart = client.files.create(file=("owls.txt", b"Owls nest in hollow trees."), purpose="vision")
        client.vector_stores.files.create_and_poll(apart.id, vector_store_id=store.id, poll_interval_ms=50)
        yield Library(server.base_url, store.id)


@pytest.mark.parametrize(
    "script",
    [
        "with_langchain.py",
        "with_litellm.py",
        "with_llama_index.py",
        "with_llm.py",
        "with_openai_agents.py",
        "with_pydantic_ai.py",
    ],
)
def test_a_python_client(library: Library, script: str) -> None:
    client_scripts.run(library.base_url, client_scripts.python(), script, library.store_id)


def test_an_agent_that_reaches_the_documents_through_mcp(library: Library) -> None:
    pytest.importorskip("mcp", reason="not installed; 'make .venv/ready-mcp' does it")
    client_scripts.run(library.base_url, client_scripts.python(), "with_openai_agents_mcp.py", library.store_id)


@pytest.mark.parametrize("script", ["with_ai_sdk.mjs", "with_langchain.mjs"])
def test_a_javascript_client(library: Library, script: str) -> None:
    client_scripts.run(library.base_url, client_scripts.node(), script, library.store_id)


def test_the_table_of_clients_names_the_versions_that_were_run() -> None:
    clients, proxy = ((ROOT / f"requirements-{name}.lock").read_text() for name in ("clients", "litellm"))
    packages = json.loads((client_scripts.FOLDER / "package.json").read_text())["dependencies"]
    run = [version for _, version in re.findall(NAMED, clients, re.MULTILINE)]
    run += re.findall(r"^litellm==(\S+)", proxy, re.MULTILINE)
    run += [version.rpartition("@")[2] for version in packages.values()]
    table = (ROOT / "docs" / "clients.md").read_text()
    assert len(run) == 15
    assert [version for version in run if version not in table] == []
