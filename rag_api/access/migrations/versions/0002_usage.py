"""What each key used today; and lists of the keys and the audit of one project, or of one key."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("keys") as keys:
        keys.add_column(sa.Column("used_on", sa.Integer, nullable=False, server_default="0"))
        keys.add_column(sa.Column("requests", sa.Integer, nullable=False, server_default="0"))
        keys.add_column(sa.Column("tokens", sa.BigInteger, nullable=False, server_default="0"))
        keys.create_index("keys_by_project", ["project", "seq"])
    op.create_index("audit_by_project", "audit", ["project", "seq"])
    op.create_index("audit_by_key", "audit", ["key_id", "seq"])
    op.create_index("audit_by_request", "audit", ["request_id"])
