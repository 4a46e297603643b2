"""Cross-encoders: one in a folder, run by the real runtime, and one behind a real HTTP server in either shape."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import Invalid, RerankingFailed
from ingest.rerank import missing_packages, open_cross_encoder
from ingest.settings import Settings, load
from tests.onnx_file import write_cross_encoder
from tests.rerank_server import RerankServer, rerank_server

needs_runtime = pytest.mark.skipif(
    bool(missing_packages()), reason="needs what runs models: make .venv/ready-embeddings"
)

TEXTS = ["no such letter", "zzz", "z"]


@pytest.fixture
def server() -> Iterator[RerankServer]:
    with rerank_server() as server:
        yield server


@pytest.mark.parametrize("shape", ["documents", "texts"])
def test_an_endpoint_is_asked_in_the_shape_that_it_takes(server: RerankServer, shape: str) -> None:
    server.shape = shape
    model = open_cross_encoder("m", server.base_url, "secret")
    assert model
    for _ in range(2):
        assert model.scores("which?", TEXTS) == [0.0, 0.3, 0.1]
    model.close()
    assert (server.questions, server.keys) == (["which?", "which?"], {"Bearer secret"})


def test_many_passages_are_sent_in_parts(server: RerankServer) -> None:
    model = open_cross_encoder("m", server.base_url, None)
    assert model
    assert model.scores("which?", ["z" * (number % 3) for number in range(50)])[47:] == [0.2, 0.0, 0.1]
    model.close()
    assert (server.passages, server.keys) == ([32, 18], {None})


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, None),
        (401, None),
        (422, None),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"results": null}'),
        (200, b'{"results": [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": 1}]}'),
        (200, b'[{"index": 0, "score": 1}, {"index": 1, "score": null}, {"index": 2, "score": 1}]'),
        (200, b'[{"index": 0, "score": NaN}, {"index": 1, "score": 1}, {"index": 2, "score": 1}]'),
        (200, b'[{"index": 0, "score": 1}, {"index": 1, "score": 1}, {"index": 7, "score": 1}]'),
    ],
)
def test_an_answer_of_another_kind_is_a_failure_in_words(server: RerankServer, status: int, answer: bytes) -> None:
    server.status, server.answer = status, answer
    model = open_cross_encoder("m", server.base_url, None)
    assert model
    with pytest.raises(RerankingFailed, match=r"'m' does not put passages in order at http://127.*Check RAG_RERANK_MO"):
        model.scores("which?", TEXTS)
    model.close()


def test_an_endpoint_that_is_not_there_is_a_failure_in_words() -> None:
    model = open_cross_encoder("m", "http://127.0.0.1:9", None)
    assert model
    with pytest.raises(RerankingFailed, match=r"http://127\.0\.0\.1:9/rerank"):
        model.scores("which?", TEXTS)
    model.close()


@needs_runtime
def test_a_model_in_a_folder_is_run(tmp_path: Path) -> None:
    write_cross_encoder(tmp_path, ["red", "car", "doctor"])
    model = open_cross_encoder(str(tmp_path), None, None)
    assert model
    scores = model.scores("red car", ["A doctor.", "red Car, red", "car " * 2000])
    model.close()
    one, two, long = scores
    assert two - one == 3
    assert 400 < long - one < 512, "what is too long for it is cut"


@needs_runtime
def test_a_model_in_a_folder_of_its_own_is_found_there(tmp_path: Path) -> None:
    write_cross_encoder(tmp_path, ["red"])
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.onnx").rename(tmp_path / "onnx" / "model.onnx")
    model = open_cross_encoder(str(tmp_path), None, None)
    assert model and len(model.scores("red", ["red", "blue"])) == 2
    model.close()


def test_a_folder_without_a_model_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"no folder with tokenizer\.json in it; .*RAG_RERANK_BASE_URL"):
        load(Settings, rerank_model="ms-marco-MiniLM-L6-v2")
    (tmp_path / "tokenizer.json").touch()
    with pytest.raises(Invalid, match=r"no folder with model\.onnx in it"):
        load(Settings, rerank_model=str(tmp_path))


def test_none_is_asked_where_none_is_named() -> None:
    assert open_cross_encoder("", "http://127.0.0.1:9", None) is None
