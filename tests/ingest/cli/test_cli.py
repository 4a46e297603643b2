"""What all commands of `rag-ingest` have in common, and the small ones."""

from pathlib import Path

from tests.command import Command
from tests.corpora import OpenCorpus, found


def test_the_index_is_built_anew_from_the_chunks(command: Command, tmp_path: Path, open_corpus: OpenCorpus) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    assert command.events("add", "a.txt").exit_code == 0
    reindexed = command("reindex")
    assert (reindexed.returncode, reindexed.stdout) == (0, "indexed 1 chunks anew\n")
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
