"""JSON values as servers send them, and whether they are what they should be."""

import json
from typing import Any

import orjson

from ingest.json_values import count
from rag_api.answer.errors import ModelFailed

Json = dict[str, Any]


MAX_VALUES = 300_000  # of a whole answer, with what tells of the likelihood of its words
MAX_EVENT_VALUES = 20_000
_EACH = 8  # characters that a value stands for, whatever it is


def parsed(sent: bytes, most: int = MAX_VALUES) -> Any:
    """The JSON. Raises `ModelFailed`, also if it has more values than `most`: empty ones take twenty times their
    bytes."""
    if len(sent) > most and count(sent, most) > most:
        raise ModelFailed(f"The language model was stopped: it sent more than {most:,} values at once.")
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


def size_of(value: Any) -> int:
    """How many characters it counts as."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(name) + _EACH + size_of(each) for name, each in value.items())
    return sum(_EACH + size_of(each) for each in value) if isinstance(value, list) else 0


def whole(text: str) -> str:
    """Without halves of surrogate pairs, which cannot be sent on."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)
