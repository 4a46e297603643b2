"""Stores and the files in them: what is counted, listed and taken away."""

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, insert, select, update

from ingest.corpus import Corpus
from ingest.errors import Invalid, NotFound
from ingest.records import schema, sqlite
from ingest.records.database import Database
from ingest.records.last_use import DAY_S
from ingest.records.store_files import UNFINISHED, NewStoreFile, State, StoreFile, in_batch, in_store
from ingest.records.stores import DEFAULT_STORE, Store
from ingest.settings import Settings
from ingest.work.jobs import Outcome
from tests.corpora import OpenCorpus, statements
from tests.ingest.records.heron_files import upload, uploads, with_herons


def forget_last_use(corpus: Corpus, store: Store, days: int) -> None:
    """As if the store had last been used so many days ago."""
    corpus.store_files.last_use.write()
    with corpus.database.write() as connection:
        long_ago = update(schema.stores).where(schema.stores.c.id == store.id)
        connection.execute(long_ago.values(last_active_at=int(time.time()) - days * DAY_S))


# --- counts


def test_counts_stay_true_whatever_happens_to_the_files(corpus: Corpus) -> None:
    choose = random.Random(7)
    stores = [corpus.stores.add(f"{n}", {}) for n in range(3)]
    files = uploads(corpus, 12)

    def attach() -> None:
        corpus.store_files.add(choose.choice(stores).id, choose.choice(files).file_id, {"n": choose.randrange(2)})

    def batch() -> None:
        made = corpus.batches.add(choose.choice(stores).id, choose.sample(files, 3))
        if choose.random() < 0.5:
            corpus.batches.cancel(made.store_id, made.id)

    def work() -> None:
        jobs = corpus.jobs.claim(3)
        outcomes = [Outcome.done(job, usage_bytes=choose.randrange(99), converter="x") for job in jobs]
        corpus.jobs.record(outcomes[choose.randrange(2) :])

    def take_out() -> None:
        store = choose.choice(stores)
        for file in corpus.store_files.list(in_store(store.id), limit=1).items:
            corpus.store_files.delete(store.id, file.file_id)

    for _ in range(150):
        choose.choice([attach, batch, work, take_out])()
    corpus.jobs.claim(1)

    rows = schema.store_files.c
    with corpus.database.read() as connection:
        query = select(rows.store_id, rows.state, func.count(), func.sum(rows.usage_bytes))
        groups = connection.execute(query.group_by(rows.store_id, rows.state)).all()
    assert len({state for _, state, _, _ in groups}) == 4
    for store in stores:
        kept = corpus.stores.get(store.id)
        counted = {State(state): count for store_id, state, count, _ in groups if store_id == store.id}
        assert {state: count for state, count in kept.counts.items() if count} == counted
        assert kept.usage_bytes == sum(used for store_id, _, _, used in groups if store_id == store.id)


def test_files_that_were_there_before_there_were_counts_are_counted(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", "ingest.records:migrations")
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{tmp_path / 'records.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql("INSERT INTO stores VALUES (1, 'vs_1', 'birds', '{}', 1, 1)")
        for n, state in enumerate([State.DONE, State.DONE, State.FAILED]):
            connection.exec_driver_sql(f"INSERT INTO files VALUES ({n + 1}, 'file-{n}', 'a.txt', 'p', 1, 'x', 1, NULL)")
            connection.exec_driver_sql(
                "INSERT INTO store_files (id, store_id, file_id, attributes, chunk_tokens, overlap_tokens, created_at, "
                f"state, usage_bytes) VALUES ('sf_{n}', 'vs_1', 'file-{n}', '{{}}', 1, 0, 1, '{state}', 5)"
            )
    engine.dispose()
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.read() as connection:
        rows = connection.execute(select(schema.store_counts).order_by(schema.store_counts.c.state)).all()
    database.close()
    assert rows == [("vs_1", "done", 2, 10), ("vs_1", "failed", 1, 5)]


def all_reads(corpus: Corpus, store_id: str, batch_id: str) -> list[tuple[str, Any]]:
    """The statements of everything that is counted or listed in a store and in a batch."""
    middle = corpus.store_files.list(in_store(store_id), limit=30).items[-1].file_id
    oldest = corpus.store_files.list(in_store(store_id), limit=1, ascending=True).items[0].file_id
    with statements(corpus.database) as ran:
        corpus.stores.get(store_id)
        corpus.batches.get(store_id, batch_id)
        for within in (in_store(store_id), in_batch(batch_id)):
            for states in ([], [State.DONE], list(UNFINISHED)):
                corpus.store_files.list(within, states, limit=20)
                corpus.store_files.list(within, states, limit=20, before=middle)
        for states in ([], [State.DONE], list(UNFINISHED)):
            corpus.store_files.list(in_store(store_id), states, limit=20, after=oldest, ascending=True)
    return [(statement, parameters) for statement, parameters in ran if statement.startswith("SELECT")]


@pytest.mark.databases("sqlite")
def test_lists_and_counts_go_by_indexes(corpus: Corpus) -> None:
    store = corpus.stores.add("birds", {})
    batch = corpus.batches.add(store.id, uploads(corpus, 3))
    with corpus.database.read() as connection:
        for statement, parameters in all_reads(corpus, store.id, batch.id):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            assert any(step.startswith("SEARCH") for step in steps)
            # The parts of a list that are put together are no tables.
            assert [step for step in steps if re.match(r"SCAN (?!anon_)|USE TEMP", step)] == [], statement


@pytest.mark.databases("sqlite")
def test_lists_and_counts_in_a_large_store_are_no_more_work_than_in_a_small_one(corpus: Corpus) -> None:
    def work(files: int) -> int:
        """Steps of SQLite's virtual machine."""
        ids = [f"file-{files}-{n}" for n in range(files)]
        row = {"filename": "a", "purpose": "p", "bytes": 1, "sha256": "x", "created_at": 1}
        with corpus.database.write() as connection:
            connection.execute(insert(schema.files), [{"id": id, **row} for id in ids])
        store = corpus.stores.add("birds", {}, files=[NewStoreFile(id) for id in ids])
        batch = corpus.batches.add(store.id, [NewStoreFile(id) for id in ids[-40:]])
        reads = all_reads(corpus, store.id, batch.id)
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        with corpus.database.read() as connection:
            sqlite: Any = connection.connection.driver_connection
            sqlite.set_progress_handler(step, 1)
            for statement, parameters in reads:
                connection.exec_driver_sql(statement, parameters).all()
            sqlite.set_progress_handler(None, 0)
        return steps

    assert work(4000) < 1.1 * work(50)


# --- lists


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("states", [(), UNFINISHED, (State.DONE,)])
def test_pages_forwards_and_backwards_are_the_list_cut_up(
    corpus: Corpus, ascending: bool, states: tuple[State, ...]
) -> None:
    corpus.batches.add(DEFAULT_STORE, uploads(corpus, 9))
    jobs = corpus.jobs.claim(5)
    corpus.jobs.record([Outcome.done(job, usage_bytes=1, converter="x") for job in jobs[:4]])

    def page(limit: int, **cursor: str) -> list[str]:
        files = corpus.store_files.list(in_store(DEFAULT_STORE), states, limit=limit, ascending=ascending, **cursor)
        assert files.has_more == (len(files.items) == limit and not {whole[0], whole[-1]} & ids(files.items))
        return [file.file_id for file in files.items]

    def ids(files: list[StoreFile]) -> set[str]:
        return {file.file_id for file in files}

    kept = corpus.store_files.list(in_store(DEFAULT_STORE), states, limit=100, ascending=ascending).items
    whole = [file.file_id for file in kept]
    assert len(whole) == {(): 9, UNFINISHED: 5, (State.DONE,): 4}[states]
    assert [page(2, after=whole[0]), page(2, before=whole[-1])] == [whole[1:3], whole[-3:-1]]
    assert page(100, after=whole[0], before=whole[-1]) == whole[1:-1]


def test_a_cursor_may_have_left_the_list_but_not_the_store(corpus: Corpus) -> None:
    first, second, third = uploads(corpus, 3)
    corpus.batches.add(DEFAULT_STORE, [first, second, third])
    [job] = corpus.jobs.claim(1)
    corpus.jobs.record([Outcome.done(job, usage_bytes=1, converter="x")])
    rest = corpus.store_files.list(
        in_store(DEFAULT_STORE), list(UNFINISHED), limit=9, ascending=True, after=first.file_id
    )
    assert [file.file_id for file in rest.items] == [second.file_id, third.file_id]
    corpus.store_files.delete(DEFAULT_STORE, first.file_id)
    with pytest.raises(Invalid, match="cursor"):
        corpus.store_files.list(in_store(DEFAULT_STORE), limit=9, after=first.file_id)


# --- stores


def test_a_store_is_made_with_all_its_files_or_not_at_all(corpus: Corpus) -> None:
    [file] = uploads(corpus, 1)
    before = len(corpus.stores.list(limit=100).items)
    with pytest.raises(NotFound, match="'file-x'"):
        corpus.stores.add("birds", {}, files=[file, NewStoreFile("file-x")])
    assert len(corpus.stores.list(limit=100).items) == before


def test_a_deleted_store_takes_its_chunks_along_and_leaves_the_files(corpus: Corpus) -> None:
    file = upload(corpus)
    store, other = (corpus.stores.add(name, {}, files=[NewStoreFile(file.id)]) for name in ("one", "other"))
    corpus.batches.add(store.id, [NewStoreFile(file.id)])
    corpus.worker.run_until_idle()
    corpus.stores.delete(store.id)
    assert corpus.index.store.count_documents() == 1
    assert with_herons(corpus, other.id) == ["a.txt"]
    assert corpus.files.get(file.id) == file
    with pytest.raises(NotFound, match=store.id):
        corpus.stores.get(store.id)


def test_a_store_deleted_while_its_file_is_ingested_leaves_no_chunk(corpus: Corpus) -> None:
    store = corpus.stores.add("birds", {}, files=uploads(corpus, 1))
    [job] = corpus.jobs.claim(1)
    corpus.stores.delete(store.id)
    corpus.jobs.record([corpus.worker.run_one(job)])
    assert corpus.index.store.count_documents() == 0


def test_a_crash_while_a_store_is_deleted_leaves_no_chunk(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        store = corpus.stores.add("birds", {}, files=uploads(corpus, 1))
        corpus.worker.run_until_idle()
        with corpus.database.write() as connection:  # as far as the deletion's commit
            corpus.store_files.remove_all(connection, store.id)
        assert corpus.index.store.count_documents() == 1
    with open_corpus(settings) as corpus:
        assert corpus.index.store.count_documents() == 0


def test_the_default_store_is_there_again_after_its_deletion_empty_and_as_new(corpus: Corpus) -> None:
    before, after = (each.file_id for each in uploads(corpus, 2))
    corpus.store_files.add(DEFAULT_STORE, before, {})
    corpus.stores.update(DEFAULT_STORE, metadata={"of": "birds"})
    corpus.worker.run_until_idle()
    assert corpus.index.store.count_documents() == 1
    corpus.stores.delete(DEFAULT_STORE)
    store = corpus.stores.get(DEFAULT_STORE)
    assert (store.name, store.metadata, store.counts, corpus.index.store.count_documents()) == ("default", {}, {}, 0)
    assert corpus.files.get(before).id == before

    corpus.store_files.add(DEFAULT_STORE, after, {})
    corpus.worker.run_until_idle()
    assert corpus.index.store.count_documents() == 1


def test_what_is_put_into_the_default_store_while_it_is_emptied_stays(corpus: Corpus) -> None:
    before, after = (each.file_id for each in uploads(corpus, 2))
    corpus.store_files.add(DEFAULT_STORE, before, {})
    corpus.worker.run_until_idle()
    with corpus.database.write() as connection:  # as far as the deletion's commit
        corpus.store_files.remove_all(connection, DEFAULT_STORE, used_again=True)
    corpus.store_files.add(DEFAULT_STORE, after, {})
    corpus.worker.run_until_idle()
    corpus.cleanup.run_all()
    [chunk] = corpus.index.store.filter_documents()
    assert chunk.meta["file_id"] == after


def test_the_default_store_does_not_expire(corpus: Corpus) -> None:
    with pytest.raises(Invalid, match="cannot expire"):
        corpus.stores.update(DEFAULT_STORE, expires_days=3)


# --- expiry


def test_a_store_that_is_not_used_expires_and_its_chunks_are_freed(corpus: Corpus) -> None:
    [file] = uploads(corpus, 1)
    store = corpus.stores.add("birds", {"of": "Europe"}, expires_days=2, files=[file])
    corpus.worker.run_until_idle()
    corpus.expiry.run()
    assert corpus.index.store.count_documents() == 1
    forget_last_use(corpus, store, days=2)

    expired = corpus.stores.get(store.id)
    assert expired.expired and expired.metadata == {"of": "Europe"}
    for use in (
        lambda: corpus.stores.check([DEFAULT_STORE, store.id]),
        lambda: corpus.store_files.add(store.id, file.file_id, {"year": 1}),
        lambda: corpus.batches.add(store.id, [file]),
        lambda: corpus.stores.update(store.id, expires_days=None),
    ):
        with pytest.raises(Invalid, match="has expired"):
            use()
    corpus.expiry.run()
    assert corpus.index.store.count_documents() == 0
    assert sum(corpus.stores.get(store.id).counts.values()) == 0
    assert corpus.stores.get(store.id).expired
    assert corpus.files.get(file.file_id)


def test_a_search_keeps_a_store_alive_and_is_written_down_at_the_end(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        store = corpus.stores.add("birds", {}, expires_days=2)
        forget_last_use(corpus, store, days=1)
        with statements(corpus.database) as ran:
            with_herons(corpus, store.id)
        assert [statement for statement, _ in ran if not statement.startswith(("SELECT", "BEGIN"))] == []
        used = corpus.stores.get(store.id).last_active_at
        assert used >= time.time() - 60
        corpus.expiry.run()
        with corpus.database.read() as connection:
            written = connection.scalar(select(schema.stores.c.last_active_at).where(schema.stores.c.id == store.id))
        assert written is not None and written < used
    with open_corpus(settings) as corpus:
        assert corpus.stores.get(store.id).last_active_at == used
