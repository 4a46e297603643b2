"""The log as JSON: each line with its request, and none with a word of a question, an answer or a document."""

import asyncio
import io
import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import openai
import orjson
import pytest
from openai import OpenAI

from rag_api.access.scopes import Scope
from rag_api.http.json_log import JsonFormatter
from rag_api.http.observed import Request, current
from rag_api.server import TALKATIVE
from tests.official_client import MakeClient, http_of, put

PLANTED = "quagga"


class Log:
    def __init__(self) -> None:
        self.text = io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.text.getvalue().splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["logger"] == "rag_api.http.observed"]


@pytest.fixture
def log() -> Iterator[Log]:
    """What the server logs from here on, as it does with RAG_LOG_FORMAT=json."""
    log = Log()
    handler = logging.StreamHandler(log.text)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    levels = {logging.getLogger(name): logging.WARNING for name in TALKATIVE} | {root: logging.INFO}
    before = {logger: logger.level for logger in levels}
    for logger, level in levels.items():
        logger.setLevel(level)
    root.addHandler(handler)
    yield log
    root.removeHandler(handler)
    for logger, level in before.items():
        logger.setLevel(level)


def test_a_request_has_a_line(new_client: MakeClient, log: Log) -> None:
    client = new_client(api_key="the-administrator", api_keys="the-administrator")
    access = http_of(client).app_state["access"]
    key, secret = access.keys.create("default", Scope.READ)
    http = http_of(client)
    answer = http.get("/v1/files/file-1?x=1", headers={"authorization": f"Bearer {secret}"})
    http.get("/healthz")
    (line,) = log.requests()
    assert line == {
        "time": line["time"],
        "level": "info",
        "logger": "rag_api.http.observed",
        "message": "GET /v1/files/{file_id} 400",
        "request_id": answer.headers["x-request-id"],
        "project": "default",
        "key": key.beginning,
        "method": "GET",
        "route": "/v1/files/{file_id}",
        "status": 400,
        "seconds": line["seconds"],
    }
    assert 0 < line["seconds"] < 60


def test_no_line_has_a_word_of_a_question_or_a_document(new_client: MakeClient, log: Log) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1")
    question: Any = [{"role": "user", "content": f"What does the {PLANTED} eat?"}]

    def ask(model: str, stream: bool) -> None:
        with suppress(openai.APIStatusError):  # where there is no language model
            answer = client.chat.completions.create(model=model, messages=question, stream=stream)
            list(answer) if stream else None

    put(client, "a.txt", f"The {PLANTED} eats grass.")
    put(client, "a.pdf", f"%PDF-1.4 {PLANTED}")
    put(client, "a.json", f'{{"{PLANTED}": ')
    for model in ("extractive", "some-model"):
        for stream in (False, True):
            ask(model, stream)
    client.responses.create(model="extractive", input=question[0]["content"])
    client.vector_stores.search("vs_default", query=PLANTED)
    http = http_of(client)
    for path in (f"/{PLANTED}", f"/v1/files/{PLANTED}", f"/v1/files?{PLANTED}=1", f"/v1/models/{PLANTED}"):
        http.get(path)
    http.post("/v1/responses", json={"input": [{"role": PLANTED}]})
    http.post("/v1/responses", content=f'{{"{PLANTED}', headers={"content-type": "application/json"})
    call = {"name": "search", "arguments": {"query": PLANTED}}
    wanted = {"accept": "application/json, text/event-stream"}
    for params in (call, {**call, "name": PLANTED}):
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        http.post("/mcp", json=message, headers=wanted)
    assert len(log.requests()) > 14
    assert PLANTED not in log.text.getvalue().lower()


def test_a_line_is_of_the_request_that_it_is_about_in_threads_too(log: Log) -> None:
    async def work(name: str) -> None:
        current.set(Request(name, key=f"rag-{name}"))
        await asyncio.sleep(0)
        await asyncio.to_thread(logging.getLogger("a.part").warning, "%s is slow", name)

    async def both() -> None:
        await asyncio.gather(work("one"), work("two"))

    asyncio.run(both())
    assert {(line["message"], line["request_id"], line["key"]) for line in log.lines} == {
        ("one is slow", "one", "rag-one"),
        ("two is slow", "two", "rag-two"),
    }


def test_a_fault_is_one_line_with_its_traceback_whatever_is_in_it() -> None:
    try:
        raise ValueError("first\nsecond \ud800")
    except ValueError:
        # Not logged: pytest's processes could not tell each other of it.
        fault = logging.LogRecord("a.part", logging.ERROR, "", 0, "a fault in %r", ("\x1b\ud800",), sys.exc_info())
    (text,) = JsonFormatter().format(fault).splitlines()
    line = orjson.loads(text)
    assert "ValueError: first\nsecond" in line["exception"]
    assert line["level"] == "error"
    assert "request_id" not in line


def test_the_client_who_left_and_the_fault_have_a_line_too(client: OpenAI, log: Log) -> None:
    http = http_of(client)

    def fail(*_: object) -> None:
        raise RuntimeError("what nobody foresaw")

    http.app_state["corpus"].files.list = fail
    assert http.get("/v1/files").status_code == 500
    faults = [line["message"] for line in log.lines if line["level"] == "error"]
    assert len(faults) == 1
    assert [line["status"] for line in log.requests()] == [500]
