"""`kill -9` at any moment, then a restart: every acknowledged upload is there and ends ingested, once."""

import random
import threading
from pathlib import Path

import openai
import pytest

from server import Server

KILLS = 5
UPLOADS = 60


def test_no_acknowledged_upload_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = random.Random(4)
    acknowledged: dict[str, str] = {}
    for kill in range(KILLS):
        with Server(tmp_path) as server:
            client = server.client()
            killer = threading.Timer(chance.uniform(0.2, 1.2), server.kill)
            killer.start()
            for number in range(UPLOADS):
                word = f"heron{kill}x{number}"
                try:
                    file = client.files.create(file=(f"{word}.txt", f"The {word} eats.".encode()), purpose="assistants")
                except openai.APIConnectionError:
                    break
                acknowledged[file.id] = word
            killer.join()

    with Server(tmp_path) as server:
        client = server.client()
        listed = {file.id: file.filename for file in client.files.list()}
        assert acknowledged.keys() <= listed.keys()
        for file_id, word in acknowledged.items():
            client.vector_stores.files.poll(file_id=file_id, vector_store_id="vs_default", poll_interval_ms=20)
            found = client.vector_stores.search("vs_default", query=word).data
            assert [result.file_id for result in found] == [file_id]
            assert client.files.content(file_id).text == f"The {word} eats."
        counts = client.vector_stores.retrieve("vs_default").file_counts
        assert (counts.total, counts.completed) == (len(listed), len(listed))


def test_sigterm_ends_the_server_and_the_rest_is_ingested_after_the_restart(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        ids = [
            client.files.create(
                file=(f"{n}.md", f"# Bird {n}\n\n{'It flies. ' * 2000}".encode()), purpose="assistants"
            ).id
            for n in range(40)
        ]
        assert server.stop() == 0
    with Server(tmp_path) as server:
        client = server.client()
        for file_id in ids:
            state = client.vector_stores.files.poll(file_id=file_id, vector_store_id="vs_default", poll_interval_ms=20)
            assert state.status == "completed"
        assert client.vector_stores.retrieve("vs_default").file_counts.completed == 40


def test_a_second_server_on_the_same_folder_is_refused_in_words(tmp_path: Path) -> None:
    with Server(tmp_path), pytest.raises(RuntimeError, match="in use by the process") as refused, Server(tmp_path):
        pass
    assert "Traceback" not in str(refused.value)
