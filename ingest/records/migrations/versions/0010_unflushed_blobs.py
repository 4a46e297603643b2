"""The bytes of small blobs that may not be on the disk yet."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG, NEVER_TWICE

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unflushed_blobs",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        **NEVER_TWICE,
    )
