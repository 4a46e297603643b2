"""What any Haystack generator says, in the form in which the language model's server sends it to our own."""

from typing import Any

import orjson
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.dataclasses.chat_message import ReasoningContent

_REASONS = frozenset(("stop", "length", "tool_calls", "content_filter"))
_OTHERS = {"max_tokens": "length", "tool_use": "tool_calls", "refusal": "content_filter"}


def choice_of_chunk(chunk: StreamingChunk) -> dict[str, Any]:
    calls = [
        {
            "index": call.index,
            **({"id": call.id, "type": "function"} if call.id else {}),
            "function": {"name": call.tool_name, "arguments": call.arguments or ""}
            if call.tool_name
            else {"arguments": call.arguments or ""},
        }
        for call in chunk.tool_calls or ()
    ]
    return _choice(chunk.meta, chunk.finish_reason, "delta", calls, chunk.reasoning)


def choice_of_reply(reply: ChatMessage) -> dict[str, Any]:
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.tool_name, "arguments": _json(call.arguments)}}
        for call in reply.tool_calls
    ]
    return _choice(reply.meta, reason_of(reply), "message", calls, reply.reasoning)


def reason_of(reply: ChatMessage) -> str:
    """Why it ends."""
    return _reason(reply.meta.get("finish_reason") or "stop")


def usage_of(reply: ChatMessage) -> dict[str, Any] | None:
    """The tokens that were counted, if they were."""
    usage = reply.meta.get("usage")
    if not isinstance(usage, dict):
        return None
    usage = {name: count for name, count in usage.items() if count is not None}
    if "total_tokens" in usage:
        return usage
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) for count in counts):
        return None
    return {"total_tokens": sum(counts), **usage}


def _choice(
    meta: dict[str, Any],
    reason: str | None,
    kind: str,
    calls: list[dict[str, Any]],
    reasoning: ReasoningContent | None,
) -> dict[str, Any]:
    said = {"tool_calls": calls or None, "reasoning_content": (reasoning and reasoning.reasoning_text) or None}
    index = meta.get("index")
    return {
        "index": index if isinstance(index, int) else 0,
        "finish_reason": reason and _reason(reason),
        kind: said,
    }


def _reason(reason: str) -> str:
    return reason if reason in _REASONS else _OTHERS.get(reason, "stop")


def _json(arguments: dict[str, Any]) -> str:
    return orjson.dumps(arguments).decode()
