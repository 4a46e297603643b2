"""What requests cost that were made to cost much, by route; and how long others wait meanwhile.

    .venv/bin/python -m benchmarks.worst [SECONDS]

For each, the processor time of the server, over the bytes of the request; then two clients repeat it for some seconds,
while a third one searches and asks for `/healthz`.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.index_search import row
from tests.official_client import put
from tests.server import Server

SEARCH, CHAT, RESPONSES = "/v1/vector_stores/vs_default/search", "/v1/chat/completions", "/v1/responses"
ATTACKERS = 2
QUERY = {"query": "the voyage to Jamaica"}
CHANCE = random.Random(1)


def words(characters: int) -> str:
    return " ".join("".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(characters // 8))


def letters(first: int, last: int, characters: int) -> str:
    return "".join(map(chr, CHANCE.choices(range(first, last), k=characters)))


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def gt(number: int) -> dict[str, Any]:
    return {"type": "gt", "key": "year", "value": number}


WORST: dict[str, tuple[str, Any]] = {
    "search: 32 queries of words": (SEARCH, {"query": [words(4_000) for _ in range(32)]}),
    "search: 32 queries of Han": (SEARCH, {"query": [letters(0x4E00, 0x9F00, 4_000) for _ in range(32)]}),
    "search: 32 queries of near words": (SEARCH, {"query": ["voyagex jamaicax harrisonx"] * 32, "max_num_results": 50}),
    "search: marks": (SEARCH, {"query": "a" + "\u0301\u0323" * 15_000}),
    "search: 200 clauses": (SEARCH, {**QUERY, "filters": {"type": "or", "filters": [gt(n) for n in range(199)]}}),
    "search: 2,000 values": (SEARCH, {**QUERY, "filters": {"type": "in", "key": "year", "value": list(range(2_000))}}),
    "chat: 5,000 messages": (CHAT, {"messages": [user("Hi there")] * 5_000}),
    "chat: words": (CHAT, {"messages": [user(words(800_000))]}),
    "chat: Han": (CHAT, {"messages": [user(letters(0x4E00, 0x9F00, 800_000))]}),
    "chat: Thai": (CHAT, {"messages": [user(letters(0xE01, 0xE2E, 4_000))]}),
    "chat: marks": (CHAT, {"messages": [user("a" + "\u0301\u0323" * 300_000)]}),
    "chat: 4,000,000 characters": (CHAT, {"messages": [user(words(790_000))] * 5}),
    "responses: 5,000 items": (RESPONSES, {"input": [user("Hi there")] * 5_000, "store": False}),
    "responses: words": (RESPONSES, {"input": words(800_000), "store": False}),
    "input_tokens: 5,000 items": (f"{RESPONSES}/input_tokens", {"input": [user("Hi there")] * 5_000}),
    "refused: 300,000 values": (CHAT, {"messages": [user("Hi")], "metadata": [0] * 300_000}),
}


def main(seconds: float) -> None:
    row("", "KB", "CPU, s", "s per MB", "search p99, ms", "healthz p99, ms", "status")
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        client = server.client()
        for number in range(20):
            put(client, f"{number}.txt", f"Harrison's watch on the voyage {number} to Jamaica. {words(20_000)}")
        row("nothing else", "", "", "", *waits(server, lambda: None, seconds), "")
        for name, (path, body) in WORST.items():
            sent = json.dumps(body, ensure_ascii=False).encode()
            status = post(server, path, sent)  # what is made once is not counted
            before = cpu(server)
            post(server, path, sent)
            cost = cpu(server) - before
            waited = waits(server, partial(post, server, path, sent), seconds)
            row(name, f"{len(sent) / 1e3:.0f}", f"{cost:.2f}", f"{cost / len(sent) * 1e6:.1f}", *waited, status)


def cpu(server: Server) -> float:
    """Seconds of the processor that the server has had."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def post(server: Server, path: str, body: bytes) -> int:
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("POST", path, body, {"content-type": "application/json"})
        with connection.getresponse() as response:
            response.read()
            return response.status


def waits(server: Server, attack: Callable[[], object], seconds: float) -> tuple[str, str]:
    """How long a good client waits for a search, and for `/healthz`: the 99th percentile."""
    over = threading.Event()

    def attacks() -> None:
        while not over.is_set():
            if attack() is None:
                over.wait()

    attackers = [threading.Thread(target=attacks) for _ in range(ATTACKERS)]
    for each in attackers:
        each.start()
    searched, asked = [], []
    good = json.dumps(QUERY).encode()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        searched.append(_timed(lambda: post(server, SEARCH, good)))
        asked.append(_timed(lambda: _get(server, "/healthz")))
    over.set()
    for each in attackers:
        each.join()
    return _p99(searched), _p99(asked)


def _get(server: Server, path: str) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            response.read()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p99(times: list[float]) -> str:
    return f"{sorted(times)[int(len(times) * 0.99)] * 1e3:.0f}"


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
