"""Blobs in a bucket: S3 and what speaks its protocol, Google Cloud Storage, Azure. Many servers and workers share one.

An object appears whole or not at all, under the sha256 of its bytes, so two that keep the same bytes cannot harm each
other. What arrives is a draft on this machine's disk first: only its end tells its sha256, and a bucket cannot rename.
"""

import io
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import obstore
from obstore.exceptions import BaseError, GenericError, PermissionDeniedError, UnauthenticatedError
from obstore.store import AzureStore, GCSStore, S3Store

from ingest.blobs.address import CREDENTIALS, Address
from ingest.blobs.copies import Copies
from ingest.blobs.draft import SPLIT_IT, Draft, in_words
from ingest.blobs.reading import intact
from ingest.errors import Damaged, DiskFull, StorageFailed

PART_BYTES = 8 << 20  # of an upload: S3 takes none below 5 MiB but the last, and 10,000 at most
PARTS_AT_ONCE = 4  # of one upload, each of which is in memory
BLOBS_AT_ONCE = 8  # when many are asked for together
RANGE_BYTES = 4 << 20  # of a download to the disk, each a request of its own, with its own limit of time
READ_AHEAD_BYTES = 512 << 10  # of a download to a client, as long as it lasts
COPIES_BYTES = 2 << 30
PAGE = 1000  # of a list, a request
MARK = "rag-api"
"""An object beside the blobs. Without it the place is new, or not ours."""

_WRITING = 30, 3  # seconds a request may take, with all of its bytes; how often it is tried again within them
_READING = 10, 3  # so that threads that wait for a bucket that hangs are soon free again
_QUICK = 5, 0  # where somebody waits who could do without
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_NO_BUCKET = ("NoSuchBucket", "specified bucket does not exist", "ContainerNotFound")
_FULL = ("507", "InsufficientStorage", "QuotaExceeded", "StorageFull", "no space left", "No writable volumes")


class ObjectBlobs:
    """Blobs in a bucket, as `PREFIX/ab/abcdef...`."""

    shared = True

    def __init__(self, address: Address, scratch: Path) -> None:
        """In `scratch` are drafts and copies; it belongs to this process, and nothing in it is kept."""
        self._address = address
        self._writing, self._reading = _open(address, *_WRITING), _open(address, *_READING)
        self._quick = _open(address, *_QUICK)
        self._scratch = scratch
        self._copies = Copies(scratch / "copies", COPIES_BYTES, self._download)
        self._expected: Sequence[str] = ()  # until one of them was seen
        self._found = False

    def expect(self, kept: Sequence[str]) -> None:
        self._expected = kept

    def check_there(self) -> None:
        with self._in_words():
            try:
                obstore.get(self._quick, MARK).bytes()
                there = True
            except FileNotFoundError as error:
                if _has(error, _NO_BUCKET):
                    raise
                there = False
            if not there and self._found:
                raise StorageFailed(
                    f"{self._address} was emptied while it was in use: put its objects back. Nothing was written."
                )
            if self._expected and not self._may_be_ours(there):
                raise StorageFailed(
                    f"{self._address} has none of the files that are expected: see whether RAG_BLOB_URL names the "
                    "right place, or put them back, which is noticed. Until then files are neither taken in nor read."
                )
            if not there:
                self._write(self._quick, MARK, b"The bytes of files of rag-api.\n", use_multipart=False)
            self._expected, self._found = (), True

    def _may_be_ours(self, marked: bool) -> bool:
        """Whether one of the expected blobs is there, or only it is lost."""
        return (marked and len(self._expected) == 1) or any(self._is_there(sha256) for sha256 in self._expected)

    def _is_there(self, sha256: str) -> bool:
        try:
            obstore.head(self._quick, _key(sha256))
        except FileNotFoundError:
            return False
        return True

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        return Draft(self._folder("incoming"), limit, advice, flush=False)

    def keep(self, *drafts: Draft) -> None:
        self._check_found()
        if len(drafts) == 1:
            self._put(drafts[0])
        elif drafts:
            with ThreadPoolExecutor(min(len(drafts), BLOBS_AT_ONCE), thread_name_prefix="keep") as pool:
                list(pool.map(self._put, drafts))

    def flush(self, *sha256s: str) -> None:
        """What a bucket has taken is there to stay."""

    def _put(self, draft: Draft) -> None:
        """Upload a draft, compared with its sha256 on the way: the last piece of other bytes is never sent, and without
        it there is no object."""
        draft.finish()
        with in_words(), draft.path.open("rb") as source:
            pieces = intact(source, draft.sha256)
            if draft.size <= PART_BYTES:
                self._write(self._writing, _key(draft.sha256), b"".join(pieces), use_multipart=False)
            else:
                sent = {"use_multipart": True, "chunk_size": PART_BYTES, "max_concurrency": PARTS_AT_ONCE}
                self._write(self._writing, _key(draft.sha256), pieces, **sent)

    def _write(self, store: Any, key: str, content: bytes | Iterator[bytes], **how: Any) -> None:
        try:
            with self._in_words():
                obstore.put(store, key, content, **how)
        except FileNotFoundError:  # in whatever words: there was nothing to find but the bucket
            raise self._no_bucket() from None

    def open(self, sha256: str) -> BinaryIO:
        size = self.size(sha256)
        if size is None:
            raise FileNotFoundError(sha256)
        return io.BufferedReader(_Reader(self, sha256, size), READ_AHEAD_BYTES)

    def size(self, sha256: str) -> int | None:
        with self._in_words():
            try:
                size: int = obstore.head(self._reading, _key(sha256))["size"]
                return size
            except FileNotFoundError:  # which the head of an answer says of a missing bucket, too
                self.check_there()
                return None

    def read(self, sha256: str, start: int, stop: int) -> memoryview:
        """Some of the bytes, in one request. Raises `FileNotFoundError`."""
        with self._in_words():
            return memoryview(obstore.get_range(self._reading, _key(sha256), start=start, end=stop))

    def fetch(self, sha256s: Sequence[str]) -> None:
        away = threading.Event()

        def fetch(sha256: str) -> None:
            if away.is_set():  # else each would wait for the bucket in vain
                return
            try:
                with self.local_path(sha256):
                    pass
            except (FileNotFoundError, Damaged):
                pass
            except StorageFailed:
                away.set()

        if len(sha256s) > 1:  # a request takes long, and little of it is work
            with ThreadPoolExecutor(min(len(sha256s), BLOBS_AT_ONCE), thread_name_prefix="fetch") as pool:
                list(pool.map(fetch, sha256s))

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        self._folder("copies")
        with self._copies.path(sha256) as path:
            yield path

    def _download(self, sha256: str, draft: Draft) -> None:
        with self._in_words():
            try:
                found = obstore.get(self._reading, _key(sha256))
                size = found.meta["size"]
                if size <= RANGE_BYTES:
                    draft.write(memoryview(found.bytes()))
            except FileNotFoundError:
                self.check_there()
                raise
        if size > RANGE_BYTES:
            del found  # its connection: a request of its own for each range has a limit of time that suits any size
            for start in range(0, size, RANGE_BYTES):
                draft.write(self.read(sha256, start, min(start + RANGE_BYTES, size)))
        if draft.sha256 != sha256:
            raise Damaged("not those that were uploaded")

    def delete(self, *sha256s: str) -> None:
        self._check_found()
        try:
            with self._in_words():
                obstore.delete(self._quick, [_key(sha256) for sha256 in sha256s])
        except FileNotFoundError:  # of one; S3 says nothing of such, the others do not go on
            if len(sha256s) > 1:
                for each in sha256s:
                    self.delete(each)

    def recover(self) -> Iterator[str]:
        shutil.rmtree(self._scratch, ignore_errors=True)
        return iter(())  # whatever a process left in the bucket when it died, the records know of

    def list(self, prefix: str) -> dict[str, int]:
        with self._in_words():
            return {
                found["path"].rpartition("/")[2]: found["size"]
                for page in obstore.list(self._writing, prefix, chunk_size=PAGE)
                for found in page
            }

    def is_empty(self) -> bool:
        with self._in_words():
            first: list[dict[str, Any]] = next(iter(obstore.list(self._quick, chunk_size=2)), [])
            return all(found["path"] == MARK for found in first)

    def delete_all(self) -> None:
        """Whatever is there, for a project that is deleted."""
        with self._in_words():
            for page in obstore.list(self._writing, chunk_size=PAGE):
                obstore.delete(self._writing, [found["path"] for found in page])

    def _check_found(self) -> None:
        if self._expected or not self._found:
            self.check_there()

    def _folder(self, name: str) -> Path:
        """Made when it is used, but never with what it lies in: that may be the folder of a deleted project."""
        folder = self._scratch / name
        try:
            with in_words():
                for each in (self._scratch, folder):
                    each.mkdir(mode=0o700, exist_ok=True)
        except FileNotFoundError as error:
            raise StorageFailed(f"The folder {str(self._scratch.parent)!r} was removed while it was in use.") from error
        return folder

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Raise `StorageFailed` for what is no fault of the object. Neither it nor the log has the library's own words,
        since they have those of the server, among which can be what was signed."""
        try:
            yield
        except FileNotFoundError as error:
            if not _has(error, _NO_BUCKET):
                raise
            raise self._no_bucket() from None
        except BaseError as error:
            raise self._refusal(error) from None

    def _no_bucket(self) -> StorageFailed:
        return StorageFailed(f"There is no bucket {self._address}: make it, or see to RAG_BLOB_URL.")

    def _refusal(self, error: BaseError) -> StorageFailed:
        codes = [found[1] for pattern in (_STATUS, _CODE) if (found := pattern.search(str(error)))]
        said = f" ({' '.join(codes)})" if codes else ""
        if isinstance(error, PermissionDeniedError | UnauthenticatedError) or said.startswith((" (401", " (403")):
            return StorageFailed(
                f"{self._address} refuses this program{said}: see whether it may read, write, list and delete there, "
                f"and whether its credentials are right; they come from {CREDENTIALS[self._address.scheme]}."
            )
        if _has(error, _FULL):
            return DiskFull(f"{self._address} has no room left{said}: free some, then send the file again.")
        if isinstance(error, GenericError) and not said:
            return StorageFailed(f"{self._address} cannot be reached, or is too slow: try again later.")
        return StorageFailed(f"{self._address} cannot be used now{said}: try again later.")


class _Reader(io.RawIOBase):
    """The bytes of a blob, a request for each reading."""

    def __init__(self, blobs: ObjectBlobs, sha256: str, size: int) -> None:
        self._blobs = blobs
        self._sha256 = sha256
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, into: Any) -> int:
        stop = min(self._at + len(into), self._size)
        if stop <= self._at:
            return 0
        try:
            found = memoryview(self._blobs.read(self._sha256, self._at, stop))
        except FileNotFoundError:
            raise Damaged("missing") from None
        into[: len(found)] = found
        self._at += len(found)
        return len(found)


def _open(address: Address, seconds: int, retries: int) -> Any:
    client = {
        "timeout": f"{seconds}s",
        "connect_timeout": "5s",
        "allow_http": address.options.get("endpoint", "").startswith("http://") or address.switch("allow_http", False),
    }
    retry = {
        "max_retries": retries,
        "retry_timeout": timedelta(seconds=seconds),
        "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
    }
    options: dict[str, Any] = {key: address.options[key] for key in ("endpoint", "region") if key in address.options}
    if address.scheme == "s3":
        # A server of one's own rarely has a name for each bucket.
        options["virtual_hosted_style_request"] = not address.switch("path_style", "endpoint" in options)
        if "endpoint" in options:
            options["aws_endpoint_url_s3"] = options["endpoint"]  # else that of the environment would come first
    kind = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}[address.scheme]
    return kind(address.bucket, prefix=address.prefix or None, client_options=client, retry_config=retry, **options)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _has(error: Exception, texts: Sequence[str]) -> bool:
    said = str(error)
    return any(text in said for text in texts)


def open_blobs(address: Address, scratch: Path) -> ObjectBlobs:
    return ObjectBlobs(address, scratch)
