"""A multipart form whose file is written to disk as it arrives, whatever its size and position in the form."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header
from starlette.concurrency import run_in_threadpool

from ingest.blobs import Draft
from rag_api.http.body import declared_length, pieces
from rag_api.http.filenames import upload_name
from rag_api.http.refused import Refused
from rag_api.http.sse import ClientGone

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

WRITE_BYTES = 1 << 20  # collected before each write
EARLY_BYTES = 16 << 10  # collected, where many forms come at once
MAX_BYTES_TOGETHER = 16 << 20  # collected for all forms: above it, each is written early
LITTLE_BYTES = 1 << 16  # parsed and written at once, which is quicker than in a thread
MAX_PARTS = 64
MAX_FIELDS_BYTES = 64 << 10  # the values of all fields but the file
BESIDES_BYTES = 1 << 20  # all of the form but the file: more than that many fields and heads of parts come to

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Form:
    fields: dict[str, str]
    filename: str
    draft: Draft

    def read(self, shape: type[Shape]) -> Shape:
        """The fields beside the file, checked like a JSON body. Raises `RequestValidationError`."""
        try:
            return shape.model_validate(groups(self.fields))
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
    with new_draft() as draft:
        draft.expect(declared_length(request.headers) - BESIDES_BYTES)
        reading = _Reading(file_field, draft)
        try:
            await _parse(request, options[b"boundary"], reading)
        except FormParserError as error:
            raise Refused(f"The multipart form cannot be read: {error}.") from error
        except ClientGone:
            raise Refused("The upload broke off before its end; nothing of it was kept.") from None
        yield reading.form()


async def _parse(request: Request, boundary: bytes, reading: "_Reading") -> None:
    # Only the parser knows the reading: if each knew the other, both would stay until they are found to be garbage.
    parser = MultipartParser(boundary, reading.callbacks())
    with _TOGETHER.share() as share:
        await _parse_pieces(request, parser, reading, share)
    if len(reading.pending) > LITTLE_BYTES:
        await run_in_threadpool(reading.flush)
    else:
        reading.flush()


async def _parse_pieces(request: Request, parser: MultipartParser, reading: "_Reading", share: "_Share") -> None:
    size = 0
    async for data in pieces(request.receive):
        size += len(data)
        reading.draft.expect(size - BESIDES_BYTES)
        # Where it only has to look for the boundary the parser is fast, else it looks at each byte.
        slow = parser.state != MultipartState.PART_DATA or parser.boundary in data
        if slow and len(data) > LITTLE_BYTES:
            await run_in_threadpool(parser.write, data)
        else:
            parser.write(data)
        share.set(len(reading.pending))
        if len(reading.pending) >= (EARLY_BYTES if _TOGETHER.is_full else WRITE_BYTES):
            await run_in_threadpool(reading.flush)
            share.set(0)


def groups(fields: Mapping[str, str]) -> dict[str, object]:
    """The fields, those such as `expires_after[seconds]` as an object within."""
    values: dict[str, object] = {}
    for name, value in fields.items():
        outer, _, inner = name[:-1].rpartition("[") if name.endswith("]") else ("", "", "")
        group = values.setdefault(outer, {}) if outer and inner else None
        if isinstance(group, dict):
            group[inner] = value
        else:
            values[name] = value
    return values


class _Together:
    """What is collected of all forms."""

    def __init__(self) -> None:
        self.bytes = 0
        self.lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        return self.bytes > MAX_BYTES_TOGETHER

    @contextmanager
    def share(self) -> Iterator["_Share"]:
        share = _Share(self)
        try:
            yield share
        finally:
            share.set(0)


class _Share:
    """What is collected of one of them."""

    def __init__(self, together: _Together) -> None:
        self._together = together
        self._bytes = 0

    def set(self, size: int) -> None:
        with self._together.lock:
            self._together.bytes += size - self._bytes
        self._bytes = size


_TOGETHER = _Together()


class _Reading:
    """What the parser found, and the bytes of the file that are not written yet."""

    def __init__(self, file_field: str, draft: Draft) -> None:
        self.draft = draft
        self.pending = bytearray()
        self._fields: dict[str, str] = {}
        self._fields_bytes = self._parts = 0
        self._filename: str | None = None
        self._file_field = file_field
        self._headers: dict[bytes, bytes] = {}
        self._header_name = self._header_value = b""
        self._name = ""
        self._in_file = self._complete = False
        self._value = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value_part,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def flush(self) -> None:
        """Write pending bytes. This is slow: call it where waiting is allowed."""
        if self.pending:
            self.draft.write(bytes(self.pending))
            self.pending.clear()

    def form(self) -> Form:
        """The form, at its end. Raises `Refused`."""
        if not self._complete:
            raise Refused("The multipart form ends before its last boundary; nothing of it was kept.")
        if self._filename is None:
            raise Refused(
                f"Missing required parameter: '{self._file_field}'.",
                param=self._file_field,
                code="missing_required_parameter",
            )
        return Form(self._fields, self._filename, self.draft)

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise Refused(f"The multipart form has more than {MAX_PARTS} fields.", status=413)
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
            if self._filename is not None:
                raise Refused(f"Send one '{self._file_field}' a request.", param=self._file_field)
            self._filename = upload_name(disposition, options)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self.pending += data[start:end]
        else:
            self._value += data[start:end]
            self._fields_bytes += end - start
            if self._fields_bytes > MAX_FIELDS_BYTES:
                raise Refused(f"The value of '{self._name}' is too long.", param=self._name, status=413)

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
