"""Files are ingested with vectors when a model is set: from the upload to the search, also when the model is away."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.embed import missing_packages
from ingest.records.store_files import State
from ingest.settings import Settings
from tests.command import rag_ingest
from tests.corpora import OpenCorpus, found, put, settings_in, state
from tests.embeddings_server import MODEL, EmbeddingsServer, embeddings_server, needs_vectors

pytestmark = needs_vectors


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: EmbeddingsServer) -> Settings:
    return settings.model_copy(update={"embeddings": MODEL, "embeddings_base_url": server.base_url})


@pytest.mark.parametrize("backend", ["embedded", "memory"])
def test_a_file_is_found_by_what_it_means(settings: Settings, backend: str, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings.model_copy(update={"index_backend": backend})) as corpus:
        put(corpus, "a.txt", "The physician came late.")
        put(corpus, "b.txt", "The heron came early.")
        corpus.worker.run_until_idle()
        assert found(corpus, "Which doctors?")[0] == "a.txt"


def test_files_wait_for_a_model_that_is_away(
    settings: Settings, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture, open_corpus: OpenCorpus
) -> None:
    server.status = 503
    with open_corpus(settings) as corpus:
        file = put(corpus, "a.txt", "The physician came late.")
        worker = threading.Thread(target=corpus.worker.run_until_idle)
        with caplog.at_level(logging.ERROR, "ingest.work.worker"):
            worker.start()
            while "cannot ingest" not in caplog.text:
                assert worker.is_alive()
        assert f"cannot ingest {file.id} now: The embeddings of 'meanings' are not available" in caplog.text
        server.status = 200
        worker.join(30)
        assert state(corpus, file) is State.DONE
        assert found(corpus, "doctors") == ["a.txt"]


def test_reindex_makes_the_vectors_of_another_model(
    settings: Settings, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings.model_copy(update={"embeddings": ""})) as corpus:
        put(corpus, "a.txt", "The physician came late.")
        put(corpus, "b.txt", "An unreadable physician.")
        corpus.worker.run_until_idle()
        assert found(corpus, "doctors") == []
    with open_corpus(settings) as corpus:
        assert found(corpus, "doctors") == []
    assert rag_ingest(settings, "reindex") == 0
    assert capsys.readouterr().out == "indexed 2 chunks anew\nmade 1 vector of 'meanings'; of the chunks, 1 has one\n"
    with open_corpus(settings) as corpus:
        assert found(corpus, "doctors") == ["a.txt"]


def test_a_start_says_that_vectors_are_lacking(
    settings: Settings, caplog: pytest.LogCaptureFixture, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings.model_copy(update={"embeddings": ""})) as corpus:
        put(corpus, "a.txt", "The physician came late.")
        corpus.worker.run_until_idle()
    with open_corpus(settings):
        assert "of 1 chunk, 1 without a vector of 'meanings'" in caplog.text


def test_a_built_in_model_is_there_with_its_packages(tmp_path: Path, open_corpus: OpenCorpus) -> None:
    if missing := missing_packages("static"):
        pytest.skip(f"needs {', '.join(missing)}: make .venv/ready-embeddings")
    with open_corpus(settings_in(tmp_path).model_copy(update={"embeddings": "static"})) as corpus:
        put(corpus, "a.txt", "The physician came late to the hospital.")
        put(corpus, "b.txt", "Steam engines pump water out of mines.")
        corpus.worker.run_until_idle()
        assert found(corpus, "Which doctors treated patients?")[0] == "a.txt"
        assert found(corpus, "Welche Ärzte haben die Kranken behandelt?") == []  # it knows no German
    with closing(sqlite3.connect(tmp_path / "index" / "chunks.sqlite")) as connection:
        assert (
            connection.execute("SELECT model, length(vector) FROM vectors").fetchall()
            == [("wordllama-l2-256", 256)] * 2
        )
