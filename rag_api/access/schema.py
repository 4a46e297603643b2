"""The tables of `access.db` as they are now; `migrations/` has how they came about."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table

from ingest.records.tables import BIG, NEVER_TWICE, NOT_COPIED

metadata = MetaData()

keys = Table(
    "keys",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("beginning", String, nullable=False),
    Column("project", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("name", String, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("revoked_at", BIG),
    Column("last_used_at", BIG),
    Column("requests_per_minute", Integer),
    Column("tokens_per_minute", Integer),
    Column("used_on", Integer, nullable=False, server_default="0"),
    Column("requests", Integer, nullable=False, server_default="0"),
    Column("tokens", BigInteger, nullable=False, server_default="0"),
    Index("keys_by_project", "project", "seq"),
    **NEVER_TWICE,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("at", BIG, nullable=False),
    Column("key_id", String, nullable=False),
    Column("project", String, nullable=False),
    Column("method", String, nullable=False),
    Column("path", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("address", String, nullable=False),
    Column("request_id", String, nullable=False),
    Index("audit_by_at", "at"),
    Index("audit_by_project", "project", "seq"),
    Index("audit_by_key", "key_id", "seq"),
    Index("audit_by_request", "request_id"),
    **NEVER_TWICE,
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# Where several servers share the database: what is left of the limits of keys, at a time in seconds since 1970.
rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("left", Float, nullable=False),
    Column("at", Float, nullable=False),
    **NOT_COPIED,
)
