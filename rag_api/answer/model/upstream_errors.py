"""Errors of the language model's server, in the words of this one.

What that server says is for whoever runs this one, and goes to the log: it may name hosts, or repeat the key.
"""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
import openai

from rag_api.answer.errors import TIMEOUT, UNREACHABLE, ModelFailed

logger = logging.getLogger(__name__)

_LOGGED = 500  # characters
_NAMED = 20  # models
_WORDS = "The language model's server "
_IN_THE_LOG = "; the log of this server has what it said."

# What clients can do something about. Servers other than OpenAI's may have these as the `type`.
CODES = {
    "context_length_exceeded": "The conversation and its passages are too long for the language model: shorten it, or "
    "lower RAG_CONTEXT_TOKENS.",
    "exceed_context_size_error": "The conversation and its passages are too long for the language model: shorten it, "
    "or lower RAG_CONTEXT_TOKENS.",
    "content_filter": _WORDS + "refused the request for its content.",
    "content_policy_violation": _WORDS + "refused the request for its content.",
    "insufficient_quota": _WORDS + "says that its quota is used up.",
    "rate_limit_exceeded": _WORDS + "is at its limit: try again later.",
    "model_not_found": _WORDS + "does not have the model that was asked for.",
    "unsupported_parameter": _WORDS + "does not take a parameter of the request",
    "unsupported_value": _WORDS + "does not take the value of a parameter of the request",
}

STATUS = {
    400: _WORDS + "refused the request (400)" + _IN_THE_LOG,
    401: _WORDS + "refused the key of this server: check OPENAI_API_KEY.",
    403: _WORDS + "refused the key of this server: check OPENAI_API_KEY.",
    404: _WORDS + "does not know the model that was asked for, or OPENAI_BASE_URL is not its address (404).",
    413: _WORDS + "says that the request is too long.",
    422: _WORDS + "refused the request (422)" + _IN_THE_LOG,
    429: _WORDS + "is at its limit: try again later.",
}

_SECRETS = ("authorization", "api-key", "x-api-key")


def refusal_of(response: httpx2.Response, body: bytes) -> ModelFailed:
    """The error that a response with this beginning of a body stands for; logs what it says."""
    status, said = response.status_code, _said(body)
    key = next((response.request.headers[name] for name in _SECRETS if name in response.request.headers), "")
    logged_error(f"status {status}", body.decode(errors="replace"), key.removeprefix("Bearer "))
    retry_after: str | None = response.headers.get("retry-after")
    if retry_after and not re.fullmatch(r"\d{1,5}", retry_after):
        retry_after = None
    if status in STATUS:
        code = next((said[name] for name in ("code", "type") if said.get(name) in CODES), None)
        param = said.get("param") if _is_of(said.get("param"), response.request) else None
        message = CODES[code] if code else STATUS[status]
        if not message.endswith("."):
            message += f": {param!r}." if param else _IN_THE_LOG
        if status == 429:
            retry_after = retry_after or "1"
        return ModelFailed(message, 400 if status == 422 else status, retry_after=retry_after, param=param, code=code)
    if status == 408:
        return ModelFailed.late()
    if 300 <= status < 400:
        return ModelFailed(
            f"{_WORDS}sends its clients to another address ({status}), which is not followed: set OPENAI_BASE_URL to "
            "that one."
        )
    told = status if status in (503, TIMEOUT) else UNREACHABLE
    return ModelFailed(f"{_WORDS}failed with status {status}{_IN_THE_LOG}", told, retry_after=retry_after or "1")


def no_such_model(model: str, there: Sequence[str], *, default: str) -> ModelFailed | None:
    """The error for a model that is not among those of the server; None if it is, or the server does not say."""
    if not there or model in there:
        return None
    names = ", ".join(map(repr, sorted(there)[:_NAMED]))
    names += f" and {len(there) - _NAMED:,} more" if len(there) > _NAMED else ""
    advice = "name one of them, or set RAG_MODEL_FALLBACK=true to have RAG_MODEL answer instead"
    if model == default:
        advice = "set RAG_MODEL to one of them"
    message = f"{_WORDS}does not have the model {model!r}. It has {names}: {advice}."
    return ModelFailed(message, 404, param="model", code="model_not_found")


def in_words(error: openai.APIError) -> ModelFailed:
    """The error of a server that could not be asked."""
    if isinstance(error, openai.APITimeoutError):
        return ModelFailed.late()
    return ModelFailed("The language model cannot be reached: is its server running, and OPENAI_BASE_URL right?")


def logged_error(what: str, said: str, key: str) -> None:
    """Log what the server says, without the key."""
    if len(key) > 4:
        said = said.replace(key, "***")
    logger.warning("the language model's server said (%s): %s", what, " ".join(said[:_LOGGED].split()))


def _said(body: bytes) -> Mapping[str, Any]:
    """The error in OpenAI's envelope; empty in any other form."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = said.get("error", said) if isinstance(said, dict) else {}
    return {name: value for name, value in error.items() if isinstance(value, str)} if isinstance(error, dict) else {}


def _is_of(param: str | None, request: httpx2.Request) -> bool:
    """Whether it is a parameter of the request, and no other text."""
    try:
        return param is not None and param in json.loads(request.content)
    except (ValueError, RecursionError, httpx2.RequestNotRead):
        return False
