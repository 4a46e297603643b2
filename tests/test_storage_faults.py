"""What the disk and other programs do to the data folder: told in a sentence, nothing lost, well again afterwards."""

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx2
import openai
import pytest
from openai import OpenAI

from ingest.corpus import Corpus
from ingest.data_folder import MANIFEST
from ingest.errors import DiskFull, StorageFailed
from ingest.records.reserve import BYTES
from ingest.settings import Settings
from ingest.upkeep.backup import backup, restore
from ingest.upkeep.check import findings
from tests import corpora
from tests.command import rag_ingest
from tests.corpora import OpenCorpus
from tests.official_client import put
from tests.server import Server

STORE = "vs_default"
OF = {"field": "meta.file_id", "operator": "=="}
ROOT_RIGHTS = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
SMALL_DISK = "40m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The data folder of a `Server(tmp_path)`, on a file system of its own."""
    folder = tmp_path / "store"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=777", "tmpfs", str(folder))
    yield folder
    # Lazily: what is closed here may stay mapped into memory until it is collected.
    subprocess.run([*ROOT_RIGHTS, "umount", "--lazy", str(folder)], check=True)


def mount(*arguments: str) -> None:
    try:
        mounted = subprocess.run([*ROOT_RIGHTS, "mount", *arguments], capture_output=True, text=True)
    except FileNotFoundError as error:
        pytest.skip(f"{error.filename} is not here")
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")


def found(client: OpenAI, word: str) -> list[str]:
    return [result.filename for result in client.vector_stores.search(STORE, query=word).data]


def test_a_disk_that_is_full_is_told_and_goes_on_when_there_is_space(
    small_disk: Path, tmp_path: Path, settings: Settings, open_corpus: OpenCorpus
) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        put(client, "heron.txt", "The heron eats.")
        ballast = small_disk / "ballast"
        accepted = []

        fill(ballast, leave=3 << 20)
        words = " ".join(f"w{n}" for n in range(200_000))  # whose chunks and index need more than itself
        accepted.append(client.files.create(file=("long.txt", f"The owl eats. {words}".encode()), purpose="assistants"))
        wait_for_log(server, "cannot ingest")
        fill(ballast, leave=0)
        with pytest.raises(openai.InternalServerError, match="disk is full") as refused:
            for n in range(20):  # what is left of a page may be enough for one
                file = client.files.create(file=(f"{n}.txt", b"The swift eats." * 10_000), purpose="vision")
                accepted.append(file)
        assert refused.value.status_code == 503
        assert found(client, "heron") == ["heron.txt"]
        assert client.vector_stores.files.retrieve(accepted[0].id, vector_store_id=STORE).status == "in_progress"

        ballast.unlink()
        state = client.vector_stores.files.poll(accepted[0].id, vector_store_id=STORE, poll_interval_ms=50)
        assert state.status == "completed"
        assert put(client, "swift.txt", "The swift eats.").status == "completed"
        assert [found(client, word)[:1] for word in ("heron", "owl", "swift")] == [
            ["heron.txt"],
            ["long.txt"],
            ["swift.txt"],
        ]
        for file in accepted:
            assert len(client.files.content(file.id).content) == file.bytes
        assert server.stop() == 0
    assert "Traceback" not in server.said()
    with open_corpus(settings) as corpus:
        assert list(findings(corpus)) == []


def test_a_disk_that_is_full_to_the_last_byte_can_be_emptied_through_the_api(small_disk: Path, tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        for name in ("heron", "owl", "swift"):
            put(client, f"{name}.txt", f"The {name} eats. " + " ".join(f"{name}{n}" for n in range(2000)))
        store = client.vector_stores.create(name="birds")
        conversation = client.conversations.create()
        heron, owl, _ = client.files.list(order="asc").data
        response = client.responses.create(model="any", input="What eats?")
        ballast = small_disk / "ballast"

        fill(ballast, leave=0)
        with pytest.raises(openai.InternalServerError, match="disk is full") as refused:
            client.files.create(file=("new.txt", b"The rail eats." * 10_000), purpose="vision")
        assert refused.value.status_code == 503
        assert client.conversations.delete(conversation.id).deleted
        client.responses.delete(response.id)
        assert client.vector_stores.delete(store.id).deleted
        assert client.vector_stores.files.delete(heron.id, vector_store_id=STORE).deleted
        assert client.files.delete(owl.id).deleted
        assert found(client, "heron") + found(client, "owl") == []
        assert set(found(client, "swift")) == {"swift.txt"}

        os.truncate(ballast, ballast.stat().st_size - BYTES * 3 // 2)
        put(client, "crake.txt", "The crake eats.")
        fill(ballast, leave=0)
        server.kill()
    with Server(tmp_path) as server:  # and it can still be started, to go on
        client = server.client()
        assert client.files.delete(heron.id).deleted
        with pytest.raises(openai.InternalServerError, match="disk is full"):
            client.files.create(file=("new.txt", b"The rail eats." * 500_000), purpose="vision")
        ballast.unlink()
        assert put(client, "rail.txt", "The rail eats.").status == "completed"
        assert found(client, "rail")[0] == "rail.txt"
        assert (small_disk / "reserve").stat().st_blocks * 512 == BYTES
        assert server.stop() == 0
    assert "Traceback" not in server.said()


def test_a_deletion_too_large_for_a_full_disk_leaves_room_for_others(
    small_disk: Path, settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        file = corpora.put(corpus, "heron.txt", "The heron eats.")
        corpora.put(corpus, "same.txt", "The heron eats.")  # so that no bytes become free
        corpus.worker.run_until_idle()
        [chunk, *_] = corpus.index.store.filter_documents(OF | {"value": file.id})
        corpus.index.store.write_documents(
            [replace(chunk, id=f"{n}", content=f"{n} {'x' * 4000}", score=None) for n in range(2000)]
        )
    with open_corpus(settings) as corpus:  # whose databases have short logs
        fill(small_disk / "ballast", leave=0)
        corpus.files.delete(file.id)
        for n in range(3):
            corpus.expiry.run()  # tries again to take the chunks
            [*_, other] = corpus.files.list(limit=9).items
            with pytest.raises(DiskFull):
                corpora.put(corpus, f"{n}.txt", "The owl eats." * 500_000)
        corpus.files.delete(other.id)
        assert corpora.found(corpus, "heron") == []

        (small_disk / "ballast").unlink()
        corpus.expiry.run()
        assert corpus.index.store.count_documents() == 0


def test_a_backup_to_a_disk_that_is_full_is_told_and_goes_on(
    small_disk: Path, tmp_path: Path, open_corpus: OpenCorpus
) -> None:
    data = tmp_path / "data"
    with open_corpus(corpora.settings_in(data)) as corpus:
        ingest(corpus, "heron")
        put_large = os.urandom(1 << 20)
        corpora.put(corpus, "large.bin", put_large, store_id=None)
    ballast, copies = small_disk / "ballast", small_disk / "backup"
    backup(data, copies)
    before = (copies / MANIFEST).read_bytes()
    with open_corpus(corpora.settings_in(data)) as corpus:
        corpora.put(corpus, "larger.bin", put_large * 2, store_id=None)
    for leave in (0, 1 << 20, 2 << 20):  # for the lock, for a blob, for a database
        fill(ballast, leave)
        with pytest.raises(DiskFull, match="free some space there"):
            backup(data, copies)
        assert (copies / MANIFEST).read_bytes() == before
        ballast.unlink()
    backup(data, copies)
    assert restore(copies, tmp_path / "restored").harmed == {}
    with open_corpus(corpora.settings_in(tmp_path / "restored")) as corpus:
        assert corpora.found(corpus, "heron") == ["heron.txt"]


def test_a_check_on_a_full_disk_takes_nothing_for_damaged(
    small_disk: Path, settings: Settings, open_corpus: OpenCorpus, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
    (small_disk / "reserve").unlink()
    fill(small_disk / "ballast", leave=0)
    assert rag_ingest(settings, "check", "--repair") == 1
    said = capsys.readouterr().out
    assert "records.db cannot be checked (disk I/O error): see whether the disk is full" in said
    assert "damaged" not in said
    (small_disk / "ballast").unlink()
    assert rag_ingest(settings, "check") == 0


def fill(ballast: Path, leave: int) -> None:
    """Make the file so large that the disk has `leave` bytes left."""
    with ballast.open("ab") as file:
        while (free := os.statvfs(ballast).f_bavail * os.statvfs(ballast).f_frsize) > leave:
            file.write(b"\0" * (free - leave))
            file.flush()


def wait_for_log(server: Server, words: str) -> None:
    waited = threading.Event()
    for _ in range(600):
        if words in server.said():
            return
        waited.wait(0.05)
    raise AssertionError(f"the server did not say {words!r}:\n{server.said()[-2000:]}")


def test_a_client_notices_when_a_file_that_it_is_sent_is_damaged(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        file = client.files.create(file=("large.bin", os.urandom(1 << 20)), purpose="vision")
        [blob] = (tmp_path / "store" / "blobs").glob("??/*")
        content = blob.read_bytes()
        blob.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])

        with client.files.with_streaming_response.content(file.id) as response:
            assert response.headers["content-length"] == str(len(content))
            with pytest.raises(httpx2.RemoteProtocolError):
                response.read()
        assert client.files.retrieve(file.id).id == file.id  # other requests go on
    assert f"the bytes of {file.id} are not those that were uploaded" in server.said()
    assert "Traceback" not in server.said()


def test_a_folder_that_is_read_only_is_told_at_the_start(
    small_disk: Path, settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
    mount("-o", "remount,ro", str(small_disk))
    with pytest.raises(StorageFailed, match="cannot be used: Read-only"), open_corpus(settings):
        pass
    mount("-o", "remount,rw", str(small_disk))
    with open_corpus(settings) as corpus:
        assert corpora.found(corpus, "heron") == ["heron.txt"]


def test_a_folder_that_becomes_read_only_is_told_while_searches_go_on(
    small_disk: Path, settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
        mount("--bind", str(small_disk), str(small_disk))  # since one with files that are open stays writable
        try:
            mount("-o", "remount,bind,ro", str(small_disk))
            for part in (corpus.database, corpus.blobs):
                with pytest.raises(StorageFailed, match="cannot be written to any more"):
                    part.check_there()
            with pytest.raises(StorageFailed, match="cannot be written to any more"):
                corpora.put(corpus, "owl.txt", "The owl eats.")
            assert corpora.found(corpus, "heron") == ["heron.txt"]
        finally:
            subprocess.run([*ROOT_RIGHTS, "umount", "--lazy", str(small_disk)], check=True)
        ingest(corpus, "owl")
        assert corpora.found(corpus, "owl") == ["owl.txt"]


def test_records_that_are_damaged_are_told_at_the_start_with_what_to_do(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
    records = settings.data_dir / "records.db"
    sound = records.read_bytes()
    records.write_bytes(b"This is not a database. " * 1000)
    with pytest.raises(StorageFailed, match=r"damaged.*rag-ingest check.*restore"), open_corpus(settings):
        pass
    records.write_bytes(sound)
    with open_corpus(settings) as corpus:
        assert corpora.found(corpus, "heron") == ["heron.txt"]


def test_answers_that_are_damaged_are_told_at_the_start_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "answers.db").write_bytes(b"This is not a database. " * 1000)
    server = Server(tmp_path)
    with pytest.raises(RuntimeError, match=r"answers\.db is damaged.*rag-ingest check"), server:
        pass
    assert "Traceback" not in server.said()


def test_nothing_is_acknowledged_that_goes_to_a_file_that_was_removed(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        client = server.client()
        put(client, "heron.txt", "The heron eats.")
        gone = client.files.list().data[0]
        kept = tmp_path / "kept"
        for part in ("index", "records.db", "answers.db", "blobs"):
            (tmp_path / "store" / part).rename(kept)
            if part == "index":
                late = client.files.create(file=("late.txt", b"The rail eats."), purpose="assistants")
                wait_for_log(server, "chunks.sqlite was removed")
                assert client.files.delete(gone.id).deleted
                state = client.vector_stores.files.retrieve(late.id, vector_store_id=STORE)
                assert state.status == "in_progress"
            with pytest.raises(openai.InternalServerError, match="was removed while it was in use") as refused:
                if part == "answers.db":
                    client.conversations.create()
                elif part in ("records.db", "blobs"):
                    client.files.create(file=("owl.txt", b"The owl eats."), purpose="assistants")
                else:
                    client.get("/../readyz", cast_to=object)
            assert refused.value.status_code == 503
            if part == "blobs":
                with pytest.raises(openai.InternalServerError, match="blobs was removed"):
                    client.get("/../readyz", cast_to=object)
            kept.rename(tmp_path / "store" / part)
        state = client.vector_stores.files.poll(late.id, vector_store_id=STORE, poll_interval_ms=50)
        assert state.status == "completed"
        assert found(client, "heron") == []
        assert server.stop() == 0
    assert "Traceback" not in server.said()


def test_a_log_of_the_database_that_was_lost_after_a_kill_is_told(
    tmp_path: Path, open_corpus: OpenCorpus, caplog: pytest.LogCaptureFixture
) -> None:
    with Server(tmp_path):
        pass  # killed at the end
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "store", other)
    (other / "records.db-wal").unlink()
    for folder, told in ((tmp_path / "store", False), (other, True), (other, False)):  # the last after an orderly end
        caplog.clear()
        with open_corpus(corpora.settings_in(folder)):
            assert ("what was written last is lost" in caplog.text) is told


def test_writes_wait_for_a_program_that_locks_the_records_while_searches_go_on(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
        with closing(sqlite3.connect(settings.data_dir / "records.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            writer = threading.Thread(target=ingest, args=(corpus, "owl"))
            writer.start()
            writer.join(0.5)
            assert writer.is_alive()
            assert corpora.found(corpus, "heron") == ["heron.txt"]
            assert len(corpus.files.list(limit=9).items) == 1
            other.execute("COMMIT")
        writer.join()
        assert corpora.found(corpus, "owl") == ["owl.txt"]


def test_a_lock_that_is_not_released_is_told_and_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, open_corpus: OpenCorpus
) -> None:
    monkeypatch.setattr("ingest.records.sqlite.BUSY_TIMEOUT_S", 0.1)
    with open_corpus(settings) as corpus:
        with closing(sqlite3.connect(settings.data_dir / "records.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StorageFailed, match="locked by another program"):
                corpus.stores.add("birds", {})
        store = corpus.stores.add("birds", {})
        with corpus.database.write(), pytest.raises(StorageFailed, match="busy"):
            corpus.stores.delete(store.id)
        corpus.stores.delete(store.id)
        assert [store.id for store in corpus.stores.list(limit=9).items] == [STORE]


def test_a_clock_that_went_back_changes_neither_order_nor_what_is_found(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        ingest(corpus, "heron")
        ingest(corpus, "owl")
    with closing(sqlite3.connect(settings.data_dir / "records.db")) as records, records:
        for table in ("files", "stores", "store_files"):  # as if they were made before the clock was put back a month
            records.execute(f"UPDATE {table} SET created_at = created_at + 30 * 86400")
        records.execute("UPDATE stores SET last_active_at = last_active_at + 30 * 86400, expires_days = 1")
    with open_corpus(settings) as corpus:
        ingest(corpus, "swift")
        corpus.expiry.run()
        assert [file.filename for file in corpus.files.list(limit=9).items] == ["swift.txt", "owl.txt", "heron.txt"]
        for name in ("heron", "owl", "swift"):
            assert corpora.found(corpus, name) == [f"{name}.txt"]


def ingest(corpus: Corpus, name: str) -> None:
    corpora.put(corpus, f"{name}.txt", f"The {name} eats.")
    corpus.worker.run_until_idle()
