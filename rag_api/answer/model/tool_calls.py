"""The tool calls of an answer, evened out: numbered from 0, each with an id of its own, its type and its name once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ingest.ids import new_id
from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.values import Json, is_count, is_sendable, not_understood, whole

MAX_TOOL_CALLS = 1024  # of a choice
_READ = ("index", "id", "type", "function")


@dataclass
class _Call:
    number: int
    sent_id: str
    name: str = ""

    def is_another(self, call_id: str, name: str, arguments: str) -> bool:
        """Whether a piece with the index of this call begins one of its own."""
        other_id = self.sent_id and call_id not in ("", self.sent_id)
        other_name = self.name and name not in ("", self.name)
        return bool(other_id or (other_name and arguments))


class ToolCalls:
    """Those of one choice, as they come in pieces.

    Servers leave out indexes and ids, begin at any index, repeat id and name in each piece, or give all calls the same
    index. Clients add up the pieces of an index, and would make one broken call of two.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}  # the server's
        self._by_id: dict[str, _Call] = {}

    def pieces(self, sent: Any) -> list[Json]:
        """What these pieces say, in the form of pieces. Raises `ModelFailed`."""
        if not isinstance(sent, list):
            raise not_understood()
        return [self._piece(one, position) for position, one in enumerate(sent)]

    def _piece(self, sent: Any, position: int) -> Json:
        if not isinstance(sent, dict):
            raise not_understood()
        function = sent.get("function") or {}
        if not isinstance(function, dict):
            raise not_understood()
        index, call_id, name = sent.get("index"), sent.get("id"), _text(function.get("name"))
        call_id = str(call_id) if is_count(call_id) else _text(call_id)
        if index is not None and not is_count(index):
            raise not_understood()
        arguments = _arguments(function.get("arguments"))
        call = self._known(index, call_id, name, position)
        if call and call.is_another(call_id, name, arguments):
            call = None
        others = {key: value for key, value in sent.items() if key not in _READ and is_sendable(value)}
        if call is None:
            call = self._begun(call_id)
            its_id = call_id if self._by_id.get(call_id) is call else new_id("call_")
            others |= {"id": its_id, "type": _text(sent.get("type")) or "function"}
            said = {"name": name, "arguments": arguments}
        else:
            name = "" if name == call.name else name
            said = {key: text for key, text in (("name", name), ("arguments", arguments)) if text}
        call.name += name
        if index is not None:
            self._by_index[index] = call
        return {"index": call.number, **others} | ({"function": said} if said and "custom" not in sent else {})

    def _known(self, index: int | None, call_id: str, name: str, position: int) -> _Call | None:
        """The call that a piece seems to go on with."""
        if index is not None:
            return self._by_index.get(index)
        if call_id or name:
            return self._by_id.get(call_id)
        return self._calls[position] if position < len(self._calls) else None

    def _begun(self, call_id: str) -> _Call:
        if len(self._calls) == MAX_TOOL_CALLS:
            raise ModelFailed(f"The language model was stopped: it called more than {MAX_TOOL_CALLS:,} tools.")
        call = _Call(len(self._calls), call_id)
        self._calls.append(call)
        if call_id:
            self._by_id.setdefault(call_id, call)
        return call


def _text(sent: Any) -> str:
    """Raises `ModelFailed`."""
    if sent is None or isinstance(sent, str):
        return whole(sent or "")
    raise not_understood()


def _arguments(sent: Any) -> str:
    """As JSON, which some servers send as an object. The half of a surrogate pair stays, as its other half may come."""
    if sent is None or isinstance(sent, str):
        return sent or ""
    if not isinstance(sent, Mapping):
        raise not_understood()
    return orjson.dumps(sent).decode()
