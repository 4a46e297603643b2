"""Which blobs are to be deleted later, where many processes share them."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doomed_blobs",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("doomed_at", BIG, nullable=False),
    )
    op.create_index("doomed_blobs_by_time", "doomed_blobs", ["doomed_at"])
