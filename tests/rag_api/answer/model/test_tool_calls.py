"""Calls as servers send them, added up as clients do: by their index."""

from typing import Any

import pytest

from rag_api.answer.errors import ModelFailed
from rag_api.answer.joined import Joined
from rag_api.answer.model.tool_calls import MAX_TOOL_CALLS, ToolCalls

Called = list[tuple[str | None, str, str]]


def call(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **more}


def added_up(*pieces: list[dict[str, Any]]) -> Called:
    """Id, name and arguments of each call; ids that were made here are None."""
    calls, joined = ToolCalls(), Joined()
    for sent in pieces:
        joined.add({"tool_calls": calls.pieces(sent)})
    listed = joined.said().get("tool_calls", [])
    assert [each["index"] for each in listed] == list(range(len(listed)))
    assert all(each["type"] == "function" for each in listed)
    assert len({each["id"] for each in listed}) == len(listed)
    made = [None if each["id"].startswith("call_") else each["id"] for each in listed]
    return [
        (id, each["function"]["name"], each["function"]["arguments"]) for id, each in zip(made, listed, strict=True)
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        ([call("f", "", index=0, id="a")], [call(None, "{", index=0)], [call(None, "}", index=0)]),
        ([call("f", "{", index=3, id="a")], [call(None, "}", index=3)]),
        ([call("f", "{", index=0, id="a")], [call("f", "}", index=0, id="a")]),
        ([call("f", "{", id="a")], [call(None, "}")]),
        ([call("f", "{", id="a")], [call(None, "}", id="a")]),
        ([call("f", {}, index=0, id="a")],),
        ([call("f", None, index=0, id="a")], [call("", "{}", index=0, id="")]),
        ([{"index": 0, "id": "a"}], [call("f", "{}", index=0)]),
        ([call("f", "{", index=0, id="a"), call(None, "}", index=0)],),
    ],
    ids=[
        *("as OpenAI's", "another index", "all of it repeated", "no index", "ids for indexes", "an object"),
        *("empty for absent", "the name later", "two pieces in one event"),
    ],
)
def test_one_call_is_one(pieces: tuple[list[dict[str, Any]], ...]) -> None:
    assert added_up(*pieces) == [("a", "f", "{}")]


@pytest.mark.parametrize(
    "pieces",
    [
        ([call("f", "1", index=0, id="a"), call("g", "2", index=1, id="b")],),
        ([call("f", "1", index=0, id="a")], [call("g", "2", index=0, id="b")]),
        ([call("f", "1", index=4, id="a")], [call("g", "2", index=9, id="b")]),
        ([call("f", "1", id="a"), call("g", "2", id="b")],),
        ([call("f", "1", id="a")], [call("g", "2", id="b")]),
        ([call("f", "", index=0, id="a"), call("g", "", index=1, id="b")], [call(None, "1"), call(None, "2")]),
    ],
    ids=["as OpenAI's", "all of one index", "gaps", "no index", "no index, one by one", "later without index"],
)
def test_two_calls_are_two(pieces: tuple[list[dict[str, Any]], ...]) -> None:
    assert added_up(*pieces) == [("a", "f", "1"), ("b", "g", "2")]


def test_ids_that_are_missing_or_there_twice_are_made() -> None:
    assert added_up([call("f", "1", index=0), call("f", "2", index=1)]) == [(None, "f", "1"), (None, "f", "2")]
    twice = [call("f", "1", index=0, id="a"), call("f", "2", index=1, id="a")]
    assert added_up(twice) == [("a", "f", "1"), (None, "f", "2")]
    assert added_up([call("f", "{}", id=7)]) == [("7", "f", "{}")]


def test_there_are_only_so_many() -> None:
    with pytest.raises(ModelFailed, match="tools"):
        added_up(*([call("f", "", index=n)] for n in range(MAX_TOOL_CALLS + 1)))
