"""API keys, what was done with them, and what links are signed with."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("sha256", sa.String, nullable=False, unique=True),
        sa.Column("beginning", sa.String, nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("revoked_at", BIG),
        sa.Column("last_used_at", BIG),
        sa.Column("requests_per_minute", sa.Integer),
        sa.Column("tokens_per_minute", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_at", "audit", ["at"])
    op.create_table(
        "secrets",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
