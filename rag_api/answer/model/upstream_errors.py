"""Errors of the language model's server, in the words of this one."""

from collections.abc import Mapping

import httpx2
import openai

from rag_api.answer.errors import UNREACHABLE, ModelFailed


def in_words(error: openai.APIError) -> ModelFailed:
    """The error as `ModelFailed`. The client gets to know what that server says about the request; about our key, only
    the operator does."""
    if isinstance(error, openai.APIStatusError):
        return _told_of_status(error)
    refused = isinstance(error.__cause__, httpx2.ConnectTimeout)  # the name that the aiohttp transport has for it
    if isinstance(error, openai.APITimeoutError) and not refused:
        return ModelFailed.late()
    if isinstance(error, openai.APIConnectionError):
        return ModelFailed("The language model cannot be reached: is its server running, and OPENAI_BASE_URL right?")
    return ModelFailed(f"The language model failed: {error.message}", code=error.code)


def _told_of_status(error: openai.APIStatusError) -> ModelFailed:
    status, said = error.status_code, _said(error)
    retry_after = error.response.headers.get("retry-after")
    if status in (401, 403):
        message = f"The language model's server refused the key of this server; check OPENAI_API_KEY. It said: {said}"
    elif status == 429:
        message, retry_after = f"The language model's server is at its limit: {said}", retry_after or "1"
    elif status >= 500:
        message = f"The language model's server failed with status {status}: {said}"
        status, retry_after = (status if status in (503, 504) else UNREACHABLE), retry_after or "1"
    else:
        message, status = said, 400 if status == 422 else status
    return ModelFailed(message, status, retry_after=retry_after, param=error.param, code=error.code)


def _said(error: openai.APIStatusError) -> str:
    said = error.body.get("message") if isinstance(error.body, Mapping) else None
    return said if isinstance(said, str) else error.message
