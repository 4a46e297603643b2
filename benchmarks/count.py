"""Calls of functions, Python's and C's, that a search, an upload, an answer and a page take: unlike seconds, nearly the
same on every machine, so that a check can tell what grew.

    .venv/bin/python -m benchmarks.count            # beside the figures in counts.json; fails above +10 %
    .venv/bin/python -m benchmarks.count --write    # new figures, after a change that is meant

Counted is what happens in this process: requests from ASGI on, a page from its job to the index, and by itself the part
that a worker of the sandbox has in it. Each is done several times, and the fewest calls count, since now and then
something is looked at again that is remembered for a second.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import orjson
from fastapi import FastAPI

from ingest.convert.read import read
from ingest.corpus import Corpus, open_corpus
from ingest.records.stores import DEFAULT_STORE
from rag_api.access.database import open_access
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings

FIGURES = Path(__file__).with_name("counts.json")
PYTHON = (3, 11)  # others make fewer calls of the same code, or more
MOST = 1.10
FILES, TIMES = 60, 12
ROOTS = sorted((f"{path}/" for path in (*sys.path, Path(__file__).parents[1]) if path), key=len, reverse=True)

Counts = Counter[str]
"""Calls by the file whose function was called, or called one of C's."""

counting: Counts | None = None


def main(write: bool) -> None:
    if sys.version_info[:2] != PYTHON:
        print(f"The figures are of Python {PYTHON[0]}.{PYTHON[1]}: no calls were counted.")
        return
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets decides what some functions call
        sys.exit(subprocess.call([sys.executable, *sys.orig_argv[1:]], env={**os.environ, "PYTHONHASHSEED": "0"}))
    counted = count()
    if write:
        FIGURES.write_text(json.dumps({name: _figures(counts) for name, counts in counted.items()}, indent=1) + "\n")
    known: dict[str, dict[str, int]] = json.loads(FIGURES.read_text())
    grown = False
    for name, counts in counted.items():
        before, now = known[name]["all"], counts.total()
        print(f"{name:30} {now:7,} calls, {before:,} in {FIGURES.name}: {now / before - 1:+.1%}")
        if now > MOST * before:
            grown = True
            more = Counter(counts)
            more.subtract(known[name])
            print(*(f"    {extra:+6,} {file}" for file, extra in more.most_common(8) if extra > 0), sep="\n")
    if grown:
        sys.exit("More calls than there were, by more than a tenth: make it fewer, or write new figures and say why.")


def _figures(counts: Counts) -> dict[str, int]:
    return {"all": counts.total(), **dict(sorted(counts.items()))}


def _file(path: str) -> str:
    """Its name in its package, wherever that is."""
    return next((path.removeprefix(root) for root in ROOTS if path.startswith(root)), path)


def count() -> dict[str, Counts]:
    threading.setprofile(_note)  # of threads that are started from here on
    with TemporaryDirectory() as folder, ExitStack() as opened:
        # The worker works when it is told to.
        settings = Settings(
            _env_file=None, data_dir=Path(folder), conversion_processes=1, allowed_hosts="test", worker="off"
        )
        corpus = opened.enter_context(open_corpus(settings))
        history = opened.enter_context(open_history(settings))
        access = opened.enter_context(open_access(settings))
        gc.disable()
        return asyncio.run(_counted(create_app(settings, corpus, history, access), corpus))


async def _counted(app: FastAPI, corpus: Corpus) -> dict[str, Counts]:
    chance = Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(2_000)]

    def some(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    # All made before, so that what is made is not counted.
    pages = iter([f"The clock was tried on the voyage. {some(400)}" for _ in range(FILES + 3 * TIMES)])
    queries = iter([some(5) for _ in range(TIMES)])
    questions = iter([f"On which voyage was the clock {some(1)} tried?" for _ in range(TIMES)])

    async def upload() -> None:
        form = (
            f'--x\r\nContent-Disposition: form-data; name="file"; filename="page.txt"\r\n\r\n{next(pages)}\r\n--x\r\n'
        )
        form += 'Content-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n--x--\r\n'
        await _ask(app, state, "/v1/files", form.encode(), "multipart/form-data; boundary=x")

    async def search() -> None:
        query = {"query": next(queries)}
        await _ask(app, state, f"/v1/vector_stores/{DEFAULT_STORE}/search", orjson.dumps(query))

    async def answer() -> None:
        asked = {"role": "user", "content": next(questions)}
        await _ask(
            app, state, "/v1/chat/completions", orjson.dumps({"model": "m", "messages": [asked], "stream": True})
        )

    async def ingest() -> None:
        corpus.worker.run_until_idle()

    async def convert() -> None:
        meta = {"file_id": "file-1", "filename": "page.txt", "chunk_tokens": 512, "overlap_tokens": 0}
        list(read(BytesIO(next(pages).encode()), "page.txt", ".txt", 1_000_000, False, meta, corpus.converter._steps))

    async with app.router.lifespan_context(app) as opened:
        state = opened or {}
        for _ in range(FILES):
            await upload()
        await ingest()
        return {
            "search": await _fewest(search),
            "upload of a page": await _fewest(upload),
            "answer, streamed": await _fewest(answer),
            "page ingested": await _fewest(ingest, before=upload),
            "page read, in the sandbox": await _fewest(convert),
        }


async def _nothing() -> None:
    pass


async def _fewest(work: Callable[[], Awaitable[None]], before: Callable[[], Awaitable[None]] = _nothing) -> Counts:
    global counting
    counted = []
    for _ in range(TIMES):
        await before()
        counting = Counter()
        sys.setprofile(_note)
        await work()
        sys.setprofile(None)
        counted.append(counting)
        counting = None
    fewest = Counter[str]()
    for path, calls in min(counted, key=Counter.total).items():
        fewest[_file(path)] += calls
    return fewest


def _note(frame: FrameType, event: str, _argument: object) -> None:
    if counting is not None and event in ("call", "c_call"):
        counting[frame.f_code.co_filename] += 1


async def _ask(
    app: FastAPI, state: Mapping[str, Any], path: str, body: bytes, content_type: str = "application/json"
) -> None:
    """Post, and wait until all of the answer was sent."""
    headers = {"host": "test", "content-type": content_type, "content-length": str(len(body))}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "state": dict(state),
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(messages, None) or await asyncio.Future()  # a client that stays

    async def send(message: Any) -> None:
        assert message.get("status", 200) == 200, message

    await app(scope, receive, send)


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
