"""`rag-ingest check`: what is damaged is named, and mended where it can be."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from ingest.convert import confinement
from ingest.corpus import Corpus
from ingest.data_folder import ACCESS, KEYS_NEEDED
from ingest.errors import FolderInUse, StorageFailed
from ingest.records.database import open_database, tables
from ingest.records.store_files import State
from ingest.settings import Settings
from tests import corpora
from tests.command import rag_ingest
from tests.corpora import OpenCorpus

NAMES = ("heron", "owl", "swift")


@pytest.fixture
def settings(settings: Settings, open_corpus: OpenCorpus) -> Settings:
    """Of a data folder with three files, all of them done."""
    with open_corpus(settings) as corpus:
        for name in NAMES:
            put(corpus, name)
        corpus.worker.run_until_idle()
        corpus.cleanup.kept.expire()  # else the next start writes once more what may not be on the disk
    return settings


def put(corpus: Corpus, name: str) -> str:
    return corpora.put(corpus, f"{name}.txt", f"The {name} is a bird.").id


def check(settings: Settings, *options: str) -> int:
    return rag_ingest(settings, "check", *options)


def found(corpus: Corpus) -> dict[str, list[str]]:
    """For each name, the files in which it is found."""
    return {name: corpora.found(corpus, name) for name in NAMES}


EVERYTHING = {name: [f"{name}.txt"] for name in NAMES}


def blob(settings: Settings, name: str) -> Path:
    [path] = [path for path in settings.data_dir.glob("blobs/??/*") if name in path.read_text()]
    return path


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def records(settings: Settings, statement: str) -> None:
    sql(settings.data_dir / "records.db", statement)


def chunks(settings: Settings, statement: str) -> None:
    sql(settings.data_dir / "index" / "chunks.sqlite", statement)


def a_stray_blob(settings: Settings) -> None:
    shutil.copy(blob(settings, "owl"), blob(settings, "owl").with_name(blob(settings, "owl").name[:2] + "0" * 62))


def chunks_lost(settings: Settings) -> None:
    chunks(settings, "DELETE FROM chunks WHERE content LIKE '%owl%'")


def a_chunk_cut_short(settings: Settings) -> None:
    chunks(settings, "UPDATE chunks SET content = 'The owl' WHERE content LIKE '%owl%'")


def chunks_of_no_file(settings: Settings) -> None:
    chunks(
        settings,
        "INSERT INTO chunks (id, store_id, file_id, store_file_id, meta, content) VALUES "
        "('x', 'vs_default', 'file-x', 'sf_x', '{\"position\": 0}', 'the owl of nobody')",
    )


def chunks_of_a_failed_file(settings: Settings) -> None:
    records(settings, "UPDATE store_files SET state = 'failed', usage_bytes = 0 WHERE seq = 3")


def wrong_counts(settings: Settings) -> None:
    records(settings, "UPDATE store_counts SET files = files + 1")


def storage_miscounted(settings: Settings) -> None:
    records(settings, "UPDATE storage SET bytes = bytes + 1, max_files = 7")


def a_segment_changed(settings: Settings) -> None:
    [terms, *_] = sorted((settings.data_dir / "index" / "fulltext").glob("*.idx"))
    content = bytearray(terms.read_bytes())
    content[0] ^= 1
    terms.write_bytes(content)


def answers_that_are_no_database(settings: Settings) -> None:
    (settings.data_dir / "answers.db").write_bytes(b"this is not a database" * 1000)


def rows_that_are_no_database(settings: Settings) -> None:
    (settings.data_dir / "index" / "chunks.sqlite").write_bytes(b"this is not a database" * 1000)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (a_stray_blob, "belongs to no file"),
        (chunks_lost, "has no chunks, though it is done"),
        (a_chunk_cut_short, "has not the chunks that were written"),
        (chunks_of_no_file, "no file is there for 1 chunk of file-x in vs_default"),
        (chunks_of_a_failed_file, "though it is failed"),
        (wrong_counts, "the counts of vs_default"),
        (storage_miscounted, "the count of what is kept is not that of the files"),
        (a_segment_changed, "was changed since it was written"),
        (rows_that_are_no_database, "chunks.sqlite is damaged"),
        (answers_that_are_no_database, "answers.db is damaged"),
    ],
)
def test_what_is_wrong_is_named_and_can_be_repaired(
    settings: Settings,
    harm: Callable[[Settings], None],
    words: str,
    capsys: pytest.CaptureFixture[str],
    open_corpus: OpenCorpus,
) -> None:
    assert check(settings) == 0
    assert capsys.readouterr().out == "3 files, 3 chunks: all is well\n"
    harm(settings)

    assert check(settings) == 1
    assert words in capsys.readouterr().out
    assert check(settings, "--repair") == 0
    said = capsys.readouterr().out
    assert words in said
    assert "0 left" in said
    with open_corpus(settings) as corpus:
        corpus.worker.run_until_idle()
        lost: dict[str, list[str]] = {"swift": []} if harm is chunks_of_a_failed_file else {}
        assert found(corpus) == EVERYTHING | lost
    assert check(settings) == 0
    assert "all is well" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_damaged_bytes_are_named_and_the_same_bytes_mend_them(
    settings: Settings, damage: str, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    path = blob(settings, "owl")
    path.write_text("The owl is a fish.") if damage == "changed" else path.unlink()
    with open_corpus(settings) as corpus:
        [waiting] = [file for file in corpus.files.list(limit=9).items if file.filename == "owl.txt"]
        other = corpus.stores.add("waits for its turn", {})
        corpus.store_files.add(other.id, waiting.id)

    assert check(settings, "--repair") == 1
    said = capsys.readouterr().out
    assert f"{waiting.id} (owl.txt)" in said
    assert "Upload the same file again" in said
    with open_corpus(settings) as corpus:
        given_up = corpus.store_files.get(other.id, waiting.id)
        assert (given_up.state, given_up.message is None) == (State.FAILED, False)
        assert found(corpus) == EVERYTHING  # what was read before the damage is still the text
        put(corpus, "owl")
        corpus.worker.run_until_idle()
    assert check(settings) == 0


def test_damaged_records_are_told_before_anything_else(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    path = settings.data_dir / "records.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\0" * 8192
    path.write_bytes(content)
    assert check(settings, "--repair") == 1
    said = capsys.readouterr().out
    assert "records.db is damaged" in said
    assert "Restore a backup" in said


def test_all_damages_are_told_in_one_run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    answers_that_are_no_database(settings)
    rows_that_are_no_database(settings)
    wrong_counts(settings)
    blob(settings, "owl").unlink()
    folder = blob(settings, "swift").parent
    shutil.rmtree(folder)
    folder.write_text("a file in the place of a folder")
    assert check(settings) == 1
    said = capsys.readouterr().out
    for words in (
        "answers.db is",
        "chunks.sqlite is",
        "the counts of",
        "(owl.txt) are missing",
        f"blobs/{folder.name}",
    ):
        assert words in said
    assert "3 files, 5 faults, 0 repaired, 5 left" in said

    assert check(settings, "--repair") == 1
    assert "6 repaired, 2 left" in capsys.readouterr().out
    for aside in ("answers.db.damaged-1", "index.damaged-1"):
        assert (settings.data_dir / aside).exists()


@pytest.mark.parametrize("emptied", [False, True])
def test_records_that_are_gone_while_there_are_files_are_not_begun_anew(
    settings: Settings, emptied: bool, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    path = settings.data_dir / "records.db"
    sound = path.read_bytes()
    path.write_bytes(b"") if emptied else path.unlink()
    with pytest.raises(StorageFailed, match="missing or empty"), open_corpus(settings):
        pass
    assert check(settings, "--repair") == 1
    assert "records.db is" in capsys.readouterr().out
    path.write_bytes(sound)
    with open_corpus(settings) as corpus:
        assert found(corpus) == EVERYTHING
    assert check(settings) == 0


@pytest.mark.parametrize("part", ["index", "index/chunks.sqlite", "index/fulltext"])
def test_an_index_that_is_gone_is_made_anew_at_the_next_start(
    settings: Settings, part: str, caplog: pytest.LogCaptureFixture, open_corpus: OpenCorpus
) -> None:
    path = settings.data_dir / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_corpus(settings) as corpus:
        corpus.worker.run_until_idle()
        assert found(corpus) == EVERYTHING
    assert ("made anew" if "fulltext" in part else "All chunks of the files are gone") in caplog.text
    assert check(settings) == 0


def test_what_a_newer_version_wrote_is_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    records(settings, "UPDATE alembic_version SET version_num = '9999'")
    assert check(settings) == 1
    assert "newer version" in capsys.readouterr().out


def test_a_folder_that_a_server_holds_is_left_alone(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings), pytest.raises(FolderInUse, match="stop that one"):
        check(settings)


def test_a_kernel_that_cannot_confine_what_reads_files_is_told(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "missing", lambda: ["Landlock (Function not implemented)"])
    assert check(settings) == 0
    assert "The kernel lacks Landlock (Function not implemented): the processes" in capsys.readouterr().err
    assert check(settings.model_copy(update={"sandbox": "off"})) == 0
    assert "RAG_SANDBOX=off" in capsys.readouterr().err


def with_keys(settings: Settings) -> Path:
    """The database of keys, once there was one."""
    with closing(open_database(settings, ACCESS)) as database, database.write() as connection:
        keys = tables(ACCESS).tables["keys"]
        made = dict(id="key_1", sha256="1", beginning="rag-", project="default", scope="read", name="", created_at=1)
        connection.execute(insert(keys).values(made))
    (settings.data_dir / KEYS_NEEDED).touch()
    return settings.data_dir / ACCESS


def overwritten(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\x5a" * (len(content) - 200))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def without_keys(path: Path) -> None:
    sql(path, "DELETE FROM keys")


@pytest.mark.parametrize("harm", [overwritten, emptied, without_keys, Path.unlink])
def test_lost_keys_are_told_and_nothing_of_them_is_moved(
    settings: Settings, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    access = with_keys(settings)
    assert check(settings) == 0
    capsys.readouterr()
    harm(access)
    left = access.read_bytes() if access.exists() else None
    for options in ((), ("--repair",), ("--repair",)):
        assert check(settings, *options) == 1
        told = capsys.readouterr().out
        assert "access.db" in told and "cannot be repaired" in told and "Restore a backup" in told
        assert "3 chunks: 1 fault, 0 repaired, 1 left" in told  # the rest is checked
        assert (access.read_bytes() if access.exists() else None) == left
        assert not list(settings.data_dir.glob("*damaged*"))
