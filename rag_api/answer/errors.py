"""What can go wrong with a language model."""

from collections.abc import Mapping
from typing import Any

import httpx2
import openai

# What the model's server says about our request is the client's to know; what it says about our key is the operator's.
TIMEOUT = 504
UNREACHABLE = 502


class ModelFailed(Exception):
    """The language model did not answer; `status` is what HTTP calls it."""

    def __init__(
        self,
        message: str,
        status: int = UNREACHABLE,
        *,
        retry_after: str | None = None,
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status = message, status
        self.retry_after, self.param, self.code = retry_after, param, code

    @classmethod
    def late(cls) -> "ModelFailed":
        return cls("The language model did not answer in time; try again, or raise RAG_MODEL_TIMEOUT_S.", TIMEOUT)

    @classmethod
    def of(cls, error: openai.APIError) -> "ModelFailed":
        """The same failure in the words of this server."""
        if isinstance(error, openai.APIStatusError):
            return cls._of_status(error)
        refused = isinstance(error.__cause__, httpx2.ConnectTimeout)  # as the aiohttp transport calls it
        if isinstance(error, openai.APITimeoutError) and not refused:
            return cls.late()
        if isinstance(error, openai.APIConnectionError):
            return cls("The language model cannot be reached: is its server running, and OPENAI_BASE_URL right?")
        return cls(f"The language model failed: {error.message}", code=error.code)

    @classmethod
    def _of_status(cls, error: openai.APIStatusError) -> "ModelFailed":
        status, said = error.status_code, _said(error)
        retry_after = error.response.headers.get("retry-after")
        if status in (401, 403):
            message = (
                f"The language model's server refused the key of this server; check OPENAI_API_KEY. It said: {said}"
            )
        elif status == 429:
            message, retry_after = f"The language model's server is at its limit: {said}", retry_after or "1"
        elif status >= 500:
            message = f"The language model's server failed with status {status}: {said}"
            status, retry_after = (status if status in (503, 504) else UNREACHABLE), retry_after or "1"
        else:
            message, status = said, 400 if status == 422 else status
        return cls(message, status, retry_after=retry_after, param=error.param, code=error.code)


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        said: Any = body["message"]
        return str(said)
    return error.message
