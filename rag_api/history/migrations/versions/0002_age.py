"""Responses and completions are found by their age."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("responses_by_created_at", "responses", ["created_at"])
    op.create_index("completions_by_created_at", "completions", ["created_at"])
