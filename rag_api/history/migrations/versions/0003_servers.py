"""Several servers may share the database: who makes a response, what of it is written, and whose turn it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("responses", sa.Column("server", sa.String))
    op.add_column("responses", sa.Column("cancelling", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "response_frames",
        sa.Column("response_id", sa.String, primary_key=True),
        sa.Column("start", sa.Integer, primary_key=True),
        sa.Column("frames", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "conversation_turns",
        sa.Column("conversation_id", sa.String, primary_key=True),
        sa.Column("server", sa.String, nullable=False),
    )
