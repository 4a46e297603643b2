"""Uploads in parts, and which files expire next."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("files_by_expires_at", "files", ["expires_at"])
    op.create_table(
        "uploads",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("store_id", sa.String),
        sa.Column("expires_after_s", sa.Integer),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("file_id", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("uploads_by_expires_at", "uploads", ["expires_at"])
    op.create_table(
        "upload_parts",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("upload_id", sa.String, sa.ForeignKey("uploads.id"), nullable=False),
        sa.Column("bytes", BIG, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("upload_parts_by_upload", "upload_parts", ["upload_id"])
    op.create_index("upload_parts_by_sha256", "upload_parts", ["sha256"])
