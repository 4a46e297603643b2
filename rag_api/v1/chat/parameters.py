"""Which parameters of a request the built-in extractive model honours; the others are refused, never dropped."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag_api.http.refused import Refused


def _anything(value: Any) -> bool:
    return True


def _nothing_yet(value: Any) -> bool:
    return not value


MAX_CHOICES = 8  # which all are the same
PICTURED = ("image_url", "input_audio")

HONOURED: dict[str, Callable[[Any], bool]] = {
    "max_tokens": _anything,
    "max_completion_tokens": _anything,
    "stop": _anything,
    "n": lambda value: value <= MAX_CHOICES,
    "stream_options": _anything,
    # It has one possible answer, which sampling at any temperature would give.
    "temperature": _anything,
    "top_p": _anything,
    "seed": _anything,
    # It never repeats a sentence, and cannot call functions, which is fine unless one has to be called.
    "presence_penalty": _anything,
    "frequency_penalty": _anything,
    "tools": lambda value: all(tool.get("type") == "function" for tool in value),
    "tool_choice": lambda value: value in ("none", "auto"),
    "parallel_tool_calls": _anything,
    "logit_bias": _nothing_yet,
    "logprobs": _nothing_yet,
    "top_logprobs": _nothing_yet,
    "response_format": lambda value: value.get("type") == "text",
    "modalities": lambda value: value == ["text"],
    # These are for the bookkeeping of a service, and do not change the answer.
    "user": _anything,
    "metadata": _anything,
    "safety_identifier": _anything,
    "prompt_cache_key": _anything,
    "service_tier": lambda value: value in ("auto", "default"),
}

SEARCHED_WITH = ("filters", "max_num_results", "ranking_options")  # fields of the tool `file_search`


def check_extractive(parameters: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> None:
    """Raise `Refused` for the first parameter or picture that the extractive model cannot honour."""
    for i, message in enumerate(messages):
        for j, part in enumerate(message["content"] if isinstance(message.get("content"), list) else ()):
            if isinstance(part, dict) and part.get("type") in PICTURED:
                raise _cannot_honour(f"messages[{i}].content[{j}]")
    for name, value in parameters.items():
        if name in SEARCHED_WITH:
            raise Refused(
                f"{name!r} says what is searched: put it into the tool, as in "
                f'"tools": [{{"type": "file_search", "{name}": ...}}].',
                param=name,
                code="unsupported_value",
            )
        if name not in HONOURED or not HONOURED[name](value):
            raise _cannot_honour(name)


def _cannot_honour(name: str) -> Refused:
    return Refused(
        f"The built-in extractive model cannot honour {name!r}: leave it out, or set OPENAI_BASE_URL or OPENAI_API_KEY "
        "so that a language model answers.",
        param=name,
        code="unsupported_value",
    )
