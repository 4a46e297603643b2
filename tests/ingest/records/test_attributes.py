"""Attributes of files in a store, as they are changed: the row and the index have the same."""

import threading

import pytest
from sqlalchemy import update

from ingest.corpus import Corpus
from ingest.records import schema
from ingest.records.cleanup import Kind
from ingest.records.store_files import NewStoreFile, State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from tests.corpora import OpenCorpus
from tests.ingest.records.heron_files import upload, with_herons, year_is


@pytest.mark.parametrize("backend", ["embedded", "memory"])
def test_changed_attributes_are_what_the_next_search_goes_by(
    settings: Settings, backend: str, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings.model_copy(update={"index_backend": backend})) as corpus:
        file = upload(corpus)
        corpus.store_files.add(DEFAULT_STORE, file.id, {"year": 1999})
        corpus.worker.run_until_idle()
        assert with_herons(corpus, DEFAULT_STORE, year_is(1999)) == ["a.txt"]
        corpus.store_files.update(DEFAULT_STORE, file.id, {"year": 2000})
        assert with_herons(corpus, DEFAULT_STORE, year_is(1999)) == []
        assert with_herons(corpus, DEFAULT_STORE, year_is(2000)) == ["a.txt"]


def test_true_is_not_1(corpus: Corpus) -> None:
    file = upload(corpus)
    corpus.store_files.add(DEFAULT_STORE, file.id, {"rare": True})
    assert corpus.store_files.add(DEFAULT_STORE, file.id, {"rare": 1}).attributes["rare"] is not True


def test_attributes_changed_while_the_file_is_ingested_are_those_that_count(corpus: Corpus) -> None:
    file = upload(corpus)
    batch = corpus.batches.add(DEFAULT_STORE, [NewStoreFile(file.id, {"year": 1999})])
    [job] = corpus.jobs.claim(1)
    corpus.store_files.update(DEFAULT_STORE, file.id, {"year": 2000})
    corpus.jobs.record([corpus.worker.run_one(job)])
    corpus.worker.run_until_idle()
    assert with_herons(corpus, DEFAULT_STORE, year_is(1999)) == []
    assert with_herons(corpus, DEFAULT_STORE, year_is(2000)) == ["a.txt"]
    assert corpus.index.store.count_documents() == 1
    assert corpus.batches.get(DEFAULT_STORE, batch.id).counts == {State.DONE: 1}


def test_a_crash_between_the_row_and_the_index_is_made_good(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        file = upload(corpus)
        corpus.store_files.add(DEFAULT_STORE, file.id, {"year": 1999})
        corpus.worker.run_until_idle()
        store_file_id = corpus.store_files.get(DEFAULT_STORE, file.id).id
        with corpus.database.write() as connection:  # as far as the update's commit
            changed = update(schema.store_files).where(schema.store_files.c.id == store_file_id)
            connection.execute(changed.values(attributes={"year": 2000}))
            corpus.cleanup.add(connection, Kind.OLD_ATTRIBUTES, [store_file_id])
    with open_corpus(settings) as corpus:
        assert with_herons(corpus, DEFAULT_STORE, year_is(2000)) == ["a.txt"]


def test_of_many_changes_at_once_the_row_and_the_index_have_the_same(corpus: Corpus) -> None:
    file = upload(corpus)
    corpus.store_files.add(DEFAULT_STORE, file.id, {"year": 0})
    corpus.worker.run_until_idle()

    def change(year: int) -> None:
        corpus.store_files.update(DEFAULT_STORE, file.id, {"year": year})

    threads = [threading.Thread(target=change, args=(year,)) for year in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = corpus.store_files.get(DEFAULT_STORE, file.id).attributes["year"]
    assert [year for year in range(9) if with_herons(corpus, DEFAULT_STORE, year_is(year))] == [last]
