"""Servers answer while the index is made anew: of their version, with other shards, or beside them for the next one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from openai import OpenAI

from tests.command import Command
from tests.corpora import wait_until
from tests.official_client import put
from tests.server import Server

FILES = 20
OLDER = """
from ingest.index.opensearch import versions
versions.INDEX_VERSION -= 1000
from rag_api.__main__ import main
main()
"""


class Load:
    """Searches that never end: each looks for one file, and says what was wrong."""

    def __init__(self, *servers: Server) -> None:
        self.made = [0] * len(servers)
        self.wrong: list[str] = []
        self._clients = [server.client(max_retries=0) for server in servers]
        self._stopping = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(len(self._clients)) as threads:
            ends = [threads.submit(self._search, number) for number in range(len(self._clients))]
            try:
                yield
            finally:
                self._stopping.set()
            for end in ends:
                end.result()

    def _search(self, number: int) -> None:
        client = self._clients[number]
        for n in count(number):
            if self._stopping.wait(0.01):
                return
            try:
                name = f"heron{n % FILES}.txt"
                found = client.vector_stores.search("vs_default", query=f"Which bird has ring{n % FILES}?").data
                if [each.filename for each in found][:1] != [name]:
                    self.wrong.append(f"{name}: {found}")
            except Exception as error:
                self.wrong.append(repr(error))
            self.made[number] += 1

    def wait(self) -> None:
        """Until each has searched some more."""
        before = list(self.made)
        wait_until(lambda: all(now > then + 2 for now, then in zip(self.made, before, strict=True)))


def fill(client: OpenAI) -> None:
    for n in range(FILES):
        client.files.create(file=(f"heron{n}.txt", f"The heron with ring{n} was seen.".encode()), purpose="assistants")
    put(client, "last.txt", "This one came last.")
    wait_until(lambda: client.vector_stores.retrieve("vs_default").file_counts.completed == FILES + 1)


def test_no_search_misses_or_fails_while_the_index_is_made_anew(
    tmp_path: Path, command: Command, shared_settings: dict[str, str]
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with (
        Server(tmp_path / "one", shared_settings) as one,
        Server(tmp_path / "two", shared_settings | {"RAG_WORKER": "off"}) as two,
    ):
        client = one.client()
        fill(client)
        load = Load(one, two)
        with load.running():
            for shards in ("3", "1"):
                load.wait()
                with ThreadPoolExecutor(1) as beside:
                    said = beside.submit(command, "reindex", **shared_settings, RAG_OPENSEARCH_SHARDS=shards)
                    new = client.files.create(file=("new.txt", b"A new one, meanwhile."), purpose="assistants")
                    client.files.delete(client.files.create(file=("gone.txt", b"gone"), purpose="assistants").id)
                assert said.result().stdout.startswith("indexed "), said.result().stderr
                load.wait()
                done = client.vector_stores.files.poll(new.id, vector_store_id="vs_default")
                assert done.status == "completed"
                for server in (one, two):
                    found = server.client().vector_stores.search("vs_default", query="a new one, meanwhile").data
                    assert new.id in [each.file_id for each in found]
                client.files.delete(new.id)
        assert load.wrong == []
        assert "Traceback" not in one.said() + two.said()
    assert "all is well" in command("check", **shared_settings).stdout


def test_the_next_version_builds_its_index_beside_the_one_that_is_searched(
    tmp_path: Path, command: Command, shared_settings: dict[str, str]
) -> None:
    (tmp_path / "older").mkdir()
    (tmp_path / "newer").mkdir()
    with Server(tmp_path / "older", shared_settings, program=("-c", OLDER)) as older:
        fill(older.client())
        load = Load(older)
        with load.running():
            load.wait()
            said = command("reindex", **shared_settings)
            assert said.stdout.startswith(f"indexed {FILES + 1} chunks anew"), said.stderr
            load.wait()
            with Server(tmp_path / "newer", shared_settings) as newer:
                both = Load(newer)
                with both.running():
                    both.wait()
                    load.wait()
                    for n in range(5):  # what the older one takes up it cannot write, and leaves to the newer one
                        late = put(newer.client(), f"late{n}.txt", "It came after the new index.")
                        assert late.status == "completed"
                assert both.wrong == []
                assert newer.client().vector_stores.search("vs_default", query="after the new index").data
                newer.stop()
        assert load.wrong == []
    assert "all is well" in command("check", **shared_settings).stdout
