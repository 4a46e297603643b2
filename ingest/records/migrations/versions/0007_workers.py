"""Which process ingests a file, and in which turn: several may share the database."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("store_files", sa.Column("worker", sa.String))
    op.add_column("store_files", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.add_column("cleanup", sa.Column("worker", sa.String))
    op.create_table(
        "workers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
    )
