"""Stores behind the API of a running server, reached with OpenAI's client."""

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import IO, Any, BinaryIO, Literal, cast

import openai
from openai.types import VectorStore
from openai.types.vector_stores import VectorStoreFile

from ingest.bulk.gather import EMPTY, Found, sentence
from ingest.bulk.origins import Attributes, Kept, Origin, path_of
from ingest.bulk.target import (
    CANCELLED,
    GONE,
    TAKEN_OUT,
    Ended,
    Group,
    Item,
    Overview,
    Reading,
    Wanted,
    check_unchanged,
    find_store,
    side_by_side,
)
from ingest.errors import IngestError, Invalid
from ingest.records.store_files import State

UPLOADS = 8  # at the same time
RETRIES = 5  # of a request, over some twenty seconds
PAGE = 100
IN_MEMORY = 4 << 20  # bytes; larger files are sent as they are read
# With most other purposes, files go into the default store unasked, or expire.
PURPOSE: Literal["evals"] = "evals"

OF_THE_FILE = (400, 413, 415, 422)  # refusals of one file; any other status concerns all files
OVER_QUOTA = "insufficient_quota"  # and a smaller file may have room

STATES = {"completed": State.DONE, "failed": State.FAILED, "cancelled": State.CANCELLED}  # all others: pending


@contextmanager
def open_stores(url: str, api_key: str | None) -> Iterator["Stores"]:
    """All stores of a server. Without a key, a placeholder is sent, since the client needs one."""
    with openai.OpenAI(base_url=url, api_key=api_key or "none", max_retries=RETRIES) as client:
        stores = Stores(client)
        stores.check()
        yield stores


class Stores:
    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client
        self._asking = client.with_options(max_retries=1)  # so that a wrong address is reported at once

    def choose(self, wanted: str) -> str | None:
        return find_store(wanted, ((store.id, store.name) for store in self.all()))

    def check(self) -> None:
        """Raise `IngestError` if no server answers, or one of another kind, over whose pages the client trips."""
        with in_words(self._client):
            answer = self._asking.get("/vector_stores?limit=1", cast_to=object)
        if not isinstance(answer, dict):
            raise IngestError(
                f"What answers at {self._client.base_url} is no server of vector stores: correct the address, which "
                "ends in /v1."
            )

    def add(self, name: str) -> str:
        with in_words(self._client):
            return self._client.vector_stores.create(name=name).id

    def open(self, store_id: str, stopping: threading.Event) -> "Server":
        return Server(self._client, store_id, stopping)

    def all(self) -> Iterator[Overview]:
        with in_words(self._client):
            yield from map(_overview, self._asking.vector_stores.list(limit=PAGE, order="asc"))

    def get(self, store_id: str) -> Overview:
        with in_words(self._client):
            return _overview(self._asking.vector_stores.retrieve(store_id))

    def failed(self, store_id: str, limit: int) -> Iterator[tuple[str, str]]:
        with in_words(self._client):
            files = self._asking.vector_stores.files.list(store_id, filter="failed", limit=PAGE, order="asc")
            for file in islice(files, limit):
                yield self._name(file), file.last_error.message if file.last_error else ""

    def noted(self, store_id: str, limit: int) -> tuple[list[tuple[str, str]], int]:
        with in_words(self._client):
            files = self._asking.vector_stores.files.list(
                store_id, filter="completed", limit=PAGE, order="asc", extra_query={"noted": True}
            )
            noted = [(file, note) for file in files if (note := _note(file))]  # older servers list all that are done
            return [(self._name(file), note) for file, note in noted[:limit]], len(noted)

    def outdated(self) -> Mapping[str, int]:
        return {}

    def _name(self, file: VectorStoreFile) -> str:
        return path_of(file.attributes or {}) or self._filename(file.id)

    def _filename(self, file_id: str) -> str:
        try:
            return self._asking.files.retrieve(file_id).filename
        except openai.NotFoundError:  # it was just deleted
            return file_id


def _note(file: VectorStoreFile) -> str | None:
    return (file.model_extra or {}).get("note")


def _overview(store: VectorStore) -> Overview:
    counts = store.file_counts
    files = {State.DONE: counts.completed, State.FAILED: counts.failed, State.CANCELLED: counts.cancelled}
    files[State.PENDING] = counts.total - sum(files.values())
    return Overview(store.id, store.name, files, store.usage_bytes)


class Server:
    poll_s = 0.25
    files_read = 0  # the server's process reads them

    def __init__(self, client: openai.OpenAI, store_id: str, stopping: threading.Event) -> None:
        self._client = client
        self._store_id = store_id
        self._stopping = stopping
        self._pool = ThreadPoolExecutor(UPLOADS, thread_name_prefix="upload")

    def kept(self) -> Iterator[Kept]:
        if not self._store_id:  # a dry run: the store is not made yet
            return
        with in_words(self._client):
            for file in self._client.vector_stores.files.list(self._store_id, limit=PAGE, order="asc"):
                attributes = file.attributes or {}
                if origin := Origin.of(attributes):
                    yield Kept(file.id, origin, STATES.get(file.status, State.PENDING), attributes)

    def add(self, wanted: Sequence[Wanted]) -> Group:
        group, attached = Group(), []
        with in_words(self._client):
            futures = side_by_side(self._pool, self._send, wanted)
            for each, future in zip(wanted, futures, strict=True):
                if future.exception() is not None:
                    continue
                sent = future.result()
                if isinstance(sent, str):
                    group.refused.append((each, sent))
                else:
                    group.waiting[sent[0]] = each
                    attached.append({"file_id": sent[0], "attributes": sent[1]})
            if attached:  # even if the rest could not be sent
                batch = self._client.vector_stores.file_batches.create(self._store_id, files=cast(Any, attached))
                group.id = batch.id
            for future in futures:
                if error := future.exception():
                    raise error
        return group

    def _send(self, wanted: Wanted) -> tuple[str, Attributes] | str:
        """The id of the file and its attributes, or why there is none."""
        if wanted.file_id is not None:
            return wanted.file_id, wanted.attributes
        try:
            with wanted.found.open() as file:
                found = wanted.found.now(file)
                if not found.size:
                    return EMPTY
                file_id, sha256 = self._upload(found, file, _Content(file, found.size, self._stopping))
        except FileNotFoundError:
            return GONE
        except (OSError, Invalid) as error:
            return sentence(error)
        except openai.APIStatusError as error:
            if error.status_code in OF_THE_FILE or error.code == OVER_QUOTA:
                return _said(error)
            raise
        return file_id, wanted.attributes_with(Origin(found.path, found.size, found.mtime_ns, sha256))

    def _upload(self, found: Found, file: BinaryIO, content: "_Content") -> tuple[str, str]:
        """The id of the new file, and the hash of what was sent."""
        try:
            body = content.read() if found.size <= IN_MEMORY else cast(IO[bytes], content)
            file_id = self._client.files.create(file=(found.name, body), purpose=PURPOSE).id
        except openai.APIConnectionError:
            check_unchanged(found, file, content.tell())  # a file that became shorter breaks the connection, too
            raise
        try:
            check_unchanged(found, file, content.tell())
        except (OSError, Invalid):
            self._client.files.delete(file_id)
            raise
        return file_id, content.sha256

    def ended(self, group: Group) -> dict[str, Ended]:
        with in_words(self._client):
            batches = self._client.vector_stores.file_batches
            counts = batches.retrieve(group.id, vector_store_id=self._store_id).file_counts
            if counts.completed + counts.failed + counts.cancelled < counts.total:
                return {}
            ended = dict.fromkeys(group.waiting, Ended(TAKEN_OUT))
            for file in batches.list_files(group.id, vector_store_id=self._store_id, limit=PAGE):
                if file.id in ended:
                    failure = file.last_error.message if file.last_error else None
                    if STATES.get(file.status) is State.CANCELLED:
                        failure = CANCELLED
                    ended[file.id] = Ended(failure, _note(file))
        return ended

    def update(self, attributes: Mapping[str, Attributes]) -> None:
        def update(changed: tuple[str, Attributes]) -> None:
            file_id, new = changed
            with suppress(openai.NotFoundError):  # it was deleted meanwhile, as the next run will see
                self._client.vector_stores.files.update(file_id, vector_store_id=self._store_id, attributes=new)

        self._with_all(update, attributes.items())

    def delete(self, file_ids: Sequence[str]) -> None:
        def delete(file_id: str) -> None:
            with suppress(openai.NotFoundError):
                self._client.files.delete(file_id)

        self._with_all(delete, file_ids)

    def _with_all(self, do: Callable[[Item], None], items: Iterable[Item]) -> None:
        with in_words(self._client):
            for future in side_by_side(self._pool, do, items):
                future.result()


class _Content(io.RawIOBase):
    """As many bytes of a file as it had when the request began, hashed as they are read."""

    def __init__(self, file: BinaryIO, size: int, stopping: threading.Event) -> None:
        self._file = file
        self._reading = Reading(file, stopping)
        self._size = size
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._at
        data = self._reading.read(left if size < 0 else min(size, left))
        self._hash.update(data)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Only to the beginning, for a retry, or to the end, to find the size."""
        self._at = self._size if whence == os.SEEK_END else 0
        self._file.seek(0)
        self._hash = hashlib.sha256()
        return self._at

    def tell(self) -> int:
        return self._at

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def in_words(client: openai.OpenAI) -> Iterator[None]:
    """Raise `IngestError` with what the server answered, or that it did not."""
    try:
        yield
    except openai.APIConnectionError as error:
        raise IngestError(
            f"The server at {client.base_url} does not answer ({error.__cause__ or error}). Start it or correct the "
            "address, then run the same command again: it goes on where it stopped."
        ) from error
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise IngestError(f"{_said(error)} Set OPENAI_API_KEY to a key of the server.") from error
    except openai.APIStatusError as error:
        raise IngestError(f"The server at {client.base_url} says: {_said(error)}") from error


def _said(error: openai.APIStatusError) -> str:
    return str(error.body["message"]) if isinstance(error.body, dict) and "message" in error.body else error.message
