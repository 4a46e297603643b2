"""What all commands of `rag-ingest` have in common, and the small ones."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ingest.errors import NotFound
from ingest.settings import Settings
from tests.command import Command, interrupt, rag_ingest
from tests.corpora import OpenCorpus, found

# Done before it was heard, or stopped; Python ends by the signal itself when it came while a module was imported.
ENDED = (0, 130, -signal.SIGINT)


def test_the_index_is_built_anew_from_the_chunks(command: Command, tmp_path: Path, open_corpus: OpenCorpus) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    assert command.events("add", "a.txt").exit_code == 0
    reindexed = command("reindex")
    assert (reindexed.returncode, reindexed.stdout) == (0, "indexed 1 chunk anew\n")
    with open_corpus(command.settings) as corpus:
        assert found(corpus, "herons") == ["a.txt"]


def test_a_folder_in_use_and_a_wrong_setting_are_sentences(command: Command, open_corpus: OpenCorpus) -> None:
    with open_corpus(command.settings):
        refused = command("status")
        adding = command("add", ".")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "in use by the process" in refused.stderr
    assert (adding.returncode, adding.stdout) == (1, "")
    assert "--url http://127.0.0.1:8001/v1" in adding.stderr
    wrong = command("status", RAG_CHUNK_TOKENS="7")
    assert wrong.returncode == 1
    assert "RAG_CHUNK_TOKENS is '7'" in wrong.stderr
    assert "Traceback" not in refused.stderr + adding.stderr + wrong.stderr


def test_the_data_folder_can_be_named_before_and_behind_the_command(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    assert command("--data-dir", "one", "add", "a.txt").returncode == 0
    assert command("add", "a.txt", "--data-dir", "one").stdout.startswith("1 unchanged")
    assert command("reindex", "--data-dir", "one").stdout == "indexed 1 chunk anew\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "one"]
    wrong = command("check", "--data-dir", "a.txt")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "'a.txt' cannot be used: it is a file" in wrong.stderr


def test_help_says_what_each_command_does_and_each_option_stands_for(command: Command) -> None:
    shown = command("--help").stdout
    for name in ("add", "sync", "status", "check", "reindex", "backup", "restore"):
        assert f"\n    {name} " in shown
        of_command = command(name, "--help")
        assert (of_command.returncode, of_command.stderr) == (0, "")
        assert "(RAG_DATA_DIR" in of_command.stdout
    assert ".env.example" in shown


def test_what_the_memory_backend_cannot_is_a_sentence_and_the_rest_works(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    memory = {"RAG_INDEX_BACKEND": "memory"}
    assert command("add", "a.txt", **memory).returncode == 0
    for arguments in (["reindex"], ["reindex", "--converter", "text"]):
        refused = command(*arguments, **memory)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("rag-ingest: RAG_INDEX_BACKEND is 'memory'")
        assert "or set RAG_INDEX_BACKEND to 'embedded'" in refused.stderr
        assert refused.stderr.count("\n") == 1
    for arguments in (["add", "a.txt"], ["status"], ["check"], ["backup", "copy"]):
        done = command(*arguments, **memory)
        assert (done.returncode, done.stderr) == (0, "")


def other_program(folder: Path) -> None:
    (folder / "records.db").unlink()
    with closing(sqlite3.connect(folder / "records.db")) as records, records:
        records.execute("CREATE TABLE files (name TEXT)")


def newer_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "records.db")) as records, records:
        records.execute("UPDATE alembic_version SET version_num = 'of the future'")


def file_for_blobs(folder: Path) -> None:
    shutil.rmtree(folder / "blobs", ignore_errors=True)  # which is made with the first file
    (folder / "blobs").touch()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (other_program, "has tables of another program"),
        (newer_version, "was written by a newer version"),
        (file_for_blobs, "Not a directory"),
    ],
)
def test_a_folder_that_is_not_ours_is_a_sentence(
    command: Command, spoil: Callable[[Path], None], said: str, open_corpus: OpenCorpus
) -> None:
    with open_corpus(command.settings):
        pass
    spoil(command.settings.data_dir)
    refused = command("status")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("rag-ingest: ")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1

    checked = command("check")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert re.search(f"^wrong .*{re.escape(said)}", checked.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["status"], ["check"], ["add", "a.txt"], ["sync", ".", "--store", "all", "--watch"]]
)
def test_whoever_reads_the_output_may_stop_before_its_end(
    command: Command, tmp_path: Path, arguments: list[str], open_corpus: OpenCorpus
) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    with open_corpus(command.settings):
        pass
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as stdout:
        cut_short = subprocess.run(
            command.line(*arguments),
            env=command.environment(),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert cut_short.returncode == 141 or arguments == ["--help"]  # argparse does not mind, if nothing is buffered
    assert cut_short.stderr == "" or re.fullmatch(r"rag-ingest: made the store 'all', vs_\w+\n", cut_short.stderr)


def test_a_sync_that_watches_ends_when_nobody_reads_any_more(command: Command, tmp_path: Path) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    (birds / "heron.txt").write_text("Herons eat frogs.")
    with command.running("sync", "birds", "--store", "birds", "--watch") as process:
        assert process.stdout is not None and process.stderr is not None
        while "1 added" not in process.stdout.readline():
            pass
        process.stdout.close()
        while process.poll() is None:
            (birds / f"{time.time_ns()}.txt").write_text("Owls eat mice.")
            time.sleep(0.5)
        assert process.returncode == 141
        assert "Error" not in process.stderr.read()


@pytest.mark.parametrize("arguments", [["status"], ["check"], ["reindex"], ["backup", "copy"]])
def test_ctrl_c_ends_a_command_in_good_order(
    command: Command, tmp_path: Path, arguments: list[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(command.settings):
        pass
    lock = tmp_path / ("copy" if arguments[0] == "backup" else "store") / "lock"
    with command.running(*arguments) as process:
        while process.poll() is None and not (lock.exists() and lock.read_text().strip() == str(process.pid)):
            time.sleep(0.01)
        code, errors = interrupt(process)
    assert code in ENDED
    assert "Traceback" not in errors
    assert "What was taken in" not in errors


@pytest.mark.parametrize(
    "arguments", [["status"], ["check"], ["check", "--repair"], ["reindex"], ["reindex", "--outdated"]]
)
def test_a_look_at_a_folder_that_is_not_there_says_so_and_makes_none(
    settings: Settings, tmp_path: Path, arguments: list[str]
) -> None:
    other = tmp_path / "of something else"
    other.mkdir()
    (other / "letter.txt").touch()
    for folder in (tmp_path / "mistyped", other):
        with pytest.raises(NotFound, match=f"There is no data folder '{folder}'"):
            rag_ingest(settings.model_copy(update={"data_dir": folder}), *arguments)
    assert [path.name for path in tmp_path.rglob("*")] == ["of something else", "letter.txt"]


def test_ctrl_c_may_come_before_all_is_imported(command: Command) -> None:
    with command.running("status") as process:
        loaded = Path(f"/proc/{process.pid}/maps")
        if not loaded.exists():
            pytest.skip("there is no /proc to tell how far it is")
        while "pydantic_core" not in loaded.read_text():
            time.sleep(0.01)
        code, errors = interrupt(process)
    assert code in ENDED
    assert errors.startswith("\nrag-ingest: stopped.")
    assert errors.count("\n") == 2
