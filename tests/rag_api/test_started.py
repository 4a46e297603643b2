"""What a start tells."""

from pathlib import Path

import pytest

from ingest.corpus import Corpus
from ingest.projects import Folders
from rag_api.settings import Settings
from rag_api.started import lines
from tests import corpora
from tests.server import Server

URL = "http://127.0.0.1:8001"


def settings_of(corpus: Corpus, **values: object) -> Settings:
    return Settings(_env_file=None, **{"data_dir": corpus.settings.data_dir, **values})  # type: ignore[arg-type]


def test_a_start_tells_where_to_go_who_answers_what_is_there_and_whether_keys_are_needed(corpus: Corpus) -> None:
    corpora.put(corpus, "herons.txt", "Herons eat frogs.")
    corpora.put(corpus, "odd.xyz", "Odd.")
    corpus.worker.run_until_idle()
    corpora.put(corpus, "owls.txt", "Owls eat mice.")
    corpus.stores.add("other", {})
    projects = Folders(corpus.settings.data_dir)
    projects.make("sales")
    assert list(lines(settings_of(corpus), corpus, projects, False, URL)) == [
        f"The API is at {URL}/v1, its reference at {URL}/docs, the console at {URL}/",
        "The built-in model answers; with OPENAI_BASE_URL or OPENAI_API_KEY, a language model does",
        "1 file in 2 stores, 1 still to be read, 1 that could not be read (`rag-ingest status` says why); "
        "and 1 project",
        "No API key is needed: only this machine can reach the server",
    ]


def test_a_start_tells_of_the_language_model_and_of_the_address_that_others_use(corpus: Corpus) -> None:
    named = {"public_url": "https://rag.example/base", "openai_base_url": "http://127.0.0.1:9/v1", "model": "llama"}
    settings = settings_of(corpus, **named)
    projects = Folders(corpus.settings.data_dir)
    told = list(lines(settings, corpus, projects, True, URL))
    assert told[:2] == [
        "The API is at https://rag.example/base/v1, its reference at https://rag.example/base/docs, "
        "the console at https://rag.example/base/",
        "Answers are written by 'llama' at http://127.0.0.1:9/v1",
    ]
    assert told[2:] == ["0 files in 1 store", "Every request needs an API key; `rag-api keys create` makes one"]
    own = settings_of(corpus, query_pipeline="own.yml")
    assert "Answers come from the pipeline in 'own.yml'" in list(lines(own, corpus, projects, True, URL))
    assert "whoever reaches" in list(lines(settings, corpus, projects, False, URL))[-1]


@pytest.mark.parametrize("host", ["localhost", "0.0.0.0"])
def test_the_address_is_one_that_can_be_opened(tmp_path: Path, host: str) -> None:
    with Server(tmp_path, {"API_HOST": host, "RAG_API_KEYS": "a-key-that-is-long-enough"}) as server:
        assert f"The API is at http://127.0.0.1:{server.port}/v1" in server.said()
        assert "Every request needs an API key" in server.said()


def test_a_server_beside_which_nobody_can_ingest_says_that_files_wait(tmp_path: Path) -> None:
    with Server(tmp_path, {"RAG_WORKER": "off"}) as server:
        assert "RAG_WORKER is off, and nobody else can read files into" in server.said()
    (tmp_path / "other").mkdir()
    with Server(tmp_path / "other") as server:
        assert "RAG_WORKER" not in server.said()
