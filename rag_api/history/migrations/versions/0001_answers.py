"""Responses, conversations, the items of both, and stored completions."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "responses",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("completed_at", BIG),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("message", sa.String),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("shows_results", sa.Boolean, nullable=False),
        sa.Column("background", sa.Boolean, nullable=False),
        sa.Column("previous_id", sa.String),
        sa.Column("conversation_id", sa.String),
        sa.Column("usage", sa.JSON, nullable=False),
        sa.Column("frames", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("responses_by_state", "responses", ["state"])
    op.create_table(
        "items",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("owner_id", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("items_by_id", "items", ["id"])
    op.create_index("items_by_owner", "items", ["owner_id", "place", "seq"])
    op.create_table(
        "conversations",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "completions",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("messages", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("completions_by_model", "completions", ["model", "seq"])
