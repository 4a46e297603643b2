"""What servers send, evened out: the choices of a chunk or reply, in the one form that the rest of the code reads."""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from rag_api.answer.errors import ModelFailed

MAX_CHOICES = 128  # the most that a request can ask for
MAX_TOOL_CALLS = 1024  # of a choice

TEXTS = ("refusal", "reasoning_content", "reasoning")

Json = dict[str, Any]


def parsed(sent: bytes) -> Any:
    """The JSON. Raises `ModelFailed`."""
    try:
        return orjson.loads(sent)
    except orjson.JSONDecodeError:  # it may be cut within a surrogate pair, which orjson refuses
        try:
            return json.loads(sent, parse_int=_integer, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            raise not_understood() from None


def choices(sent: Any, key: str) -> list[Json]:
    """The choices of a chunk (`key` is `delta`) or a reply (`message`): with that key and an index always there, and
    what is read of it of the right type. What is null is as if it were not there, since Azure's filters and some
    proxies send that. Raises `ModelFailed` for anything that is no completion."""
    if not isinstance(sent, dict):
        raise not_understood()
    listed = sent.get("choices")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise not_understood()
    return [_choice(choice, position, key) for position, choice in enumerate(listed)]


def usage_of(sent: Json) -> Json | None:
    """What the server counted, if that is numbers."""
    usage = sent.get("usage")
    if not usage or not isinstance(usage, dict):
        return None
    counts = {name: value for name, value in usage.items() if _is_count(value)}
    counts |= {
        name: {part: count for part, count in value.items() if _is_count(count)}
        for name, value in usage.items()
        if isinstance(value, dict)
    }
    return counts or None


def model_of(sent: Json, otherwise: str) -> str:
    name = sent.get("model")
    if not isinstance(name, str) or not name:
        return otherwise
    return name if name.isascii() else str(_whole(name))


def not_understood() -> ModelFailed:
    return ModelFailed("The language model's server sent what is no chat completion: is OPENAI_BASE_URL right?")


def _choice(sent: Any, position: int, key: str) -> Json:
    if not isinstance(sent, dict):
        raise not_understood()
    index = sent.get("index")
    index = position if index is None else index
    reason = sent.get("finish_reason")
    if not _is_count(index) or index >= MAX_CHOICES or not isinstance(reason, str | None):
        raise not_understood()
    said = sent.get(key)
    if not isinstance(said, dict | None):
        raise not_understood()
    return {
        "index": index,
        "finish_reason": _whole(reason) if reason else None,
        key: _said(said) if said else {},
        "logprobs": _logprobs(sent["logprobs"]) if sent.get("logprobs") else None,
    }


def _said(sent: Json) -> Json:
    said: Json = {}
    for name, value in sent.items():
        if isinstance(value, str):
            said[name] = value
        elif name == "content" and value is not None:
            said[name] = _text(value)
        elif name == "tool_calls" and value is not None:
            said[name] = _calls(value)
        elif name not in TEXTS and value is not None and _is_sendable(value):
            said[name] = value
    return said


def _calls(sent: Any) -> list[Json]:
    if not isinstance(sent, list):
        raise not_understood()
    if len(sent) > MAX_TOOL_CALLS:
        raise too_many_calls()
    return [_call(call) for call in sent]


def _text(content: Any) -> str:
    """The text of what some servers send in parts."""
    if not isinstance(content, list):
        raise not_understood()
    texts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
    return "".join(text for text in texts if isinstance(text, str))


def _call(sent: Any) -> Json:
    if not isinstance(sent, dict):
        raise not_understood()
    call = {name: value for name, value in sent.items() if value is not None}
    function = call.get("function", {})
    if not isinstance(function, dict) or not _is_count(call.get("index", 0)):
        raise not_understood()
    called = {name: value for name, value in function.items() if value is not None}
    if "arguments" in called and not isinstance(called["arguments"], str):
        called["arguments"] = orjson.dumps(called["arguments"]).decode()  # as an object, which some servers send
    for name, value in [*call.items(), *called.items()]:
        if name in ("id", "name", "type") and not isinstance(value, str):
            raise not_understood()
    return {**call, **({"function": {n: _whole(v) for n, v in called.items()}} if called else {})}


def too_many_calls() -> ModelFailed:
    return ModelFailed(f"The language model was stopped: it called more than {MAX_TOOL_CALLS:,} tools.")


def _logprobs(sent: Any) -> Json | None:
    """None unless each token has its text and number."""
    if not isinstance(sent, dict):
        return None
    for tokens in (sent.get("content"), sent.get("refusal")):
        for token in tokens or () if isinstance(tokens, list | None) else [None]:
            others = (token.get("top_logprobs") or ()) if isinstance(token, dict) else ()
            if not isinstance(others, list | tuple) or not all(map(_is_token, (token, *others))):
                return None
    return sent if _is_sendable(sent) else None


def _is_token(sent: Any) -> bool:
    return (
        isinstance(sent, Mapping)
        and isinstance(sent.get("token"), str)
        and isinstance(sent.get("logprob"), int | float)
        and isinstance(sent.get("bytes"), list | None)
    )


def _is_sendable(value: Any) -> bool:
    try:
        return bool(orjson.dumps(value))
    except TypeError:
        return False


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _whole(value: Any) -> Any:
    """Without halves of surrogate pairs, which cannot be sent on."""
    return (
        value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if isinstance(value, str) else value
    )


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)
