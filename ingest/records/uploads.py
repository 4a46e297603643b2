"""A large file that arrives in parts, in any order and in parallel; once complete, it is a file like any other."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection, delete, func, insert, select, update

from ingest.blobs import SPLIT_IT, Blobs, Draft, intact
from ingest.counted import counted
from ingest.errors import Damaged, Invalid, NotFound, TooLarge, TooMany
from ingest.ids import new_id
from ingest.records import chores, schema, storage
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.files import Files
from ingest.records.tables import total

logger = logging.getLogger(__name__)

LIFE_S = 3600  # how long an upload takes parts
REMEMBERED_S = 86_400  # how long after that a client can still ask what became of its upload
MAX_PENDING = 256  # uploads that take parts at a time
MAX_PART_BYTES = 64 << 20
TIMES_ANNOUNCED, SPARE_BYTES = 2, 1 << 20  # that its parts may have together: some are sent twice
MAX_PARTS = 10_000  # of one upload
EXPIRED_AT_ONCE = 200  # how many expired uploads lose their parts in one transaction


class UploadState(StrEnum):
    PENDING = storage.PENDING  # takes parts
    COMPLETED = "completed"  # became a file
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # was neither completed nor cancelled in time


@dataclass(frozen=True)
class Upload:
    id: str
    filename: str
    purpose: str
    bytes: int  # as announced
    store_id: str | None  # where the file goes
    expires_after_s: int | None  # of the file, from its completion on
    created_at: int
    expires_at: int
    state: UploadState
    file_id: str | None  # the file it became


@dataclass(frozen=True)
class Part:
    id: str
    upload_id: str
    bytes: int
    sha256: str
    created_at: int


_COLUMNS = [schema.uploads.c[field.name] for field in fields(Upload)]
_PART_COLUMNS = [schema.upload_parts.c[field.name] for field in fields(Part)]


class _Ended(Invalid):
    """The upload is no longer pending."""


class Uploads:
    """All uploads, kept until a day after their end. A part that was acknowledged is a blob with a record. Methods
    raise `StorageFailed`."""

    def __init__(
        self, database: Database, blobs: Blobs, files: Files, cleanup: Cleanup, *, max_file_bytes: int
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._files = files
        self._cleanup = cleanup
        self._max_file_bytes = max_file_bytes

    def add(
        self, filename: str, purpose: str, size: int, store_id: str | None = None, *, expires_after_s: int | None = None
    ) -> Upload:
        """Begin an upload of `size` bytes, whose file goes into a store once it is complete. Raises `Invalid` if it is
        empty, `TooLarge`, `TooMany`, and `QuotaExceeded`."""
        if size <= 0:
            raise Invalid(f"{filename!r} is empty: there is nothing to keep.", field="bytes")
        if size > self._max_file_bytes:
            raise TooLarge(
                f"{filename!r} is larger than {counted(self._max_file_bytes, 'byte')}, the most that is "
                f"accepted. {SPLIT_IT}",
                field="bytes",
            )
        now = int(time.time())
        upload = Upload(
            id=new_id("upload_"),
            filename=filename,
            purpose=purpose,
            bytes=size,
            store_id=store_id,
            expires_after_s=expires_after_s,
            created_at=now,
            expires_at=now + LIFE_S,
            state=UploadState.PENDING,
            file_id=None,
        )
        uploads = schema.uploads
        pending = (uploads.c.state == UploadState.PENDING) & (uploads.c.expires_at > now)
        with self._database.write() as connection:
            if connection.execute(select(func.count()).where(pending)).scalar_one() >= MAX_PENDING:
                raise TooMany(
                    f"{MAX_PENDING} uploads were begun and not completed: complete or cancel some of them. "
                    "Each expires an hour after it was begun."
                )
            connection.execute(insert(uploads).values(**vars(upload)))
            storage.wanted(connection).check()
        return upload

    def get(self, upload_id: str) -> Upload:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            return _get(connection, upload_id)

    def check_pending(self, upload_id: str) -> None:
        """Raise `NotFound` or `Invalid` if the upload takes no parts; to be called before reading their bytes."""
        with self._database.read() as connection:
            _get_pending(connection, upload_id)

    def new_part(self) -> Draft:
        return self._blobs.draft(MAX_PART_BYTES, "Send the file in more parts.")

    def add_part(self, upload_id: str, draft: Draft) -> Part:
        """Keep a draft as a part, which is on disk on return. Raises `NotFound`, `TooLarge`, and `Invalid` if it is
        empty, or the upload has ended."""
        if not draft.size:
            raise Invalid("The part is empty: there is nothing to keep.", field="data")
        part = Part(new_id("part_"), upload_id, draft.size, draft.sha256, int(time.time()))
        theirs = schema.upload_parts.c.upload_id == upload_id
        sums = select(func.count(), total(schema.upload_parts.c.bytes)).where(theirs)
        with self._cleanup.kept.recording(draft) as connection:
            upload = _get_pending(connection, upload_id)
            parts, before = connection.execute(sums).one()
            if parts >= MAX_PARTS:
                raise TooMany(f"The upload {upload_id!r} has {MAX_PARTS:,} parts: send larger ones.", field="data")
            if before + part.bytes > TIMES_ANNOUNCED * upload.bytes + SPARE_BYTES:
                raise TooLarge(
                    f"The parts of the upload {upload_id!r} have far more bytes together than the {upload.bytes:,} "
                    "that were announced: cancel it, and begin another."
                )
            connection.execute(insert(schema.upload_parts).values(**vars(part)))
        return part

    def complete(
        self, upload_id: str, part_ids: Sequence[str], md5: str | None = None, *, repeated: bool = False
    ) -> Upload:
        """Make a file of these parts, in this order; `md5`, in hexadecimal, is checked if given. Raises `NotFound`,
        `Invalid` if the parts do not make up the file or the upload has ended, and `Underway`: each takes as much of
        the disk as the file.

        With `repeated`, for a client that got no reply, an upload that is already complete is returned as it is.
        """
        try:
            self._complete(upload_id, part_ids, md5)
        except _Ended:
            if not repeated or self.get(upload_id).state is not UploadState.COMPLETED:
                raise
        self._cleanup.run_committed(Kind.BLOB)
        return self.get(upload_id)

    def cancel(self, upload_id: str, *, repeated: bool = False) -> Upload:
        """Take no more parts, and delete those that came; `repeated` is as for `complete`. Raises `NotFound`, and
        `Invalid` if the upload has ended."""

        def cancel(connection: Connection) -> None:
            _get_pending(connection, upload_id)
            self._end(connection, upload_id, UploadState.CANCELLED)

        try:
            self._database.free(cancel)
        except _Ended:
            if not repeated or self.get(upload_id).state is not UploadState.CANCELLED:
                raise
        self._cleanup.run_committed(Kind.BLOB)
        return self.get(upload_id)

    def expire(self) -> None:
        """Delete the parts of uploads that have expired, and a day later the uploads."""
        now = int(time.time())
        uploads, parts = schema.uploads, schema.upload_parts
        expired = select(uploads.c.id).where(uploads.c.expires_at <= now).limit(EXPIRED_AT_ONCE)
        with_parts = expired.where(uploads.c.id.in_(select(parts.c.upload_id)))
        forgotten = expired.where(uploads.c.expires_at <= now - REMEMBERED_S)
        while True:
            with self._database.read() as connection:
                ids = list(connection.scalars(with_parts))
            if not ids:
                break
            self._database.free(partial(self._remove_parts, upload_ids=ids))
            self._cleanup.run_committed(Kind.BLOB)
        with self._database.read() as connection:
            ids = list(connection.scalars(forgotten))
        if ids:
            forget = delete(uploads).where(uploads.c.id.in_(ids))
            self._database.free(lambda connection: connection.execute(forget))

    def _complete(self, upload_id: str, part_ids: Sequence[str], md5: str | None) -> None:
        with self._database.read() as connection:
            upload = _get_pending(connection, upload_id)
            parts = _parts(connection, upload, part_ids)
        underway = f"The upload {upload_id!r} is being completed by another request: ask again in a moment."
        with (
            chores.alone(self._database, f"complete {upload_id}", underway) as goes_on,
            self._blobs.draft(upload.bytes) as draft,
        ):
            self._join(upload_id, parts, draft, md5, goes_on)
            with self._files.adding(
                draft, upload.filename, upload.purpose, upload.store_id, expires_after_s=upload.expires_after_s
            ) as (file, connection):
                self._end(connection, upload_id, UploadState.COMPLETED, file.id)

    def _join(
        self, upload_id: str, parts: Sequence[Part], draft: Draft, md5: str | None, goes_on: Callable[[], None]
    ) -> None:
        check = None if md5 is None else hashlib.md5(usedforsecurity=False)
        for part in parts:
            try:
                for data in intact(self._blobs.open(part.sha256), part.sha256):
                    draft.write(data)
                    goes_on()
                    if check:
                        check.update(data)
            except (FileNotFoundError, Damaged) as error:
                self.check_pending(upload_id)  # its parts are gone if it has just ended
                harm = error.message if isinstance(error, Damaged) else "missing"
                logger.error("the bytes of %s are %s", part.id, harm)
                raise Damaged(
                    f"The bytes of the part {part.id!r} are {harm}: send it again, and name the new one in its place."
                ) from error
        if check and md5 is not None and check.hexdigest() != md5.lower():
            raise Invalid(
                f"The md5 of these parts in this order is {check.hexdigest()}, not {md5}: name them in another order, "
                "or send the damaged one again.",
                field="md5",
            )

    def _end(self, connection: Connection, upload_id: str, state: UploadState, file_id: str | None = None) -> None:
        this = (schema.uploads.c.id == upload_id) & (schema.uploads.c.state == UploadState.PENDING)
        ended = connection.execute(update(schema.uploads).where(this).values(state=state, file_id=file_id))
        if ended.rowcount == 0:
            raise _Ended(f"The upload {upload_id!r} was ended by another request at the same time.")
        self._remove_parts(connection, [upload_id])

    def _remove_parts(self, connection: Connection, upload_ids: Sequence[str]) -> None:
        theirs = schema.upload_parts.c.upload_id.in_(upload_ids)
        blobs = list(connection.scalars(select(schema.upload_parts.c.sha256).where(theirs)))
        connection.execute(delete(schema.upload_parts).where(theirs))
        self._cleanup.add(connection, Kind.BLOB, blobs)


def _get(connection: Connection, upload_id: str) -> Upload:
    row = connection.execute(select(*_COLUMNS).where(schema.uploads.c.id == upload_id)).first()
    if row is None:
        raise NotFound(f"No upload with the id {upload_id!r} exists.")
    values = row._asdict()
    state = UploadState(values["state"])
    if state is UploadState.PENDING and values["expires_at"] <= time.time():
        state = UploadState.EXPIRED  # by the clock: nothing is written when its time is over
    return Upload(**values | {"state": state})


def _get_pending(connection: Connection, upload_id: str) -> Upload:
    upload = _get(connection, upload_id)
    if upload.state is not UploadState.PENDING:
        raise _Ended(f"The upload {upload_id!r} is {upload.state}: begin a new one to send more.")
    return upload


def _parts(connection: Connection, upload: Upload, part_ids: Sequence[str]) -> list[Part]:
    """These parts, in the order of their ids. Raises `Invalid` if they do not make up the upload."""
    theirs = select(*_PART_COLUMNS).where(schema.upload_parts.c.upload_id == upload.id)
    known = {row.id: Part(*row) for row in connection.execute(theirs)}
    for part_id in part_ids:
        if part_id not in known:
            raise Invalid(f"The upload {upload.id!r} has no part with the id {part_id!r}.", field="part_ids")
    if len(set(part_ids)) < len(part_ids):
        raise Invalid("A part is named twice: name each one once, in the order of the file.", field="part_ids")
    parts = [known[part_id] for part_id in part_ids]
    size = sum(part.bytes for part in parts)
    if size != upload.bytes:
        raise Invalid(
            f"The parts have {counted(size, 'byte')} together, and {upload.bytes:,} were announced: "
            "send and name all of them, or begin a new upload.",
            field="part_ids",
        )
    return parts
