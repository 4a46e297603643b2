"""A multipart form whose file is written to disk as it arrives, whatever its size and position in the form."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError, MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ingest.blobs import Draft
from rag_api.http.filenames import upload_name
from rag_api.http.refused import Refused

WRITE_BYTES = 1 << 20  # collected before each write
LITTLE_BYTES = 1 << 16  # written at once, which is quicker than in a thread
MAX_FIELD_BYTES = 64 << 10
NESTED = re.compile(r"(.+)\[(.+)\]")  # as in `expires_after[seconds]`

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Form:
    fields: dict[str, str]
    filename: str
    draft: Draft

    def read(self, shape: type[Shape]) -> Shape:
        """The fields beside the file, checked like a JSON body. Raises `RequestValidationError`."""
        values: dict[str, object] = {}
        for name, value in self.fields.items():
            nested = NESTED.fullmatch(name)
            group = values.setdefault(nested[1], {}) if nested else None
            if nested and isinstance(group, dict):
                group[nested[2]] = value
            else:
                values[name] = value
        try:
            return shape.model_validate(values)
        except ValidationError as error:
            raise RequestValidationError(
                [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
            ) from None


@asynccontextmanager
async def form(request: Request, file_field: str, new_draft: Callable[[], Draft]) -> AsyncIterator[Form]:
    """Read the form; its draft is discarded at the end of the block, unless it was kept.

    Protocol: RFC 7578. Raises `Refused` if the body is not such a form or has no file, `TooLarge`, and `StorageFailed`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Refused(f"Send multipart/form-data, with the bytes as '{file_field}'.", status=415)
    try:
        reading = _Reading(options[b"boundary"], file_field, new_draft)
    except FormParserError as error:
        raise Refused(f"The multipart form cannot be read: {error}.") from error
    try:
        async for data in request.stream():
            reading.parse(data)
            if len(reading.pending) >= WRITE_BYTES:
                await run_in_threadpool(reading.flush)
        if len(reading.pending) > LITTLE_BYTES:
            await run_in_threadpool(reading.flush)
        else:
            reading.flush()
        yield reading.form()
    except MultipartParseError as error:
        raise Refused(f"The multipart form cannot be read: {error}") from error
    except ClientDisconnect:
        raise Refused("The upload broke off before its end; nothing of it was kept.") from None
    finally:
        if reading.draft:
            reading.draft.discard()


class _Reading:
    """The callbacks of the parser, and the bytes of the file that are not written yet."""

    def __init__(self, boundary: bytes, file_field: str, new_draft: Callable[[], Draft]) -> None:
        self.draft: Draft | None = None
        self.pending = bytearray()
        self._fields: dict[str, str] = {}
        self._filename = ""
        self._file_field = file_field
        self._new_draft = new_draft
        self._headers: dict[bytes, bytes] = {}
        self._header_name = self._header_value = b""
        self._name = ""
        self._in_file = self._complete = False
        self._value = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value_part,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def parse(self, data: bytes) -> None:
        self._parser.write(data)

    def flush(self) -> None:
        """Write pending bytes. This is slow: call it where waiting is allowed."""
        if self.pending and self.draft:
            self.draft.write(bytes(self.pending))
            self.pending.clear()

    def form(self) -> Form:
        """The form, at its end. Raises `Refused`."""
        if not self._complete:
            raise Refused("The multipart form ends before its last boundary; nothing of it was kept.")
        if self.draft is None:
            raise Refused(
                f"Missing required parameter: '{self._file_field}'.",
                param=self._file_field,
                code="missing_required_parameter",
            )
        return Form(self._fields, self._filename, self.draft)

    def _part_begin(self) -> None:
        self._headers = {}
        self._value = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_value_part(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _headers_finished(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        self._name = _decode(options.get(b"name", b""))
        self._in_file = self._name == self._file_field
        if self._in_file:
            if self.draft is not None:
                raise Refused(f"Send one '{self._file_field}' a request.", param=self._file_field)
            self._filename = upload_name(disposition, options)
            self.draft = self._new_draft()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self.pending += data[start:end]
        else:
            self._value += data[start:end]
            if len(self._value) > MAX_FIELD_BYTES:
                raise Refused(f"The value of '{self._name}' is too long.", param=self._name)

    def _part_end(self) -> None:
        if not self._in_file:
            self._fields[self._name] = _decode(bytes(self._value))

    def _end(self) -> None:
        self._complete = True


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
