"""`rag-ingest` as it is typed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.corpus import open_corpus
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
        settings = {"RAG_DATA_DIR": str(tmp_path / "store"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", "ingest.cli", *arguments],
            env=inherited | settings | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_a_folder_is_ingested_file_by_file_past_a_bad_one(run: Run, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    (documents / "inner").mkdir(parents=True)
    (documents / "a.txt").write_text("Herons eat frogs.")
    (documents / "inner" / "b.md").write_text("# Owls\n\nOwls eat mice.")
    (documents / "empty.txt").touch()
    (documents / "c.pdf").write_text("no PDF at all, but text with a wrong ending \0\1")
    (documents / ".hidden").write_text("not for you")

    added = run("add", str(documents))

    assert added.returncode == 1
    lines = sorted(added.stdout.splitlines())
    assert lines[:2] == ["done     a.txt", "done     b.md"]
    assert lines[2].startswith("failed   c.pdf  (")
    assert lines[3].startswith("refused  ")
    assert "empty" in lines[3]
    assert len(lines) == 4
    status = run("status").stdout
    assert "3 files" in status
    assert "2 done" in status
    assert "1 failed" in status


def test_the_index_is_built_anew_from_the_chunks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    assert run("add", "a.txt").returncode == 0
    reindexed = run("reindex")
    assert (reindexed.returncode, reindexed.stdout) == (0, "indexed 1 chunks anew\n")
    with open_corpus(Settings(_env_file=None, data_dir=tmp_path / "store")) as corpus:
        found = corpus.passages.run(query="herons", store_ids=["vs_default"], top_k=5)["documents"]
        assert [passage.meta["filename"] for passage in found] == ["a.txt"]


def test_what_does_not_exist_is_told(run: Run) -> None:
    missing = run("add", "nowhere.txt")
    assert missing.returncode == 1
    assert "No such file" in missing.stdout
    other_store = run("add", "nowhere.txt", "--store", "vs_nope")
    assert other_store.returncode == 1
    assert "vs_nope" in other_store.stderr


def test_a_folder_in_use_and_a_wrong_setting_are_sentences(run: Run, tmp_path: Path) -> None:
    with open_corpus(Settings(_env_file=None, data_dir=tmp_path / "store")):
        refused = run("status")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "in use by the process" in refused.stderr
    wrong = run("status", RAG_CHUNK_TOKENS="7")
    assert wrong.returncode == 1
    assert "RAG_CHUNK_TOKENS is '7'" in wrong.stderr
    assert "Traceback" not in refused.stderr + wrong.stderr
