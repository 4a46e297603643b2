"""A server told to end amid a batch, and two that want one folder; `test_kills.py` has the violent ends."""

from pathlib import Path

import pytest

from tests.server import Server

GRACE_S = 20  # of the answers, of the jobs, and of a slow machine


def test_sigterm_ends_the_server_in_time_and_the_batch_goes_on_after_the_restart(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        texts = [f"# Bird {n}\n\n{'It flies. ' * 2000}".encode() for n in range(40)]
        ids = [client.files.create(file=(f"{n}.md", text), purpose="vision").id for n, text in enumerate(texts)]
        store = client.vector_stores.create(name="birds")
        batch = client.vector_stores.file_batches.create(store.id, file_ids=ids)
        assert batch.file_counts.in_progress == 40
        assert server.stop(GRACE_S) == 0
    with Server(tmp_path) as server:
        ended = server.client().vector_stores.file_batches.poll(batch.id, vector_store_id=store.id, poll_interval_ms=50)
        assert (ended.status, ended.file_counts.completed, ended.file_counts.failed) == ("completed", 40, 0)


def test_a_second_server_on_the_same_folder_is_refused_in_words(tmp_path: Path) -> None:
    with Server(tmp_path), pytest.raises(RuntimeError, match="in use by the process") as refused, Server(tmp_path):
        pass
    assert "Traceback" not in str(refused.value)
