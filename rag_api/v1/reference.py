"""The reference at `/docs`: what the routes cannot say themselves, above all examples that can be tried there."""

from threading import Lock
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

TITLE = "rag-api"
SUMMARY = "Talk to your own documents through the OpenAI API."
DESCRIPTION = """
Upload documents, then ask: answers cite the file, the page and the words they come from. Any OpenAI client works with
its base URL set to this server's `/v1`.

Every upload with the purpose `assistants` or `user_data` goes into the vector store `vs_default` by itself, and is
searchable a moment later. Requests that name no store are answered from that one.

Every error is `{"error": {"message", "type", "param", "code"}}`, and every reply has an `x-request-id`. Lists are paged
with `limit`, `order` and `after`, the id of the last item seen.
"""

TAGS = [
    {"name": "files", "description": "The documents, as they were uploaded."},
    {"name": "uploads", "description": "Large documents, sent in parts."},
    {"name": "vector stores", "description": "Sets of files that are searched together."},
    {"name": "chat", "description": "Answers, in the protocol that most clients speak."},
    {"name": "responses", "description": "Answers, with a search that shows, in the background, or one after another."},
    {"name": "conversations", "description": "Chats that the server keeps."},
    {"name": "models", "description": "What can be asked for as `model`."},
    {"name": "keys", "description": "Who may do what; all but the key of the request itself is for administrators."},
    {"name": "projects", "description": "Whose documents are kept apart; for administrators."},
    {"name": "audit", "description": "Who changed what; for administrators."},
    {"name": "status", "description": "How much there is, and what is still to be done; for administrators."},
    {"name": "health", "description": "For whoever watches over the server; only /metrics needs a key."},
]


class Error(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    error: Error


ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "The request cannot be met; the message says why, and what to do."},
    "5XX": {"model": ErrorBody, "description": "The server, or the language model behind it, has a fault."},
}

QUESTION = "How accurate was Harrison's watch on the voyage to Jamaica?"
FILE_SEARCH = {"type": "file_search", "vector_store_ids": ["vs_default"]}
FILE_ID = "file-0123456789abcdef01234567"

EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/v1/chat/completions"): {
        "A question to all documents": {"model": "gpt-5-mini", "messages": [{"role": "user", "content": QUESTION}]},
        "A question to some stores, streamed": {
            "model": "gpt-5-mini",
            "messages": [{"role": "user", "content": QUESTION}],
            "tools": [FILE_SEARCH],
            "stream": True,
        },
    },
    ("post", "/v1/responses"): {
        "A question": {
            "model": "gpt-5-mini",
            "input": QUESTION,
            "tools": [FILE_SEARCH],
            "include": ["file_search_call.results"],
        },
        "In the background": {"model": "gpt-5-mini", "input": QUESTION, "tools": [FILE_SEARCH], "background": True},
    },
    ("post", "/v1/vector_stores"): {
        "A store": {"name": "clocks", "metadata": {"owner": "library"}, "file_ids": [FILE_ID]}
    },
    ("post", "/v1/vector_stores/{store_id}/files"): {
        "A file": {"file_id": FILE_ID, "attributes": {"year": 1761, "language": "en"}}
    },
    ("post", "/v1/vector_stores/{store_id}/file_batches"): {"Some files": {"file_ids": [FILE_ID]}},
    ("post", "/v1/vector_stores/{store_id}/search"): {
        "A query": {"query": "voyage to Jamaica", "max_num_results": 5},
        "With a filter": {
            "query": "voyage to Jamaica",
            "filters": {"type": "gte", "key": "year", "value": 1750},
            "ranking_options": {"score_threshold": 0.2},
        },
    },
    ("post", "/v1/conversations"): {"A conversation": {"metadata": {"topic": "clocks"}}},
    ("post", "/v1/admin/keys"): {
        "A key": {"scope": "admin", "name": "The desk", "requests_per_minute": 600},
    },
    ("post", "/v1/admin/projects"): {"A project": {"name": "library"}},
    ("post", "/v1/uploads"): {
        "An upload": {
            "filename": "longitude.pdf",
            "purpose": "assistants",
            "bytes": 12_345_678,
            "mime_type": "application/pdf",
        }
    },
}


BYTES = {"type": "string", "format": "binary"}
PURPOSE = {"type": "string", "enum": ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]}


def _form(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


# These routes read their forms themselves, as they arrive, so FastAPI does not know them.
FORMS = {
    ("post", "/v1/files"): _form(
        ["file", "purpose"],
        {
            "file": BYTES,
            "purpose": PURPOSE,
            "expires_after[anchor]": {"type": "string", "enum": ["created_at"]},
            "expires_after[seconds]": {"type": "integer", "minimum": 3600, "maximum": 2_592_000},
        },
    ),
    ("post", "/v1/uploads/{upload_id}/parts"): _form(["data"], {"data": BYTES}),
}
STREAMED = {("post", "/v1/chat/completions"), ("post", "/v1/responses"), ("get", "/v1/responses/{response_id}")}


class Documented(FastAPI):
    """FastAPI, with the above in its OpenAPI document."""

    def __init__(self, *, keys: bool, **options: Any) -> None:
        super().__init__(
            title=TITLE,
            summary=SUMMARY,
            description=DESCRIPTION,
            openapi_tags=TAGS,
            responses=ERRORS,
            redirect_slashes=False,
            **options,
        )
        self._keys = keys

    def setup(self) -> None:
        """Of the routes of FastAPI's own, only that of the document, which is made in a thread when it is first asked
        for, since that takes most of a second, and written once."""
        lock = Lock()
        written: list[bytes] = []

        def document(_request: Request) -> Response:
            with lock:
                if not written:
                    written.append(orjson.dumps(self.openapi()))
            return Response(written[0], media_type="application/json")

        self.add_route("/openapi.json", document, include_in_schema=False)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            _complete(document["paths"])
            if self._keys:
                document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
                document["security"] = [{"key": []}]
            self.openapi_schema = document
        return self.openapi_schema


def _complete(paths: dict[str, Any]) -> None:
    for (method, path), form in FORMS.items():
        paths[path][method]["requestBody"] = form
    for (method, path), examples in EXAMPLES.items():
        content = paths[path][method]["requestBody"]["content"]
        content["application/json"]["examples"] = {name: {"value": value} for name, value in examples.items()}
    for method, path in STREAMED:
        paths[path][method]["responses"]["200"]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
