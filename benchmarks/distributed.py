"""What an installation over the engines takes: processor time of the servers, the workers and the engines, a file and a
search, with 4, 2 and 1 workers and with 2 and 1 servers.

    python -m tests.engines python -m benchmarks.distributed [FILES] [SEARCHES]

All parts are on this machine, so that more of them do not make it faster: what counts is the processor time of each,
and whether it grows with their number. `benchmarks.databases` has SQLite beside PostgreSQL.
"""

import itertools
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from openai import OpenAI
from sqlalchemy import create_engine, make_url

from ingest.index.opensearch import OpenSearchDocumentStore
from ingest.query import Query
from tests.databases import POSTGRES, run, url_of
from tests.engines.opened import OPENSEARCH
from tests.engines.s3 import CREDENTIALS, place_in_the_bucket
from tests.installation import Installation
from tests.server import Program

FILES, SEARCHES = 300, 300  # so many that each worker has had some before it counts
WORDS = "heron otter river bed frog warden reed pond heath owl night tree fish water nest wing egg spring".split()
SENTENCES = 60

Times = dict[str, float]


def text(number: int) -> bytes:
    chance = random.Random(number)
    return "\n".join(
        f"{' '.join(chance.choices(WORDS, k=12))} {number * SENTENCES + n}." for n in range(SENTENCES)
    ).encode()


def spent(processes: Iterable[psutil.Process]) -> float:
    """The processor time of these and of what they have started, in seconds."""
    found = 0.0
    for process in processes:
        for each in (process, *process.children(recursive=True)):
            used = each.cpu_times()
            found += used.user + used.system + used.children_user + used.children_system
    return found


class Meter:
    def __init__(self, programs: dict[str, list[Program]], engines: dict[str, int]) -> None:
        self._watched = {name: [psutil.Process(each.pid) for each in some] for name, some in programs.items()}
        self._watched |= {name: [psutil.Process(pid)] for name, pid in engines.items()}

    def of(self, work: Callable[[], object]) -> tuple[float, Times]:
        """The seconds of the clock, and those of the processor of each part."""
        before = {name: spent(some) for name, some in self._watched.items()}
        started = time.perf_counter()
        work()
        took = time.perf_counter() - started
        return took, {name: spent(some) - before[name] for name, some in self._watched.items()}


def listening(port: int) -> int:
    return next(
        int(each.pid)
        for each in psutil.net_connections("tcp")
        if each.pid and each.status == psutil.CONN_LISTEN and each.laddr.port == port
    )


def row(name: str, number: int, took: float, times: Times) -> None:
    cells = [f"{number / took:.0f}", *(f"{seconds / number * 1000:.2f}" for seconds in times.values())]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main(files: int = FILES, searches: int = SEARCHES) -> None:
    server = create_engine(
        make_url(os.environ[POSTGRES]).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    name = f"benchmark_{secrets.token_hex(4)}"
    run(server, f"CREATE DATABASE {name}")
    search_url = os.environ[OPENSEARCH]
    settings = {
        "RAG_DATABASE_URL": url_of(server, name),
        "RAG_INDEX_BACKEND": "opensearch",
        "RAG_OPENSEARCH_URL": search_url,
        "RAG_OPENSEARCH_INDEX": name.replace("_", "-"),
        "RAG_OPENSEARCH_REPLICAS": "0",
        "RAG_BLOB_URL": place_in_the_bucket(),
        "RAG_CONVERSION_PROCESSES": "1",
        **CREDENTIALS,
    }
    engines = {"OpenSearch": listening(urlsplit(search_url).port or 0), "PostgreSQL": listening(server.url.port or 0)}
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder, Installation(Path(folder), settings, 2, 4) as many:
        client = many.client(timeout=300)
        store = client.vector_stores.create(name="birds").id

        def ingest() -> None:
            client.vector_stores.file_batches.create_and_poll(store, file_ids=uploaded, poll_interval_ms=100)

        print(f"ms of the processor a file ({SENTENCES} sentences)\n\n| | files/s | workers | {' | '.join(engines)} |")
        print("| --- | --- | --- | --- | --- |")
        working = list(many.workers)
        for count in (4, 4, 2, 1):  # the first warms up
            while len(working) > count:
                working.pop().stop()
            uploaded = [
                client.files.create(file=(f"{n}.txt", text(n)), purpose="vision").id
                for n in itertools.islice(numbers, files)
            ]
            row(f"{count} workers", files, *Meter({"workers": [*working]}, engines).of(ingest))

        questions = [" ".join(random.Random(n).sample(WORDS, 3)) for n in range(searches)]

        def ask(asked: OpenAI) -> None:
            for question in questions:
                asked.vector_stores.search(store, query=question)

        print(f"\nms of the processor a search\n\n| | searches/s | asking | {' | '.join(engines)} |")
        print("| --- | --- | --- | --- | --- |")
        for of, asked in (("2 servers", client), ("2 servers", client), ("1 server", many.servers[0].client())):
            row(of, searches, *Meter({"servers": [*many.servers]}, engines).of(lambda: ask(asked)))  # noqa: B023

        direct = OpenSearchDocumentStore([search_url], f"{settings['RAG_OPENSEARCH_INDEX']}-default", 1, 0)
        filters = {"field": "meta.store_id", "operator": "==", "value": store}

        def search() -> None:
            for question in questions:
                direct.search(Query(question, filters, top_k=10))

        search()
        used = time.process_time()
        took, times = Meter({}, engines).of(search)
        row("OpenSearch asked directly", searches, took, {"asking": time.process_time() - used, **times})
        direct.drop()
        direct.close()
    run(server, f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
