"""Batches of files: cancelled, put in again, and cheap."""

import pytest

from ingest.corpus import Corpus
from ingest.errors import NotFound
from ingest.records.store_files import State
from ingest.records.stores import DEFAULT_STORE
from tests.corpora import statements
from tests.ingest.records.heron_files import uploads, with_herons


def test_a_cancelled_batch_ends_at_once_and_keeps_what_was_done(corpus: Corpus) -> None:
    files = uploads(corpus, 4)
    batch = corpus.batches.add(DEFAULT_STORE, files)
    done, running = corpus.jobs.claim(2)
    corpus.jobs.record([corpus.worker.run_one(done)])
    late = corpus.worker.run_one(running)

    cancelled = corpus.batches.cancel(DEFAULT_STORE, batch.id)

    assert (cancelled.cancelled, cancelled.counts) == (True, {State.DONE: 1, State.CANCELLED: 3})
    assert with_herons(corpus, DEFAULT_STORE) == [done.filename]  # though the chunks of the other are still there
    corpus.jobs.record([late])
    assert corpus.index.store.count_documents() == 1
    assert corpus.jobs.claim(10) == []
    assert corpus.batches.get(DEFAULT_STORE, batch.id) == cancelled


def test_a_finished_batch_is_not_cancelled(corpus: Corpus) -> None:
    batch = corpus.batches.add(DEFAULT_STORE, uploads(corpus, 1))
    corpus.worker.run_until_idle()
    assert not corpus.batches.cancel(DEFAULT_STORE, batch.id).cancelled


def test_a_cancelled_file_can_be_put_in_again(corpus: Corpus) -> None:
    files = uploads(corpus, 1)
    batch = corpus.batches.add(DEFAULT_STORE, files)
    corpus.batches.cancel(DEFAULT_STORE, batch.id)
    again = corpus.batches.add(DEFAULT_STORE, files)
    corpus.worker.run_until_idle()
    assert again.counts == {State.PENDING: 1}
    assert with_herons(corpus, DEFAULT_STORE) == ["0.txt"]


def test_a_batch_takes_over_the_files_that_are_there_and_ingests_them_once(corpus: Corpus) -> None:
    files = uploads(corpus, 3)
    first = corpus.batches.add(DEFAULT_STORE, files[:2])
    corpus.worker.run_until_idle()
    second = corpus.batches.add(DEFAULT_STORE, [*files, files[0]])
    assert second.counts == {State.DONE: 2, State.PENDING: 1}
    assert corpus.batches.get(DEFAULT_STORE, first.id).counts == {}
    assert len(corpus.jobs.claim(10)) == 1


def test_a_large_batch_takes_few_statements(corpus: Corpus) -> None:
    files = uploads(corpus, 40)
    with statements(corpus.database) as ran:
        corpus.batches.add(DEFAULT_STORE, files)
    few = len(ran)
    with statements(corpus.database) as ran:
        corpus.batches.add(corpus.stores.add("other", {}).id, files[:2])
    assert few < 20 and few <= len(ran)


def test_a_batch_is_one_of_its_store(corpus: Corpus) -> None:
    batch = corpus.batches.add(DEFAULT_STORE, uploads(corpus, 1))
    other = corpus.stores.add("other", {})
    for use in (corpus.batches.get, corpus.batches.cancel):
        with pytest.raises(NotFound, match=batch.id):
            use(other.id, batch.id)
