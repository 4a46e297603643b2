"""Files, stores, jobs and the worker together, without any server."""

import shutil
import threading
from pathlib import Path

import pytest

from ingest.corpus import Corpus
from ingest.errors import FolderInUse, Invalid, NotFound, Reason, StorageFailed, TooLarge
from ingest.records.files import StoredFile
from ingest.records.store_files import Chunking, State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from ingest.work.jobs import MAX_DEATHS
from tests.corpora import OpenCorpus, found, put, settings_in, state, wait_until


def test_a_file_waits_is_ingested_and_is_found(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", b"Herons eat frogs.")
    assert state(corpus, file) is State.PENDING
    assert found(corpus, "herons") == []

    corpus.worker.run_until_idle()

    assert state(corpus, file) is State.DONE
    assert found(corpus, "herons") == ["a.txt"]


@pytest.mark.parametrize(("query_expansion", "names"), [(False, ["a.txt"]), (True, ["a.txt", "b.txt"])])
def test_a_search_is_made_again_with_the_words_it_found_if_that_is_set(
    settings: Settings, query_expansion: bool, names: list[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings.model_copy(update={"query_expansion": query_expansion})) as corpus:
        put(corpus, "a.txt", b"Herons eat frogs.")
        put(corpus, "b.txt", b"Frogs live in ponds.")
        corpus.worker.run_until_idle()
        assert found(corpus, "herons") == names


def test_a_job_running_at_a_crash_is_done_after_the_restart_once(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        file = put(corpus, "a.txt", b"Herons eat frogs.")
        [job] = corpus.jobs.claim(10)
        corpus.jobs.record([corpus.worker.run_one(job)])
        with corpus.database.write() as connection:  # as if the crash came before the end was recorded
            connection.exec_driver_sql("UPDATE store_files SET state = 'running'")
    with open_corpus(settings) as corpus:
        assert state(corpus, file) is State.PENDING
        corpus.worker.run_until_idle()
        assert state(corpus, file) is State.DONE
        assert corpus.index.store.count_documents() == 1


def test_a_job_that_takes_the_process_down_is_given_up_and_its_neighbours_are_not(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        poison = put(corpus, "poison.txt", b"Herons eat frogs.")
        others = [put(corpus, f"{n}.txt", b"Herons eat frogs.") for n in range(5)]
        assert len(corpus.jobs.claim(10)) == 6
    for _ in range(MAX_DEATHS + len(others)):
        with open_corpus(settings) as corpus:
            for job in corpus.jobs.claim(10):
                if job.file_id == poison.id:
                    break
                corpus.jobs.record([corpus.worker.run_one(job)])
    with open_corpus(settings) as corpus:
        ended = corpus.store_files.get(DEFAULT_STORE, poison.id)
        assert (ended.state, ended.reason) == (State.FAILED, Reason.INTERNAL)
        assert "attach it again" in (ended.message or "")
        assert {state(corpus, file) for file in others} == {State.DONE}
        assert corpus.store_files.add(DEFAULT_STORE, poison.id).state is State.PENDING


def test_a_file_deleted_while_it_is_ingested_leaves_no_chunk(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", b"Herons eat frogs.")
    [job] = corpus.jobs.claim(10)
    corpus.files.delete(file.id)
    # Its bytes are gone too, so this job writes what it read before.
    again = put(corpus, "a.txt", b"Herons eat frogs.", store_id=None)
    assert again.sha256 == job.sha256
    corpus.jobs.record([corpus.worker.run_one(job)])
    assert corpus.index.store.count_documents() == 0
    assert found(corpus, "herons") == []


def test_what_a_deletion_left_undone_is_done_at_the_next_start(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        file = put(corpus, "a.txt", b"Herons eat frogs.")
        corpus.worker.run_until_idle()
        with corpus.database.write() as connection:  # as if the crash came right after the deletion's commit
            store_file_id = corpus.store_files.get(DEFAULT_STORE, file.id).id
            connection.exec_driver_sql("DELETE FROM store_files")
            connection.exec_driver_sql("DELETE FROM files")
            connection.exec_driver_sql(f"INSERT INTO cleanup (kind, key) VALUES ('chunks', '{store_file_id}')")
            connection.exec_driver_sql(f"INSERT INTO cleanup (kind, key) VALUES ('blob', '{file.sha256}')")
        assert found(corpus, "herons") == []
        assert corpus.index.store.count_documents() == 1
    with open_corpus(settings) as corpus:
        assert corpus.index.store.count_documents() == 0
        assert not list((settings.data_dir / "blobs").glob("*/*"))


def test_the_bytes_stay_as_long_as_a_file_has_them(corpus: Corpus, settings: Settings) -> None:
    first, second = put(corpus, "a.txt", b"same"), put(corpus, "b.txt", b"same")
    assert len(list((settings.data_dir / "blobs").glob("*/*"))) == 1
    corpus.files.delete(first.id)
    with corpus.files.open(second) as kept:
        assert kept.read() == b"same"
    corpus.files.delete(second.id)
    assert not list((settings.data_dir / "blobs").glob("*/*"))


def test_the_same_bytes_added_and_deleted_by_many_threads_are_never_lost(corpus: Corpus) -> None:
    kept: list[StoredFile] = []

    def churn() -> None:
        for _ in range(10):
            corpus.files.delete(put(corpus, "a.txt", b"same", None).id)
        kept.append(put(corpus, "a.txt", b"same", None))

    threads = [threading.Thread(target=churn) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 6
    for file in kept:
        with corpus.files.open(file) as source:
            assert source.read() == b"same"


def test_reingesting_with_fewer_chunks_leaves_none_of_the_old(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", b"Herons eat frogs. " * 200)
    corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(100, 0))
    corpus.worker.run_until_idle()
    assert corpus.index.store.count_documents() > 5
    corpus.store_files.add(DEFAULT_STORE, file.id, chunking=Chunking(4096, 0))
    corpus.worker.run_until_idle()
    assert corpus.index.store.count_documents() == 1


def test_to_look_with_an_index_in_memory_changes_nothing(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        file = put(corpus, "a.txt", "Herons eat frogs.")
        corpus.worker.run_until_idle()
    with open_corpus(settings.model_copy(update={"index_backend": "memory"})) as corpus:
        assert state(corpus, file) is State.DONE


def test_a_memory_index_is_filled_again_after_a_restart(settings: Settings, open_corpus: OpenCorpus) -> None:
    settings = settings.model_copy(update={"index_backend": "memory"})
    for _ in range(2):
        with open_corpus(settings) as corpus:
            if not corpus.files.list(limit=1).items:
                put(corpus, "a.txt", b"Herons eat frogs.")
            corpus.worker.run_until_idle()
            assert found(corpus, "herons") == ["a.txt"]


def test_a_broken_file_fails_alone(corpus: Corpus) -> None:
    broken = put(corpus, "broken.pdf", b"%PDF-1.7 nothing")
    good = put(corpus, "a.txt", b"Herons eat frogs.")
    corpus.worker.run_until_idle()
    assert (state(corpus, broken), state(corpus, good)) == (State.FAILED, State.DONE)


def test_a_job_waits_while_the_disk_refuses_and_is_done_when_it_does_not(corpus: Corpus, settings: Settings) -> None:
    file = put(corpus, "a.txt", b"Herons eat frogs.")
    fulltext = settings.data_dir / "index" / "fulltext"
    shutil.rmtree(fulltext)
    fulltext.write_text("in the way")
    [job] = corpus.jobs.claim(1)
    corpus.jobs.record([corpus.worker.run_one(job)])
    assert state(corpus, file) is State.PENDING

    fulltext.unlink()
    corpus.worker.run_until_idle()
    assert state(corpus, file) is State.DONE
    assert found(corpus, "herons") == ["a.txt"]


def test_a_draft_that_is_not_kept_leaves_nothing(corpus: Corpus, settings: Settings) -> None:
    with pytest.raises(TooLarge), corpus.blobs.draft(3) as draft:
        draft.write(b"abc")
        draft.write(b"d")
    with pytest.raises(Invalid, match="empty"), corpus.blobs.draft(3) as draft:
        corpus.files.add(draft, "a.txt", "assistants")
    assert not [path for path in (settings.data_dir / "blobs").rglob("*") if path.is_file()]


def test_what_arrived_in_part_before_a_crash_is_swept_at_the_next_start(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        draft = corpus.blobs.draft(100)
        draft.write(b"half of a")
        assert draft.path.exists()
    draft.finish()  # the file of this process, which goes on
    with open_corpus(settings):
        assert not draft.path.exists()


def test_a_blob_whose_record_a_crash_prevented_is_swept_at_the_next_start(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        recorded, unrecorded = corpus.blobs.draft(100), corpus.blobs.draft(100)
        recorded.write(b"Herons eat frogs.")
        file = corpus.files.add(recorded, "a.txt", "assistants")
        recorded.finish()  # the file of this process, which goes on
        unrecorded.write(b"Owls eat mice.")
        unrecorded.finish()
        corpus.blobs.keep(unrecorded)
        assert corpus.blobs.list(unrecorded.sha256[:2]) == {unrecorded.sha256: 14}
    with open_corpus(settings) as corpus:
        with corpus.files.open(file) as source:
            assert source.read() == b"Herons eat frogs."
        assert corpus.blobs.list(unrecorded.sha256[:2]) == {}
        assert list((settings.data_dir / "blobs" / "incoming").iterdir()) == []


def test_a_folder_in_use_is_refused_in_words(corpus: Corpus, settings: Settings, open_corpus: OpenCorpus) -> None:
    with pytest.raises(FolderInUse, match="in use by the process"), open_corpus(settings):
        pass


def test_what_is_not_there_is_not_found(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", b"x")
    for call in (
        lambda: corpus.files.get("file-x"),
        lambda: corpus.files.delete("file-x"),
        lambda: corpus.stores.get("vs_x"),
        lambda: corpus.store_files.add("vs_x", file.id),
        lambda: corpus.store_files.add(DEFAULT_STORE, "file-x"),
        lambda: corpus.store_files.get(DEFAULT_STORE, "file-x"),
        lambda: corpus.store_files.delete(DEFAULT_STORE, "file-x"),
    ):
        with pytest.raises(NotFound, match=r"file-x|vs_x"):
            call()


def test_a_data_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path, open_corpus: OpenCorpus) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(StorageFailed, match="cannot be used"),
        open_corpus(settings_in(tmp_path / "file" / "store")),
    ):
        pass


def test_the_loop_takes_up_what_is_added_and_stops_when_told(corpus: Corpus) -> None:
    corpus.worker.start()
    try:
        file = put(corpus, "a.txt", b"Herons eat frogs.")
        deadline = threading.Event()
        for _ in range(500):
            if state(corpus, file) is State.DONE:
                break
            deadline.wait(0.02)
        assert state(corpus, file) is State.DONE
    finally:
        corpus.worker.stop()


def test_a_fault_in_the_records_does_not_end_the_loop(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    file = put(corpus, "a.txt", b"Herons eat frogs.")
    with corpus.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE files RENAME TO elsewhere")
    corpus.worker.start()
    try:
        wait_until(lambda: "a fault in the worker" in caplog.text)
        with corpus.database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO files")
        corpus.store_files.added.set()
        wait_until(lambda: state(corpus, file) is State.DONE)
    finally:
        corpus.worker.stop()
