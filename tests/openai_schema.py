"""Reads along with an HTTP client and compares every OpenAI answer with the official OpenAPI document."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parents[1] / "../shared/openai/openapi.rag.json"
ERROR = "#/components/schemas/ErrorResponse"
ROOT = "openapi:"
PREFIX = "/v1"
RAW_PATHS = re.compile(r"/files/[^/]+/content")  # the bytes of a file, whatever the document calls them

Reader = Callable[[bytes, bool], None]


class Spec:
    """The official document, asked by method, path, status and media type."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT202012.create_resource(document))
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path).replace("/models/[^/]+", "/models/.+")), operations)
            for path, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        ]
        self._validators: dict[str, Draft202012Validator] = {}
        self._events = {
            self._schemas[branch["$ref"].rpartition("/")[2]]["properties"]["type"]["enum"][0]: branch["$ref"]
            for branch in self._schemas["ResponseStreamEvent"]["anyOf"]
        }

    @classmethod
    def load(cls) -> "Spec | None":
        """The document beside the repository, if it is there."""
        return cls(json.loads(DOCUMENT.read_bytes())) if DOCUMENT.exists() else None

    def body_fault(self, method: str, path: str, status: int, body: Any) -> str | None:
        """What is wrong with a JSON body; None when nothing is, or when the document does not speak of it."""
        if not path.startswith(f"{PREFIX}/") or RAW_PATHS.fullmatch(path.removeprefix(PREFIX)):
            return None
        if status >= 400:
            return self._fault(ERROR, body)
        schema = self._schema(method, path, status, "application/json")
        return self._fault(schema, body) if schema else None

    def event_fault(self, path: str, event: Any) -> str | None:
        """What is wrong with one event of a stream."""
        if path == f"{PREFIX}/chat/completions":
            if "error" in event:
                return self._fault(ERROR, event)
            return self._fault("#/components/schemas/CreateChatCompletionStreamResponse", event)
        schema = self._events.get(event.get("type"))
        return self._fault(schema, event) if schema else f"no such event: {event.get('type')!r}"

    def _schema(self, method: str, path: str, status: int, media: str) -> str | None:
        for pattern, operations in self._paths:
            if pattern.fullmatch(path.removeprefix(PREFIX)) and method.lower() in operations:
                answer = operations[method.lower()]["responses"].get(str(status), {})
                ref: str | None = answer.get("content", {}).get(media, {}).get("schema", {}).get("$ref")
                return ref
        return None

    def _fault(self, ref: str, value: Any) -> str | None:
        if ref not in self._validators:
            self._validators[ref] = Draft202012Validator({"$ref": ROOT + ref}, registry=self._registry)
        error = best_match(self._validators[ref].iter_errors(value))
        return None if error is None else f"{error.json_path}: {error.message[:400]}"


class Recorder:
    """A response hook of an httpx2 client: `faults` holds what broke the document, `checked` counts.

    The bytes are read as they pass, so a stream stays a stream. Look at `faults` when the test is over:
    raised from here, a fault would look like a broken connection to the client, and be retried.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self.faults: list[str] = []
        self.checked = 0

    def __call__(self, response: httpx2.Response) -> None:
        if response.request.method == "OPTIONS":
            return  # a browser asks these, and speaks another protocol
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind == "application/json":
            response.stream = _ReadAlong(response.stream, self._body(response))
        elif kind == "text/event-stream":
            response.stream = _ReadAlong(response.stream, self._events(response))
        elif response.is_error and response.request.url.path.startswith(f"{PREFIX}/"):
            self._note(response, f"an error told in {kind or 'nothing'}, not in JSON", None)

    def _body(self, response: httpx2.Response) -> Reader:
        def read(content: bytes, ended: bool) -> None:
            request = response.request
            if content and ended:
                body = json.loads(content)
                fault = self._spec.body_fault(request.method, request.url.path, response.status_code, body)
                self._note(response, fault, body)

        return read

    def _events(self, response: httpx2.Response) -> Reader:
        def read(content: bytes, ended: bool) -> None:
            *blocks, rest = content.decode(errors="replace").split("\n\n")
            if ended and (rest or blocks[-1:] != ["data: [DONE]"]):
                self._note(response, "no [DONE] and blank line at the end", rest or blocks[-1:])
            for block in blocks:
                fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
                if not fields or fields["data"] == "[DONE]":
                    continue
                event = json.loads(fields["data"])
                if fields.get("event", event.get("type")) != event.get("type"):
                    self._note(response, f"event {fields.get('event')!r} carries another type", event)
                self._note(response, self._spec.event_fault(response.request.url.path, event), event)

        return read

    def _note(self, response: httpx2.Response, fault: str | None, value: object) -> None:
        self.checked += 1
        if fault:
            request = response.request
            said = json.dumps(value)[:600]
            self.faults.append(f"{request.method} {request.url.path} {response.status_code}: {fault} in {said}")


class _ReadAlong(httpx2.SyncByteStream):
    """Passes a response's bytes on; once closed, tells the reader which passed, and whether that was all."""

    def __init__(self, stream: Any, reader: Reader) -> None:
        self._stream = stream
        self._reader: Reader | None = reader
        self._seen = bytearray()
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._seen += piece
            yield piece
        self._ended = True

    def close(self) -> None:
        self._stream.close()
        reader, self._reader = self._reader, None
        if reader:
            reader(bytes(self._seen), self._ended)
