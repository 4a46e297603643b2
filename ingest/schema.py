"""The tables, as they are now; `migrations/` holds how they came to be so."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint

metadata = MetaData()

# `seq` gives every table a stable order of creation, finer than the seconds of `created_at`.

files = Table(
    "files",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("filename", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("expires_at", Integer),
    Index("files_by_sha256", "sha256"),
    Index("files_by_purpose", "purpose", "seq"),
    sqlite_autoincrement=True,
)

stores = Table(
    "stores",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("last_active_at", Integer, nullable=False),
    sqlite_autoincrement=True,
)

store_files = Table(
    "store_files",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("store_id", ForeignKey("stores.id"), nullable=False),
    Column("file_id", ForeignKey("files.id"), nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("chunk_tokens", Integer, nullable=False),
    Column("overlap_tokens", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("suspicion", Integer, nullable=False, server_default="0"),
    Column("usage_bytes", Integer, nullable=False, server_default="0"),
    Column("converter", String),
    Column("reason", String),
    Column("message", String),
    UniqueConstraint("store_id", "file_id"),
    Index("store_files_by_state", "state", "seq"),
    Index("store_files_by_store_and_state", "store_id", "state"),
    Index("store_files_by_file", "file_id"),
    sqlite_autoincrement=True,
)

# What a deletion still has to take away from the index or the blobs. Written in the transaction that deletes the
# row, struck out when done: so a crash in between leaves nothing behind.
removals = Table(
    "removals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Index("removals_by_key", "kind", "key"),
    sqlite_autoincrement=True,
)
