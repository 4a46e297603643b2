"""A response of many parts takes time in proportion to their number."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

from rag_api.answer.events import Delta, Finished
from rag_api.history.responses import Response, ResponseState
from rag_api.v1.responses.stream import Writer


def written(deltas: list[Delta], reason: str) -> Writer:
    writer = Writer(Response("resp_1", 0, ResponseState.QUEUED, "m", {}, {}), lambda file_id, part="content": file_id)
    frames = [*writer.begin(), *writer.start()]
    for delta in deltas:
        frames += writer.tell(delta)
    frames += writer.tell(Finished(0, reason, [], 0))
    writer.end()
    return writer


def instructions(work: Callable[[], object]) -> int:
    """How many instructions of Python it takes."""
    counted = 0

    def hear(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counted += event == "opcode"
        return hear

    sys.settrace(hear)
    try:
        work()
    finally:
        sys.settrace(None)
    return counted


def tool_calls(number: int) -> list[Delta]:
    function = {"name": "f", "arguments": "{}"}
    return [Delta(0, "", {"tool_calls": [{"index": n, "id": f"c{n}", "function": function}]}) for n in range(number)]


@pytest.mark.parametrize("begin", [tool_calls, lambda number: [Delta(0, "word ")] * number])
def test_twice_the_pieces_are_twice_the_work(begin: Callable[[int], list[Delta]]) -> None:
    once, twice = (instructions(partial(written, begin(n), "stop")) for n in (200, 400))
    assert twice < 2.1 * once


def test_the_pieces_are_put_together() -> None:
    said = [*tool_calls(3), Delta(0, "Herons "), Delta(0, "eat fish.")]
    said += [Delta(0, "", {"tool_calls": [{"index": 1, "function": {"arguments": "[]"}}]})]
    output = written(said, "stop").response.output
    assert [item.get("arguments") for item in output] == ["{}", "{}[]", "{}", None]
    assert output[3]["content"][0]["text"] == "Herons eat fish."
