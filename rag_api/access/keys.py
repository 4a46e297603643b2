"""API keys: made and revoked while a server runs, and kept as hashes only."""

import hashlib
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict, Unpack

from pydantic import SecretStr
from sqlalchemy import ColumnElement, bindparam, case, exists, func, insert, select, update

from ingest.data_folder import ACCESS
from ingest.errors import Invalid, NotFound, StorageFailed
from ingest.ids import new_id
from ingest.records.database import Database
from ingest.records.paging import Page, Paging, page_of
from rag_api.access import schema
from rag_api.access.scopes import Scope

BEGINS = "rag-"
LONGEST_NAME = 64
SHOWN = 12  # characters of a key by which people recognise it
RECORDED_AFTER_S = 60  # since the last use that was recorded: else each request would write
DAY_S = 86_400


class KeyLimits(TypedDict, total=False):
    requests_per_minute: int | None
    tokens_per_minute: int | None


class Changes(KeyLimits, total=False):
    name: str


@dataclass(frozen=True)
class Key:
    id: str
    beginning: str
    """The first characters of the key itself."""
    project: str
    scope: Scope
    name: str
    created_at: int
    revoked_at: int | None = None
    last_used_at: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Of the language model, those of the question and the passages among them."""
    used_on: int = 0
    """The day for which the next two count, in days since 1970 (UTC)."""
    requests: int = 0
    tokens: int = 0

    @property
    def used_today(self) -> tuple[int, int]:
        """Requests and tokens since midnight, UTC."""
        return (self.requests, self.tokens) if self.used_on == _today() else (0, 0)


_rows = schema.keys.c
_COLUMNS = [_rows[field.name] for field in fields(Key)]


class Keys:
    """All keys of `access.db`, which any number of processes may have open. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, needed: Path | None = None) -> None:
        """`needed` is the file by which it is noticed that they are lost."""
        self._database = database
        self._needed = needed
        self._used: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._using = threading.Lock()

    def create(self, project: str, scope: Scope, name: str = "", **limits: Unpack[KeyLimits]) -> tuple[Key, str]:
        """Make a key; the key itself is known to nobody later. Raises `Invalid` for a name of several lines."""
        check_name(name)
        secret = BEGINS + secrets.token_urlsafe(32)
        key = Key(new_id("key_"), secret[:SHOWN], project, scope, name, int(time.time()), **limits)
        with self._database.write() as connection:
            connection.execute(insert(schema.keys).values(**vars(key), sha256=_hash(secret.encode())))
        self._remember()
        return key, secret

    def list(self, project: str | None = None) -> list[Key]:
        """The keys, of one project or of all, the oldest first; those that were revoked, too."""
        query = select(*_COLUMNS).order_by(_rows.seq)
        if project is not None:
            query = query.where(_rows.project == project)
        with self._database.read() as connection:
            return [_key(*row) for row in connection.execute(query)]

    def page(self, project: str | None = None, **paging: Unpack[Paging]) -> Page[Key]:
        """`list`, in pages. Raises `Invalid` for a cursor that is not in it."""
        within = None if project is None else _rows.project == project
        with self._database.read() as connection:
            return page_of(connection, schema.keys, select(*_COLUMNS), _key, within=within, **paging)

    def get(self, key_id: str) -> Key:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(_rows.id == key_id)).first()
        if row is None:
            raise NotFound(f"No key has the id {key_id!r}.")
        return _key(*row)

    def usable(self) -> dict[str, int]:
        """How many keys each project has that were not revoked."""
        query = select(_rows.project, func.count()).where(_rows.revoked_at.is_(None)).group_by(_rows.project)
        with self._database.read() as connection:
            return {project: number for project, number in connection.execute(query)}

    def change(self, key_id: str, **changes: Unpack[Changes]) -> Key:
        """Give a key another name, or other limits. Raises `NotFound`, and `Invalid` for a name of several lines."""
        check_name(changes.get("name", ""))
        if changes:
            with self._database.write() as connection:
                connection.execute(update(schema.keys).where(_rows.id == key_id).values(**changes))
        return self.get(key_id)

    def revoke(self, label: str) -> Key:
        """Let nobody use the key with this id or beginning any more. Raises what `named` does."""
        key = self.named(label)
        self._revoke(_rows.id == key.id)
        return key

    def named(self, label: str) -> Key:
        """The key with this id or beginning. Raises `NotFound`, and `Invalid` if several keys begin so."""
        labelled = select(*_COLUMNS).where((_rows.id == label) | (_rows.beginning == label)).order_by(_rows.seq)
        with self._database.read() as connection:
            found = [_key(*row) for row in connection.execute(labelled)]
        if not found:
            raise NotFound(f"No key has the id or the beginning {label!r}: `rag-api keys list` shows all.")
        if len(found) > 1:
            raise Invalid(f"{len(found)} keys begin with {label!r}: give the id of one.")
        return found[0]

    def revoke_all(self, project: str) -> None:
        """Revoke every key of a project."""
        self._revoke(_rows.project == project)

    def _revoke(self, condition: ColumnElement[bool]) -> None:
        revoked = update(schema.keys).where(condition, _rows.revoked_at.is_(None)).values(revoked_at=int(time.time()))
        self._database.free(lambda connection: connection.execute(revoked))

    def any(self) -> bool:
        """Whether a key was ever made. Once there was one, nobody may do without, not even if all are revoked."""
        with self._database.read() as connection:
            return bool(connection.scalar(select(exists(schema.keys))))

    def needed(self, fixed: Collection[SecretStr]) -> bool:
        """Whether requests need a key: one of those in the settings, or one that was made."""
        return bool(fixed) or self.any()

    def check_there(self) -> None:
        """Raise `StorageFailed` if keys cannot be looked up, or those that are made or revoked now are not noticed."""
        self._database.check_there()
        self.find(b"")

    def check_not_lost(self) -> None:
        """Raise `StorageFailed` if there were keys, and are none: everybody could do everything."""
        if self.any():
            self._remember()
        elif self._needed and self._needed.exists():
            raise StorageFailed(
                f"{ACCESS} has lost its keys, without which anybody could do everything here: put it back, or restore "
                f"a backup. To do without keys again, remove {str(self._needed)!r}."
            )

    def _remember(self) -> None:
        """That there are keys, beside the database that has them."""
        if self._needed:
            with suppress(OSError):  # on a full disk, say; the next start does it
                self._needed.touch()

    def find(self, secret: bytes) -> Key | None:
        """The key that a client sent, unless it was revoked; its use is recorded."""
        # The time that the index takes tells nothing: who does not know the key cannot choose its hash.
        this = (_rows.sha256 == _hash(secret)) & _rows.revoked_at.is_(None)
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(this)).first()
        if row is None:
            return None
        key = _key(*row)
        now = int(time.time())
        if now - (key.last_used_at or 0) >= RECORDED_AFTER_S:
            # A full disk keeps nobody out.
            with suppress(StorageFailed), self._database.write(waits=False) as connection:
                connection.execute(update(schema.keys).where(this).values(last_used_at=now))
        return key

    def hashes(self, after: int) -> tuple[set[bytes], int]:
        """The beginnings of the hashes of all keys that were made after the one with this number, and the last one's
        number."""
        query = select(_rows.sha256, _rows.seq).where(_rows.seq > after).order_by(_rows.seq)
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return {beginning(bytes.fromhex(row.sha256)) for row in found}, found[-1].seq if found else after

    def note(self, key: Key, *, requests: int = 0, tokens: int = 0) -> None:
        """Count what a key used, which is written later: it costs the request nothing."""
        with self._using:
            used = self._used[key.id]
            used[0] += requests
            used[1] += tokens

    def write(self) -> None:
        """Write what was noted. Raises `StorageFailed`, and writes it the next time."""
        with self._using:
            used, self._used = self._used, defaultdict(lambda: [0, 0])
        if not used:
            return
        today = _today()
        rows = [{"this": id, "more": requests, "spent": tokens} for id, (requests, tokens) in used.items()]
        counted = (
            update(schema.keys)
            .where(_rows.id == bindparam("this"))
            .values(
                requests=_of_today(_rows.requests, today) + bindparam("more"),
                tokens=_of_today(_rows.tokens, today) + bindparam("spent"),
                used_on=today,
            )
        )
        try:
            with self._database.write() as connection:
                connection.execute(counted, rows)
        except BaseException:
            with self._using:
                for id, (requests, tokens) in used.items():
                    self._used[id][0] += requests
                    self._used[id][1] += tokens
            raise


def check_name(name: str) -> None:
    """Raise `Invalid` for what cannot be the name of a key."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"The name of a key is a line of at most {LONGEST_NAME} characters.", field="name")


def beginning(hashed: bytes) -> bytes:
    """Of the hash of a key: enough to tell it from what is none."""
    return hashed[:8]


def _key(*values: Any) -> Key:
    key = dict(zip((field.name for field in fields(Key)), values, strict=True))
    return Key(**key | {"scope": Scope(key["scope"])})


def _of_today(column: ColumnElement[int], today: int) -> ColumnElement[int]:
    return case((_rows.used_on == today, column), else_=0)


def _today() -> int:
    return int(time.time()) // DAY_S


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
