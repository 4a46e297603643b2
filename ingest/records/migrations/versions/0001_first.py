"""Files, stores, which file is in which store, and what is still to be taken away."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("bytes", BIG, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("expires_at", BIG),
        sqlite_autoincrement=True,
    )
    op.create_index("files_by_sha256", "files", ["sha256"])
    op.create_index("files_by_purpose", "files", ["purpose", "seq"])
    op.create_table(
        "stores",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("last_active_at", BIG, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "store_files",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("store_id", sa.String, sa.ForeignKey("stores.id"), nullable=False),
        sa.Column("file_id", sa.String, sa.ForeignKey("files.id"), nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("chunk_tokens", sa.Integer, nullable=False),
        sa.Column("overlap_tokens", sa.Integer, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("suspicion", sa.Integer, nullable=False, server_default="0"),
        sa.Column("usage_bytes", BIG, nullable=False, server_default="0"),
        sa.Column("converter", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("message", sa.String),
        sa.UniqueConstraint("store_id", "file_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("store_files_by_state", "store_files", ["state", "seq"])
    op.create_index("store_files_by_store_and_state", "store_files", ["store_id", "state"])
    op.create_index("store_files_by_file", "store_files", ["file_id"])
    op.create_table(
        "removals",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("removals_by_key", "removals", ["kind", "key"])
