"""LiteLLM's proxy, as docs/clients.md sets it up, between the official client and the real server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from tests.processes import free_port, wait_until_it_answers
from tests.server import ROOT, Server

KEY = "sk-of-the-server-itself"
MASTER_KEY = "sk-of-the-proxy"
WHERE = "Where do herons nest?"


@dataclass(frozen=True)
class Proxy:
    """A client in front of it, and one of the server behind it, whose default store knows about herons."""

    client: OpenAI
    behind: OpenAI


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = Path(sys.prefix) / "litellm" / "bin" / "litellm"
    if not program.exists():
        pytest.skip("LiteLLM's proxy is not installed; 'make clients' does it")
    folder = tmp_path_factory.mktemp("proxy")
    with Server(folder, {"RAG_API_KEYS": KEY}) as server:
        behind = server.client(KEY)
        file = behind.files.create(file=("herons.txt", b"Herons nest in tall trees near water."), purpose="assistants")
        behind.vector_stores.files.poll(file.id, vector_store_id="vs_default", poll_interval_ms=50)
        settings = folder / "litellm.yaml"
        settings.write_text(documented().replace("http://127.0.0.1:8001/v1", server.base_url).replace("KEY", KEY))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LITELLM_MASTER_KEY": MASTER_KEY,
            "OPENAI_BASE_URL": server.base_url,
            "OPENAI_API_KEY": KEY,
            "NO_PROXY": "127.0.0.1",
            **dict.fromkeys(NOT_FETCHED, "True"),
        }
        port = free_port()
        command = [str(program), "--config", str(settings), "--host", "127.0.0.1", "--port", str(port)]
        log = folder / "litellm.txt"
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{url}/health/liveliness", process, log, seconds=240)
            with OpenAI(base_url=f"{url}/v1", api_key=MASTER_KEY, max_retries=0, timeout=60) as client:
                yield Proxy(client, behind)
        finally:
            process.kill()
            process.wait()


def documented() -> str:
    text = (ROOT / "docs" / "clients.md").read_text()
    [settings] = re.findall(r"```yaml\n(# litellm --config .*?)```", text, re.DOTALL)
    return str(settings)


# What it would read from GitHub while it starts, had it not a copy.
NOT_FETCHED = [
    f"LITELLM_LOCAL_{what}"
    for what in ("MODEL_COST_MAP", "ANTHROPIC_BETA_HEADERS", "AUTOROUTER_PRESETS", "BLOG_POSTS", "POLICY_TEMPLATES")
]


def test_a_chat_and_a_streamed_one_have_their_citations(proxy: Proxy) -> None:
    completions = proxy.client.chat.completions
    whole = completions.create(model="documents", messages=[{"role": "user", "content": WHERE}])
    message = whole.choices[0].message
    assert message.content and "tall trees" in message.content
    assert message.annotations and message.annotations[0].url_citation.title == "herons.txt"
    assert message.annotations[0].model_extra and "tall trees" in message.annotations[0].model_extra["quote"]

    streamed = ""
    cited: list[dict[str, str]] = []
    for chunk in completions.create(model="documents", messages=[{"role": "user", "content": WHERE}], stream=True):
        for choice in chunk.choices:
            streamed += choice.delta.content or ""
            cited += (choice.delta.model_extra or {}).get("annotations") or []
    assert streamed == message.content
    assert [each["filename"] for each in cited] == ["herons.txt"]


def test_a_response_and_a_streamed_one_have_their_citations(proxy: Proxy) -> None:
    whole = proxy.client.responses.create(
        model="any-store", input=WHERE, tools=[{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    )
    searched, message = whole.output
    assert searched.type == "file_search_call" and message.type == "message"
    [text] = message.content
    assert text.type == "output_text" and "tall trees" in text.text
    assert [note.filename for note in text.annotations if note.type == "file_citation"] == ["herons.txt"]

    events = list(proxy.client.responses.create(model="documents", input=WHERE, stream=True))
    assert events[-1].type == "response.completed" and events[-1].response.output_text == text.text
    assert "response.output_text.annotation.added" in [event.type for event in events]


def test_files_and_stores_of_the_server_behind_it(proxy: Proxy) -> None:
    client = proxy.client
    owls = ("owls.txt", b"Owls nest in hollow trees.")
    file = client.files.create(file=owls, purpose="assistants", extra_body={"custom_llm_provider": "openai"})
    proxy.behind.vector_stores.files.poll(file.id, vector_store_id="vs_default", poll_interval_ms=50)
    assert proxy.behind.files.retrieve(file.id).filename == "owls.txt"
    assert file.id in [each.id for each in client.files.list()]
    assert client.files.content(file.id).text == "Owls nest in hollow trees."
    found = client.vector_stores.search("vs_default", query="hollow trees")
    assert found.data[0].filename == "owls.txt"
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        proxy.behind.files.retrieve(file.id)


def test_a_refusal_arrives_with_its_reason_and_stops_nobody_else(proxy: Proxy) -> None:
    def ask(store: str) -> str | None:
        body = {"vector_store_ids": [store]}
        answer = proxy.client.chat.completions.create(
            model="any-store", messages=[{"role": "user", "content": WHERE}], extra_body=body
        )
        return answer.choices[0].message.content

    with pytest.raises(openai.NotFoundError, match="vs_nothing"):
        ask("vs_nothing")
    assert "tall trees" in (ask("vs_default") or "")
