"""The tables as they are now; `migrations/` has how they came about."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from ingest.records.tables import BIG, NEVER_TWICE, NOT_COPIED, only_where

metadata = MetaData()

# `seq` gives every table a stable order of creation, finer than the seconds of `created_at`.

files = Table(
    "files",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("filename", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("bytes", BIG, nullable=False),
    Column("sha256", String, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("expires_at", BIG),
    Index("files_by_sha256", "sha256"),
    Index("files_by_purpose", "purpose", "seq"),
    Index("files_by_expires_at", "expires_at"),
    **NEVER_TWICE,
)

stores = Table(
    "stores",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("last_active_at", BIG, nullable=False),
    Column("description", String),
    Column("expires_days", BIG),
    Index("stores_by_name", "name", "seq"),
    Index("stores_that_expire", "last_active_at", **only_where("expires_days IS NOT NULL")),
    **NEVER_TWICE,
)

# `worker` is the lease of whoever ingests a file, or did so last, and `turn` how often it was claimed: what is written
# about a file counts only in its last turn.
store_files = Table(
    "store_files",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("store_id", ForeignKey("stores.id"), nullable=False),
    Column("file_id", ForeignKey("files.id"), nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("chunk_tokens", Integer, nullable=False),
    Column("overlap_tokens", Integer, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("state", String, nullable=False),
    Column("worker", String),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("usage_bytes", BIG, nullable=False, server_default="0"),
    Column("converter", String),
    Column("reason", String),
    Column("message", String),
    Column("batch_id", String),
    UniqueConstraint("store_id", "file_id"),
    Index("store_files_by_state", "state", "seq"),
    Index("store_files_by_store", "store_id", "seq"),
    Index("store_files_by_store_and_state", "store_id", "state", "seq"),
    Index("store_files_by_batch", "batch_id", "seq", **only_where("batch_id IS NOT NULL")),
    Index("store_files_by_batch_and_state", "batch_id", "state", "seq", **only_where("batch_id IS NOT NULL")),
    Index("store_files_by_file", "file_id"),
    Index("store_files_by_converter", "converter", "state", **only_where("converter IS NOT NULL")),
    **NEVER_TWICE,
)

# How many files of a store are in each state. Triggers on `store_files` (see the migrations) keep the counts up to date
# in the same transaction, since counting many rows takes long.
store_counts = Table(
    "store_counts",
    metadata,
    Column("store_id", String, primary_key=True),
    Column("state", String, primary_key=True),
    Column("files", Integer, nullable=False),
    Column("usage_bytes", BigInteger, nullable=False),
    **NOT_COPIED,
)

# One row: what is kept, by triggers on `files`, and what may be.
storage = Table(
    "storage",
    metadata,
    Column("files", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("max_files", BigInteger),
    Column("max_bytes", BigInteger),
    **NOT_COPIED,
)

batches = Table(
    "batches",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("store_id", ForeignKey("stores.id"), nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Index("batches_by_store", "store_id"),
    **NEVER_TWICE,
)

# A file that arrives in parts. `store_id` and `expires_after_s` are those of the finished file.
uploads = Table(
    "uploads",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("filename", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("store_id", String),
    Column("expires_after_s", Integer),
    Column("created_at", BIG, nullable=False),
    Column("expires_at", BIG, nullable=False),
    Column("state", String, nullable=False),
    Column("file_id", String),
    Index("uploads_by_expires_at", "expires_at"),
    **NEVER_TWICE,
)

upload_parts = Table(
    "upload_parts",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("upload_id", ForeignKey("uploads.id"), nullable=False),
    Column("bytes", BIG, nullable=False),
    Column("sha256", String, nullable=False),
    Column("created_at", BIG, nullable=False),
    Index("upload_parts_by_upload", "upload_id"),
    Index("upload_parts_by_sha256", "sha256"),
    **NEVER_TWICE,
)

# What still has to be deleted from the index or the blobs. Written in the transaction that deletes the row, and removed
# when done, so that a crash in between leaves nothing behind.
cleanup = Table(
    "cleanup",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("worker", String),  # that may yet write what is to be deleted
    Index("cleanup_by_key", "kind", "key"),
    **NEVER_TWICE,
)

# Blobs that may be there and that no file needs, where many processes share them: see `kept_blobs`.
doomed_blobs = Table(
    "doomed_blobs",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("doomed_at", BIG, nullable=False),
    Index("doomed_blobs_by_time", "doomed_at"),
    **NOT_COPIED,
)

# What one of all processes does from time to time, in seconds since 1970 by the clock of the database: see `chores`.
chores = Table(
    "chores",
    metadata,
    Column("name", String, primary_key=True),
    Column("done_at", Float, nullable=False),
    **NOT_COPIED,
)

# The bytes of small blobs that may not be on the disk yet: see the module of this name.
unflushed_blobs = Table(
    "unflushed_blobs",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("sha256", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    **NEVER_TWICE,
    **NOT_COPIED,
)

# The leases of processes that share the database, in seconds since 1970 by its own clock.
workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    **NOT_COPIED,
)
