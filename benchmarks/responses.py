"""A streamed response with `file_search` beside the same answer through chat, in the same run.

    .venv/bin/python -m benchmarks.responses

The language model's server is the canned one of `../shared/bench`. Prints milliseconds from the request to the first
event, to the first word and to the end, for one client that asks each in turn.
"""

import json
import time
from http.client import HTTPConnection
from statistics import quantiles
from typing import Any

from benchmarks.chat import QUESTION, server_and_model

TIMES = 300
SEARCH = {"type": "file_search", "vector_store_ids": ["vs_default"]}
RESPONSE = {"model": "m", "input": QUESTION, "tools": [SEARCH], "stream": True}
REQUESTS: dict[str, tuple[str, dict[str, Any], bytes]] = {
    "chat": (
        "/v1/chat/completions",
        {"model": "m", "messages": [{"role": "user", "content": QUESTION}], "stream": True},
        b'"content":"',
    ),
    "responses, not stored": ("/v1/responses", RESPONSE | {"store": False}, b"output_text.delta"),
    "responses, stored": ("/v1/responses", RESPONSE, b"output_text.delta"),
}


def main() -> None:
    with server_and_model() as (server, _):
        report(server.port)


def report(port: int) -> None:
    taken: dict[str, list[list[float]]] = {name: [] for name in REQUESTS}
    connection = HTTPConnection("127.0.0.1", port)
    for turn in range(TIMES + 20):
        for name, request in REQUESTS.items():
            times = ask(connection, *request)
            if turn >= 20:
                taken[name].append(times)
    print(f"{'milliseconds, p50 and p95':28}{'first event':>16}{'first word':>16}{'end':>16}")
    for name, times in taken.items():
        columns = (quantiles(column, n=20) for column in zip(*times, strict=True))
        print(f"{name:28}" + "".join(f"{cut[9] * 1000:9.1f}{cut[18] * 1000:7.1f}" for cut in columns))


def ask(connection: HTTPConnection, path: str, body: dict[str, Any], word: bytes) -> list[float]:
    """Seconds to the first event, to the first that has `word` in it, and to the end."""
    started = time.perf_counter()
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    response = connection.getresponse()
    first_event = first_word = None
    for line in response:
        now = time.perf_counter() - started
        first_event = first_event or now
        if word in line and b'"content":""' not in line:
            first_word = first_word or now
    assert response.status == 200 and first_event and first_word
    return [first_event, first_word, time.perf_counter() - started]


if __name__ == "__main__":
    main()
