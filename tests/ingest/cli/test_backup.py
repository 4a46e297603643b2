"""`rag-ingest backup` and `restore`, while others write and when something is in the way."""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ingest import projects
from ingest.corpus import Corpus
from ingest.errors import FolderInUse, IngestError, Invalid, StorageFailed
from ingest.projects import Folders
from ingest.query import Query
from ingest.records.store_files import State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from tests import corpora
from tests.command import rag_ingest
from tests.corpora import OpenCorpus, settings_in


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "other")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def put(corpus: Corpus, name: str) -> str:
    return corpora.put(corpus, f"{name}.txt", f"The {name} is a bird.").id


def names(corpus: Corpus) -> set[str]:
    """Of all files there, once it is sure that each of them is found, and its bytes are there."""
    corpus.worker.run_until_idle()
    files = corpus.files.list(limit=1000).items
    for file in files:
        name = file.filename.removesuffix(".txt")
        with corpus.files.open(file) as source:
            assert source.read().decode() == f"The {name} is a bird."
        assert corpora.state(corpus, file) is State.DONE
        found = corpus.passages.run(Query(name, top_k=5), [DEFAULT_STORE])["documents"]
        assert [passage.meta["file_id"] for passage in found] == [file.id]
    return {file.filename.removesuffix(".txt") for file in files}


def test_a_backup_made_while_others_write_is_whole(
    settings: Settings, other: Settings, copy: Path, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        corpus.worker.start()
        stays = [put(corpus, f"heron{n}") for n in range(10)]
        stop = threading.Event()
        kept: list[str] = []

        def come_and_go() -> None:
            for n in range(10_000):
                if stop.is_set():
                    return
                file_id = put(corpus, f"swift{n}")
                corpus.files.delete(kept.pop(0)) if len(kept) > 5 else kept.append(file_id)

        writer = threading.Thread(target=come_and_go)
        writer.start()
        try:
            for _ in range(3):
                assert rag_ingest(settings, "backup", str(copy)) == 0
                assert rag_ingest(other, "restore", str(copy)) == 0
                with open_corpus(other) as restored:
                    assert {f"heron{n}" for n in range(len(stays))} <= names(restored)
                capsys.readouterr()
                assert rag_ingest(other, "check") == 0, capsys.readouterr().out
                shutil.rmtree(other.data_dir)
        finally:
            stop.set()
            writer.join()
            corpus.worker.stop()


def test_a_second_backup_copies_what_is_new_and_drops_what_is_gone(
    settings: Settings, other: Settings, copy: Path, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        gone = put(corpus, "heron")
        put(corpus, "owl")
        corpus.worker.run_until_idle()
        assert rag_ingest(settings, "backup", str(copy)) == 0
        assert "copied 2 new files," in capsys.readouterr().out
        put(corpus, "swift")
        corpus.files.delete(gone)
    assert rag_ingest(settings, "backup", str(copy)) == 0
    assert "copied 1 new file," in capsys.readouterr().out
    assert len(list(copy.glob("blobs/*/*"))) == 2
    assert len(list(copy.glob("databases-*"))) == 1
    assert rag_ingest(other, "restore", str(copy)) == 0
    with open_corpus(other) as restored:
        assert names(restored) == {"owl", "swift"}


def test_a_backup_that_was_interrupted_leaves_the_one_before(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "owl")
        assert rag_ingest(settings, "backup", str(copy)) == 0
        put(corpus, "swift")
    (settings.data_dir / "answers.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StorageFailed, match="check"):
        rag_ingest(settings, "backup", str(copy))
    assert rag_ingest(other, "restore", str(copy)) == 0
    with open_corpus(other) as restored:
        assert names(restored) == {"owl"}

    (settings.data_dir / "answers.db").unlink()
    assert rag_ingest(settings, "backup", str(copy)) == 0
    assert len(list(copy.glob("databases-*"))) == 1


def test_damage_is_named_and_not_copied(
    settings: Settings, other: Settings, copy: Path, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "owl")
        put(corpus, "swift")
    assert rag_ingest(settings, "backup", str(copy)) == 0
    for path in (copy, settings.data_dir):
        [blob] = [path for path in path.glob("blobs/??/*") if "owl" in path.read_text()]
        blob.write_text("The owl is a fish.")  # of the same size, so that the backup keeps what it has
    assert rag_ingest(other, "restore", str(copy)) == 1
    assert "damaged  owl.txt" in capsys.readouterr().out
    assert rag_ingest(settings, "backup", str(copy.with_name("new"))) == 1
    assert "damaged  owl.txt" in capsys.readouterr().out
    assert len(list(copy.with_name("new").glob("blobs/*/*"))) == 1

    [database] = copy.glob("databases-*/records.db")
    database.write_bytes(database.read_bytes()[:-1] + b"x")
    shutil.rmtree(other.data_dir)
    with pytest.raises(StorageFailed, match=r"records\.db in the backup is damaged"):
        rag_ingest(other, "restore", str(copy))


def test_a_backup_that_is_used_as_a_data_folder_is_told_from_a_damaged_one(
    settings: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "heron")
    rag_ingest(settings, "backup", str(copy))
    used = settings_in(copy)
    with pytest.raises(StorageFailed, match="is a backup"):
        rag_ingest(used, "check")
    with pytest.raises(StorageFailed, match="is a backup"), open_corpus(used):
        pass


def test_a_backup_whose_manifest_leads_out_of_the_folder_is_refused(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "heron")
    rag_ingest(settings, "backup", str(copy))
    (copy / "planted").write_text("a line for a start file")
    manifest = json.loads((copy / "backup.json").read_text())
    manifest["sha256"]["../planted"] = hashlib.sha256(b"a line for a start file").hexdigest()
    (copy / "backup.json").write_text(json.dumps(manifest))
    with pytest.raises(StorageFailed, match=r"backup\.json in the backup is damaged"):
        rag_ingest(other, "restore", str(copy))
    assert not (other.data_dir / ".." / "planted").exists()


def test_what_is_no_file_is_not_waited_for_and_no_link_is_followed(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "heron")
    rag_ingest(settings, "backup", str(copy))
    for pattern in ("blobs/??/*", "databases-*/answers.db", "databases-*/records.db", "backup.json"):
        for path in copy.glob(pattern):
            kept = path.read_bytes()
            path.unlink()
            for make in (lambda path=path: os.mkfifo(path), lambda path=path: path.symlink_to("/dev/zero")):
                make()
                with pytest.raises(Invalid, match="is no file"):
                    rag_ingest(other, "restore", str(copy))
                path.unlink()
            path.write_bytes(kept)
    assert rag_ingest(other, "restore", str(copy)) == 0


def test_a_view_is_not_read_as_if_it_were_a_table(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "heron")
    rag_ingest(settings, "backup", str(copy))
    [database] = copy.glob("databases-*/records.db")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("ALTER TABLE files RENAME TO others")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        connection.execute(f"CREATE VIEW files AS {endless} SELECT hex(i) AS sha256, 'x' AS filename FROM n")
        connection.commit()
    manifest = json.loads((copy / "backup.json").read_text())
    manifest["sha256"]["records.db"] = hashlib.sha256(database.read_bytes()).hexdigest()
    (copy / "backup.json").write_text(json.dumps(manifest))
    with pytest.raises(StorageFailed, match=r"records\.db in the backup is damaged"):
        rag_ingest(other, "restore", str(copy))


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"{}", b'{"databases": 1, "sha256": 2}'])
def test_a_manifest_that_is_damaged_is_told_and_nothing_restored(other: Settings, copy: Path, damaged: bytes) -> None:
    copy.mkdir()
    (copy / "backup.json").write_bytes(damaged)
    with pytest.raises(StorageFailed, match=r"backup\.json in the backup is damaged"):
        rag_ingest(other, "restore", str(copy))
    assert [path.name for path in other.data_dir.iterdir()] == ["lock"]


def test_nothing_is_overwritten(
    settings: Settings, other: Settings, copy: Path, tmp_path: Path, open_corpus: OpenCorpus
) -> None:
    def refusal(error: type[IngestError], settings: Settings, *words: str) -> str:
        with pytest.raises(error) as refused:
            rag_ingest(settings, *words)
        return refused.value.message

    assert "no documents" in refusal(Invalid, settings, "backup", str(copy))
    with open_corpus(settings) as corpus:
        put(corpus, "owl")
        assert "elsewhere" in refusal(Invalid, settings, "backup", str(settings.data_dir / "copy"))
        (tmp_path / "letters").mkdir()
        (tmp_path / "letters" / "a.txt").touch()
        assert "a.txt" in refusal(Invalid, settings, "backup", str(tmp_path / "letters"))
        assert rag_ingest(settings, "backup", str(copy)) == 0
        assert "in use" in refusal(FolderInUse, settings, "restore", str(copy))
    assert "not empty" in refusal(Invalid, settings, "restore", str(copy))
    assert "not a backup" in refusal(Invalid, other, "restore", str(tmp_path / "letters"))
    with open_corpus(settings) as corpus:
        assert names(corpus) == {"owl"}


def test_a_restoration_that_was_interrupted_is_no_data_folder_and_goes_on(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "owl")
    assert rag_ingest(settings, "backup", str(copy)) == 0
    manifest = json.loads((copy / "backup.json").read_text())
    elsewhere = copy / manifest["databases"] / "elsewhere"
    blobs = copy / "blobs"
    blobs.rename(elsewhere)
    blobs.write_text("in the way")
    with pytest.raises(StorageFailed, match="Not everything could be copied"):
        rag_ingest(other, "restore", str(copy))
    with pytest.raises(StorageFailed, match="not restored to the end"), open_corpus(other):
        pass
    blobs.unlink()
    elsewhere.rename(blobs)
    assert rag_ingest(other, "restore", str(copy)) == 0
    with open_corpus(other) as restored:
        assert names(restored) == {"owl"}


def test_each_project_is_in_the_backup_and_comes_back(
    settings: Settings, other: Settings, copy: Path, open_corpus: OpenCorpus
) -> None:
    for project in ("herons", "never-opened"):
        Folders(settings.data_dir).make(project)
    for project in ("default", "herons"):
        with open_corpus(in_project(settings, project)) as corpus:
            put(corpus, f"bird-of-{project}")
            corpus.worker.run_until_idle()
    assert rag_ingest(settings, "backup", str(copy)) == 0
    herons = projects.find(Folders(settings.data_dir), "herons")
    Folders(settings.data_dir).delete(herons)
    assert rag_ingest(other, "restore", str(copy)) == 0
    assert list(map(projects.name_of, Folders(other.data_dir).ids())) == ["default", "herons", "never-opened"]
    for project in ("default", "herons"):
        with open_corpus(in_project(other, project)) as corpus:
            assert names(corpus) == {f"bird-of-{project}"}
    assert rag_ingest(other, "check") == 0
    assert rag_ingest(settings, "backup", str(copy)) == 0
    assert not (copy / "projects" / herons).exists()


def in_project(settings: Settings, project: str) -> Settings:
    return settings.of_project(projects.find(Folders(settings.data_dir), project))
