"""SQLite beside PostgreSQL, in one run: what the records of an upload, of a claim and of an end cost, and the two
queries of a search. PostgreSQL is one on this machine that flushes each commit, as SQLite does.

    python -m benchmarks.databases [FILES]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert

from ingest.corpus import Corpus, open_corpus
from ingest.records import schema
from ingest.records.stores import DEFAULT_STORE
from ingest.work.jobs import Outcome
from tests.corpora import put, settings_in
from tests.engines import postgres

FILES = 300
ROUNDS = 3


def measured(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Milliseconds each, of the clock and of this process."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) / times * 1000, (time.process_time() - processor) / times * 1000


@contextmanager
def corpora(folder: Path) -> Iterator[dict[str, Corpus]]:
    postgres.OPTIONS["fsync"] = "on"
    with (
        postgres.running(folder / "postgres") as url,
        open_corpus(settings_in(folder / "sqlite")) as on_sqlite,
        open_corpus(settings_in(folder / "store", url)) as on_postgres,
    ):
        for corpus in (on_sqlite, on_postgres):
            corpus.expiry.stop()
            corpus.jobs.lease.start()
        yield {"SQLite": on_sqlite, "PostgreSQL": on_postgres}


def round_of(corpus: Corpus, files: int, number: int) -> dict[str, tuple[float, float]]:
    ids: list[str] = []

    def upload() -> None:
        for n in range(files):
            put(corpus, f"{number}-{n}.txt", f"Heron {number} {n}.")

    def claim_and_record() -> None:
        while jobs := corpus.jobs.claim():
            corpus.jobs.record([Outcome.done(job, usage_bytes=1, converter="text 1") for job in jobs])
            ids.extend(job.store_file_id for job in jobs)

    def search() -> None:
        for _ in range(files):
            corpus.stores.check([DEFAULT_STORE])
            corpus.store_files.present(ids[:10])

    def row(connection: Connection, n: int) -> None:
        blank = {"purpose": "p", "bytes": 1, "sha256": "x", "created_at": 1}
        connection.execute(insert(schema.files).values(id=f"file-{number}-{n}", filename="a", **blank))

    def write() -> None:
        for n in range(files):
            with corpus.database.write() as connection:
                row(connection, n)

    return {
        "an upload (bytes and records)": measured(upload, files),
        "a transaction of one row": measured(write, files),
        "a claimed and recorded file": measured(claim_and_record, files),
        "the two queries of a search": measured(search, files),
    }


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory(prefix="databases-") as name:
        Path(name).chmod(0o755)
        with corpora(Path(name)) as opened:
            best: dict[str, dict[str, tuple[float, float]]] = {}
            for number in range(ROUNDS):  # in turn, so that what else the machine does meets both
                for database, corpus in opened.items():
                    for what, took in round_of(corpus, files, number).items():
                        before = best.setdefault(what, {}).get(database, took)
                        best[what][database] = min(before[0], took[0]), min(before[1], took[1])
    print("| milliseconds, of the clock and of the processor | " + " | ".join(opened) + " |")
    print("| --- " * (1 + len(opened)) + "|")
    for what, by in best.items():
        print(f"| {what} | " + " | ".join(f"{clock:.2f}, {processor:.2f}" for clock, processor in by.values()) + " |")


if __name__ == "__main__":
    main()
