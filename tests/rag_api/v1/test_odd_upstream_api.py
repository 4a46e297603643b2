"""Odd words of a language model's server: what clients get of them is valid, on each route, whole and streamed.

The official client checks its types, and a recorder OpenAI's document.
"""

import json
from typing import Any

import pytest
from openai import OpenAI

from tests.official_client import MakeClient
from tests.scripted_upstream import Raw, ScriptedUpstream

ASKED: Any = [{"role": "user", "content": "What do herons eat?"}]
TOKEN = {"token": "F", "logprob": -1}

MESSAGES: dict[str, dict[str, Any]] = {
    "plain": {"content": "Frogs."},
    "no role": {"content": "Frogs.", "role": None},
    "another role": {"content": "Frogs.", "role": "model"},
    "parts": {"content": [{"type": "text", "text": "Fro"}, {"type": "text", "text": "gs."}, {"type": "odd"}, 7]},
    "thinking in parts": {
        "content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
            {"type": "text", "text": "Frogs."},
        ]
    },
    "reasoning": {"content": "Frogs.", "reasoning_content": "Hm.", "reasoning": "Hm.", "reasoning_details": [{"a": 1}]},
    "odd reasoning": {"content": "Frogs.", "reasoning": {"effort": 1}, "refusal": 7},
    "refusal": {"content": None, "refusal": "No."},
    "its own annotations": {"content": "Frogs.", "annotations": [{"type": "file"}, 7, None]},
    "odd citations": {"content": "Frogs.", "citations": ["http://127.0.0.1/"], "audio": None, "function_call": None},
    "a call": {"content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
    "a call with a number as its id": {"tool_calls": [{"id": 7, "index": 5, "function": {"name": "f"}}]},
    "nulls": {"content": "Frogs.", "tool_calls": None, "refusal": None, "reasoning": None, "annotations": None},
    "no calls": {"content": "Frogs.", "tool_calls": []},
    "NUL": {"content": "Frogs\0.\ud800"},
}
CHOICES: dict[str, dict[str, Any]] = {
    **{
        f"reason {reason!r}": {"finish_reason": reason} for reason in ("STOP", "MAX_TOKENS", "eos", "", "SAFETY", "end")
    },
    "index from 1": {"index": 1},
    "logprobs without alternatives": {"logprobs": {"content": [TOKEN]}},
    "logprobs with odd bytes": {"logprobs": {"content": [{**TOKEN, "bytes": ["F"]}]}},
    "logprobs of no number": {"logprobs": {"content": [{**TOKEN, "logprob": None}]}},
    "logprobs beyond numbers": {"logprobs": {"content": [{**TOKEN, "logprob": float("-inf")}]}},
    "older logprobs": {"logprobs": {"tokens": ["F"], "token_logprobs": [-1.0]}},
    "logprobs in a list": {"logprobs": [TOKEN]},
    "alternatives": {"logprobs": {"content": [{**TOKEN, "top_logprobs": [TOKEN, {**TOKEN, "id": 7}]}]}},
    "filters": {"content_filter_results": {"hate": {"filtered": False}}, "stop_reason": 107},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "no usage": {"usage": None},
    "usage in words": {"usage": {"prompt_tokens": "3", "completion_tokens": "many"}},
    "a negative usage": {"usage": {"prompt_tokens": -1, "completion_tokens": -1, "total_tokens": -2}},
    "usage with points": {"usage": {"prompt_tokens": 3.0, "completion_tokens": 1.5, "total_tokens": 4.0}},
    "a part of usage": {"usage": {"completion_tokens": 3}},
    "usage in parts": {"usage": {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": "x"}, "cost": 0.1}},
    "usage in a list": {"usage": [1]},
    "odd names": {
        "id": 7,
        "created": "now",
        "object": None,
        "model": ["m"],
        "system_fingerprint": 1,
        "service_tier": 1,
    },
    "an hour with a point": {"created": 1.5},
}
ODD = (
    {name: ({"message": message}, {}) for name, message in MESSAGES.items()}
    | {name: ({"message": {"content": "Frogs."}, **choice}, {}) for name, choice in CHOICES.items()}
    | {name: ({"message": {"content": "Frogs."}}, answer) for name, answer in ANSWERS.items()}
)


@pytest.mark.parametrize("route", ["chat", "responses"])
def test_what_clients_get_is_valid(new_client: MakeClient, scripted_upstream: ScriptedUpstream, route: str) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url)
    for name, (choice, rest) in ODD.items():
        choice = {"index": 0, "finish_reason": "stop", **choice}
        chunk = {key: value for key, value in choice.items() if key != "message"} | {"delta": choice["message"]}
        whole = json.dumps({"choices": [choice], **rest}).encode()
        event = json.dumps({"choices": [chunk], **rest}).encode()
        answers = []
        for raw, stream in (
            (Raw(whole, media="application/json"), False),
            (Raw(b"data:" + event + b"\r\n\r\ndata:[DONE]"), True),
        ):
            scripted_upstream.script = (raw,)
            answers.append(asked(client, route, stream))
        assert answers[0] == answers[1], name
        assert answers[0][0] or choice["message"].get("refusal") or answers[0][1], name


def asked(client: OpenAI, route: str, stream: bool) -> tuple[str, list[tuple[str, str]]]:
    """The text, and what was called."""
    if route == "responses":
        answer: Any = client.responses.create(model="plain:scripted", input=ASKED, stream=stream)
        response = list(answer)[-1].response if stream else answer
        calls = [(item.name, item.arguments) for item in response.output if item.type == "function_call"]
        return response.output_text, calls
    options: Any = {"stream_options": {"include_usage": True}} if stream else {}
    answer = client.chat.completions.create(
        model="plain:scripted", messages=ASKED, logprobs=True, stream=stream, **options
    )
    if not stream:
        message = answer.choices[0].message
        return message.content or "", [
            (call.function.name, call.function.arguments) for call in message.tool_calls or ()
        ]
    text = ""
    called: dict[int, tuple[str, str]] = {}
    for delta in (choice.delta for chunk in answer for choice in chunk.choices):
        text += delta.content or ""
        for call in delta.tool_calls or ():
            name, arguments = called.get(call.index, ("", ""))
            called[call.index] = name + (call.function.name or ""), arguments + (call.function.arguments or "")
    return text, list(called.values())
