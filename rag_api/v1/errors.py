"""Every error in the form that OpenAI's clients expect: `{"error": {"message", "type", "param", "code"}}`."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ingest.errors import (
    ConversionFailed,
    Damaged,
    EmbeddingsFailed,
    FolderInUse,
    IngestError,
    Invalid,
    NotFound,
    QuotaExceeded,
    RerankingFailed,
    StorageFailed,
    TooLarge,
    TooMany,
    Underway,
)
from rag_api.answer.errors import ModelFailed
from rag_api.http.json_body import WRONG_TYPE
from rag_api.http.refused import Refused
from rag_api.http.response_headers import HEADERS
from rag_api.http.sse import ClientGone
from rag_api.v1 import not_offered

logger = logging.getLogger(__name__)

INVALID_REQUEST = "invalid_request_error"
SERVER_ERROR = "server_error"
INSUFFICIENT_QUOTA = "insufficient_quota"

STATUS: dict[type[IngestError], int] = {
    NotFound: 404,
    TooLarge: 413,
    TooMany: 429,
    Underway: 409,  # after which OpenAI's clients ask again
    QuotaExceeded: 429,
    Invalid: 400,
    ConversionFailed: 400,
    FolderInUse: 503,
    EmbeddingsFailed: 503,
    RerankingFailed: 503,
    Damaged: 500,  # to wait does not help
    StorageFailed: 503,
}

UNFORESEEN = "The server has a fault and could not answer this request; its log says more."


class ErrorResponse(Response):
    """An error in OpenAI's envelope."""

    media_type = "application/json"

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(orjson.dumps(envelope(status, message, param=param, code=code)), status, headers)


def envelope(status: int, message: str, *, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    kind = "rate_limit_error" if status == 429 else SERVER_ERROR if status >= 500 else INVALID_REQUEST
    if code == INSUFFICIENT_QUOTA:  # which OpenAI has as the type, too
        kind = code
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def install(app: FastAPI) -> None:
    """Answer every error of `app` with the envelope."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(IngestError, _ingest_error)
    app.add_exception_handler(ModelFailed, _model_failed)
    app.add_exception_handler(ClientGone, _client_gone)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unforeseen)


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refusal(error)


def refusal(refused: Refused) -> ErrorResponse:
    return ErrorResponse(
        refused.status, refused.message, param=refused.param, code=refused.code, headers=refused.headers
    )


def _ingest_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, IngestError)
    status = status_of(error)
    headers = {"retry-after": "5"} if status == 503 else None
    code = None
    if isinstance(error, QuotaExceeded):
        code, headers = INSUFFICIENT_QUOTA, {"x-should-retry": "false"}  # OpenAI's clients would send it again
    return ErrorResponse(status, error.message, param=getattr(error, "field", None), code=code, headers=headers)


def status_of(error: IngestError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _model_failed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ModelFailed)
    headers = {"retry-after": error.retry_after} if error.retry_after else None
    return ErrorResponse(error.status, error.message, param=error.param, code=error.code, headers=headers)


def _client_gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it; it is the status in the logs of proxies


CODES = {
    "missing": "missing_required_parameter",
    "extra_forbidden": "unknown_parameter",
    "greater_than_equal": "integer_below_min_value",
    "less_than_equal": "integer_above_max_value",
    "string_too_long": "string_above_max_length",
    "too_long": "array_above_max_length",
}


def _invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fault = error.errors()[0]
    if fault["loc"] == ("body",) and isinstance(error.body, bytes):
        # It is not read as JSON: pages of other sites may send `text/plain` here unasked, but not JSON.
        return ErrorResponse(415, WRONG_TYPE)
    return refusal(invalid(fault, fault["loc"][1:]))


def invalid(fault: Any, path: Sequence[int | str]) -> Refused:
    """A refusal for what pydantic found wrong in a body; `path` leads to that part, from the body on."""
    code = CODES.get(fault["type"], "invalid_type" if fault["type"].endswith("_type") else "invalid_value")
    # The path also contains the tags of unions, which clients do not send.
    steps = [step for step in path if isinstance(step, int) or "-" not in step]
    param = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
    if fault["type"] == "missing":
        message = f"Missing required parameter: '{param}'." if param else "The request needs a JSON body."
    elif not path and code == "invalid_type":
        message = "The JSON body of the request must be an object."
    elif fault["type"] == "extra_forbidden":
        message = f"Unknown parameter: '{param}'."
    else:
        message = f"Invalid '{param}': {fault['msg'].removeprefix('Value error, ')}."
    return Refused(message, param=param or None, code=code)


def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = None
    message = str(error.detail)
    if error.status_code == 404:
        message = not_offered.endpoint(request.url.path) or _no_such_url(request)
    elif error.status_code == 405:
        message, code = f"Not allowed to {request.method} on {request.url.path}.", "method_not_supported"
    return ErrorResponse(error.status_code, message, code=code, headers=error.headers)


BASE = "/v1"
OFFERED = """admin chat conversations embeddings files key models responses uploads vector_stores""".split()


def _no_such_url(request: Request) -> str:
    """With the mistakes that people make with the base URL of a client."""
    path, base_url = request.url.path, str(request.base_url).rstrip("/") + BASE
    message = f"Invalid URL ({request.method} {path})"
    if path.startswith(BASE + BASE + "/"):
        return f"{message}: the base URL of your client ends with '{BASE}' twice; make it {base_url}"
    if path.split("/")[1] in (*OFFERED, *not_offered.ENDPOINTS):
        return f"{message}: the base URL of your client has to end with '{BASE}', as in {base_url}"
    if path.startswith("/api/"):
        return f"{message}: OpenAI's protocol is spoken here, not Ollama's; its base URL is {base_url}"
    return message


def _unforeseen(request: Request, error: Exception) -> Response:
    request_id = request.scope["request_id"]
    logger.error("a fault in %s %s (%s)", request.method, request.url.path, request_id, exc_info=error)
    # This handler runs outside all middleware, including those that set the request's id and the usual headers.
    return ErrorResponse(500, UNFORESEEN, headers={"x-request-id": request_id, **HEADERS})
