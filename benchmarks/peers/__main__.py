"""This program beside others for the same purpose: the same documents, questions and models, one after the other.

    .venv/bin/python -m benchmarks.peers FOLDER [--python PYTHON] [--only NAME...]

FOLDER has judged questions as the other benchmarks take them, in `debian-faq` and `xquad-en`. OGX needs PYTHON, version
3.12 or newer, and fetches a table of tokens when it starts; without that, TIKTOKEN_CACHE_DIR names a folder that has
it. Needs the extra `embeddings`: the model of meaning is the same for all that have one. The others are installed below
`build/peers`, with the versions that stand beside this module.

- files/s: debian-faq, from the first upload until all are found
- search: p50 of one client, in milliseconds; and searches a second of 16
- first words: of an answer over a canned language model, p50 in milliseconds
- memory: of all processes after that, in MB
- nDCG@10 on both sets
- kept: of 100 files whose batch was accepted, those that are found after a kill -9 in its middle and a new start;
  Hayhooks accepts no batch, and is killed behind its last file
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.index_search import row
from benchmarks.peers import environments
from benchmarks.peers.hayhooks import Hayhooks
from benchmarks.peers.ogx import Ogx
from benchmarks.peers.ours import RagApi, RagApiByMeaning
from benchmarks.peers.peer import Peer, wait_until_taken_in
from rag_api.evaluation.collection import Collection, JudgedQuestion
from rag_api.evaluation.measures import ndcg
from tests.processes import free_port, wait_until_it_answers

PEERS: dict[str, type[Peer]] = {"rag-api": RagApi, "minilm": RagApiByMeaning, "ogx": Ogx, "hayhooks": Hayhooks}
SETS = "debian-faq", "xquad-en"
QUESTIONS = 120  # of each set
PASSAGES = 20  # several are of one file
CLIENTS = 16
SEARCHES = 400
ANSWERS = 30
KEPT = 100


def main(folder: Path, python: str, only: Sequence[str]) -> None:
    sets = [Collection(folder / name) for name in SETS]
    row("", "files/s", "search", "of 16", "first words", "memory", *SETS, "kept")
    with model() as url:
        for name, peer in PEERS.items():
            if only and name not in only:
                continue
            if not issubclass(peer, RagApi):
                environments.install(name, python)
            figures = [*measured(peer, url, sets), kept(peer, url)]
            row(peer.name, *figures)


@contextmanager
def model() -> Iterator[str]:
    port = free_port()
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as file:
            process = subprocess.Popen([sys.executable, "-m", "benchmarks.peers.model", str(port)], stderr=file)
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/v1/models", process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()
            process.wait()


@contextmanager
def running(peer: type[Peer], url: str) -> Iterator[Peer]:
    with TemporaryDirectory() as folder:
        started = peer(Path(folder), url)
        try:
            started.start()
            yield started
        finally:
            started.kill()


def measured(peer: type[Peer], url: str, sets: Sequence[Collection]) -> Iterator[str]:
    qualities = []
    for number, judged in enumerate(sets):
        documents = {f"{number}.txt": document for number, document in enumerate(judged.documents())}
        files = {name: f"{each.title}\n\n{each.text}".encode() for name, each in documents.items()}
        questions = [question for question in judged.questions() if question.relevant][:QUESTIONS]
        with running(peer, url) as it:
            started = time.perf_counter()
            it.accept(files)
            wait_until_taken_in(it)
            if it.completed() != len(files):
                raise RuntimeError(f"{it.name} took in {it.completed()} of {len(files)} files.")
            if number == 0:
                yield f"{len(files) / (time.perf_counter() - started):.1f}"
                asked = [question.text for question in questions]
                yield f"{milliseconds(it.search, asked):.1f}"
                yield f"{a_second(it.search, asked):.0f}"
                yield f"{milliseconds(it.answer, asked[:ANSWERS]):.1f}"
                yield f"{it.memory() / 1e6:.0f}"
            qualities.append(f"{quality(it, questions, {name: each.id for name, each in documents.items()}):.3f}")
    yield from qualities


def milliseconds(ask: Callable[[str], object], questions: Sequence[str]) -> float:
    def one(question: str) -> float:
        started = time.perf_counter()
        ask(question)
        return 1000 * (time.perf_counter() - started)

    return median(map(one, questions))


def a_second(search: Callable[[str], object], questions: Sequence[str]) -> float:
    asked = [questions[number % len(questions)] for number in range(SEARCHES)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        started = time.perf_counter()
        list(clients.map(search, asked))
        return len(asked) / (time.perf_counter() - started)


def quality(peer: Peer, questions: Sequence[JudgedQuestion], ids: Mapping[str, str]) -> float:
    """`ids` are those of the documents, by the names of their files."""

    def one(question: JudgedQuestion) -> float:
        files = dict.fromkeys(peer.search(question.text, PASSAGES))
        return ndcg([ids[name] for name in files], question.relevant)

    return sum(map(one, questions)) / len(questions)


def kept(peer: type[Peer], url: str) -> str:
    """Each file has a word of its own."""
    words = [f"heron{number:04}" for number in range(KEPT)]
    files = {f"{word}.txt": f"The boat {word} is moored at the old quay.\n".encode() * 40 for word in words}
    with running(peer, url) as it:
        it.accept(files)
        while it.in_progress() and it.completed() < KEPT / 4:
            time.sleep(0.01)
        it.kill()
        it.start()
        wait_until_taken_in(it)
        found = sum(f"{word}.txt" in it.search(f"Where is {word} moored?", PASSAGES) for word in words)
    return f"{found} of {KEPT}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=[])
    arguments = parser.parse_args()
    main(arguments.folder, arguments.python, arguments.only)
