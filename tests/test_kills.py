"""Fifty kills of a server and its converters amid a batch, while others upload, delete and update: nothing is lost.

What a client was told is what is there in the end; of a request that died with the server, either outcome will do.
`RAG_TEST_KILLS` asks for more of them by hand, `RAG_TEST_SEED` for another course of events.
"""

import hashlib
import itertools
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest
from openai import OpenAI

from tests.server import ROOT, Server

KILLS = int(os.environ.get("RAG_TEST_KILLS", "50"))
SEED = int(os.environ.get("RAG_TEST_SEED", "4"))
BATCH = 300
STORE = "vs_default"
LETTERS = str.maketrans("0123456789", "bcdfghjkmp")  # a word with digits would be found by its parts, too


def text(word: str) -> bytes:
    return f"The {word} eats.".encode()


class Load:
    """Three clients, who go on with the next server when theirs dies, and write down what they were told."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}  # of each file whose upload was acknowledged
        self.years: dict[str, set[int | None]] = {}  # the attributes that a file may have
        self.deleted: set[str] = set()
        self.perhaps_deleted: set[str] = set()
        self.over = threading.Event()  # the server is dead, in case nothing was asked of it
        self._numbers = itertools.count()
        self._unheard: str | None = None  # the word of an upload that may have arrived
        self._files: list[str] = []

    def start(self, client: OpenAI, chance: random.Random) -> list[threading.Thread]:
        self.over.clear()
        tasks = [self._upload, self._delete, self._update]
        threads = [threading.Thread(target=self._repeat, args=(task, client, chance.random())) for task in tasks]
        for thread in threads:
            thread.start()
        return threads

    def _repeat(self, task: Callable[[OpenAI, random.Random], None], client: OpenAI, seed: float) -> None:
        chance = random.Random(seed)
        with suppress(openai.APIConnectionError):
            while not self.over.wait(0.01):
                task(client, chance)

    def _upload(self, client: OpenAI, _: random.Random) -> None:
        again = self._unheard is not None
        self._unheard = word = self._unheard or "heron" + str(next(self._numbers)).translate(LETTERS)
        headers = {"x-stainless-retry-count": "1"} if again else {}  # as the client's own retries have it
        file = client.files.create(file=(f"{word}.txt", text(word)), purpose="assistants", extra_headers=headers)
        self._unheard = None
        self.words[file.id] = word
        self.years[file.id] = {None}
        self._files.append(file.id)

    def _delete(self, client: OpenAI, chance: random.Random) -> None:
        if len(self._files) > 30:
            file_id = self._files.pop(chance.randrange(len(self._files)))
            self.perhaps_deleted.add(file_id)
            client.files.delete(file_id)
            self.deleted.add(file_id)

    def _update(self, client: OpenAI, chance: random.Random) -> None:
        if self._files:
            file_id, year = chance.choice(self._files), chance.randrange(1000, 2000)
            self.years[file_id].add(year)
            with suppress(openai.NotFoundError):  # deleted meanwhile
                client.vector_stores.files.update(file_id, vector_store_id=STORE, attributes={"year": year})
                self.years[file_id] = {year}


class Batches:
    """The same files, put into one store after the other."""

    def __init__(self, client: OpenAI) -> None:
        self.file_ids = [
            client.files.create(file=(f"finch{n}.txt", text(f"finch{n}")), purpose="vision").id for n in range(BATCH)
        ]
        self.acknowledged: dict[str, str] = {}  # the batch of each store

    def add(self, client: OpenAI) -> None:
        with suppress(openai.APIConnectionError):
            store = client.vector_stores.create(name="batch")
            batch = client.vector_stores.file_batches.create(store.id, file_ids=self.file_ids)
            self.acknowledged[store.id] = batch.id


def test_nothing_acknowledged_is_lost_doubled_or_undone(tmp_path: Path) -> None:
    print(f"RAG_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    load = Load()
    with Server(tmp_path) as server:
        batches = Batches(server.client())
    kills = 0
    while kills < KILLS:
        kills += one_life(Server(tmp_path), load, batches, chance)

    with Server(tmp_path) as server:
        client = server.client()
        wait_until_all_is_done(client)
        kept = kept_files(client, load, tmp_path / "store")
        expected = Counter({(STORE, file_id): 1 for file_id in kept})
        for store in client.vector_stores.list(limit=100):
            total = len(kept) if store.id == STORE else BATCH if store.id in batches.acknowledged else None
            assert store.file_counts.completed == store.file_counts.total
            assert store.file_counts.total in ({0, BATCH} if total is None else {total})
            if store.id != STORE and store.file_counts.total:
                expected.update((store.id, file_id) for file_id in batches.file_ids)
        for store_id, batch_id in batches.acknowledged.items():
            assert client.vector_stores.file_batches.retrieve(batch_id, vector_store_id=store_id).status == "completed"
        assert server.stop() == 0
    with closing(sqlite3.connect(tmp_path / "store" / "index" / "chunks.sqlite")) as chunks:
        assert Counter(chunks.execute("SELECT store_id, file_id FROM chunks")) == expected
    check(tmp_path)
    assert " a fault " not in server.said()


def one_life(server: Server, load: Load, batches: Batches, chance: random.Random) -> int:
    """Start a server, work with it and kill it, sometimes before it is ready; the number of processes killed."""
    if chance.random() < 0.1:
        killer = threading.Timer(chance.uniform(0.3, 1.5), server.kill)
        killer.start()
        with suppress(RuntimeError), server:  # it ended before it answered
            killer.join()
        killer.join()
        return 1
    with server:
        threads = load.start(server.client(), chance)
        if chance.random() < 0.1 or not batches.acknowledged:
            threads.append(threading.Thread(target=batches.add, args=(server.client(),)))
            threads[-1].start()
        killed = 1
        for _ in range(chance.randint(1, 4)):
            time.sleep(chance.uniform(0.05, 0.6))
            killed += kill_a_child(server, chance)
        time.sleep(chance.uniform(0.05, 0.8))
        server.kill()
        load.over.set()
        for thread in threads:
            thread.join()
    return killed


def kill_a_child(server: Server, chance: random.Random) -> int:
    """End a process that converts, or the one that forks these."""
    children = psutil.Process(server.pid).children(recursive=True)
    with suppress(psutil.NoSuchProcess):
        if children:
            chance.choice(children).kill()
            return 1
    return 0


def wait_until_all_is_done(client: OpenAI) -> None:
    deadline = time.monotonic() + 240
    while any(store.file_counts.in_progress for store in client.vector_stores.list(limit=100)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def kept_files(client: OpenAI, load: Load, folder: Path) -> set[str]:
    """The ids of the files that were uploaded to the default store, each of them as its clients were told."""
    listed = {file.id: file.filename.removesuffix(".txt") for file in client.files.list(purpose="assistants")}
    assert len(set(listed.values())) == len(listed)  # an upload that was repeated is there once
    assert load.words.keys() - load.perhaps_deleted <= listed.keys()
    assert not load.deleted & listed.keys()
    for file_id, word in listed.items():
        [passage] = client.vector_stores.search(STORE, query=word).data
        assert (passage.file_id, passage.content[0].text) == (file_id, text(word).decode())
        year = (passage.attributes or {}).get("year")
        assert year in load.years.get(file_id, {None})
        if year is not None:
            of_the_year: Any = {"type": "eq", "key": "year", "value": year}
            [filtered] = client.vector_stores.search(STORE, query=word, filters=of_the_year).data
            assert filtered.file_id == file_id
    for file_id in load.deleted:
        sha256 = hashlib.sha256(text(load.words[file_id])).hexdigest()
        assert not (folder / "blobs" / sha256[:2] / sha256).exists()
        # A word that no chunk has any more is searched for by its near spellings.
        found = client.vector_stores.search(STORE, query=load.words[file_id]).data
        assert text(load.words[file_id]).decode() not in [passage.content[0].text for passage in found]
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file_id)
    return set(listed)


def check(folder: Path) -> None:
    """Databases, blobs, records, chunks and index agree."""
    checked = subprocess.run(
        [sys.executable, "-m", "ingest.cli", "check"],
        env={**os.environ, "RAG_DATA_DIR": str(folder / "store"), "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
