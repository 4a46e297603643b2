"""What servers send, evened out: the choices of a chunk or reply, in the one form that the rest of the code reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.tool_calls import ToolCalls
from rag_api.answer.model.values import Json, is_count, is_sendable, not_understood, size_of, whole

MOST_CHOICES = 128  # that a request can ask for
MAX_CHARACTERS = 4 << 20  # of all choices together, some million tokens
MAX_LOGPROBS = 1 << 18
MAX_NAMES, MAX_NAME = 100, 256  # of what a server says beside the text, in all

TEXTS = ("content", "refusal", "reasoning_content", "reasoning")

# The reasons that clients know, by what servers say; anything else is one to stop.
REASONS = {reason: reason for reason in ("stop", "length", "tool_calls", "content_filter", "function_call")} | {
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "tool_call": "tool_calls",
    "safety": "content_filter",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
    "refusal": "content_filter",
    "sensitive": "content_filter",
}
FAILURES = ("error", "abort", "aborted", "cancelled", "network_error", "insufficient_system_resource")


class Choices:
    """The choices of one answer, of which `wanted` were asked for: as they come, in whatever pieces."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._numbers: dict[int, int] = {}  # ours, by the server's
        self._calls: defaultdict[int, ToolCalls] = defaultdict(ToolCalls)
        self._names: set[str] = set()
        self._characters = self._logprobs = 0

    def of(self, sent: Any, key: str) -> list[Json]:
        """Those of a chunk (`key` is `delta`) or a reply (`message`): each with that key and an index, counted from 0
        in the order in which they begin, and what is read of it of the right type. What is null is as if it were not
        there, since Azure's filters and some proxies send that. Raises `ModelFailed` for anything that is no
        completion, for one that is too long, and if the server says that it failed."""
        if not isinstance(sent, dict):
            raise not_understood()
        listed = sent.get("choices")
        if listed is None:
            return []
        if not isinstance(listed, list) or len(listed) > MOST_CHOICES:
            raise not_understood()
        evened = (self._choice(choice, position, key) for position, choice in enumerate(listed))
        return [choice for choice in evened if choice]

    def _choice(self, sent: Any, position: int, key: str) -> Json | None:
        if not isinstance(sent, dict):
            raise not_understood()
        index = sent.get("index")
        index = position if index is None else index
        if not is_count(index) or index >= MOST_CHOICES:
            raise not_understood()
        reason, said = sent.get("finish_reason"), sent.get(key)
        if not isinstance(reason, str | None) or not isinstance(said, dict | None):
            raise not_understood()
        number = self._numbers.setdefault(index, len(self._numbers))
        if number >= self._wanted:
            return None
        evened = self._said(said, self._calls[number]) if said else {}
        if not reason and key == "message":
            reason = "tool_calls" if evened.get("tool_calls") else "stop"
        return {
            "index": number,
            "finish_reason": _reason(reason) if reason else None,
            key: evened,
            "logprobs": self._counted(_logprobs(sent["logprobs"])) if sent.get("logprobs") else None,
        }

    def _said(self, sent: Json, calls: ToolCalls) -> Json:
        said: Json = {}
        for name, value in sent.items():
            if not self._is_known(name):
                continue
            if isinstance(value, str):
                said[name] = value
            elif name == "content" and value is not None:
                parts = _parts(value)
                said |= parts
                self._characters += sum(map(len, parts.values()))
            elif name == "tool_calls" and value is not None:
                said[name] = calls.pieces(value)
            elif name == "annotations":
                said |= _annotations(value)
                self._characters += size_of(said.get(name))
            elif name not in TEXTS and value is not None and is_sendable(value):
                said[name] = value
                self._characters += size_of(value)
            self._characters += len(value) if isinstance(value, str) else 0
        for call in said.get("tool_calls", ()):
            self._characters += size_of(call)
        if self._characters > MAX_CHARACTERS:
            raise too_long()
        return said

    def _is_known(self, name: str) -> bool:
        """Whether there is room for a name: a server could make up a new one for each word."""
        if name not in self._names and len(self._names) < MAX_NAMES and len(name) <= MAX_NAME:
            self._names.add(name)
        return name in self._names

    def _counted(self, logprobs: Json | None) -> Json | None:
        for tokens in (logprobs or {}).values():
            self._logprobs += sum(map(_weight, tokens or ()))
        if self._logprobs > MAX_LOGPROBS:
            raise too_long()
        return logprobs


def too_long() -> ModelFailed:
    return ModelFailed(f"The language model was stopped: its answer is longer than {MAX_CHARACTERS:,} characters.")


def failed() -> ModelFailed:
    return ModelFailed("The language model failed while it answered; the log of this server has what it said.")


def _reason(sent: str) -> str:
    """Raises `ModelFailed`."""
    reason = sent.lower()
    if reason in FAILURES:
        raise failed()
    return REASONS.get(reason, "stop")


def _parts(content: Any) -> Json:
    """The text and the reasoning of what some servers send in parts."""
    if not isinstance(content, list):
        raise not_understood()
    said = {"content": "".join(_texts(content, "text"))}
    thought = "".join(text for part in content for text in _thoughts(part))
    return said | ({"reasoning_content": thought} if thought else {})


def _thoughts(part: Any) -> Iterable[str]:
    if not isinstance(part, dict) or part.get("type") != "thinking":
        return ()
    thought = part.get("thinking")
    return (thought,) if isinstance(thought, str) else _texts(thought, "text")


def _texts(parts: Any, kind: str) -> Iterable[str]:
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and part.get("type") == kind and isinstance(part.get("text"), str):
            yield part["text"]


def _annotations(sent: Any) -> Json:
    """Those in the form that clients know, which servers with a search of their own send."""
    listed = [each for each in sent if _is_annotation(each)] if isinstance(sent, list) else []
    return {"annotations": listed} if listed else {}


def _is_annotation(sent: Any) -> bool:
    cited = sent.get("url_citation") if isinstance(sent, dict) and sent.get("type") == "url_citation" else None
    return (
        isinstance(cited, dict)
        and all(is_count(cited.get(name)) for name in ("start_index", "end_index"))
        and all(isinstance(cited.get(name), str) for name in ("url", "title"))
        and is_sendable(sent)
    )


def _logprobs(sent: Any) -> Json | None:
    """None unless each token has its text and number."""
    if not isinstance(sent, dict):
        return None
    told: Json = {}
    for name in ("content", "refusal"):
        tokens = sent.get(name)
        if not isinstance(tokens, list | None) or not all(map(_is_token, tokens or ())):
            return None
        told[name] = tokens and [_token(each) for each in tokens]
    return told if any(told.values()) and is_sendable(told) else None


def _token(sent: Json) -> Json:
    return {**_alone(sent), "top_logprobs": [_alone(each) for each in sent.get("top_logprobs") or ()]}


def _alone(sent: Json) -> Json:
    return {"token": sent["token"], "logprob": sent["logprob"], "bytes": sent.get("bytes")}


def _weight(token: Json) -> int:
    """How many tokens of a few bytes it takes as much as."""
    return sum(1 + len(each["bytes"] or ()) // 16 for each in (token, *token["top_logprobs"]))


def _is_token(sent: Any) -> bool:
    """Also of its alternatives, which have none of their own."""
    if not isinstance(sent, Mapping):
        return False
    others, its_bytes = sent.get("top_logprobs"), sent.get("bytes")
    return (
        isinstance(sent.get("token"), str)
        and isinstance(sent.get("logprob"), int | float)
        and isfinite(sent["logprob"])
        and (its_bytes is None or (isinstance(its_bytes, list) and all(map(is_count, its_bytes))))
        and (others is None or (isinstance(others, list) and all(map(_is_token, others))))
    )


def usage_of(sent: Json) -> Json | None:
    """What the server counted, if that is numbers: with all three that clients know."""
    usage = sent.get("usage")
    if not isinstance(usage, dict):
        return None
    counts = _counts(usage)
    if "prompt_tokens" not in counts and "completion_tokens" not in counts:
        return None
    counts = {"prompt_tokens": 0, "completion_tokens": 0} | counts
    counts.setdefault("total_tokens", counts["prompt_tokens"] + counts["completion_tokens"])
    return counts | {name: _counts(value) for name, value in usage.items() if isinstance(value, dict)}


def _counts(sent: Json) -> Json:
    """The numbers, which some servers send with a point."""
    whole_ones = ((name, int(n) if isinstance(n, float) and n.is_integer() else n) for name, n in sent.items())
    return {name: n for name, n in whole_ones if is_count(n)}


def model_of(sent: Json, otherwise: str) -> str:
    name = sent.get("model")
    return whole(name) if isinstance(name, str) and name else otherwise
