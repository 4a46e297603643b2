"""When what one of all processes does from time to time was done last."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("done_at", sa.Float, nullable=False),
    )
