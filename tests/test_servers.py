"""Several servers over one data folder (`RAG_SERVERS`), beside the process that keeps it: a connection goes to any."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import openai
import pytest
from openai import OpenAI

from tests.official_client import put
from tests.server import Server

SETTINGS = {"RAG_SERVERS": "2"}
OTTER = "The otter sleeps in the river bed on Tuesdays, says the warden. The heron has never been seen there."
ADMIN = "a-long-key-for-admins"
QUESTION = "Where does the otter sleep on Tuesdays?"
TIMES = 12  # so often that all by the same server is less likely than 1 in 2,000


def everywhere(server: Server, api_key: str = "any", max_retries: int = 0) -> OpenAI:
    """A client each of whose requests has a connection of its own, and so may go to any of the servers."""
    limits = httpx2.Limits(max_keepalive_connections=0)
    return server.client(api_key, max_retries=max_retries, http_client=openai.DefaultHttpxClient(limits=limits))


def pids(server: Server) -> set[int]:
    """Of the processes that answer, those that have ended included."""
    return {int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", server.said())}


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, SETTINGS) as server:
        yield server


def test_what_one_is_told_all_know_at_once(server: Server) -> None:
    client = everywhere(server)
    wait_until(lambda: len(pids(server)) == 2)

    otter = put(client, "otter.txt", OTTER)
    for _ in range(TIMES):
        [found] = client.vector_stores.search("vs_default", query=QUESTION).data
        assert found.filename == "otter.txt"
    answer = client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": QUESTION}])
    assert "river bed" in (answer.choices[0].message.content or "")

    for year in (1974, 1975):
        client.vector_stores.files.update(otter.id, vector_store_id="vs_default", attributes={"year": year})
        for _ in range(TIMES):
            of_the_year = client.vector_stores.search(
                "vs_default", query=QUESTION, filters={"type": "eq", "key": "year", "value": year}
            )
            assert len(of_the_year.data) == 1

    upload = client.uploads.create(filename="owl.txt", purpose="assistants", bytes=22, mime_type="text/plain")
    parts = [client.uploads.parts.create(upload.id, data=data) for data in (b"The owl eats ", b"mice now.")]
    owl = client.uploads.complete(upload.id, part_ids=[part.id for part in parts]).file
    assert owl
    store = client.vector_stores.create(name="birds")
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[owl.id, otter.id])
    assert client.vector_stores.file_batches.poll(batch.id, vector_store_id=store.id).file_counts.completed == 2

    client.files.delete(otter.id)
    for _ in range(TIMES):
        assert not client.vector_stores.search("vs_default", query=QUESTION).data
        with pytest.raises(openai.NotFoundError):
            client.files.content(otter.id)
    counted = httpx2.get(f"{server.url}/metrics").text
    searches = re.search(r'rag_requests_total\{.*/search",status="200"\} (\S+)', counted)
    assert searches and float(searches[1]) == 4 * TIMES  # by whomever


def test_a_conversation_goes_on_wherever_a_request_lands(server: Server) -> None:
    client = everywhere(server)
    put(client, "otter.txt", OTTER)
    conversation = client.conversations.create()
    for turn in range(1, 5):
        response = client.responses.create(
            model="extractive",
            input=QUESTION,
            conversation=conversation.id,
            tools=[{"type": "file_search", "vector_store_ids": ["vs_default"]}],
        )
        assert "river bed" in response.output_text
        kept = client.conversations.items.list(conversation.id, limit=100).data
        assert sum(item.type == "message" for item in kept) == 2 * turn
    for _ in range(4):
        begun = client.responses.create(model="extractive", input=QUESTION, background=True)
        wait_until(lambda id=begun.id: client.responses.retrieve(id).status == "completed")  # type: ignore[misc]


def test_a_project_made_meanwhile_is_ingested_and_apart(tmp_path: Path) -> None:
    with Server(tmp_path, SETTINGS | {"RAG_API_KEYS": ADMIN}) as server:
        authorized = {"authorization": f"Bearer {ADMIN}"}
        with httpx2.Client(base_url=f"{server.base_url}/admin", headers=authorized) as admin:
            project = admin.post("/projects", json={"name": "birds"}).json()
            key = admin.post("/keys", json={"project_id": project["id"], "scope": "write"}).json()["secret"]
        client = everywhere(server, key)
        put(client, "otter.txt", OTTER)
        for _ in range(TIMES):
            assert len(client.vector_stores.search("vs_default", query=QUESTION).data) == 1
        assert not everywhere(server, ADMIN).vector_stores.search("vs_default", query=QUESTION).data


def test_a_server_that_dies_is_replaced_and_loses_nothing(server: Server) -> None:
    client = everywhere(server)
    client.max_retries = 5
    put(client, "otter.txt", OTTER)
    for dead, pid in enumerate(pids(server), start=1):
        os.kill(pid, signal.SIGKILL)
        texts = [(f"{dead}-{number}.txt", b"Text %d of %d." % (number, pid)) for number in range(5)]
        kept = {client.files.create(file=text, purpose="assistants").id for text in texts}
        assert kept <= {file.id for file in client.files.list()}
        wait_until(lambda dead=dead: len(pids(server)) == 2 + dead)  # type: ignore[misc]
    assert server.said().count("is started again") == 2 and "Traceback" not in server.said()
    wait_until(lambda: all(f.status == "completed" for f in client.vector_stores.files.list("vs_default", limit=100)))
    assert client.vector_stores.search("vs_default", query=QUESTION).data


def test_a_server_that_does_not_answer_any_more_is_replaced_and_others_answer_meanwhile(server: Server) -> None:
    put(everywhere(server), "otter.txt", OTTER)
    asleep = min(pids(server))
    os.kill(asleep, signal.SIGSTOP)
    wait_until(lambda: len(pids(server)) == 3, seconds=180)
    assert f"server process {asleep} does not answer any more" in server.said()
    assert not Path(f"/proc/{asleep}").exists()
    for _ in range(TIMES):
        assert everywhere(server, max_retries=2).vector_stores.search("vs_default", query=QUESTION).data


def test_without_the_process_that_keeps_the_folder_they_end_and_the_next_start_has_all(tmp_path: Path) -> None:
    with Server(tmp_path, SETTINGS) as server:
        client = everywhere(server)
        put(client, "otter.txt", OTTER)
        late = client.files.create(file=("late.txt", b"Late owls hoot at noon."), purpose="assistants")
        server.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids(server)))
    with Server(tmp_path) as server:  # one alone, over what several left
        client = server.client()
        client.vector_stores.files.poll(late.id, vector_store_id="vs_default")
        assert [f.filename for f in client.vector_stores.search("vs_default", query="noon owls").data] == ["late.txt"]
        assert [f.filename for f in client.vector_stores.search("vs_default", query=QUESTION).data] == ["otter.txt"]
        assert server.stop() == 0


def test_told_to_stop_all_end_within_what_docker_allows(server: Server) -> None:
    put(everywhere(server), "otter.txt", OTTER)
    assert server.stop(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids(server))
    assert "Traceback" not in server.said()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("RAG_INDEX_BACKEND", "memory", "RAG_INDEX_BACKEND=embedded"),
        ("RAG_EMBEDDINGS", "any", "RAG_EMBEDDINGS"),
    ],
)
def test_what_several_cannot_do_is_said_at_the_start(tmp_path: Path, setting: str, value: str, said: str) -> None:
    own = {}
    if setting == "RAG_EMBEDDINGS":
        pytest.importorskip("simsimd", reason="not installed; 'make .venv/ready-embeddings' does it")
        own["RAG_EMBEDDINGS_BASE_URL"] = "http://127.0.0.1:9/v1"
    with pytest.raises(Exception, match="RAG_SERVERS is 2"), Server(tmp_path, SETTINGS | {setting: value} | own):
        pass
    log = (tmp_path / "log.txt").read_text()
    assert said in log and "Traceback" not in log
