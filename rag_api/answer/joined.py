"""Pieces of an answer, joined to what they say together."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any


class Joined:
    """The pieces of one choice so far.

    Texts are kept as they come, and joined once: to add to one again and again would copy all of it each time.
    """

    def __init__(self) -> None:
        self._texts: defaultdict[str, list[str]] = defaultdict(list)
        self._calls: dict[int, dict[str, Any]] = {}
        self._arguments: defaultdict[int, list[str]] = defaultdict(list)
        self._others: dict[str, Any] = {}
        self._logprobs: dict[str, list[Any]] = {}

    def add(self, said: Mapping[str, Any], logprobs: Mapping[str, Any] | None = None) -> None:
        """`said` has texts by their names, tool calls in pieces, and anything else, of which the last one counts."""
        for name, value in said.items():
            if name == "tool_calls":
                for call in value:
                    self._add_call(call)
            elif isinstance(value, str):
                self._texts[name].append(value)
            else:
                self._others[name] = value
        for name, tokens in (logprobs or {}).items():
            self._logprobs.setdefault(name, []).extend(tokens or ())

    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = {name: "".join(texts) for name, texts in self._texts.items()} | self._others
        calls = [self._call(number, call) for number, call in self._calls.items()]
        return said | ({"tool_calls": calls} if calls else {})

    def logprobs(self) -> dict[str, Any] | None:
        return {name: tokens or None for name, tokens in self._logprobs.items()} or None

    def _add_call(self, piece: Mapping[str, Any]) -> None:
        function = piece.get("function") or {}
        call = self._calls.setdefault(piece["index"], {})
        self._arguments[piece["index"]].append(function.get("arguments") or "")
        name = (call.get("function") or {}).get("name", "") + (function.get("name") or "")
        call |= piece
        if name:
            call["function"] = {"name": name}

    def _call(self, number: int, call: dict[str, Any]) -> dict[str, Any]:
        arguments = "".join(self._arguments[number])
        return {**call, "function": {**call["function"], "arguments": arguments}} if "function" in call else call
