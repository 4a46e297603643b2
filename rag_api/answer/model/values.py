"""JSON values as servers send them, and whether they are what they should be."""

import json
from typing import Any

import orjson

from rag_api.answer.errors import ModelFailed

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


def not_understood() -> ModelFailed:
    return ModelFailed("The language model's server sent what is no chat completion: is OPENAI_BASE_URL right?")


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def is_sendable(value: Any) -> bool:
    """Whether orjson can write it: half a surrogate pair, or a number of twenty digits, it cannot."""
    try:
        return bool(orjson.dumps(value))
    except TypeError:
        return False


def whole(text: str) -> str:
    """Without halves of surrogate pairs, which cannot be sent on."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)
